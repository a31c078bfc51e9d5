"""The bytes of a file, as a Starlette application that does nothing else serves them.

`python -m benchmarks.bare FILE PORT`
"""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route


def main(file: str, port: int) -> None:
    """Serve until a signal says stop."""
    body = Path(file).read_bytes()

    async def page(_: Request) -> Response:
        return HTMLResponse(body)

    application = Starlette(routes=[Route("/subscribe", page)])
    uvicorn.run(application, port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
