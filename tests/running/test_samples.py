"""Every sample as a person uses it: applied, recorded, changed, ended; and its files are there.

All are applied at once, as files and as they are, but for the placeholders in Secrets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import obstore
import pytest
import yaml
from obstore.store import S3Store

from running.stage import Stage
from testbed.controlplane import ControlPlane
from testbed.operator import Operator
from testbed.processes import wait_for
from testbed.s3 import S3
from testbed.simulator import Simulator

SAMPLES: Final = Path(__file__).parents[2] / "deploy" / "samples"
FILES: Final = sorted(SAMPLES.rglob("*.yaml"))
PLACEHOLDER: Final = re.compile(r"(\w+): (REPLACE-WITH-\S+)")
"""A key of a Secret, and what stands for its value."""
BEST_FIT: Final = {"mix": {"layout": {"type": "BestFit", "custom": None}}}
FOLLOWED: Final[dict[str, tuple[tuple[dict[str, Any], str, str], ...]]] = {
    "mix": ((BEST_FIT, "updateLayout", "Recording"),),
    "individual": (({"subscription": {"video": {"include": [7]}}}, "update", "Recording"),),
    "web": (
        ({"web": {"onHold": True}}, "update", "OnHold"),
        ({"web": {"onHold": False}}, "update", "Recording"),
    ),
}
"""By the mode: what people change while it records, by which call Agora is told, and how it stands
then."""

pytestmark = pytest.mark.timeout(240)


@dataclass(frozen=True)
class Sample:
    """A CloudRecording of the samples."""

    name: str
    spec: dict[str, Any]
    storage: dict[str, Any]
    """Its own, or that of its project."""
    file: Path

    @property
    def mode(self) -> str:
        """Of Agora's three."""
        return next(mode for mode in FOLLOWED if mode in self.spec)

    @property
    def shoots(self) -> dict[str, Any]:
        """How it takes screenshots, of which Agora lists no files; empty if it takes none."""
        snapshots: dict[str, Any] = self.spec.get("individual", {}).get("snapshots", {})
        return snapshots

    @property
    def opens(self) -> bool:
        """Whether its keys can open the S3 server, which knows no temporary ones."""
        return "stsToken" not in self.file.read_text()


def samples() -> Iterator[Sample]:
    """Yield the recordings of all files."""
    objects = [(file, each) for file in FILES for each in yaml.safe_load_all(file.read_text())]
    projects = {
        each["metadata"]["name"]: each["spec"]
        for _, each in objects
        if each["kind"] == "AgoraProject"
    }
    for file, each in objects:
        if each["kind"] == "CloudRecording":
            spec = each["spec"]
            project = projects[spec.get("projectRef", {}).get("name", "default")]
            storage = spec.get("storage", project["storage"])
            yield Sample(each["metadata"]["name"], spec, storage, file)


ALL: Final = tuple(samples())
OF_MODES: Final = [sample for sample in ALL if sample.file.parent.name != "storage"]
"""Those in which vendors do not matter."""
each_sample = pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.name)


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    """A real S3 server, which stands for every vendor, with the buckets of the samples."""
    with S3.start(*{sample.storage["bucket"] for sample in ALL}) as server:
        yield server


@pytest.fixture(scope="module")
def simulator(cluster: ControlPlane, s3: S3) -> Iterator[Simulator]:
    """An Agora that uploads what it records, and says for long enough that something ends."""
    directory = cluster.directory / "samples"
    directory.mkdir()
    settings: dict[str, Any] = {"storage_endpoint": s3.url, "in_progress_after": 1}
    settings["exiting_seconds"] = 20
    with Simulator.start(directory, **settings) as running:
        yield running


@pytest.fixture(scope="module")
def recorded(cluster: ControlPlane, simulator: Simulator, s3: S3) -> Iterator[Stage]:
    """A namespace with all samples, of which Agora confirms that they are recorded."""
    stage = Stage(cluster, simulator, "samples")
    cluster.kubectl("create", "namespace", stage.namespace)
    with Operator.start(cluster, simulator.api, poll_interval="PT1S"):
        stage.kubectl("apply", "-f", "-", stdin="---\n".join(filled_in(file, s3) for file in FILES))
        for sample in ALL:
            stage.wait_for_reason("Recording", timeout=60, name=sample.name)
        for sample in ALL:
            wait_for_files(stage, sample)
        yield stage


def wait_for_files(stage: Stage, sample: Sample) -> None:
    """Return once the status lists files, if Agora lists any."""
    if not sample.shoots:
        wait_for(lambda: stage.status(sample.name).get("files"), 20, f"files of {sample.name}")


@pytest.fixture(scope="module")
def completed(recorded: Stage) -> dict[str, dict[str, Any]]:
    """Let what takes screenshots only end by itself; return the statuses by name."""
    names = [sample.name for sample in ALL if sample.shoots.get("only")]
    for name in names:
        recorded.simulator.exit(recorded.status(name)["sid"])
        recorded.wait_for_reason("Completed", name=name)
    return {name: recorded.status(name) for name in names}


