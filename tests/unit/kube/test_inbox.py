"""What the watch tells of namespaces and of both kinds of projects wakes whom it concerns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

import pytest

from agora_recording.kube.inbox import Inbox
from agora_recording.kube.recordings import KubeRecordings
from agora_recording.reconcile.queue import WorkQueue
from builders import SHARED, recording, spec
from unit.kube.test_projects import raw, shared
from unit.reconcile.caretaker import Caretaker
from unit.reconcile.fake_time import in_fake_time
from unit.reconcile.world import Process, World

LABELS: Final = {"recording": "yes"}
TEAM: Final = spec(project_ref=SHARED.model_copy(update={"name": "main"}))
USERS: Final = {
    "shares": recording(uid="shares", namespace="team", spec=TEAM),
    "shares elsewhere": recording(uid="shares elsewhere", namespace="other", spec=TEAM),
    "has its own": recording(
        uid="has its own",
        namespace="team",
        spec=spec(project_ref={"name": "main"}),
    ),
}
"""Recordings by their uid."""


class Desk:
    """An inbox, and the queue of those whom it wakes."""

    def __init__(self) -> None:
        self.queue = WorkQueue()
        process = World().process()
        self.process: Process = process
        for each in USERS.values():
            process.memories.see(each)
        self.inbox = Inbox(
            process.workers(self.queue),
            Caretaker(process).reports,
            cast("KubeRecordings", None),  # it reads for the sweep alone
            process.namespaces,
        )

    async def woken(self, plural: str, body: Mapping[str, Any], kind: str = "MODIFIED") -> set[str]:
        """Deliver an event, and return whom it wakes."""
        self.inbox.deliver(plural, kind, body)
        woken = [await self.queue.next() for _ in range(len(self.queue))]
        for key in filter(None, woken):
            self.queue.done(key)
        return set(filter(None, woken))


def namespace(**labels: str) -> dict[str, Any]:
    """Return a namespace as the API server sends it."""
    return {"metadata": {"name": "team", **({"labels": labels} if labels else {})}}


@in_fake_time
async def test_a_changed_label_wakes_those_who_may_be_admitted_by_it() -> None:
    """Once; not those of other namespaces, nor who has a project of their own."""
    desk = Desk()

    assert await desk.woken("namespaces", namespace()) == set()
    assert await desk.woken("namespaces", namespace(**LABELS)) == {"shares"}
    assert await desk.woken("namespaces", namespace(**LABELS)) == set()
    assert desk.process.namespaces.labels("team") == LABELS
    assert await desk.woken("namespaces", namespace()) == {"shares"}
    assert desk.process.namespaces.labels("team") == {}


@in_fake_time
async def test_a_namespace_that_is_gone_has_no_labels() -> None:
    """One that is made anew begins without those of the old."""
    desk = Desk()
    await desk.woken("namespaces", namespace(**LABELS))
    await desk.woken("namespaces", namespace(**LABELS), "DELETED")

    assert desk.process.namespaces.labels("team") == {}
    assert desk.process.namespaces.labels("unheard-of") == {}


@pytest.mark.parametrize(
    ("plural", "body", "woken"),
    [
        ("clusteragoraprojects", shared(), {"shares", "shares elsewhere"}),
        ("agoraprojects", raw(), {"has its own"}),
    ],
)
@in_fake_time
async def test_a_project_wakes_those_who_name_it(
    plural: str, body: dict[str, Any], woken: set[str]
) -> None:
    """When it comes and when it goes; of two projects of one name, its own."""
    desk = Desk()

    assert await desk.woken(plural, body, "ADDED") == woken
    assert await desk.woken(plural, body) == set()
    assert await desk.woken(plural, body, "DELETED") == woken


@in_fake_time
async def test_what_is_not_understood_wakes_nobody() -> None:
    """A project that does not say whom it serves serves nobody."""
    desk = Desk()
    body = shared()
    del body["spec"]["allowedNamespaces"]

    assert await desk.woken("clusteragoraprojects", body, "ADDED") == set()
    assert desk.process.projects.serving(USERS["shares"]) is None
