"""What strikes all cases of a round at once, while their requests are held."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, assert_never

from chaos.processes.case import Case
from chaos.processes.objects import Scene
from chaos.processes.replica import Replica
from chaos.processes.table import Together
from testbed.processes import wait_for

TAKEN_OVER_WITHIN: Final = 30.0
"""Seconds until a standby must lead; the shipped Lease lasts twelve."""


def strike(
    together: Together,
    scene: Scene,
    cases: Iterable[Case],
    *,
    leader: Replica,
    standbys: Sequence[Replica],
) -> None:
    """Let it happen to the leader or the API server, and let the held requests go."""
    held = [case for case in cases if case.hold]
    match together:
        case Together.NOTHING:
            return  # each case meets its fault by itself
        case Together.KILL:
            _kill(leader, held)
        case Together.CUT:
            leader.agora.cut()
            leader.kube.cut()
            _release(held)
        case Together.FREEZE:
            leader.agora.freeze()
            leader.kube.freeze()
            _release(held)
        case Together.RESTART:
            _restart(scene, held)
        case Together.PAUSE:
            (standby,) = standbys
            _pause(leader, standby, held)
        case _:
            assert_never(together)


def _kill(replica: Replica, held: list[Case]) -> None:
    """Kill the operator, let people act, and start it again; what comes late comes then."""
    replica.operator.kill()
    late = [case for case in held if case.row.fault.late]
    for case in held:
        if case.hold and case not in late:
            case.hold.drop()
        if case.row.fault.meanwhile:
            case.row.fault.meanwhile(case)
    replica.operator.restart()
    _release(late)


def _restart(scene: Scene, held: list[Case]) -> None:
    """Kill the API server, let the answers come while it is away, and start it again."""
    scene.cluster.apiserver.kill()
    _release(held)
    scene.cluster.apiserver.start()
    scene.cluster.wait_until_ready()


def _pause(leader: Replica, standby: Replica, held: list[Case]) -> None:
    """Stop the leader until another has its place; then it goes on where it was."""
    leader.operator.process.pause()
    wait_for(standby.operator.leads, TAKEN_OVER_WITHIN, "the standby to lead")
    leader.operator.process.resume()
    _release(held)


def _release(held: Iterable[Case]) -> None:
    for case in held:
        if case.hold:
            case.hold.release()
