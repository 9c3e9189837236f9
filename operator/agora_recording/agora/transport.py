"""How requests leave this machine: through which proxy, and whose certificates are believed.

Both are told by the variables that other programs heed, too: HTTP_PROXY, HTTPS_PROXY and NO_PROXY;
SSL_CERT_FILE and SSL_CERT_DIR. They are read once.
"""

from __future__ import annotations

import ssl
from typing import Final
from urllib.request import getproxies_environment, proxy_bypass

import httpx
from httpx_aiohttp import AiohttpTransport
from typing_extensions import override

SCHEMES: Final = ("http", "https")
"""What is requested, and what a proxy may speak."""


class Transport(httpx.AsyncBaseTransport):
    """Sends a request to its host, or to the proxy that the environment names for it."""

    def __init__(self, limits: httpx.Limits) -> None:
        """Make the ways out.

        Raises:
            ValueError: If a variable names a proxy that speaks something else than HTTP.
        """
        trust = believed()
        self._direct = AiohttpTransport(verify=trust, limits=limits)
        self._through = {
            scheme: AiohttpTransport(verify=trust, limits=limits, proxy=_proxy(scheme, url))
            for scheme, url in getproxies_environment().items()
            if scheme in SCHEMES
        }

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        proxied = self._through.get(request.url.scheme)
        if proxied is None or proxy_bypass(request.url.host):  # which reads NO_PROXY
            return await self._direct.handle_async_request(request)
        return await proxied.handle_async_request(request)

    @override
    async def aclose(self) -> None:
        for way in (self._direct, *self._through.values()):
            await way.aclose()


def believed() -> ssl.SSLContext:
    """Return a context with the public authorities and those that the environment names."""
    context = httpx.create_ssl_context()
    context.load_default_certs()  # the file and the folder; httpx takes only one of them
    return context


def _proxy(scheme: str, url: str) -> httpx.Proxy:
    """Return a proxy; its URL may hold a password, and is never quoted."""
    whole = url if "://" in url else f"http://{url}"
    if not whole.startswith(tuple(f"{each}://" for each in SCHEMES)):
        name = f"{scheme.upper()}_PROXY"
        raise ValueError(f"{name}: a proxy must be http://HOST:PORT or https://HOST:PORT")
    return httpx.Proxy(whole)
