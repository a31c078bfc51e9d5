"""Telling a dead-man's switch that a run went well."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import httpcore
import httpx

from digest import __version__
from digest.errors import FetchError
from digest.fetch.guarded import GuardedTransport
from digest.fetch.network import Network, NotAllowed

LONGEST = 5.0  # seconds for each try
WAITS = (1.0, 3.0)  # seconds before each further try

_BUSY = 429


def ping(url: str, *, sleep: Callable[[float], None], monotonic: Callable[[], float]) -> None:
    """Ask a URL, and again where its site did not answer or had trouble of its own.

    Raises FetchError, which holds nothing of the URL. Private addresses are allowed: it is the
    operator's own choice. Redirects are not followed.
    """
    network = Network(allow_private=True, monotonic=monotonic)
    client = httpx.Client(
        transport=GuardedTransport(network),
        headers={"User-Agent": f"papertide/{__version__}"},
        timeout=None,  # noqa: S113 - the network's deadline is stricter
        trust_env=False,
    )
    with closing(client):
        for wait in (*WAITS, None):
            network.start(LONGEST)
            try:
                _ask(client, url)
                return
            except FetchError as error:
                is_final = error.status and error.status < 500 and error.status != _BUSY
                if wait is None or is_final:
                    raise
                sleep(wait)


def _ask(client: httpx.Client, url: str) -> None:
    try:
        with closing(client.send(client.build_request("GET", url), stream=True)) as response:
            status = response.status_code
    except httpcore.TimeoutException:
        raise FetchError(f"no answer within {LONGEST:.0f} s") from None
    except NotAllowed:
        raise FetchError("a link-local address, where nothing can be") from None
    except (httpcore.NetworkError, httpcore.ProtocolError, httpx.InvalidURL, UnicodeError):
        raise FetchError("no connection") from None
    if not httpx.codes.is_success(status):
        raise FetchError(f"HTTP {status}; check the URL", status=status)
