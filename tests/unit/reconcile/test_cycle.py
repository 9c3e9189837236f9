"""What one cycle does, says to others, and when it wants to look again."""

import asyncio
from contextlib import suppress

import pytest

from agora_recording.crd.layout import Layout, LayoutType
from agora_recording.crd.mode import Mix
from agora_recording.crd.project import Limits
from agora_recording.crd.subscription import Selection, Subscription
from agora_recording.domain.observation import FINALIZER
from agora_recording.domain.reason import Reason
from agora_recording.reconcile.budget import Urgency
from agora_recording.reconcile.cycle import Rest
from agora_recording.reconcile.ports import KubeError
from agora_recording.reconcile.turn import ACQUIRE
from builders import APP, NOW, OTHER, ago, attempt, project, recording, running, status
from unit.reconcile.fake_agora import error, unauthorized
from unit.reconcile.fake_agora import overload as too_many_calls
from unit.reconcile.fake_cluster import unreachable
from unit.reconcile.fake_time import in_fake_time
from unit.reconcile.world import Process, World, tick

SPREAD = 1.05
"""What the chance of these processes adds to each rest."""


def limited(rate: int) -> World:
    """Return a world whose project has so many calls a second."""
    world = World()
    world.projects.configure(project(limits=Limits(requests_per_second=rate)))
    return world


def wait_in_line(process: Process, number: int) -> None:
    """Let others stand in line for the same App ID."""
    for n in range(number + 1):
        process.budgets.take(APP, f"other-{n}", Urgency.START, 2, tick=tick())


@in_fake_time
async def test_after_a_conflict_it_looks_again_at_once() -> None:
    """With what somebody else wrote, and less eager to acquire."""
    world = World()
    world.cluster.before_write = lambda: world.cluster.edit(created="by somebody else")
    process = world.process()

    assert await process.run() == Rest(0.0)
    assert process.memory.trails == {}
    assert process.memory.pauses[ACQUIRE].problem.reason is Reason.KUBE_UNAVAILABLE
    world.cluster.before_write = lambda: None
    again = await process.run()
    assert again.seconds == pytest.approx(0.2 * 0.875 * SPREAD, abs=0.001)


@in_fake_time
async def test_an_object_that_vanished_is_looked_at_at_once() -> None:
    """What it left running must be stopped."""
    world = World()
    world.cluster.before_write = world.cluster.vanish
    process = world.process()

    assert await process.run() == Rest(0.0)
    assert process.memory.recording.gone


@in_fake_time
async def test_an_api_server_out_of_reach_is_asked_ever_less_often() -> None:
    """Twice as long each time, up to sixteen times a second and a half; anew after a success."""
    world = World(recording(running(), finalizers=()))
    process = world.process()
    world.cluster.trouble.extend([unreachable()] * 7)
    waits = [(await process.run()).seconds for _ in range(7)]
    await process.run()
    world.cluster.edit(finalizers=())
    world.cluster.trouble.append(unreachable())

    assert waits == [1.5, 3, 6, 12, 24, 24, 24]
    assert (await process.run()).seconds == 1.5


@pytest.mark.parametrize("trouble", [unreachable(), KubeError("strange")], ids=["no answer", "odd"])
@in_fake_time
async def test_what_could_not_be_stored_is_given_up(trouble: KubeError) -> None:
    """No start was sent for it, and none will be."""
    world = World()
    world.cluster.trouble.append(trouble)
    process = world.process()
    with suppress(KubeError):
        await process.run()

    assert process.memory.trails == {}
    assert ACQUIRE in process.memory.pauses


@in_fake_time
async def test_an_error_of_no_known_kind_breaks_the_cycle_off() -> None:
    """Whoever runs it logs it, and comes back after a while."""
    world = World()
    world.cluster.trouble.append(KubeError("strange"))
    with pytest.raises(KubeError, match="strange"):
        await world.process().run()


@in_fake_time
async def test_after_many_steps_others_have_their_turn() -> None:
    """It goes on at once when they had it."""
    over = [running(f"r{n}", number=n, must_end_by=ago(1)) for n in range(1, 21)]
    world = World(recording(*over, deleting=True))
    process = world.process()

    assert await process.run() == Rest(0.0)
    assert world.cluster.object is not None
    await process.run()
    assert world.cluster.object is None


@pytest.mark.parametrize(("others", "said"), [(24, "Pending"), (25, "Queued")])
@in_fake_time
async def test_a_long_wait_in_line_is_said(others: int, said: str) -> None:
    """Over five seconds; a shorter one is not worth a write."""
    world = limited(10)
    process = world.process()
    wait_in_line(process, others)

    assert await process.run() == Rest()
    reasons = [c.reason for c in world.status.conditions if c.type == "Ready"]
    assert (said == "Queued") == (reasons == ["Queued"])


@in_fake_time
async def test_a_recording_that_waits_in_line_is_still_a_recording() -> None:
    """Its next look may come later; that is no news."""
    world = limited(10)
    process = await world.recorded()
    wait_in_line(process, 99)
    await process.run_for(8)

    assert world.reason() == "Recording"


@in_fake_time
async def test_the_project_says_how_many_calls_there_are() -> None:
    """At a hundred a second ten may come at once."""
    world = limited(100)
    process = world.process()
    await process.run()
    await asyncio.sleep(1)

    assert process.budgets.take(APP, "other", Urgency.POLL, 10, tick=tick())


