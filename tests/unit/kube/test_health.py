from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
from prometheus_client import CollectorRegistry, Counter

from agora_recording.kube.health import HealthServer


@contextmanager
def serving(check: Callable[[], str | None]) -> Iterator[str]:
    """Serve one check; yield the base URL."""
    registry = CollectorRegistry()
    Counter("calls", "Calls.", registry=registry).inc()
    server = HealthServer("127.0.0.1", 0, checks={"/livez": check}, registry=registry)
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()


def test_a_healthy_process_says_ok() -> None:
    """200 and a word."""
    with serving(lambda: None) as url:
        answer = httpx.get(f"{url}/livez?verbose=1")

    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_what_is_wrong_is_said() -> None:
    """503 and the words of the check."""
    with serving(lambda: "the loop is stuck") as url:
        answer = httpx.get(f"{url}/livez")

    assert (answer.status_code, answer.text) == (503, "the loop is stuck\n")


def test_metrics_are_shown_and_nothing_else() -> None:
    """Other paths do not exist."""
    with serving(lambda: None) as url:
        assert "calls_total 1.0" in httpx.get(f"{url}/metrics").text
        assert httpx.get(f"{url}/secrets").status_code == 404


async def test_it_answers_while_the_loop_is_busy() -> None:
    """A probe must not fail because a thousand objects are worked on."""
    with serving(lambda: None) as url, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(lambda: httpx.get(f"{url}/livez").status_code)

        assert asked.result(timeout=5) == 200  # this very loop is blocked meanwhile
