"""The standard library's logging, made to write one line an event."""

from __future__ import annotations

import datetime as dt
import logging
import sys
import threading
import traceback
from contextlib import suppress
from types import TracebackType
from typing import Any

from digest.logs.lines import as_json, as_keys
from digest.logs.scrub import Scrub

_WRITERS = {"keys": as_keys, "json": as_json}
_LEVELS = {logging.DEBUG: "debug", logging.WARNING: "warning"}
_found = sys.excepthook, threading.excepthook


class Carrier(logging.Handler):
    """Writes what our rooms and libraries log."""

    def __init__(self, form: str, newsletter: str, scrub: Scrub) -> None:
        super().__init__()
        self._write = _WRITERS[form]
        self._newsletter = newsletter
        self._scrub = scrub

    def emit(self, record: logging.LogRecord) -> None:
        """One line in one write. A standard error that takes no more stops nothing.

        Of libraries what they warn of alone: the rest tells every URL that is asked.
        """
        if record.levelno < logging.WARNING and not hasattr(record, "event"):
            return
        line = self._write(self._fields(record))
        with suppress(OSError, ValueError, AttributeError):  # full; closed; none
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()

    def _fields(self, record: logging.LogRecord) -> dict[str, Any]:
        time = dt.datetime.fromtimestamp(record.created, dt.UTC)
        told: dict[str, Any] = {
            "time": f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03}Z",
            "level": _level(record.levelno),
            "event": getattr(record, "event", "library"),
        }
        if self._newsletter:
            told["newsletter"] = self._newsletter
        if not hasattr(record, "event"):
            told["logger"] = record.name
        told |= {name: self._told(one) for name, one in getattr(record, "fields", {}).items()}
        if message := self._scrub(_message(record)):
            told["message"] = message
        if record.exc_info:
            told["trace"] = self._scrub("".join(traceback.format_exception(*record.exc_info)[-2:]))
        return told

    def _told(self, value: object) -> object:
        if isinstance(value, float):
            return round(value, 3)
        if isinstance(value, (bool, int)):
            return value
        return self._scrub(str(value))


def carry(form: str | None, level: int, newsletter: str, scrub: Scrub) -> None:
    """Let logging write lines in a form, ours from a level on; or, for None, as it does itself."""
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, Carrier)]:
        root.removeHandler(handler)
    logging.captureWarnings(form is not None)
    sys.excepthook, threading.excepthook = _found
    if form is None:
        return
    root.addHandler(Carrier(form, newsletter, scrub))
    logging.getLogger("digest").setLevel(level)
    sys.excepthook, threading.excepthook = _broken, _broken_thread


def _level(number: int) -> str:
    if number > logging.WARNING:
        return "error"
    return _LEVELS.get(number, "info")


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001 - a library's own fault
        return str(record.msg)


def _broken(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    told = {"event": "broken", "fields": {}}
    logging.getLogger("digest").critical(
        "the program is broken; report this", exc_info=(kind, error, trace), extra=told
    )


def _broken_thread(found: threading.ExceptHookArgs) -> None:
    if found.exc_value:
        _broken(found.exc_type, found.exc_value, found.exc_traceback)
