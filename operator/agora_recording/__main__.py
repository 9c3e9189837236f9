"""``python -m agora_recording``: run the operator, or one of the commands that need no cluster."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Sequence
from typing import Final

DEEPEST: Final = 25_000
"""How deeply Python may recurse. The API server stores JSON that is nested up to 10,000 deep, which
kopf copies with two calls a level; one object that cannot be read would hide all others. Reading
takes 2 MB of the main thread's stack, which has 8."""


def run(arguments: Sequence[str]) -> int:
    """Run what the command line names, and without a name the operator; return the exit code."""
    sys.setrecursionlimit(DEEPEST)
    if arguments:
        from agora_recording.offline.commands import main  # noqa: PLC0415 - each part loads itself

        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # end quietly if whoever reads has enough
        return main(arguments)
    return run_operator()


def run_operator() -> int:
    """Read the settings and run until told to stop."""
    from pydantic import ValidationError  # noqa: PLC0415 - the commands do without

    from agora_recording.app import main  # noqa: PLC0415 - kopf takes long to load
    from agora_recording.settings import PREFIX, Settings  # noqa: PLC0415 - as above

    try:
        settings = Settings()
    except ValidationError as error:
        for fault in error.errors(include_input=False, include_url=False):
            name = PREFIX + str(fault["loc"][0]).upper()
            sys.stderr.write(f"{name}: {fault['msg']}\n")
        return 2
    return asyncio.run(main(settings))


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
