"""serve: the pages where readers subscribe, choose and leave."""

from __future__ import annotations

import argparse
from functools import partial

from digest.cli import common
from digest.errors import UsageError


def serve(options: argparse.Namespace) -> int:
    """Answer until a signal says stop."""
    config = common.configuration(options)
    try:
        from digest.web.serving import serve as run
    except ImportError as error:
        raise UsageError(
            "the pages need Starlette and uvicorn: pip install 'papertide[web]'"
        ) from error
    run(config, common.passing_clock(options), partial(common.say, options))
    return 0
