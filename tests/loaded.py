"""A process that has loaded what most commands need: it has run one. See tests/forks.py."""

from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from digest.cli.main import main

with TemporaryDirectory() as folder, redirect_stdout(StringIO()):
    main(["demo", "--out", str(Path(folder, "demo"))])
