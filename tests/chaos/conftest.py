"""Two API servers behind one door: each conformance test runs on both."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime

import httpx
import pytest
import structlog
import yaml

from chaos.door import API, Door, MemoryDoor, RealDoor
from chaos.namespace import Namespace
from chaos.store.server import Store
from e2e.kubeapi import control_plane


@pytest.fixture(scope="session")
def real_door() -> Iterator[RealDoor]:
    """A real control plane that knows the API types."""
    with control_plane() as cluster:
        (user,) = yaml.safe_load(cluster.kubeconfig.read_text())["users"]
        headers = {"Authorization": f"Bearer {user['user']['token']}"}
        tls = ssl.create_default_context(cafile=cluster.ca)
        with httpx.Client(base_url=cluster.server, headers=headers, verify=tls) as client:
            yield RealDoor(client)


@pytest.fixture(params=["memory", "real"])
def door(request: pytest.FixtureRequest) -> Door:
    """Each of the two."""
    if request.param == "memory":
        return MemoryDoor(Store(lambda: datetime.now(UTC)))
    real: RealDoor = request.getfixturevalue("real_door")
    return real


@pytest.fixture
def place(request: pytest.FixtureRequest, door: Door) -> Namespace:
    """A namespace of this test's own."""
    name = f"t{hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:12]}"
    made = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    if isinstance(door, RealDoor):
        assert door.request("POST", "/api/v1/namespaces", made).status == 201
    return Namespace(door, f"{API}/namespaces/{name}/cloudrecordings", name)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Keep logs out of the way: millions of cycles run here."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def say(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Tells how it goes, to whoever sits before the terminal."""
    capture = request.config.pluginmanager.get_plugin("capturemanager")

    def tell(text: str) -> None:
        with capture.global_and_fixture_disabled() if capture else nullcontext():
            print(f"\n{text}", end="", flush=True)  # noqa: T201 - for the person who waits

    return tell
