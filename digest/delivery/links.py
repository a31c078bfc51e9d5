"""How the mails with a link to confirm, and those that welcome, reach who asked, each once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

from digest.delivery.verdict import verdict
from digest.model.deliveries import Answer, DeliveryState, Parcel, Result
from digest.model.signups import Letterbox
from digest.ports import Links, Transport

BATCH = 25  # mails in a round: few, as visitors wait meanwhile


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPost:
    """What this works with; `token` makes of a nonce the own part of a link to confirm."""

    newsletter: str
    sender: str  # of the envelope
    store: Links
    transport: Transport
    token: Callable[[str], str]
    build: Callable[[Letterbox, str], bytes]  # the message that brings a link with a token
    clock: Callable[[], dt.datetime]  # UTC
    random: Callable[[], float]  # 0 to 1


def mail_links(post: LinkPost) -> int:
    """Mail what is due. Returns how many were accepted. Raises TransportDown."""
    round_ = _Round(post)
    post.transport.carry(round_.parcels(), round_.turn)
    return round_.accepted


@dataclass(slots=True)
class _Round:
    post: LinkPost
    accepted: int = 0
    _of: dict[int, Letterbox] = field(default_factory=dict)  # by the identity of a parcel's parts

    def parcels(self) -> Iterator[Parcel]:
        post = self.post
        for one in post.store.unmailed(post.newsletter, post.clock(), BATCH):
            message = post.build(one, post.token(one.nonce))
            parcel = Parcel(sender=post.sender, recipient=one.address, parts=(message,))
            self._of[id(parcel.parts)] = one
            yield parcel

    def turn(
        self, done: Sequence[tuple[Parcel, Answer]], ready: Sequence[Parcel]
    ) -> Collection[Parcel]:
        settled = [self._settled(self._letterbox(parcel), answer) for parcel, answer in done]
        waiting = {self._letterbox(parcel): parcel for parcel in ready}
        tokens = {one: self.post.token(one.nonce) for one in waiting}
        return [waiting[one] for one in self.post.store.turn_links(settled, tokens)]

    def _letterbox(self, parcel: Parcel) -> Letterbox:
        return self._of[id(parcel.parts)]

    def _settled(self, one: Letterbox, answer: Answer) -> tuple[Letterbox, Result]:
        result = verdict(answer, one.attempts, self.post.clock(), self.post.random()).result
        self.accepted += result.state is DeliveryState.SENT
        return one, result
