"""A ClusterAgoraProject serves the namespaces that it allows; to all others it does not exist."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from agora_recording.crd.clusterproject import (
    AllowedNamespaces,
    ClusterEndpoint,
    NamespaceSelector,
)
from agora_recording.crd.project import CertificateReference
from agora_recording.crd.status import CloudRecordingStatus
from agora_recording.domain.observation import FINALIZER, Problem, Recording, Target, Trail
from agora_recording.domain.reason import Reason
from agora_recording.reconcile.ports import ConflictError, Secret
from builders import (
    APP,
    SHARED,
    STORAGE_KEYS,
    attempt,
    cluster_project,
    recording,
    reference,
    running,
    spec,
)
from builders import storage as bucket
from unit.reconcile.fake_projects import FakeProjects
from unit.reconcile.fake_time import in_fake_time
from unit.reconcile.world import HOME, FakeSecrets, Process, World, tick

KEY = ("", "default")
LABELS = {"recording": "yes"}
BY_LABEL = AllowedNamespaces(selector=NamespaceSelector(match_labels=LABELS))
WIPED = {"finalizers": (FINALIZER,), "status": CloudRecordingStatus()}


def made(*attempts: Any, **members: Any) -> Recording:
    """Return a recording of the namespace "team" that names the project."""
    given = {"namespace": "team", "spec": spec(project_ref=SHARED)}
    return recording(*attempts, **{**given, **members})


def world(one: Recording | None = None, **members: Any) -> World:
    """Return a world whose project serves namespaces with the label, unless told otherwise."""
    project = cluster_project(**{"allowed_namespaces": BY_LABEL, **members})
    return World(one or made(), FakeProjects(KEY, project))


async def recorded(labels: Mapping[str, str] = LABELS) -> tuple[World, Process]:
    """Return a world, and a process whose recording is confirmed."""
    there = world()
    process = there.process()
    process.namespaces.see("team", labels)
    await process.run_for(30)
    assert there.reason() == "Recording"
    return there, process


@pytest.mark.parametrize(
    ("secret", "named"),
    [("agora", f"Secret {HOME}/agora does"), ("storage", f"Secret {HOME}/storage does")],
)
@in_fake_time
async def test_a_secret_beside_the_operator_is_named_with_its_namespace(
    secret: str, named: str
) -> None:
    """Whoever records in another would look for it in the wrong one."""
    there = world()
    there.secrets.data.pop(secret)
    process = there.process()
    process.namespaces.see("team", LABELS)
    await process.run_for(30)

    assert there.reason() == "SecretNotFound"
    assert there.message().startswith(named)


@dataclass
class Diary:
    """All that somebody in the namespace can see of a recording, and when."""

    world: World
    seconds: float = 300.0

    async def keep(self) -> list[object]:
        """Let a process work, and return what was seen."""
        seen: list[object] = []

        def look() -> None:
            seen.append((round(tick()), self.world.cluster.writes[-1], self.world.cluster.object))

        self.world.cluster.after_write = look
        process = self.world.process()
        process.namespaces.see("team", {"recording": "no"})
        await process.run_for(self.seconds)
        assert self.world.agora.calls == []
        return [*seen, self.world.announcer.told]


@pytest.mark.parametrize(
    "given",
    [{}, WIPED, {"deleting": True, **WIPED}],
    ids=["new", "with a finalizer", "deleted with a finalizer"],
)
@in_fake_time
async def test_a_refused_recording_sees_what_it_would_see_if_there_were_no_project(
    given: dict[str, Any],
) -> None:
    """The same words at the same times, also if somebody gave the object our finalizer."""
    refused, lonely = world(made(**given)), world(made(**given))
    lonely.projects.object = None
    reads: list[None] = []
    refused.secrets.before_read = lambda: reads.append(None)

    seen, expected = await asyncio.gather(Diary(refused).keep(), Diary(lonely).keep())

    assert seen == expected
    assert len(seen) > 1
    assert refused.reason() == "ProjectNotFound"
    assert reads == []
    assert refused.projects.writes == []


@in_fake_time
async def test_an_admitted_recording_records() -> None:
    """By the label of its namespace; the project is kept for it."""
    there, _ = await recorded()

    assert there.projects.writes == ["on"]


@in_fake_time
async def test_what_runs_goes_on_when_its_namespace_is_no_longer_allowed() -> None:
    """It can be stopped, and keeps the project until then."""
    there, process = await recorded()
    process.namespaces.see("team", {})
    await process.run_for(300)
    assert there.reason() == "Recording"
    assert await process.projects.let_go(KEY) == ("team/standup",)
    there.cluster.delete()
    await process.run_for(30)

    assert not there.agora.running
    assert there.cluster.object is None
    process.memories.vanish("object-1")
    assert await process.projects.let_go(KEY) == ()


@in_fake_time
async def test_whoever_begins_after_the_namespace_was_closed_stops_what_runs() -> None:
    """A process that has just begun knows only what the status tells."""
    there, _ = await recorded()
    there.cluster.delete()
    process = there.process()
    await process.run_for(30)

    assert not there.agora.running
    assert there.cluster.object is None


@in_fake_time
async def test_nothing_begins_again_until_the_namespace_is_allowed_again() -> None:
    """The words are those for a project that does not exist."""
    there, process = await recorded()
    process.namespaces.see("team", {})
    there.agora.running.clear()
    await process.run_for(900)
    assert there.agora.count("acquire") == 1
    assert there.reason() == "ProjectNotFound"
    process.namespaces.see("team", LABELS)
    await process.run_for(900)

    assert there.reason() == "Recording"
    assert there.agora.count("acquire") == 2


@in_fake_time
async def test_what_was_stopped_after_the_namespace_was_closed_is_let_go() -> None:
    """Nothing is left outside, so the finalizer goes, and the object can be deleted."""
    there, process = await recorded()
    process.namespaces.see("team", {})
    there.cluster.delete()
    await process.run_for(60)

    assert there.cluster.object is None


@in_fake_time
async def test_what_is_open_in_memory_alone_is_served_too() -> None:
    """An attempt that the status does not list yet, or no more."""
    process = world().process()
    assert process.projects.serving(process.memory.recording) is None
    process.memory.learn(Trail(attempt()))
    served = process.projects.serving(process.memory.recording)

    assert served is not None
    assert served.gone


@in_fake_time
async def test_nothing_is_acquired_for_a_namespace_that_was_closed_meanwhile() -> None:
    """Whatever was decided from an older look."""
    process = world().process()
    with pytest.raises(ConflictError):
        async with process.projects.acquiring(made()):
            raise AssertionError

    assert process.world.projects.writes == []


@in_fake_time
async def test_two_of_one_name_are_two_users() -> None:
    """The first to end does not take the project from the other."""
    process = world(allowed_namespaces=AllowedNamespaces(names=("team", "other"))).process()
    other = made(namespace="other", uid="other")
    async with process.projects.acquiring(made()):
        async with process.projects.acquiring(other):
            assert process.projects.users(KEY) == ("other/standup", "team/standup")
        assert process.projects.users(KEY) == ("team/standup",)

    assert not process.projects.in_use(KEY)


@in_fake_time
async def test_a_project_of_the_same_name_in_the_namespace_is_another() -> None:
    """Its users are not those of the cluster's."""
    process = world(made(running(), spec=spec())).process()

    assert not process.projects.in_use(KEY)
    assert process.projects.in_use(("team", "default"))


