"""The program: reads its settings, listens on two ports, says where, and serves until told."""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web
from pydantic import ValidationError

from agora_simulator.admin import admin_application
from agora_simulator.api import AgoraApi
from agora_simulator.settings import Settings
from agora_simulator.simulation import Simulation
from agora_simulator.uploads import Uploader

SHUTDOWN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where to listen; port 0 is any free port."""

    host: str
    port: int
    admin_host: str
    admin_port: int


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the simulator until SIGTERM or SIGINT."""
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        settings = _settings(given.config, given.set)
    except ValidationError as broken:
        first = broken.errors(include_input=False, include_url=False, include_context=False)[0]
        parser.error(f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
    except (ValueError, OSError):
        parser.error("the settings cannot be read: --config takes a JSON file, --set NAME=JSON")
    asyncio.run(serve(settings, _addresses(given)))


async def serve(settings: Settings, addresses: Addresses) -> None:
    """Listen, print the addresses as one JSON line, and serve until a signal."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    simulation = Simulation(settings)
    api = web.ServerRunner(
        web.Server(AgoraApi(simulation).handle, access_log=None), shutdown_timeout=SHUTDOWN_SECONDS
    )
    admin = web.AppRunner(
        admin_application(simulation), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS
    )
    urls = {
        "api": await _listen(api, addresses.host, addresses.port),
        "admin": await _listen(admin, addresses.admin_host, addresses.admin_port),
    }
    sys.stdout.write(f"{json.dumps(urls)}\n")
    sys.stdout.flush()
    uploads = asyncio.create_task(Uploader(simulation).run())
    await stop.wait()
    uploads.cancel()
    await asyncio.gather(api.cleanup(), admin.cleanup())
    with suppress(asyncio.CancelledError):
        await uploads


async def _listen(runner: web.BaseRunner, host: str, port: int) -> str:
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    chosen = runner.addresses[0][1]
    return f"http://{host}:{chosen}"


def _addresses(given: argparse.Namespace) -> Addresses:
    return Addresses(given.host, given.port, given.admin_host or given.host, given.admin_port)


def _settings(config: Path | None, pairs: Sequence[str]) -> Settings:
    members: dict[str, object] = json.loads(config.read_text()) if config else {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        members[name] = json.loads(value)
    return Settings.model_validate(members)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="agora_simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--admin-host", help="the same for the admin API (default: the same)")
    parser.add_argument("--port", type=int, default=0, help="of the Agora API")
    parser.add_argument("--admin-port", type=int, default=0, help="of the admin API")
    parser.add_argument("--config", type=Path, help="a JSON file of settings")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=JSON", help="one setting, repeatable"
    )
    return parser


if __name__ == "__main__":
    main()
