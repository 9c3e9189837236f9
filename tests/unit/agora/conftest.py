from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from agora_recording.agora.client import AgoraClient
from agora_recording.agora.hosts import Hosts
from testbed.simulator import Simulator


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """A simulated Agora as a process of its own."""
    directory: Path = tmp_path_factory.mktemp("simulator")
    with Simulator.start(directory, exiting_seconds=0) as running:
        yield running


@pytest.fixture
async def client() -> AsyncIterator[AgoraClient]:
    """The client under test."""
    made = AgoraClient(Hosts(), connections=64)
    yield made
    await made.close()


@pytest.fixture(autouse=True)
def calm(simulator: Simulator) -> Iterator[None]:
    """Leave no fault to the next test."""
    yield
    simulator.clear_faults()
