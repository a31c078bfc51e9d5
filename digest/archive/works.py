"""What all parts of one building of a site work with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

import jinja2

from digest.archive.catalogues import Catalogues
from digest.archive.files import Folder
from digest.archive.stock import Stock
from digest.model.editions import Edition
from digest.render.look import Look


class Works(NamedTuple):
    """The templates, what the site holds, and where it is written."""

    newsletter: str  # slug
    env: jinja2.Environment
    look: Look
    folder: Folder
    catalogues: Catalogues
    stock: Stock
    read: Callable[[dt.date], Edition]
