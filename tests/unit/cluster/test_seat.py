"""Taking the Lease from the operator, in fake time."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from agora_recording.cluster.seat import HELD_SECONDS, Seat
from agora_recording.kube.api import KubeApi
from agora_recording.reconcile.ports import ForbiddenError
from unit.kube.fake_leases import DEADLINE, RETRY, FakeServer, Line, Replica, two
from unit.reconcile.fake_time import in_fake_time


def seat(server: FakeServer, line: Line | None = None) -> Seat:
    """Return the Lease as an uninstallation sees it."""
    return Seat(cast("KubeApi", line or Line(server)), "here", settle=DEADLINE)


@in_fake_time
async def test_nobody_leads_once_the_lease_is_taken() -> None:
    """Neither who led nor who waited; the Lease says who has it."""
    server = FakeServer()
    replicas = await two(server)

    assert await seat(server).take()

    assert not any(each.leads for each in replicas)
    assert server.spec["holderIdentity"] == "uninstallation"
    assert server.spec["leaseTransitions"] == 1


@in_fake_time
async def test_a_leader_that_hears_nothing_has_ceased_to_lead_by_then() -> None:
    """It cannot know that the Lease was taken, but it knows when it could not renew it."""
    server = FakeServer()
    leader, other = await two(server)
    leader.line.cut = True

    assert await seat(server).take()

    assert not leader.leads
    assert not other.leads


@in_fake_time
async def test_what_is_given_back_is_taken_at_the_next_look() -> None:
    """The operator goes on if it is not removed after all."""
    server = FakeServer()
    leader, other = await two(server)
    taken = seat(server)
    await taken.take()
    await taken.give_back()
    await asyncio.sleep(RETRY + 0.1)

    assert leader.leads or other.leads


@in_fake_time
async def test_without_a_further_word_the_operator_works_again() -> None:
    """Whoever took the Lease may have been killed; until then there is time to remove a pod."""
    server = FakeServer()
    leader, other = await two(server)
    taken = seat(server)
    await taken.take()
    await taken.keep()
    await asyncio.sleep(HELD_SECONDS - 0.1)
    early = leader.leads or other.leads
    await asyncio.sleep(2 * RETRY)

    assert (early, leader.leads or other.leads) == (False, True)


@in_fake_time
async def test_where_nobody_ever_led_there_is_nothing_to_take() -> None:
    """Without leader election there is no Lease, nor before the first start."""
    assert not await seat(FakeServer()).take()


@in_fake_time
async def test_a_lease_that_may_not_be_read_is_an_error() -> None:
    """Then it is not known whether somebody leads."""
    server = FakeServer()
    Replica(server, "a").start()
    await asyncio.sleep(1)
    line = Line(server)
    line.trouble = ForbiddenError("403")

    with pytest.raises(ForbiddenError):
        await seat(server, line).take()
