"""What Agora's answers and losses lead to, seen from outside."""

from itertools import pairwise

import pytest

from agora_recording.agora.errors import AgoraError, Ambiguous, NotFound, Refused
from agora_recording.crd.layout import Layout, LayoutType
from agora_recording.crd.mode import Mix
from agora_recording.crd.recording import DeletionPolicy, DesiredState
from agora_recording.reconcile.ports import ForbiddenError
from builders import project, recording, spec
from unit.reconcile.fake_agora import (
    Trouble,
    error,
    exclusion,
    gateway_down,
    lost,
    overload,
    unauthorized,
)
from unit.reconcile.fake_time import in_fake_time
from unit.reconcile.world import World

KEPT_UNKNOWN: list[tuple[str, Trouble]] = [
    ("206/65", error(Ambiguous, 206, 65)),
    ("500/62", error(Ambiguous, 500, 62)),
    ("an unlisted answer", gateway_down()),
    ("404/404", error(NotFound, 404, 404)),
    ("a lost answer", lost()),
]


@pytest.mark.parametrize("trouble", [t for _, t in KEPT_UNKNOWN], ids=[n for n, _ in KEPT_UNKNOWN])
@in_fake_time
async def test_an_unknown_start_is_repeated_with_the_same_resource(trouble: Trouble) -> None:
    """Nothing is acquired anew while the first may have had an effect (protocol 6)."""
    world = World()
    world.agora.order("start", trouble)
    await world.process().run_for(60)

    assert world.agora.count("acquire") == 1
    assert list(world.agora.running) == ["sid-of-resource-1"]
    assert world.reason() == "Recording"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (2, "RequestRefused"),
        (53, "TargetBusy"),
        (432, "RequestRefused"),
        (433, "AgoraUnavailable"),
        (1001, "AgoraUnavailable"),
        (1003, "AgoraUnavailable"),
    ],
)
@in_fake_time
async def test_a_definite_refusal_of_the_only_start_closes_it(code: int, reason: str) -> None:
    """It leaves the list (protocol 6); a resource of no use is replaced without a person."""
    world = World()
    refusal = exclusion() if code == 53 else error(Refused, 400, code)
    world.agora.order("start", refusal)
    await world.process().run_for(1)

    assert world.status.attempts == ()
    assert world.reason() == reason


@pytest.mark.parametrize("code", [53, 433])
@in_fake_time
async def test_a_refusal_of_a_repeated_start_proves_nothing(code: int) -> None:
    """The first one may run (protocol 6)."""
    world = World()
    world.agora.already_names_sid = False
    world.agora.order("start", lost(), error(Refused, 400, code))
    await world.process().run_for(20)

    assert len(world.status.attempts) == 1
    assert world.agora.count("acquire") == 1


@pytest.mark.parametrize(
    "refusal",
    [overload(), unauthorized(), error(Refused, 403)],
    ids=["429", "401", "403"],
)
@in_fake_time
async def test_a_start_that_was_turned_away_is_not_sent_again_at_once(refusal: AgoraError) -> None:
    """It costs calls of an App ID that has none left; later is soon enough (protocol 6)."""
    world = World()
    world.agora.order("start", *[refusal] * 50)
    process = world.process()
    await process.run()

    assert world.agora.count("start") == 1


@in_fake_time
async def test_starts_are_within_the_limit_when_agora_turns_them_away() -> None:
    """Under 429 the calls become fewer, not more."""
    world = World()
    world.agora.order("start", *[overload()] * 1000)
    await world.process().run_for(30)

    assert len(world.agora.calls) < 30


@pytest.mark.parametrize("operation", ["acquire", "start", "query", "stop"])
@in_fake_time
async def test_refused_credentials_are_said_and_mended(operation: str) -> None:
    """The user sees why, and once the Secret is right it goes on (401)."""
    world = World()
    world.agora.order(operation, unauthorized())
    process = world.process()
    if operation == "stop":
        await process.run_for(30)
        world.cluster.edit_spec(desired_state=DesiredState.STOPPED)
    await process.run_for(20)

    assert world.reason() == "CredentialsRefused"
    world.secrets.data["agora"] = {"customerId": "customer", "customerSecret": "another"}
    await process.run_for(120)
    assert ("Stopped" if operation == "stop" else "Recording") == world.reason()


@in_fake_time
async def test_a_target_that_stays_taken_is_somebody_elses() -> None:
    """Busy becomes in use after a minute, with growing pauses (protocol 12)."""
    world = World()
    world.agora.order("start", *[exclusion()] * 1000)
    await world.process().run_for(600)

    assert world.reason() == "TargetInUse"
    assert world.agora.count("start") < 30


