"""Writing the lists of papers by their ids: a new day touches those of its papers alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import jinja2
import msgspec

from digest.archive.files import Folder, write
from digest.model.catalogue import Day
from digest.render.find_pages import Row, find_index, find_script, merged, rows, shard_page
from digest.render.look import Look

_NONE: Mapping[str, Row] = {}


class Finding:
    """The lists of a site. `anew` leaves aside what they hold."""

    def __init__(
        self, folder: Folder, env: jinja2.Environment, look: Look, *, anew: bool = False
    ) -> None:
        self._folder = folder
        self._env = env
        self._look = look
        self._anew = anew

    def update(self, days: Iterable[Day], *, gone: Iterable[Day] = ()) -> None:
        """Put the papers of editions into their lists, in place of what these had `gone` by.

        Each list has its rows in JSON beside it.
        """
        old, new = rows(gone), rows(days)
        for shard in sorted(old.keys() | new.keys()):
            name = f"find/{shard}"
            kept = self._kept(f"{name}.json")
            for key, row in old.get(shard, _NONE).items():
                if kept.get(key) == row:
                    del kept[key]
            whole = merged(kept, new.get(shard, _NONE))
            file = self._folder.path / f"{name}.json"
            self._folder.changed += write(file, msgspec.json.encode(whole))
            self._folder.put(f"{name}.html", shard_page(self._env, self._look, shard, whole))
        self._folder.put("find/index.html", find_index(self._env, self._look))
        self._folder.put("find/find.js", find_script(self._env))

    def _kept(self, name: str) -> dict[str, Row]:
        """The rows of a list; none where they cannot be read."""
        if self._anew:
            return {}
        try:
            return msgspec.json.decode((self._folder.path / name).read_bytes(), type=dict[str, Row])
        except (FileNotFoundError, ValueError):
            return {}
