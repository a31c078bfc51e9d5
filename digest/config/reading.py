"""The text of a configuration file, and what it says as TOML."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from digest.errors import ConfigError

TEXT = "DIGEST_CONFIG_TEXT"  # a variable that stands for the file's text, for our own processes


def read(path: Path) -> str:
    """The text of a TOML file. Raises ConfigError."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError([f"{path} is not there; `digest init` writes one"]) from None
    except OSError as error:
        raise ConfigError([f"{path} cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise ConfigError([f"{path} is not text in UTF-8; save it as such"]) from None


def parsed(path: Path, text: str) -> dict[str, Any]:
    """What such a text says. Raises ConfigError."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # TOMLDecodeError is a ValueError
        raise ConfigError([f"{path} is not valid TOML: {error}"]) from None
