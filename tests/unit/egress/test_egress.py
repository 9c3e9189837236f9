"""The way out of a cluster that has a proxy or an authority of its own, in processes of their own.

The environment is read when a process starts, so each question is one.
"""

import asyncio
import sys
from base64 import b64encode
from pathlib import Path

import pytest
import trustme

from agora_recording.bucket.place import Obstacle
from testbed.credentials import write_kubeconfig
from testbed.simulator import python_environment
from unit.egress.asking import AGORA, KUBERNETES, STORAGE
from unit.egress.outside import outside, proxy

ANSWERED = {"api.agora.test": "a-resource", "storage.test": "()"}
PROGRAMS = {"api.agora.test": AGORA, "storage.test": STORAGE}
UNREACHED = {
    "api.agora.test": "Unavailable no connection",
    "storage.test": Obstacle.UNREACHABLE,
}
VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture
def authority() -> trustme.CA:
    """An authority that nobody else knows."""
    return trustme.CA(organization_name="private")


@pytest.fixture
def believing(authority: trustme.CA, tmp_path: Path) -> dict[str, str]:
    """The variables by which the chart has it believed, beside those of the image."""
    authority.cert_pem.write_to_path(str(tmp_path / "ca.crt"))
    return {"SSL_CERT_FILE": str(tmp_path / "ca.crt"), "SSL_CERT_DIR": "/etc/ssl/certs"}


async def ask(program: str, endpoint: str, *, whole: bool = False, **variables: str) -> str:
    """Run a program with these variables, and return its last line, or the whole that it says."""
    environment = python_environment(**variables)
    for name in VARIABLES:
        if name not in variables:
            environment.pop(name, None)
            environment.pop(name.lower(), None)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        program,
        endpoint,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await process.communicate()
    return printed.decode() if whole else printed.decode().splitlines()[-1]


@pytest.mark.parametrize("host", PROGRAMS)
async def test_a_private_authority_is_believed_if_it_is_named(
    host: str, authority: trustme.CA, believing: dict[str, str]
) -> None:
    """And not otherwise."""
    async with outside(authority) as port:
        endpoint = f"https://127.0.0.1:{port}"
        told = await ask(PROGRAMS[host], endpoint, **believing)
        untold = await ask(PROGRAMS[host], endpoint)

    assert (told, untold) == (ANSWERED[host], UNREACHED[host])


@pytest.mark.parametrize("host", PROGRAMS)
async def test_requests_go_through_the_proxy(
    host: str, authority: trustme.CA, believing: dict[str, str]
) -> None:
    """It resolves the name, too."""
    async with outside(authority) as port, proxy(port) as way:
        said = await ask(PROGRAMS[host], f"https://{host}", **believing, HTTPS_PROXY=way.url)

    assert said == ANSWERED[host]
    assert set(way.asked) == {f"{host}:443"}


@pytest.mark.parametrize("host", PROGRAMS)
async def test_what_no_proxy_names_is_reached_directly(
    host: str, authority: trustme.CA, believing: dict[str, str]
) -> None:
    """As a storage within the cluster."""
    async with outside(authority) as port, proxy(port) as way:
        variables = {"HTTPS_PROXY": way.url, "NO_PROXY": "10.0.0.1,127.0.0.1,.svc"}
        said = await ask(PROGRAMS[host], f"https://127.0.0.1:{port}", **believing, **variables)

    assert (said, way.asked) == (ANSWERED[host], [])


async def test_the_api_server_is_never_reached_through_the_proxy(
    authority: trustme.CA, believing: dict[str, str], tmp_path: Path
) -> None:
    """It is beside the operator, and proxies break watches; even if NO_PROXY is forgotten."""
    async with outside(authority) as port, proxy(port) as way:
        server = f"https://127.0.0.1:{port}"
        ca = Path(believing["SSL_CERT_FILE"])
        kubeconfig = write_kubeconfig(
            tmp_path / "kubeconfig", server=server, ca=ca, token="t", namespace="default"
        )
        said = await ask(KUBERNETES, "/apis", HTTPS_PROXY=way.url, KUBECONFIG=str(kubeconfig))

    assert (said, way.asked) == ("{'kind': 'APIGroupList'}", [])


@pytest.mark.parametrize("status", [403, 407, 502])
async def test_a_call_that_the_proxy_refuses_was_never_made(
    status: int, authority: trustme.CA, believing: dict[str, str]
) -> None:
    """So that a start can be made again, rather than being held as perhaps running."""
    async with outside(authority) as port, proxy(port, refusal=status) as way:
        said = await ask(AGORA, "https://api.agora.test", **believing, HTTPS_PROXY=way.url)

    assert said == "Unavailable no connection"
    assert way.asked == ["api.agora.test:443"]


@pytest.mark.parametrize("host", PROGRAMS)
async def test_the_proxy_is_told_its_password_and_nobody_else_is(
    host: str, authority: trustme.CA, believing: dict[str, str]
) -> None:
    """Neither what is printed nor what is logged of a refusal has it."""
    async with outside(authority) as port, proxy(port, refusal=407) as way:
        url = way.url.replace("://", "://user:pa55word@")
        variables = {**believing, "HTTPS_PROXY": url}
        said = await ask(PROGRAMS[host], f"https://{host}", **variables, whole=True)

    assert UNREACHED[host] in said
    assert "pa55word" not in said
    assert b64encode(b"user:pa55word").decode() in way.heads[0]
    assert b64encode(b"user:pa55word").decode() not in said


async def test_a_proxy_of_another_kind_is_refused_without_its_password() -> None:
    """Else each call would fail in a way that nobody understands."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        AGORA,
        "https://api.agora.test",
        env=python_environment(HTTPS_PROXY="socks5://user:pa55word@proxy:1080"),
        stderr=asyncio.subprocess.PIPE,
    )
    _, printed = await process.communicate()

    assert b"HTTPS_PROXY: a proxy must be http://HOST:PORT or https://HOST:PORT" in printed
    assert b"pa55word" not in printed
