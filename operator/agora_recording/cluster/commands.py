"""The command line: ``uninstall`` and ``check``.

It runs in a pod, with the operator's environment. Exit codes: 0 all is well, 1 it is not, 2 the
command line or the environment makes no sense.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from typing import Final

from agora_recording.agora.client import AgoraClient
from agora_recording.agora.hosts import Hosts, only
from agora_recording.cluster.check import Check, Verdict
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
    if options.command == "check":
        return GOOD if asyncio.run(_check(settings)) else BAD
    free = asyncio.run(_uninstall(settings, options))
    if not free and options.rollback:
        _say(AS_BEFORE.format(rollback=options.rollback))
    return GOOD if free else BAD


async def _uninstall(settings: Settings, options: argparse.Namespace) -> bool:
    """Return whether the operator can go; say why if it cannot."""
    api = await KubeApi.connect(lambda *_: None)
    objects = Leftovers(api, Scope(settings.watch_namespaces), trial=options.trial)
    seat = Seat(api, settings.namespace, settle=settings.renew_deadline.total_seconds())
    try:
        return await Uninstallation(objects, seat, _say).prepare(
            Policy(options.policy), seconds=options.timeout_seconds
        )
    except KubeError as error:
        _say(UNKNOWN.format(error=error))
        return False
    finally:
        await api.close()


async def _check(settings: Settings) -> bool:
    """Print what is found; return whether nothing is wrong."""
    hosts = only(settings.agora_url)
    api = await KubeApi.connect(lambda *_: None)
    agora = AgoraClient(Hosts(hosts), connections=settings.workers)
    check = Check(api, agora, Scope(settings.watch_namespaces), home=settings.namespace)
    try:
        found = [each async for each in check.run(hosts)]
    finally:
        await agora.close()
        await api.close()
    width = max(len(each.subject) for each in found)
    for each in found:
        _say(f"{each.verdict:6}  {each.subject:{width}}  {each.detail}")
    bad = sum(each.verdict is Verdict.BAD for each in found)
    _say(f"{len(found)} checked, {bad} failed")
    return not bad


def _say(text: str) -> None:
    """Tell a person, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m agora_recording")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser(
        "check",
        help="See whether the operator can work here",
        description=(
            "See whether the API server and Agora can be reached, and whether the ServiceAccount "
            "may do all that the operator does. Nothing is changed. The exit code is 1 if "
            "something is wrong."
        ),
    )
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
        "--trial",
        default="",
        metavar="NAMESPACE/RELEASE",
        help="the release whose AgoraProject for its simulator is removed (default: none)",
    )
    uninstall.add_argument(
        "--rollback",
        default="",
        metavar="COMMAND",
        help="what to run before the release can be upgraded, if it cannot be removed",
    )
    return parser