@pytest.mark.parametrize(("said", "seconds"), [({"retry_after": 20.0}, 20), ({}, 1)])
@in_fake_time
async def test_too_many_calls_hold_up_the_whole_app_id(
    said: dict[str, float], seconds: float
) -> None:
    """As long as Agora asks for, a second at least."""
    world = World()
    world.agora.order("acquire", error(type(too_many_calls()), 429, **said))
    process = world.process()
    await process.run()
    process.budgets.take(APP, "other", Urgency.STOP, 1, tick=tick())

    assert not process.budgets.take(APP, "other", Urgency.STOP, 1, tick=tick() + seconds - 0.1)
    assert process.budgets.in_line() == 1
    budget = process.budgets._budget(APP)  # noqa: SLF001 - there is no other who says until when
    assert budget.hand_out(tick=tick()) == pytest.approx(tick() + seconds)


@in_fake_time
async def test_refused_credentials_are_told_to_all_who_use_them() -> None:
    """Nobody else tries them for a while; once Agora takes them, that is told as well."""
    world = World()
    told: list[tuple[str, str]] = []
    process = world.process()
    process.treasury.changed = lambda namespace, secret: told.append((namespace, secret))
    world.agora.order("acquire", unauthorized())
    await process.run()
    assert told == [("default", "agora")]

    await process.run_for(120)
    assert told == [("default", "agora")] * 2


@pytest.mark.parametrize(
    ("change", "note"),
    [
        (
            {"mix": Mix(layout=Layout(type=LayoutType.BEST_FIT))},
            "Agora was told the changed layout.",
        ),
        (
            {"subscription": Subscription(audio=Selection(include=(5,)))},
            "Agora was told the changed subscription.",
        ),
    ],
)
@in_fake_time
async def test_a_change_that_agora_took_is_announced(change: dict[str, object], note: str) -> None:
    """By an Event, since the conditions say nothing of it; and nothing else is."""
    world = World()
    process = await world.recorded()
    world.announcer.told.clear()
    world.cluster.edit_spec(**change)
    await process.run_for(10)

    assert [told for told in world.announcer.told if told[0] is Reason.UPDATED] == [
        (Reason.UPDATED, note)
    ]


@in_fake_time
async def test_a_change_of_one_attempt_keeps_the_others() -> None:
    """None is ever missing from the status, not even for a moment (protocol 2)."""
    two = [
        attempt("r1", owner=OTHER, acquired_at=ago(600)),
        attempt("r2", owner=OTHER, number=2, acquired_at=ago(500)),
    ]
    world = World(recording(*two))
    listed: list[int] = []
    world.cluster.after_write = lambda: listed.append(len(world.status.attempts))
    await world.process().run_for(1)

    assert listed[:2] == [2, 2]


@in_fake_time
async def test_what_a_vanished_object_left_is_told_when_it_is_given_up() -> None:
    """An Event is all that is left of it."""
    world = World(recording(attempt(owner=OTHER, acquired_at=ago(600))))
    world.projects.configure(project(storage=None))
    process = world.process()
    world.cluster.vanish()
    process.memory.vanish()

    assert await process.cycle.run(process.memory) == Rest(over=True)
    assert [reason for reason, _ in world.announcer.told] == [Reason.SID_UNKNOWN]
    assert "resourceId r1" in world.announcer.told[0][1]


@in_fake_time
async def test_a_vanished_object_that_left_nothing_is_not_told_of() -> None:
    """It is simply over."""
    world = World()
    process = world.process()
    world.cluster.vanish()
    process.memory.vanish()

    assert await process.cycle.run(process.memory) == Rest(over=True)
    assert world.announcer.told == []


@in_fake_time
async def test_an_object_that_waits_for_a_person_is_told_of_once() -> None:
    """Not at each look at it."""
    world = World(recording(status=status(restarts=11)))
    process = world.process()
    await process.run()
    told = len(world.announcer.told)

    assert await process.run() == Rest()
    assert told == len(world.announcer.told)


@in_fake_time
async def test_a_recording_is_polled_and_a_start_confirmed_in_their_classes() -> None:
    """What is neither is a retry."""
    world = World()
    process = world.process()
    starting = await process.run()
    await process.run_for(30)
    going_on = await process.run()
    del world.secrets.data["agora"]
    process.memory.pauses.clear()
    world.cluster.edit_spec(max_idle_seconds=60)
    missing = await World.process(world).run()

    assert starting.urgency is Urgency.CONFIRM
    assert going_on.urgency is Urgency.POLL
    assert (missing.urgency, missing.seconds) == (Urgency.RETRY, pytest.approx(31 * SPREAD))


@in_fake_time
async def test_with_finalizers_of_others_the_end_is_written_before_ours_goes() -> None:
    """The object stays, and its status is read by people."""
    world = World()
    process = await world.recorded()
    world.cluster.edit(finalizers=("other", FINALIZER))
    world.cluster.delete()
    await process.run_for(10)

    assert world.cluster.object is not None
    assert world.cluster.object.finalizers == ("other",)
    assert world.status.attempts == ()
    assert world.status.ended_at is not None
    assert world.status.ended_at > NOW
    assert not process.memory.released
