"""What is shipped is whole: a wheel works away from the checkout."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def python(*arguments: str, cwd: Path, path: str = "") -> str:
    environ = {"PATH": "/usr/bin:/bin", "PYTHONPATH": path}
    command = [sys.executable, *arguments]
    done = subprocess.run(
        command, cwd=cwd, env=environ, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_demo_runs_from_a_wheel_away_from_the_checkout(tmp_path: Path) -> None:
    pip = ("-m", "pip", "--disable-pip-version-check", "-q")
    built = str(tmp_path / "built")
    python(*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", built, str(ROOT), cwd=tmp_path)
    (wheel,) = (tmp_path / "built").iterdir()
    away = tmp_path / "away"
    python(*pip, "install", "--no-deps", "--target", str(away), str(wheel), cwd=tmp_path)
    where = python("-c", "import digest; print(digest.__file__)", cwd=tmp_path, path=str(away))
    assert Path(where.strip()).is_relative_to(away)
    told = python("-m", "digest.cli.main", "demo", cwd=tmp_path, path=str(away))
    assert "2026-03-04: 22 new papers" in told
    assert (tmp_path / "demo" / "site" / "index.html").exists()
    assert (away / "digest" / "templates" / "mail.html.j2").exists()
