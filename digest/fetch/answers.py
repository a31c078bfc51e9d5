"""One POST and its answer, with what may go wrong told in our own errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager

import httpcore
import httpx

from digest import __version__
from digest.errors import FetchError, Unreachable
from digest.fetch.guarded import GuardedTransport
from digest.fetch.network import Network, NotAllowed
from digest.fetch.patience import retry_after
from digest.fetch.replies import brief

SECONDS = 30.0  # from the look-up of a name to the head of the answer


@contextmanager
def answered(
    client: httpx.Client, url: str, content: bytes, headers: Mapping[str, str] | None = None
) -> Iterator[httpx.Response]:
    """Send one POST; the answer, whose body is to be read meanwhile.

    Raises FetchError, Unreachable, and what `Network` does.
    """
    try:
        asked = client.build_request("POST", url, content=content, headers=headers)
        with closing(client.send(asked, stream=True)) as response:
            yield response
    except httpcore.ConnectError as error:
        raise Unreachable(f"no connection: {brief(str(error))}") from None
    except (httpx.InvalidURL, UnicodeError):
        raise Unreachable("no connection: no such name can be") from None
    except (httpcore.NetworkError, httpcore.ProtocolError, httpx.RemoteProtocolError):
        raise FetchError("the connection broke off") from None


class Poster:
    """Posts to one URL; close it when done.

    Redirects are not followed, proxies named in the environment not used, and of an answer only
    its head is read. No error holds more of the URL than its host.
    """

    def __init__(
        self,
        url: str,
        *,
        allow_private: bool,
        monotonic: Callable[[], float],
        seconds: float = SECONDS,
    ) -> None:
        self._url = url
        self._seconds = seconds
        self._network = Network(allow_private=allow_private, monotonic=monotonic)
        self._client = httpx.Client(
            transport=GuardedTransport(self._network),
            headers={"User-Agent": f"papertide/{__version__}"},
            timeout=None,  # noqa: S113 - the network's deadline is stricter
            trust_env=False,
        )

    def post(self, headers: Mapping[str, str], body: bytes) -> tuple[int, float]:
        """The status of the answer, and the seconds that Retry-After asks for (0: for none).

        Raises FetchError where there is no answer.
        """
        self._network.start(self._seconds)
        try:
            with answered(self._client, self._url, body, headers) as response:
                return response.status_code, retry_after(response.headers)
        except NotAllowed as error:
            raise FetchError(str(error)) from None
        except httpcore.TimeoutException:
            raise FetchError(f"no answer within {self._seconds:g} s") from None

    def close(self) -> None:
        """Close the connections that are still open."""
        self._client.close()
