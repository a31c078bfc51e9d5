"""What the configuration says that is legal but will not do, as far as that shows at once."""

from __future__ import annotations

from collections.abc import Iterator

from digest import wiring
from digest.doctor.examination import Case
from digest.doctor.findings import CONFIG, Finding, ok, problem, skipped, warning
from digest.doctor.judging import leaves


def settings(case: Case) -> Iterator[Finding]:
    """Problems that only a run would meet, and settings that are missed later.

    Raises ConfigError for themes, sources and templates that cannot be used.
    """
    from digest.sources import source_for

    config = case.config
    wiring.taxonomy(config)
    for source in config.sources:
        source_for(source)
    for template in ("mail.html.j2", "mail.txt.j2"):
        _compile(case, template)
    hints = list(_hints(case))
    yield from hints or [ok(CONFIG, "nothing is wrong with it")]


def alerts(case: Case) -> Iterator[Finding]:
    """Whether that is installed by which chats are told."""
    from importlib.util import find_spec

    config = case.config
    if not config.alerts.notify and all(one.kind != "chat" for one in config.channels):
        yield skipped("alerts", "no chat is set up, and no alerts.notify")
    elif find_spec("apprise"):
        yield ok("alerts", "Apprise is installed")
    else:
        found = "Apprise is not installed: chats get no editions"
        yield problem("alerts", found, "pip install 'papertide[alerts]'")


def _compile(case: Case, name: str) -> None:
    """Raise ConfigError where a template is no template."""
    import jinja2

    from digest.errors import ConfigError

    try:
        wiring.environment(case.config).get_template(name)
    except jinja2.TemplateError as error:
        raise ConfigError([f"{name}: {error}; mend it in templates.path"]) from None


def _hints(case: Case) -> Iterator[Finding]:
    config = case.config
    on_web = any("url" in one.settings for one in config.sources)
    if on_web and not config.fetch.contact:
        found = "fetch.contact is empty: sites cannot write to you before they shut you out"
        yield warning(CONFIG, found, "set it to an address or a page of yours")
    if leaves(config) and not wiring.wants_alerts(config):
        found = "mail.operator and alerts.notify are empty: nobody is told where a person is needed"
        yield warning(CONFIG, found, "set mail.operator to an address that somebody reads")
