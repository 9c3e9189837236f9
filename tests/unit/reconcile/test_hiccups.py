"""What passes by itself is tried again in time, and what does not, ever more slowly."""

import pytest

from agora_recording.crd.layout import Layout, LayoutType
from agora_recording.crd.mode import Mix
from agora_recording.crd.subscription import Selection, Subscription
from agora_recording.reconcile.ports import ForbiddenError
from unit.reconcile.fake_agora import gateway_down, lost
from unit.reconcile.fake_time import in_fake_time
from unit.reconcile.world import World


@in_fake_time
async def test_an_api_server_that_refuses_for_a_moment_is_asked_again_soon() -> None:
    """One that has just started knows no roles yet; an outage must not last longer for that."""
    world = World()
    world.cluster.trouble.extend([ForbiddenError("RBAC: clusterrole not found")] * 2)
    await world.process().run_for(15)

    assert world.reason() == "Recording"


@in_fake_time
async def test_an_api_server_that_refuses_for_good_is_asked_less_and_less() -> None:
    """A role that lacks something must not cost a request a second for each object."""
    world = World()
    world.cluster.trouble.extend([ForbiddenError("no")] * 1000)
    await world.process().run_for(600)

    assert len(world.cluster.trouble) >= 900
    assert world.agora.count("start") == 0


@in_fake_time
async def test_a_start_whose_answers_are_lost_three_times_is_still_repeated() -> None:
    """What was acquired beside it is refused with 53; the repeat yields the sid (protocol 6)."""
    world = World()
    world.agora.order("start", lost(), lost(), lost())
    await world.process().run_for(90)

    assert world.reason() == "Recording"
    assert world.agora.ever == ["sid-of-resource-1"]


@pytest.mark.parametrize("operation", ["update", "updateLayout"])
@in_fake_time
async def test_a_change_that_failed_is_told_again_before_the_next_poll(operation: str) -> None:
    """The pause of the failure counts, not the time of the next look."""
    world = World()
    process = await world.recorded()
    world.agora.order(operation, gateway_down())
    selection = Subscription(audio=Selection(include=(5,)))
    world.cluster.edit_spec(
        subscription=selection, mix=Mix(layout=Layout(type=LayoutType.BEST_FIT))
    )
    await process.run_for(5)

    assert world.agora.count(operation) == 2
