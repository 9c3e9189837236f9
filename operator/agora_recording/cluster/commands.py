"""The command line: ``uninstall``.

It runs in a pod, with the operator's environment. Exit codes: 0 all is well, 1 it is not, 2 the
command line or the environment makes no sense.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from typing import Final

from agora_recording.cluster.leftovers import Leftovers
from agora_recording.cluster.seat import Seat
from agora_recording.cluster.uninstall import Policy, Uninstallation
from agora_recording.kube.api import KubeApi
from agora_recording.kube.scope import Scope
from agora_recording.reconcile.ports import KubeError
from agora_recording.settings import Settings

GOOD: Final = 0
BAD: Final = 1
UNKNOWN: Final = "Not uninstalled: it is not known what runs ({error}). Try again."
AS_BEFORE: Final = """\
The release is as it was, but Helm upgrades it, to change values too, only after
  {rollback}"""
"""Helm calls a release that it could not delete "uninstalling"."""


def main(arguments: Sequence[str], settings: Settings) -> int:
    """Do what the command line says; return the exit code."""
    options = _parser().parse_args(arguments)
    free = asyncio.run(_uninstall(settings, Policy(options.policy), options.timeout_seconds))
    if not free and options.rollback:
        _say(AS_BEFORE.format(rollback=options.rollback))
    return GOOD if free else BAD


async def _uninstall(settings: Settings, policy: Policy, seconds: float) -> bool:
    """Return whether the operator can go; say why if it cannot."""
    api = await KubeApi.connect(lambda *_: None)
    scope = Scope(settings.watch_namespaces)
    seat = Seat(api, settings.namespace, settle=settings.renew_deadline.total_seconds())
    try:
        return await Uninstallation(Leftovers(api, scope), seat, _say).prepare(
            policy, seconds=seconds
        )
    except KubeError as error:
        _say(UNKNOWN.format(error=error))
        return False
    finally:
        await api.close()


def _say(text: str) -> None:
    """Tell a person, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m agora_recording")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    uninstall = commands.add_parser(
        "uninstall",
        help="See to it that the operator can be removed",
        description=(
            "See to it that the operator can be removed without leaving recordings unwatched; it "
            "has to run meanwhile. The exit code is 1 if it cannot be removed."
        ),
    )
    uninstall.add_argument(
        "--policy",
        choices=[each.value for each in Policy],
        default=Policy.REFUSE.value,
        help="what becomes of recordings that run (default: %(default)s)",
    )
    uninstall.add_argument(
        "--timeout-seconds",
        type=float,
        default=240.0,
        metavar="SECONDS",
        help="how long Stop waits for the last one to have stopped (default: %(default)s)",
    )
    uninstall.add_argument(
        "--rollback",
        default="",
        metavar="COMMAND",
        help="what to run before the release can be upgraded, if it cannot be removed",
    )
    return parser
