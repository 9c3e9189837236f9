"""``python -m agora_recording``: run the operator, or one of the commands."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from agora_recording.settings import Settings

DEEPEST: Final = 25_000
"""How deeply Python may recurse. The API server stores JSON that is nested up to 10,000 deep, which
kopf copies with two calls a level; one object that cannot be read would hide all others. Reading
takes 2 MB of the main thread's stack, which has 8."""
IN_A_CLUSTER: Final = ("uninstall", "check")
"""Commands that need a cluster, and the operator's environment."""


def run(arguments: Sequence[str]) -> int:
    """Run what the command line names, and without a name the operator; return the exit code."""
    sys.setrecursionlimit(DEEPEST)
    if not arguments:
        return with_settings(run_operator)
    if arguments[0] in IN_A_CLUSTER:
        return with_settings(lambda settings: run_in_a_cluster(arguments, settings))
    from agora_recording.offline.commands import main  # noqa: PLC0415 - each part loads itself

    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # end quietly if whoever reads has enough
    return main(arguments)


def run_operator(settings: Settings) -> int:
    """Run until told to stop."""
    from agora_recording.app import main  # noqa: PLC0415 - kopf takes long to load

    return asyncio.run(main(settings))


def run_in_a_cluster(arguments: Sequence[str], settings: Settings) -> int:
    """Run a command that needs a cluster."""
    from agora_recording.cluster.commands import main  # noqa: PLC0415 - each part loads itself

    return main(arguments, settings)


def with_settings(work: Callable[[Settings], int]) -> int:
    """Read the settings, and do what needs them; return the exit code."""
    from pydantic import ValidationError  # noqa: PLC0415 - the other commands do without

    from agora_recording.settings import PREFIX, Settings  # noqa: PLC0415 - as above

    try:
        settings = Settings()
    except ValidationError as error:
        for fault in error.errors(include_input=False, include_url=False):
            name = PREFIX + str(fault["loc"][0]).upper()
            sys.stderr.write(f"{name}: {fault['msg']}\n")
        return 2
    return work(settings)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
