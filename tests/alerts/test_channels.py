"""A channel that takes no edition is told of, by itself."""

from __future__ import annotations

from tests.alerts.conftest import Listener, add, mornings
from tests.alerts.test_alerts import NEEDED, OVER
from tests.home import Home


def test_a_channel_that_refuses_editions_is_told_once_and_its_end_once_it_gets_one(
    watched: Home, listener: Listener
) -> None:
    for name in ("lab", "attic"):
        (watched.folder / f"{name}.url").write_text(listener.server.url_for(f"/{name}"))
    (watched.folder / "secret").write_text("c2VjcmV0" * 5)
    channels = "".join(
        f'[[channel]]\nkind = "webhook"\nname = "{name}"\n'
        f'url_file = "{name}.url"\nsecret_file = "secret"\n'
        for name in ("lab", "attic")
    )
    watched.configure(f"{watched.config.read_text()}[fetch]\nallow_private = true\n{channels}")
    listener.server.expect_request("/attic").respond_with_data("")
    lab = listener.server.expect_request("/lab")
    codes = []
    for day, status in enumerate([404, 410, 503, 200, 200], start=5):
        lab.respond_with_data("", status=status)
        add(watched.folder, day)
        codes += mornings(watched, [day])
        expected = [NEEDED] if day < 8 else [NEEDED, OVER]
        assert listener.titles == expected, day
    assert codes == [1, 1, 0, 0, 0]
    said = listener.alerts[0]["message"]
    assert "channel lab: 2026-01-05: failed: 404 refused by the webhook" in said
    assert "`digest send-test lab` tries it" in said
    assert "no longer: the channel lab cannot be told" in listener.alerts[1]["message"]
    assert not any("attic" in alert["message"] for alert in listener.alerts)
