"""The address that mail programs leave by with one click, asked as they ask (RFC 8058).

The token is nobody's, so that nobody leaves by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import httpcore
import httpx

from digest import __version__
from digest.config import Config
from digest.config.mail_checks import SLOT
from digest.doctor import judging
from digest.doctor.examination import Case
from digest.doctor.findings import Finding, ok, problem, skipped, warning
from digest.fetch.guarded import GuardedTransport
from digest.fetch.network import Network, NotAllowed
from digest.tokens import nobody
from digest.urls import public

PATIENCE = 15.0  # seconds for each request
_ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def one_click(case: Case) -> Iterator[Finding]:
    """Whether it answers by itself. Only our own pages are asked to do as if somebody left."""
    config, way = case.config, case.config.mail.unsubscribe
    if SLOT not in way:
        found = "mails have no link to leave by with one click"
        do = "set web.url, or an https link with {token} as mail.unsubscribe"
        leaving = judging.leaves(config)
        yield warning("one-click", found, do) if leaving else skipped("one-click", found)
        return
    if not way.startswith("https:"):
        do = "have the pages answer to https, and name that address"
        yield problem("one-click", f"{public(way)} is no https, and so offers no one click", do)
        return
    url = way.replace(SLOT, nobody(config.newsletter.slug))
    verbs = ("GET", "POST") if _is_ours(config) else ("GET",)
    answers = [_asked(case, verb, url) for verb in verbs]
    whole = f"{public(url)} answers {' and '.join(verbs)} with 200, without a redirect"
    yield next((one for one in answers if one.wrong), ok("one-click", whole))


def _is_ours(config: Config) -> bool:
    return bool(config.web.url) and config.mail.unsubscribe.startswith(f"{config.web.url}/leave")


def _asked(case: Case, verb: str, url: str) -> Finding:
    """What an address answers. Redirects are not followed, and no error tells the token."""
    network = Network(allow_private=True, monotonic=case.monotonic)
    network.start(PATIENCE)
    shown = public(url)
    agent = {"User-Agent": f"papertide/{__version__}"}
    do = "see that the pages run and can be reached from outside"
    with httpx.Client(transport=GuardedTransport(network), headers=agent, trust_env=False) as web:
        try:
            asked = web.build_request(verb, url, data=_ONE_CLICK if verb == "POST" else None)
            with closing(web.send(asked, stream=True)) as answer:
                status, location = answer.status_code, answer.headers.get("location", "")
        except httpcore.TimeoutException:
            return problem("one-click", f"{shown}: no answer within {PATIENCE:.0f} s", do)
        except (httpcore.NetworkError, httpcore.ProtocolError, httpx.HTTPError) as error:
            return problem("one-click", f"{shown}: {error or type(error).__name__}", do)
        except (NotAllowed, UnicodeError):
            return problem("one-click", f"{shown}: there can be no such host", do)
    return judging.answer(shown, status, location, ours=_is_ours(case.config), verb=verb)
