import asyncio
import base64
import contextlib
from collections.abc import Mapping
from math import inf
from typing import Any, cast

import pytest

from agora_recording.kube.api import KubeApi
from agora_recording.kube.secrets import KubeSecrets
from agora_recording.reconcile.ports import ForbiddenError, GoneError, UnreachableError
from unit.reconcile.fake_time import in_fake_time


class FakeApi:
    """The one request that Secrets take."""

    def __init__(self, **data: bytes) -> None:
        self.data: Mapping[str, bytes] = data
        self.trouble: Exception | None = None
        self.reads = 0
        self.version = 1

    async def get(self, path: str) -> dict[str, Any]:
        """Read a Secret."""
        assert path == "/api/v1/namespaces/default/secrets/agora"
        self.reads += 1
        if self.trouble is not None:
            raise self.trouble
        data = {key: base64.b64encode(v).decode() for key, v in self.data.items()}
        return {"metadata": {"uid": "u", "resourceVersion": str(self.version)}, "data": data}


def secrets(api: FakeApi) -> KubeSecrets:
    """Return Secrets that are read from there."""
    return KubeSecrets(cast("KubeApi", api))


async def data(known: KubeSecrets, *, max_age: float) -> Mapping[str, str] | None:
    """Return what the Secret holds."""
    secret = await known.read("default", "agora", max_age=max_age)
    return None if secret is None else secret.data


async def test_values_are_text_without_line_end() -> None:
    """Editors leave one; binary is as good as empty."""
    api = FakeApi(id=b"customer\n", binary=b"\xff\xfe")

    assert await data(secrets(api), max_age=0) == {
        "id": "customer",
        "binary": "",
    }


async def test_a_secret_that_is_fresh_enough_is_not_read_again() -> None:
    """A poll of a thousand recordings reads it once."""
    api = FakeApi(id=b"customer")
    known = secrets(api)
    for _ in range(10):
        await known.read("default", "agora", max_age=inf)
    assert api.reads == 1

    await known.read("default", "agora", max_age=0)
    assert api.reads == 2


async def test_a_missing_secret_is_looked_for_each_time() -> None:
    """It may have been created meanwhile."""
    api = FakeApi()
    api.trouble = GoneError("none")
    known = secrets(api)
    assert await data(known, max_age=inf) is None
    api.trouble = None
    api.data = {"id": b"customer"}

    assert await data(known, max_age=inf) == {"id": "customer"}


async def test_an_unreachable_secret_is_taken_as_last_seen() -> None:
    """A stop does not wait for the API server."""
    api = FakeApi(id=b"customer")
    known = secrets(api)
    await known.read("default", "agora", max_age=0)
    api.trouble = UnreachableError("no answer")

    assert await data(known, max_age=0) == {"id": "customer"}


async def test_an_unreachable_secret_that_was_never_seen_is_unreachable() -> None:
    """There is nothing to go by."""
    api = FakeApi()
    api.trouble = UnreachableError("no answer")
    with pytest.raises(UnreachableError):
        await secrets(api).read("default", "agora", max_age=inf)


@pytest.mark.parametrize("trouble", [GoneError("deleted"), ForbiddenError("not any more")])
async def test_a_stop_keeps_credentials_that_a_start_finds_deleted(trouble: Exception) -> None:
    """A namespace is deleted, Secrets first: what runs must still be stopped."""
    api = FakeApi(id=b"customer")
    known = secrets(api)
    await known.read("default", "agora", max_age=inf)
    api.trouble = trouble
    with contextlib.suppress(ForbiddenError):
        assert await data(known, max_age=0) is None  # a start looks anew

    assert await data(known, max_age=inf) == {"id": "customer"}


async def test_a_secret_is_another_version_once_it_changed() -> None:
    """Which tells without its data that there may be something new."""
    api = FakeApi(id=b"customer")
    known = secrets(api)
    first = await known.read("default", "agora", max_age=0)
    api.version = 2
    second = await known.read("default", "agora", max_age=0)

    assert first is not None
    assert second is not None
    assert (first.version, second.version) == ("u/1", "u/2")
    assert "customer" not in repr(first)


@in_fake_time
async def test_that_a_secret_is_missing_is_known_for_a_while_too() -> None:
    """To those who can wait: what runs does not ask for it at each look."""
    api = FakeApi(id=b"customer")
    known = secrets(api)
    assert await data(known, max_age=0) is not None
    api.trouble = GoneError("deleted")
    await asyncio.sleep(1)
    assert await data(known, max_age=0) is None
    api.trouble = None
    await asyncio.sleep(10)
    assert await data(known, max_age=20) is None
    assert api.reads == 2

    await asyncio.sleep(11)
    assert await data(known, max_age=20) == {"id": "customer"}
    assert await data(known, max_age=20) == {"id": "customer"}
    assert api.reads == 3