class NotingSecrets(FakeSecrets):
    """Notes where Secrets are read."""

    def __init__(self) -> None:
        super().__init__()
        self.read_from: set[tuple[str, str]] = set()

    async def read(self, namespace: str, name: str, *, max_age: float) -> Secret | None:
        """Return the Secret's data."""
        self.read_from.add((namespace, name))
        return await super().read(namespace, name, max_age=max_age)


MINE = bucket(credentials_secret_ref=reference("mine"))


@pytest.mark.parametrize(
    ("own", "read_from"),
    [
        (None, {(HOME, "agora"), (HOME, "certificate"), (HOME, "storage")}),
        (MINE, {(HOME, "agora"), (HOME, "certificate"), ("team", "mine")}),
    ],
    ids=["the project's storage", "its own storage"],
)
@in_fake_time
async def test_a_secret_is_read_in_the_namespace_of_whoever_names_it(
    own: Any,  # noqa: ANN401 - a storage or None
    read_from: set[tuple[str, str]],
) -> None:
    """The project's in the operator's, the recording's in its own."""
    there = world(app_certificate_secret_ref=CertificateReference(name="certificate"))
    secrets = there.secrets = NotingSecrets()
    secrets.data["mine"] = dict.fromkeys(STORAGE_KEYS, "mine")
    process = there.process()
    process.namespaces.see("team", LABELS)
    one = made(spec=spec(project_ref=SHARED, storage=own))
    means = await process.treasury.find(one, fresh=True, tick=0.0)

    assert means.searchable
    assert secrets.read_from == read_from


