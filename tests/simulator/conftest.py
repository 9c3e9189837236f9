from collections.abc import Iterator
from itertools import count

import pytest

from agora_simulator.settings import Settings
from simulator.client import Admin, Program, Recorder

NUMBERS = count()


@pytest.fixture(scope="session")
def program() -> Iterator[Program]:
    """One running simulator for all tests."""
    running = Program("--set", "seed=7")
    yield running
    running.end()


@pytest.fixture
def admin(program: Program) -> Iterator[Admin]:
    """The admin port, with slow and therefore predictable phases and no faults."""
    port = Admin(program.urls["admin"])
    calm = Settings(ready_after=100, in_progress_after=200, exiting_seconds=100)
    with port.http:
        port.set(**calm.model_dump(mode="json", exclude={"seed"})).raise_for_status()
        port.http.delete("/admin/faults")
        yield port


@pytest.fixture
def recorder(program: Program, admin: Admin) -> Iterator[Recorder]:  # noqa: ARG001 - resets
    """A recorder in a channel nobody else uses."""
    with Recorder(program.urls["api"], f"room{next(NUMBERS)}") as made:
        yield made


@pytest.fixture
def individual(program: Program, admin: Admin) -> Iterator[Recorder]:  # noqa: ARG001 - resets
    """The same in individual mode."""
    with Recorder(program.urls["api"], f"room{next(NUMBERS)}", "individual") as made:
        yield made
