"""With which credentials kopf watches, as a pod has them."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import aiohttp
import trustme
from aiohttp import web
from kubernetes.aio.client.configuration import Configuration
from kubernetes.aio.config.incluster_config import InClusterConfigLoader

from agora_recording.kube.watch import session


@asynccontextmanager
async def api_server(authority: trustme.CA) -> AsyncIterator[int]:
    """Listen with TLS on a free port; each request is answered with its Authorization header."""

    async def answer(request: web.BaseRequest) -> web.Response:
        return web.Response(text=request.headers.get("Authorization", ""))

    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def mount(directory: Path, authority: trustme.CA, port: int) -> InClusterConfigLoader:
    """Lay out the files of a ServiceAccount, and return who reads them."""
    (directory / "token").write_text("first")
    authority.cert_pem.write_to_path(str(directory / "ca.crt"))
    return InClusterConfigLoader(
        token_filename=str(directory / "token"),
        cert_filename=str(directory / "ca.crt"),
        environ={"KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": str(port)},
    )


async def shown(client: aiohttp.ClientSession, server: str) -> str:
    """Return which credentials a request shows."""
    async with client.get(f"{server}/apis") as response:
        return await response.text()


async def test_a_token_that_is_exchanged_is_taken_up_without_a_new_login(tmp_path: Path) -> None:
    """The kubelet writes a new one each hour; the old one becomes invalid soon after."""
    authority = trustme.CA()
    async with api_server(authority) as port:
        files = mount(tmp_path, authority, port)
        configuration = Configuration()
        files.load_and_set(configuration)
        login = session(configuration, [])
        async with login.aiohttp_session as client:
            before = await shown(client, login.server)
            (tmp_path / "token").write_text("second")
            soon = await shown(client, login.server)
            files.token_expires_at = datetime.min  # noqa: DTZ901 - a minute has passed
            later = await shown(client, login.server)

    assert (before, soon, later) == ("bearer first", "bearer first", "bearer second")


async def test_every_request_is_shown_to_the_middlewares(tmp_path: Path) -> None:
    """Before the credentials are added, so that nobody else sees them."""
    seen: list[str] = []

    async def look(
        request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        seen.append(f"{request.url.path} {request.headers.get('Authorization', 'nobody')}")
        return await send(request)

    authority = trustme.CA()
    async with api_server(authority) as port:
        configuration = Configuration()
        mount(tmp_path, authority, port).load_and_set(configuration)
        login = session(configuration, [look])
        async with login.aiohttp_session as client:
            assert await shown(client, login.server) == "bearer first"

    assert seen == ["/apis nobody"]
