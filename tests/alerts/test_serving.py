"""What a process that stays tells of a configuration that changes under it."""

from __future__ import annotations

import signal

from tests.alerts.conftest import Listener, mornings
from tests.alerts.test_alerts import NEEDED, OVER
from tests.home import Home
from tests.logs.reading import read
from tests.schedule.conftest import serving


def test_a_wrong_change_is_an_alert_and_a_right_one_ends_it_and_changes_the_log(
    watched: Home, listener: Listener
) -> None:
    mornings(watched, [5])
    text = watched.config.read_text()
    with serving(watched, "--no-web", now="2026-01-06T03:00:10Z") as found:
        found.until(lambda: found.says("editions are made"))
        watched.configure(f'{text}rat = 1\n[logs]\nformat = "json"\n')
        found.process.send_signal(signal.SIGHUP)
        found.until(lambda: listener.titles == [NEEDED])
        assert "mail.rat: there is no such key" in listener.alerts[0]["message"]
        watched.configure(f'{text}[logs]\nformat = "json"\n')
        found.process.send_signal(signal.SIGHUP)
        found.until(lambda: listener.titles == [NEEDED, OVER])
    words, wrong, *lines = found.answer.err.splitlines()
    assert words == "digest: the configuration stays as it was, as this is wrong:"
    assert "mail.rat" in wrong
    told = [read("json", line) for line in lines]
    assert (told[0]["event"], "read again" in told[0]["message"]) == ("serving", True)
    assert told[-1]["event"] == "ended"
