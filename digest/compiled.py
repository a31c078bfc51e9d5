"""Compiled templates, kept as Python keeps compiled modules: compiling takes long."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket

FOLDER = Path(__file__).parent / "__pycache__"


class CompiledTemplates(jinja2.FileSystemBytecodeCache):
    """A cache in a folder, if there is one; a template that has changed is compiled anew."""

    def __init__(self, folder: Path = FOLDER) -> None:
        super().__init__(str(folder), "%s.template")

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a compiled template, where that is wanted and may be written."""
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                super().dump_bytecode(bucket)
