"""What becomes of a release's pods and of its Lease, change by change, and who acts meanwhile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import dropwhile
from typing import Any, Final

from install.release import LEASE, Release, is_ready
from running.audit import WRITES, entries
from testbed.binaries import find_kubectl
from testbed.processes import Process

REPLICAS: Final = 2
"""How many pods a release has, unless told otherwise."""

POD: Final = "authentication.kubernetes.io/pod-name"
"""Where the API server says which pod's token was used."""

_WATCH: Final = ("--watch", "--output-watch-events", "-o", "json")


@dataclass(frozen=True)
class Deed:
    """A call to Agora, or a write to an object."""

    at: datetime
    pod: str
    what: str


class Onlooker:
    """Watches a release; ask it in its block."""

    def __init__(self, release: Release, pods: Process, lease: Process) -> None:
        self._release = release
        self._pods = pods
        self._lease = lease
        self._began = datetime.now(UTC)

    @classmethod
    @contextmanager
    def of(cls, release: Release) -> Iterator[Onlooker]:
        """Watch from now on."""
        ours = f"app.kubernetes.io/instance={release.namespace}"
        number = len([*release.cluster.directory.glob("watch-*")])
        with (
            _watch(release, number, "pods", "-l", ours) as pods,
            _watch(release, number, "lease", LEASE) as lease,
        ):
            yield cls(release, pods, lease)

    def fewest_ready(self) -> int:
        """Return how many pods were ready, and not about to go, when there were fewest."""
        ready: dict[str, bool] = {}
        counts = []
        for change in _changes(self._pods):
            pod = change["object"]
            stays = "deletionTimestamp" not in pod["metadata"] and change["type"] != "DELETED"
            ready[pod["metadata"]["name"]] = stays and is_ready(pod)
            counts.append(sum(ready.values()))
        return min(dropwhile(lambda count: count < REPLICAS, counts))  # they are told one by one

    def leaders(self) -> list[tuple[datetime, str]]:
        """Return which pod held the Lease from when on, by its own word; empty: nobody."""
        reigns: list[tuple[datetime, str]] = []
        for change in _changes(self._lease):
            spec = change["object"]["spec"]
            pod = spec["holderIdentity"].partition("_")[0]
            if not reigns or pod != reigns[-1][1]:
                reigns.append((datetime.fromisoformat(spec["acquireTime"]), pod))
        return reigns

    def deeds_of_others(self) -> list[Deed]:
        """Return what was done by a pod at a time at which it did not hold the Lease."""
        reigns = self.leaders()

        def leader(at: datetime) -> str:
            return next((pod for since, pod in reversed(reigns) if since <= at), "")

        return [deed for deed in self.deeds() if deed.pod != leader(deed.at)]

    def deeds(self) -> list[Deed]:
        """Return what was done since the beginning, by audit log and by the pods' own logs."""
        pods = {change["object"]["metadata"]["name"] for change in _changes(self._pods)}
        found = [*self._writes(), *(deed for pod in pods for deed in self._calls(pod))]
        return [deed for deed in found if deed.at >= self._began]

    def _writes(self) -> Iterator[Deed]:
        for entry in entries(self._release.cluster):
            about = entry.get("objectRef", {})
            ours = about.get("apiGroup") == "recording.agora.io"
            if entry["user"]["username"] == self._release.user and ours and entry["verb"] in WRITES:
                at = datetime.fromisoformat(entry["requestReceivedTimestamp"])
                (pod,) = entry["user"]["extra"][POD]
                yield Deed(at, pod, f"{entry['verb']} {about['resource']}/{about['name']}")

    def _calls(self, pod: str) -> Iterator[Deed]:
        """Yield what a pod says that it does at Agora; of its looks it tells with DEBUG only."""
        for line in self._release.nodes.log(self._release.namespace, pod).splitlines():
            if '"Performing"' in line:
                said = json.loads(line)
                at = datetime.fromisoformat(said["timestamp"])
                yield Deed(at, pod, f"{said['action']} {said['namespace']}/{said['name']}")


def _watch(release: Release, number: int, kind: str, *words: str) -> Process:
    command = [str(find_kubectl()), "-n", release.namespace, "get", kind, *words, *_WATCH]
    log = release.cluster.directory / f"watch-{number}-{kind}.json"
    return Process(f"watch of {kind}", command, log=log, env=release.cluster.environment())


def _changes(watch: Process) -> Iterator[dict[str, Any]]:
    """Yield all that a watch has told; it must go on."""
    watch.check_alive()
    text, decoder, at = watch.log.read_text(encoding="utf-8"), json.JSONDecoder(), 0
    while (at := text.find("{", at)) >= 0:
        try:
            change, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError:  # it is being written
            return
        yield change
