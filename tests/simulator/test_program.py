import json
import signal
from pathlib import Path

import httpx
import pytest

from simulator.client import Program


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_prints_one_line_and_ends_cleanly_on_a_signal(number: int) -> None:
    """The addresses are all it says, and a signal is no error."""
    program = Program()
    health = httpx.get(f"{program.urls['admin']}/healthz")
    code, rest = program.end(number)

    assert (code, rest) == (0, "")
    assert health.json() == {"status": "ok"}


def test_settings_come_from_a_file_and_flags(tmp_path: Path) -> None:
    """A flag wins over the file."""
    config = tmp_path / "settings.json"
    config.write_text(json.dumps({"seed": 3, "ready_after": 9}))
    program = Program("--config", str(config), "--set", "ready_after=5")
    settings = httpx.get(f"{program.urls['admin']}/admin/settings").json()
    program.end()

    assert (settings["seed"], settings["ready_after"]) == (3, 5)


def test_the_same_seed_gives_the_same_ids() -> None:
    """Runs can be compared."""
    ids = set()
    for _ in range(2):
        program = Program("--set", "seed=11")
        answer = httpx.post(
            f"{program.urls['api']}/v1/apps/a/cloud_recording/acquire",
            auth=("a", "b"),
            json={"cname": "c", "uid": "1", "clientRequest": {}},
        )
        ids.add(answer.json()["resourceId"])
        program.end()

    assert len(ids) == 1