@in_fake_time
async def test_a_recording_that_keeps_failing_is_begun_with_growing_pauses() -> None:
    """Each failure doubles the pause; after maxRestarts more a person is asked."""
    world = World()
    world.agora.status = 20
    await world.process().run_for(7200)

    starts = [
        t for t, (name, _) in zip(world.agora.at, world.agora.calls, strict=True) if name == "start"
    ]
    gaps = [b - a for a, b in pairwise(starts)]
    assert len(starts) == 11
    assert gaps[-1] > 4 * gaps[0]
    assert world.reason() == "RecordingFailed"


@in_fake_time
async def test_a_server_that_cannot_start_it_is_left_for_another_soon() -> None:
    """500/502 three times: acquire anew, keep the old entry (protocol 6)."""
    world = World()
    world.agora.order("start", *[error(Ambiguous, 500, 502)] * 3)
    await world.process().run_for(120)

    assert len(world.agora.running) == 1
    assert world.agora.count("acquire") == 2


@in_fake_time
async def test_an_orphan_is_left_running() -> None:
    """The finalizer goes at once, and the ids are told (protocol 21)."""
    world = World(recording(spec=spec(deletion_policy=DeletionPolicy.ORPHAN)))
    process = await world.recorded()
    world.cluster.delete()
    await process.run_for(10)

    assert world.cluster.object is None
    assert world.agora.count("stop") == 0
    assert any("sid-of-resource-1" in note for _, note in world.announcer.told)


@in_fake_time
async def test_a_refused_layout_keeps_the_recording_watched() -> None:
    """Polls go on, and the user sees what was refused."""
    world = World()
    process = await world.recorded()
    world.agora.order("updateLayout", *[error(Refused, 400, 2)] * 99)
    world.cluster.edit_spec(mix=Mix(layout=Layout(type=LayoutType.BEST_FIT)))
    queries = world.agora.count("query")
    await process.run_for(600)

    assert world.agora.count("query") > queries + 5
    assert world.reason() == "RequestRefused"


@in_fake_time
async def test_what_cannot_be_asked_is_not_said_to_be_confirmed() -> None:
    """Without credentials nobody knows whether it records; the status says so."""
    world = World()
    process = await world.recorded()
    del world.secrets.data["agora"]
    await process.run_for(3600)

    recording_now = next(c for c in world.status.conditions if c.type == "Recording")
    assert world.reason() == "SecretNotFound"
    assert recording_now.status == "Unknown"


@in_fake_time
async def test_known_recordings_are_stopped_although_an_unknown_one_cannot_be_repeated() -> None:
    """The storage Secret is gone, so the start cannot be repeated; what is known stops (14)."""
    world = World()
    process = await world.recorded()
    known = world.status.attempts[0]
    unknown = known.model_copy(
        update={
            "resource_id": "unknown",
            "sid": None,
            "confirmed_at": None,
            "number": 2,
            "owner": "dead process",
        }
    )
    world.cluster.edit_status(attempts=(known, unknown))
    world.secrets.data.pop("storage")
    world.cluster.delete()
    await process.run_for(30)

    assert not world.agora.running


@in_fake_time
async def test_a_repeated_start_has_its_keys() -> None:
    """To repeat a start takes the storage's Secret; a known recording is stopped before."""
    world = World()
    process = await world.recorded()
    known = world.status.attempts[0]
    unknown = known.model_copy(
        update={
            "resource_id": "unknown",
            "sid": None,
            "confirmed_at": None,
            "number": 2,
            "owner": "dead process",
        }
    )
    world.cluster.edit_status(attempts=(known, unknown))
    world.cluster.edit_spec(desired_state=DesiredState.STOPPED)
    await process.run_for(10)

    assert ("start", "unknown") in world.agora.calls


@in_fake_time
async def test_a_grant_that_is_not_used_is_given_back() -> None:
    """A call that was granted and not made must not be saved up for later."""
    world = World()
    world.projects.configure(project(limits={"requests_per_second": 1}))
    process = world.process()
    process.budgets.take(world.projects.spec.app_id, "other", 1, 2, tick=1000.0)
    await process.run()
    world.cluster.edit_spec(desired_state=DesiredState.STOPPED)
    await process.run_for(60)
    budget = process.budgets._budgets[world.projects.spec.app_id]  # noqa: SLF001

    assert budget._granted == {}  # noqa: SLF001


@in_fake_time
async def test_a_forbidden_secret_is_said() -> None:
    """The user sees what the operator may not read."""
    world = World()
    world.secrets.trouble = ForbiddenError("no")
    await world.process().run_for(5)

    assert world.reason() == "SecretForbidden"
