"""What the simulator uploads is found."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from agora_recording.bucket import Bucket, Place
from testbed.processes import wait_for
from testbed.simulator import Simulator


def begin(simulator: Simulator, place: Place, mode: str) -> str:
    """Record the channel ``room`` with the simulator and return the sid."""
    api = f"{simulator.api}/v1/apps/app/cloud_recording"
    storage = {"vendor": 1, "region": 0, "bucket": place.bucket, "accessKey": place.access_key}
    storage |= {"secretKey": place.secret_key, "fileNamePrefix": ["team", "standup"]}
    config = {"channelType": 0} | ({"subscribeUidGroup": 0} if mode == "individual" else {})

    def ask(path: str, request: dict[str, Any]) -> dict[str, Any]:
        body = {"cname": "room", "uid": "7", "clientRequest": request}
        answer = httpx.post(f"{api}/{path}", json=body, auth=("id", "secret")).raise_for_status()
        members: dict[str, Any] = answer.json()
        return members

    resource = ask("acquire", {})["resourceId"]
    request = {"storageConfig": storage, "recordingConfig": config}
    return str(ask(f"resourceid/{resource}/mode/{mode}/start", request)["sid"])


@pytest.mark.parametrize("mode", ["mix", "individual"])
def test_a_simulated_recording_is_found(place: Place, tmp_path: Path, mode: str) -> None:
    """From its first slice on, and not before."""
    since = datetime.now(tz=UTC)

    def found() -> tuple[str, ...]:
        return asyncio.run(Bucket().find_sids(place, "room", since))

    settings: dict[str, Any] = {"storage_endpoint": place.endpoint, "in_progress_after": 60}
    with Simulator.start(tmp_path, **settings) as simulator:
        sid = begin(simulator, place, mode)
        before = found()
        simulator.advance(60)
        after = wait_for(found, 10, "the recording to be found")

    assert (before, after) == ((), (sid,))
