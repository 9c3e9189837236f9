"""A real API server with the project's types, for whoever asks it thousands of things."""

from collections.abc import Iterator

import pytest

from e2e.kubeapi import KubeApi, connect, control_plane


@pytest.fixture(scope="package")
def api() -> Iterator[KubeApi]:
    """Connect to an API server of its own; no operator runs."""
    with control_plane() as cluster, connect(cluster, "agreement") as connection:
        yield connection
