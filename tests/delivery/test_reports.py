"""A run tells of its edition, whatever becomes of its delivery."""

from __future__ import annotations

from pathlib import Path

from tests.delivery.newsletter import MORNING, NOON, home_of


def test_a_run_whose_deliveries_cannot_be_kept_track_of_still_tells_of_its_edition(
    tmp_path: Path,
) -> None:
    home = home_of(tmp_path, f"maildir:{tmp_path}/outbox")
    witness = tmp_path / "state" / "digest.db.sent.json"
    witness.mkdir(parents=True)  # so that it cannot be written
    answer = home.digest("run", "--json", now=MORNING)
    assert answer.code == 1
    assert (answer.json["status"], answer.json["new"]) == ("published", 2)
    assert answer.json["deliveries"]["pending"] == 2
    assert "cannot be written" in answer.json["trouble"]
    witness.rmdir()
    assert home.run(now=NOON)["deliveries"]["sent"] == 2
