"""Work in processes of their own, so many at a time, each of which tells what came of it."""

from __future__ import annotations

import itertools
import math
import multiprocessing
import os
import resource
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Final, TypeVar

SPARE_CPU_SECONDS: Final = 4
"""Processor time that any step may take; an endless loop is ended by it."""
MEMORY_BYTES: Final = 4 << 30
"""Address space of a process: a loop may also be one that fills the memory."""

_fork: Final = multiprocessing.get_context("fork")
_Job = TypeVar("_Job")
Tell = Callable[[object], None]


@dataclass(slots=True)
class _Child:
    process: multiprocessing.context.ForkProcess
    began: float
    heard: bool = False


def in_children(
    jobs: Iterable[_Job],
    work: Callable[[_Job, Tell], None],
    *,
    width: int = 1,
    patience: float = math.inf,
    idle: Callable[[], None] = lambda: None,
) -> Iterator[tuple[_Job, object]]:
    """Yield each job and what its process told, as often as it tells something.

    A process that ends without a word has run out of time or memory: then that is None.

    Args:
        jobs: What to work on.
        work: Called in a fork of this process, with the job and the function by which it tells.
        width: How many processes may run at once.
        patience: After so many seconds a process is ended, which waits for something; one that is
            busy for too long is better ended by ``limit_processor_time``.
        idle: Called every second at least.
    """
    left = iter(jobs)
    running: dict[Connection, tuple[_Job, _Child]] = {}
    while True:
        for job in itertools.islice(left, width - len(running)):
            ear, child = _begin(job, work)
            running[ear] = job, child
        if not running:
            return
        wait(list(running), timeout=1.0)
        idle()
        yield from _listen(running)
        _end_what_waits(running.values(), patience)


def limit_processor_time(seconds: float) -> None:
    """Let this process have so much processor time from now on, and some to spare."""
    used = time.process_time()
    limit = int(used + seconds) + SPARE_CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def be_silent() -> None:
    """Write nothing to the terminal from now on."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _begin(job: _Job, work: Callable[[_Job, Tell], None]) -> tuple[Connection, _Child]:
    ear, mouth = _fork.Pipe(duplex=False)

    def run() -> None:
        ear.close()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        work(job, mouth.send)
        os._exit(0)  # threads that tests left behind hold nothing up

    process = _fork.Process(target=run, daemon=False)
    process.start()
    mouth.close()
    return ear, _Child(process, time.monotonic())


def _listen(running: dict[Connection, tuple[_Job, _Child]]) -> Iterator[tuple[_Job, object]]:
    """Yield what processes have told by now, and drop those that have ended."""
    for ear, (job, child) in list(running.items()):
        if not ear.poll():
            continue
        try:
            word = ear.recv()
        except EOFError:
            del running[ear]
            _end(ear, child)
            if not child.heard:
                yield job, None
        else:
            child.heard = True
            yield job, word


def _end(ear: Connection, child: _Child) -> None:
    child.process.join()
    child.process.close()
    ear.close()


def _end_what_waits(running: Iterable[tuple[object, _Child]], patience: float) -> None:
    for _, child in running:
        if time.monotonic() - child.began > patience:
            child.process.kill()
