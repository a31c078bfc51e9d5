"""From a TOML file and the environment to a checked configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from digest.config.alerts import alerts_clashes, alerts_config
from digest.config.channels import Entry, channel_clashes, channel_configs
from digest.config.checks import Given, Wrong
from digest.config.hints import hint
from digest.config.keys import ANY_SOURCE, CHANNELS, KINDS, SECTIONS, Keys
from digest.config.mail import clashes, mail_config, web_clashes
from digest.config.nouns import (
    Config,
    FetchConfig,
    LogsConfig,
    NewsletterConfig,
    RetentionConfig,
    SourceConfig,
    ThemesConfig,
    WebConfig,
)
from digest.config.reading import TEXT, parsed, read
from digest.config.summary import summary_clashes, summary_config
from digest.errors import ConfigError

_TYPES = {
    str: "text in quotes",
    int: "a whole number",
    bool: "true or false",
    list: 'a list of texts, such as ["one", "two"]',
}


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """The configuration of a TOML file, under what the environment sets as DIGEST_SECTION__KEY.

    Relative paths become absolute, from the file's folder. Raises ConfigError with every problem.
    """
    text = environ.get(TEXT) or read(path)
    document = parsed(path, text)
    has_themes = _take_themes(document)
    settings = _Settings(path, _Overrides(environ))
    settings.refuse_unknown("", document, [*_inside(""), "source", "channel"], "section")
    tables = {
        name: settings.table(name, keys, _section(document, name))
        for name, keys in SECTIONS.items()
    }
    sources = settings.sources(document.get("source", []))
    channels = channel_configs(settings.entries("channel", document.get("channel", []), _channel))
    mail, dkim = tables["mail"], tables["mail.dkim"]
    web = tables["web"]
    settings.refuse(clashes(mail, dkim))
    settings.refuse(web_clashes(web, mail))
    settings.refuse(summary_clashes(tables["summary"]))
    settings.refuse(channel_clashes(channels, tables["newsletter"]))
    settings.refuse(alerts_clashes(tables["alerts"]))
    settings.problems += settings.overrides.unknown()
    if settings.problems:
        raise ConfigError(settings.problems)
    return Config(
        newsletter=_newsletter(tables["newsletter"], web["url"]),
        sources=sources,
        state_url=tables["state"]["url"],
        archive_path=tables["archive"]["path"],
        templates_path=tables["templates"]["path"],
        themes=ThemesConfig(**tables["themes"], file=path.name, inline=text if has_themes else ""),
        mail=mail_config(mail, dkim, web["url"]),
        fetch=FetchConfig(**tables["fetch"]),
        web=WebConfig(**web),
        summary=summary_config(tables["summary"]),
        publish=tables["archive"]["publish"],
        channels=channels,
        logs=LogsConfig(**tables["logs"]),
        alerts=alerts_config(tables["alerts"], mail["operator"]),
        retention=RetentionConfig(**tables["retention"]),
    )


def _newsletter(values: dict[str, Any], home: str) -> NewsletterConfig:
    """The newsletter; its archive is shown at the pages where no other place is named."""
    return NewsletterConfig(**values | {"base_url": values["base_url"] or home})


def _take_themes(document: Mapping[str, Any]) -> bool:
    """Whether there are themes and groups; out of the document, as `digest.themes` reads them."""
    table = document.get("themes")
    if not isinstance(table, dict):
        return False
    own = [table.pop(key) for key in ("theme", "group") if key in table]
    return bool(own)


def _inside(section: str) -> list[str]:
    """The sections right inside another, or those inside none."""
    parts = (name.rpartition(".") for name in SECTIONS)
    return [last for parent, _, last in parts if parent == section]


def _section(document: Mapping[str, Any], name: str) -> Any:
    """What a document has as a section; an empty one where it has none."""
    table: Any = document
    for part in name.split("."):
        table = table.get(part, {}) if isinstance(table, dict) else {}
    return table


class _Overrides:
    """What the environment sets, and which of its names mean nothing."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._left = {
            name: text
            for name, text in environ.items()
            if name.startswith("DIGEST_") and "__" in name
        }
        self._known: list[str] = []

    def take(self, section: str, key: str) -> tuple[str, str | None]:
        """The variable of a key, and its text where it is set."""
        name = _prefix(section) + _upper(key)
        self._known.append(name)
        return name, self._left.pop(name, None)

    def drop(self, section: str) -> None:
        """Forget the variables of a section that cannot be read."""
        prefix = _prefix(section)
        self._left = {name: self._left[name] for name in self._left if not name.startswith(prefix)}

    def unknown(self) -> list[str]:
        """A problem for each variable that no key took."""
        return [f"{name}: there is no such key{hint(name, self._known)}" for name in self._left]


