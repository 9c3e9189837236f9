"""Turns into another program that cannot outlive the process that started it.

Run as a script, never imported: `python -IS tether.py PARENT COMMAND [ARGUMENT...]`. A program
of its own and not a `preexec_fn`, because Python code between fork and exec may deadlock in a
process that has threads.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
"""From linux/prctl.h: the signal this process gets when its parent dies; it survives exec."""


def tether(parent: int) -> None:
    """Ask the kernel to kill this process when `parent` dies; end at once if it already has."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("the process that asked for this one is gone")


def main() -> None:
    """Tether this process and become the command."""
    parent, *command = sys.argv[1:]
    tether(int(parent))
    try:
        os.execvp(command[0], command)  # noqa: S606 - no shell is the point
    except OSError as error:
        sys.exit(f"cannot run {command[0]}: {error.strerror}")


if __name__ == "__main__":
    main()
