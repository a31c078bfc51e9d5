"""Compiled templates, kept as Python keeps compiled modules: compiling takes long."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket

from digest import __version__

FOLDER = Path(__file__).parent / "__pycache__"


class CompiledTemplates(jinja2.FileSystemBytecodeCache):
    """A cache in a folder, if there is one.

    What has changed is compiled anew: a template, Papertide or jinja2.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        super().__init__(str(folder), f"%s.{__version__}-{jinja2.__version__}.template")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take a compiled template from the folder, if it is there and whole."""
        try:
            super().load_bytecode(bucket)
        except Exception:  # noqa: BLE001 - unpickling what is damaged raises almost anything
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a compiled template, where that is wanted and may be written."""
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                super().dump_bytecode(bucket)