@pytest.fixture(scope="module")
def ended(recorded: Stage, completed: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Delete all samples.

    Returns:
        What Agora knows of each that still ran, and the files that its status listed, by name.
    """
    before = {sample.name: recorded.status(sample.name) for sample in ALL}
    recorded.kubectl("delete", "crec", "--all", "--wait", "--timeout=90s", timeout=120)
    known = {each["sid"]: each for each in recorded.simulator.recordings()}
    return {
        name: known[status["sid"]] | {"files": {file["name"] for file in status.get("files", [])}}
        for name, status in before.items()
        if name not in completed
    }


def filled_in(file: Path, s3: S3) -> str:
    """Return a sample with the keys of the S3 server in place of the placeholders."""
    lapse = datetime.now(UTC) + timedelta(hours=12)
    keys = {
        "accessKey": s3.access_key,
        "secretKey": s3.secret_key,
        "AWS_ACCESS_KEY_ID": s3.access_key,
        "AWS_SECRET_ACCESS_KEY": s3.secret_key,
        "stsExpiration": f"{lapse:%Y-%m-%dT%H:%M:%SZ}",
    }

    def value(found: re.Match[str]) -> str:
        key, placeholder = found.groups()
        return f'{key}: "{keys.get(key, placeholder)}"'

    return PLACEHOLDER.sub(value, file.read_text())


@dataclass(frozen=True)
class Told:
    """Calls of one kind about one recording."""

    simulator: Simulator
    channel: str
    uid: str
    operation: str

    def statuses(self) -> list[int]:
        """Return how they were answered."""
        calls = self.simulator.calls(self.channel, self.operation)
        return [call["status"] for call in calls if call["uid"] == self.uid]


def stored(s3: S3, bucket: str, sid: str) -> set[str]:
    """Return the names of the files of a recording that are in the bucket."""
    store = S3Store(
        bucket,
        endpoint=s3.url,
        region="us-east-1",
        access_key_id=s3.access_key,
        secret_access_key=s3.secret_key,
        client_options={"allow_http": True},
    )
    found = {file["path"] for page in obstore.list(store) for file in page}
    return {path for path in found if sid in path}


@each_sample
def test_a_sample_is_recorded_once(recorded: Stage, sample: Sample) -> None:
    """In the mode that it says, with one start, which Agora took."""
    status = recorded.status(sample.name)
    told = Told(recorded.simulator, sample.spec["channel"], str(status["uid"]), "start")
    found = [
        (each["sid"], each["mode"], each["endedAt"])
        for each in recorded.simulator.recordings(sample.spec["channel"])
        if each["uid"] == str(status["uid"])
    ]

    assert found == [(status["sid"], sample.mode, None)]
    assert status["mode"] == sample.mode.capitalize()
    assert told.statuses() == [200]


@pytest.mark.parametrize("sample", OF_MODES, ids=lambda sample: sample.name)
def test_a_sample_follows_a_change(recorded: Stage, sample: Sample) -> None:
    """Agora is told with one call for each, and the same recording goes on."""
    before = recorded.status(sample.name)
    for number, (spec, operation, reason) in enumerate(FOLLOWED[sample.mode], start=1):
        patch = json.dumps({"spec": spec})
        recorded.kubectl("patch", "crec", sample.name, "--type=merge", "-p", patch)
        told = Told(recorded.simulator, sample.spec["channel"], str(before["uid"]), operation)
        wait_for(lambda told=told, n=number: told.statuses() == [200] * n, 15, operation)
        recorded.wait_for_reason(reason, name=sample.name)

    assert recorded.status(sample.name)["sid"] == before["sid"]


def test_screenshots_complete_without_a_list_of_files(
    completed: dict[str, dict[str, Any]], s3: S3
) -> None:
    """Agora lists none, and that they are over does not wait for one; they are in the bucket."""
    assert completed
    for status in completed.values():
        assert "files" not in status
        (over,) = status["lastAttempts"]
        found = stored(s3, "recordings", over["sid"])
        assert [name for name in found if name.endswith(".jpg")]


@pytest.mark.parametrize(
    "sample", [one for one in ALL if not one.shoots.get("only")], ids=lambda sample: sample.name
)
def test_a_deleted_sample_leaves_its_files(
    ended: dict[str, dict[str, Any]], s3: S3, sample: Sample
) -> None:
    """The object is gone, the recording is stopped, and what the status listed is stored."""
    recording = ended[sample.name]
    sid, listed = recording["sid"], recording["files"]

    assert recording["endReason"] == "Stopped"
    assert bool(listed) != bool(sample.shoots)
    expected = listed if sample.opens else set()
    wait_for(lambda: expected <= stored(s3, sample.storage["bucket"], sid), 20, f"all of {listed}")