class _Settings:
    """The tables of one file under the environment, and all that is wrong with them."""

    def __init__(self, file: Path, overrides: _Overrides) -> None:
        self.overrides = overrides
        self.problems: list[str] = []
        self._file = file
        self._variables: dict[str, str] = {}  # by the key that each sets
        self._folder = file.absolute().parent

    def table(self, name: str, keys: Keys, table: Any) -> dict[str, Any]:
        """The values of one table, without those that are wrong."""
        if not isinstance(table, dict):
            self._problem(name, f"must be a table: write [{name}]")
            table = {}
        self.refuse_unknown(f"{name}.", table, [*keys, *_inside(name)], "key")
        values = {}
        for key, (default, check) in keys.items():
            variable, text = self.overrides.take(name, key)
            if text is not None:
                self._variables[f"{name}.{key}"] = variable
            try:
                value = (
                    _typed(table.get(key, default), type(default))
                    if text is None
                    else _from_text(text, type(default))
                )
                values[key] = check(Given(value, text is not None, self._folder, variable))
            except Wrong as wrong:
                self._problem(f"{name}.{key}", str(wrong))
        return values

    def sources(self, tables: Any) -> tuple[SourceConfig, ...]:
        """The sources."""
        if tables == []:
            self._problem("source", 'there is none; add [[source]] with kind = "huggingface"')
        found = self.entries("source", tables, _keys_of)
        return tuple(SourceConfig(kind, name, values) for kind, name, values in found)

    def entries(self, noun: str, tables: Any, keys_of: Callable[[Any], Keys]) -> list[Entry]:
        """A list of tables, each under a name of its own."""
        if not isinstance(tables, list):
            self._problem(noun, f"must be a list of tables: write [[{noun}]]")
            return []
        numbered = enumerate(tables, start=1)
        found = [self._entry(f"{noun}.", number, table, keys_of) for number, table in numbered]
        names = [_upper(name) for name, _ in found]
        for place, (name, _) in enumerate(found):
            if names[place] in names[:place]:
                self._problem(f"{noun}.{name}.name", f"an earlier {noun} has it; choose another")
        return [entry for _, entry in found if entry]

    def _entry(
        self, prefix: str, number: int, table: Any, keys_of: Callable[[Any], Keys]
    ) -> tuple[str, Entry | None]:
        """A table, where nothing is wrong with it, and the name that its problems go by."""
        told = dict(table) if isinstance(table, dict) else {}
        label = str(told.get("name") or told.get("kind") or number)
        section = f"{prefix}{label}"
        variable, text = self.overrides.take(section, "kind")
        in_file = told.pop("kind", "")
        kind = in_file if text is None else text
        try:
            keys = keys_of(kind)
        except Wrong as wrong:
            where = f"{self._file}: {section}.kind" if text is None else variable
            self.problems.append(f"{where}: {wrong}")
            self.overrides.drop(section)
            return label, None
        before = len(self.problems)
        values = self.table(section, keys, told)
        if len(self.problems) > before:
            return label, None
        name = values.pop("name") or kind
        return name, Entry(kind, name, values)

    def refuse_unknown(
        self, prefix: str, table: Mapping[str, Any], known: Iterable[str], noun: str
    ) -> None:
        """Note a problem for each key of a table that is not known."""
        for key in table:
            if key not in known:
                self._problem(f"{prefix}{key}", f"there is no such {noun}{hint(key, known)}")

    def refuse(self, clashes: Iterable[tuple[str, str]]) -> None:
        """Note a problem for each key that is wrong beside others."""
        for key, words in clashes:
            self._problem(key, words)

    def _problem(self, key: str, words: str) -> None:
        """Note what is wrong with a key, under the name that it was set by."""
        where = self._variables.get(key) or f"{self._file}: {key}"
        self.problems.append(f"{where}: {words}")


def _keys_of(kind: Any) -> Keys:
    """The keys of a kind of source, ours or an installed one. Raises Wrong."""
    if isinstance(kind, str) and kind in KINDS:
        return KINDS[kind]
    from digest.config import plugins

    installed = plugins.kinds()
    if kind not in installed:
        raise Wrong(f"must be one of: {', '.join(dict.fromkeys([*KINDS, *installed]))}")
    return {**plugins.keys_of(kind), **ANY_SOURCE}


def _channel(kind: Any) -> Keys:
    """The keys of a kind of channel. Raises Wrong."""
    if not isinstance(kind, str) or kind not in CHANNELS:
        raise Wrong(f"must be one of: {', '.join(CHANNELS)}")
    return CHANNELS[kind]


def _typed(value: Any, kind: type[Any]) -> Any:
    """A value of a file that has the right type."""
    if type(value) is not kind:
        raise Wrong(f"must be {_TYPES[kind]}")
    if kind is list and not all(isinstance(item, str) for item in value):
        raise Wrong(f"must be {_TYPES[kind]}")
    return value


def _from_text(text: str, kind: type[Any]) -> Any:
    """A value of the environment, read as its key's type."""
    if kind is list:
        return [item.strip() for item in text.split(",") if item.strip()]
    if kind is bool:
        if text.lower() not in ("true", "false"):
            raise Wrong("must be true or false")
        return text.lower() == "true"
    if kind is int:
        try:
            return int(text)
        except ValueError:
            raise Wrong("must be a whole number") from None
    return text


def _prefix(section: str) -> str:
    """How the variables of `mail` or `source.NAME` begin."""
    return "".join(["DIGEST_", *(f"{_upper(part)}__" for part in section.split(".", 1))])


def _upper(name: str) -> str:
    """A name as environment variables have it."""
    return "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in name.upper())
