"""The rules of the formats that machines read of the site, and whether a document keeps them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
from lxml import etree

SCHEMAS = Path(__file__).parent / "schemas"


def checked(name: str, document: str) -> Any:
    """The root of an XML document that keeps the rules of a schema; fails where it does not."""
    root = etree.fromstring(document.encode())
    _schema(name).assertValid(root)
    return root


def checked_json(document: str) -> Any:
    """A JSON Feed that keeps the rules; fails where it does not."""
    told = json.loads(document.encode())
    jsonschema.validate(told, json.loads((SCHEMAS / "feed.json").read_text("utf-8")))
    return told


@cache
def _schema(name: str) -> Any:
    return etree.RelaxNG(etree.parse(SCHEMAS / f"{name}.rng"))
