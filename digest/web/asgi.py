"""The pages for any ASGI server, as a factory: `uvicorn --factory digest.web.asgi:application`.

DIGEST_CONFIG names the configuration, else it is digest.toml of the working folder. Each worker
process of a server may have an application of its own, as all they share is in the store; but
`web.metrics` is for one process alone.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from digest import logs
from digest.config import load, secrets
from digest.delivery.stopping import Stop
from digest.errors import UsageError
from digest.web.serving import service


def application() -> ASGIApp:
    """The application. Raises DigestError where the configuration is wrong."""
    config = load(Path(os.environ.get("DIGEST_CONFIG", "digest.toml")), os.environ)
    if not config.web.url:
        raise UsageError("web.url: set the public address of the pages first, and a link key")
    config = config._replace(web=config.web._replace(metrics=None))  # workers cannot share a port
    logging.getLogger("uvicorn.access").disabled = True  # it would tell links
    slug, level = config.newsletter.slug, logs.INFO
    logs.begin(config.logs.format, level=level, newsletter=slug, secrets=lambda: secrets(config))

    @asynccontextmanager
    async def lifespan(whole: Starlette) -> AsyncIterator[None]:
        with service(config, lambda: dt.datetime.now(dt.UTC), Stop(time.monotonic), _warn) as pages:
            whole.router.routes.append(Mount("/", pages))
            yield

    return Starlette(lifespan=lifespan)


def _warn(text: str) -> None:
    logs.tell("trouble", text)
