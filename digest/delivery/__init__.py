"""How an edition reaches each reader once (G5, G6).

    recover -> due -> claim -> hand over -> settle -> close the books

Every step is committed before the next begins, and `handed` before the server can accept the
message. So a death at any instant leaves each row in a state that says what may have happened:
nothing (it is sent later), or a hand-over whose answer is lost (uncertain: never sent again by
itself, unless a second hand-over of the same message changes nothing).
"""

from digest.delivery.alone import send_alone
from digest.delivery.channels import deliver_everywhere
from digest.delivery.office import Account, Outcome, PostOffice
from digest.delivery.rounds import deliver, resend_uncertain, uncertain

__all__ = [
    "Account",
    "Outcome",
    "PostOffice",
    "deliver",
    "deliver_everywhere",
    "resend_uncertain",
    "send_alone",
    "uncertain",
]