@in_fake_time
async def test_the_project_itself_is_judged_by_secrets_of_the_operators_namespace() -> None:
    """Both of them; a refusal of the credentials is told to whoever looks after that Secret."""
    there = world()
    secrets = there.secrets = NotingSecrets()
    process = there.process()
    process.namespaces.see("team", LABELS)
    assert there.projects.object is not None
    told: list[tuple[str, str]] = []
    process.treasury.changed = lambda *key: told.append(key)

    assert await process.treasury.judge(there.projects.object) is None
    assert secrets.read_from == {(HOME, "agora"), (HOME, "storage")}
    means = await process.treasury.find(made(), fresh=False, tick=0.0)
    problem = Problem(Reason.CREDENTIALS_REFUSED, "Agora refused them.")
    process.treasury.refuse(made(), means, problem, tick=0.0)

    assert told == [(HOME, "agora")]
    assert await process.treasury.judge(there.projects.object) == problem


@in_fake_time
async def test_the_projects_own_url_is_called() -> None:
    """Of a private deployment, for example."""
    there = world(endpoint=ClusterEndpoint(url="http://127.0.0.1:9"))
    process = there.process()
    process.namespaces.see("team", LABELS)
    means = await process.treasury.find(made(), fresh=False, tick=0.0)

    assert means.target == Target(APP, "http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("named", "made_at", "called"),
    [
        (None, "https://api.sd-rtn.com", "https://api.sd-rtn.com"),
        (None, "https://evil.test", "https://api.agora.io"),
        ("http://agora.test:1", "http://agora.test:1", "http://agora.test:1"),
        ("http://agora.test:1", "https://api.agora.io", "http://agora.test:1"),
        ("http://agora.test:1", "https://evil.test", "http://agora.test:1"),
    ],
)
@in_fake_time
async def test_the_projects_credentials_go_nowhere_but_where_it_says(
    named: str | None, made_at: str, called: str
) -> None:
    """Whoever can write a status of their namespace cannot have them sent to themselves."""
    process = world(endpoint=ClusterEndpoint(url=named)).process()
    forged = made(running(endpoint=made_at))
    means = await process.treasury.find(forged, fresh=False, tick=0.0)

    assert means.credentials
    assert means.access(made_at).endpoint == called


@in_fake_time
async def test_a_url_stands_for_no_other_host() -> None:
    """Although Agora has more of them, in this area and in the other, and this one is lost."""
    url = "https://api.agora.io"
    process = world(endpoint=ClusterEndpoint(url=url, allow_cross_area=True)).process()
    process.namespaces.see("team", LABELS)
    process.hosts.lost(url)
    means = await process.treasury.find(made(), fresh=False, tick=0.0)

    assert means.access(url).endpoint == url
    assert means.access_to_acquire().endpoint == url


@in_fake_time
async def test_many_recordings_of_many_namespaces_take_one_write() -> None:
    """The finalizer is the project's, whoever uses it."""
    process = world().process()

    async def acquire(number: int) -> None:
        one = replace(made(), namespace=f"team-{number}", uid=f"uid-{number}")
        process.namespaces.see(one.namespace, LABELS)
        async with process.projects.acquiring(one):
            await asyncio.sleep(0)

    await asyncio.gather(*map(acquire, range(50)))

    assert process.world.projects.writes == ["on"]
