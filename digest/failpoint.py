"""A door for the tests that prove what a sudden death leaves behind."""

import os
import signal

_POINT, _, _COUNT = os.environ.get("DIGEST_FAILPOINT", "").partition(":")
_hits: dict[str, int] = {}


def failpoint(name: str) -> None:
    """End the process as `kill -9` would where DIGEST_FAILPOINT names this point.

    `DIGEST_FAILPOINT=after-claim` dies at the first pass, `after-claim:3` at the third.
    """
    if name != _POINT:
        return
    _hits[name] = _hits.get(name, 0) + 1
    if _hits[name] == int(_COUNT or 1):
        os.kill(os.getpid(), signal.SIGKILL)
