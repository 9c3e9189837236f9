import json
import logging
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from agora_recording.telemetry import SECRET_KEYS, Metrics, redact, set_up_logging

KEYS = (
    "secretKey",
    "secret_key",
    "accessKey",
    "access_key",
    "token",
    "Authorization",
    "customerId",
    "customer_id",
    "customerSecret",
    "password",
)


@pytest.mark.parametrize("key", KEYS)
def test_a_secret_never_reaches_a_log(key: str) -> None:
    """However its name is written."""
    assert {key: "***", "name": "standup"} == redact(None, "info", {key: "x", "name": "standup"})


@given(st.sampled_from(KEYS), st.text(min_size=6))
def test_secrets_in_nested_values_do_not_reach_a_log(key: str, secret: str) -> None:
    """A request that is logged whole by mistake shows no key either."""
    event: dict[str, Any] = {"request": {"storageConfig": {key: f"<{secret}>"}}}

    assert f"<{secret}>" not in repr(redact(None, "info", event)["request"])


def test_every_word_is_lower_case() -> None:
    """Names are compared in lower case and without underscores."""
    assert all(word == word.lower().replace("_", "") for word in SECRET_KEYS)


def test_libraries_log_in_the_same_format(capsys: pytest.CaptureFixture[str]) -> None:
    """One line of JSON each, ours and theirs."""
    before = logging.root.handlers[:]
    try:
        set_up_logging(as_json=True, level="INFO")
        structlog.get_logger().info("Starting", name="standup", token="x")
        logging.getLogger("kopf").warning("Watching")
    finally:
        logging.root.handlers[:] = before
        structlog.reset_defaults()
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    assert [line["event"] for line in lines] == ["Starting", "Watching"]
    assert lines[0]["token"] == "***"


def test_metrics_count_calls() -> None:
    """By operation and outcome; by verb, resource and code."""
    metrics = Metrics()
    metrics.agora_called("start", "Success", 0.1)
    metrics.kube_called("PATCH", "cloudrecordings/status", 200)
    value = metrics.registry.get_sample_value

    assert value("agora_api_requests_total", {"operation": "start", "outcome": "Success"}) == 1
    assert (
        value(
            "kube_api_requests_total",
            {"verb": "PATCH", "resource": "cloudrecordings/status", "code": "200"},
        )
        == 1
    )


def test_no_label_can_have_many_values() -> None:
    """Never a name or an id."""
    labels = {
        label
        for family in Metrics().registry._collector_to_names  # noqa: SLF001
        for label in getattr(family, "_labelnames", ())
    }

    assert labels <= {"operation", "outcome", "verb", "resource", "code", "phase", "reason"}
