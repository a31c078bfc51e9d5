"""The `digest` command: what is asked is done, and the exit code says how it went.

Each command's module is imported only when it is asked for, so that help comes at once.
"""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from digest import logs
from digest.cli.arguments import parser
from digest.errors import Busy, ConfigError, DigestError, Held, UsageError


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks; the exit code says how it went."""
    words = sys.argv[1:] if arguments is None else arguments
    options = parser(words).parse_args(words)
    logs.begin()
    try:
        return _command(options)
    except Busy as error:
        logs.tell("busy", str(error), logs.NOTICE)
        return 0
    except (ConfigError, UsageError) as error:
        for line in str(error).splitlines():
            logs.problem("wrong", line)
        return 2
    except DigestError as error:
        logs.tell("failed", str(error), logs.ERROR)
        return 3 if isinstance(error, Held) else 1
    except KeyboardInterrupt:
        return 130


def _command(options: argparse.Namespace) -> int:
    from importlib import import_module

    module = import_module(f"digest.cli.{options.module}")
    code: int = getattr(module, options.function)(options)
    return code


def console() -> int:
    """The `digest` program. A short one: what it leaves behind is not worth collecting.

    Collecting while modules load, and once more at the end, costs a tenth of a quiet run.
    """
    gc.set_threshold(50_000)
    if sys.stdout is None:  # closed by whoever started us
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - until the process ends
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal that lacks a letter sees its number
        sys.stdout.reconfigure(errors="backslashreplace")
    code = 1
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:  # a full disk, most likely
        logs.tell("failed", f"standard output cannot be written: {error.strerror}", logs.ERROR)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    gc.freeze()
    return code


if __name__ == "__main__":
    sys.exit(console())
