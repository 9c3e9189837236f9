"""Metrics and logs: what they are called, and how they come out.

Labels have few values: operations, outcomes, reasons, phases; never a name or an id.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, MutableMapping
from functools import partial
from typing import Any, Final

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.process_collector import ProcessCollector

SECRET_KEYS: Final = ("secret", "token", "password", "authorization", "accesskey", "customerid")
"""Names whose values never reach a log."""
BUCKETS: Final = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30)


class Metrics:
    """All metrics of one process."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self.agora_requests = Counter(
            "agora_api_requests", "Calls to Agora.", ["operation", "outcome"], registry=registry
        )
        self.agora_seconds = Histogram(
            "agora_api_request_seconds",
            "Time to Agora's answer.",
            ["operation"],
            buckets=BUCKETS,
            registry=registry,
        )
        self.kube_requests = Counter(
            "kube_api_requests",
            "Requests to the API server.",
            ["verb", "resource", "code"],
            registry=registry,
        )
        self.recordings = Gauge(
            "agora_recording_objects", "CloudRecordings by phase.", ["phase"], registry=registry
        )
        counter, gauge = partial(Counter, registry=registry), partial(Gauge, registry=registry)
        self.failures = counter(
            "agora_recording_cycle_failures", "Cycles that broke off unexpectedly."
        )
        self.queue_depth = gauge("workqueue_depth", "Objects that are due now.")
        self.in_flight = gauge("workqueue_in_flight", "Objects being worked on.")
        self.in_line = gauge("agora_api_budget_waiting", "Objects waiting for a call.")
        self.leader = gauge("agora_recording_leader", "Whether this process leads: 0 or 1.")
        self.lease_transitions = gauge(
            "agora_recording_lease_transitions", "How often the Lease has changed hands."
        )
        self.loop_lag = gauge("event_loop_lag_seconds", "Lag of the event loop.")
        self.watch_age = gauge(
            "watch_last_event_age_seconds", "Time since the watch delivered anything."
        )
        self.watch_restarts = counter(
            "watch_restarts", "Watches that had failed or gone deaf, and were replaced."
        )

    def agora_called(self, operation: str, outcome: str, seconds: float) -> None:
        """Count a call to Agora."""
        self.agora_requests.labels(operation, outcome).inc()
        self.agora_seconds.labels(operation).observe(seconds)

    def kube_called(self, verb: str, resource: str, status: int) -> None:
        """Count a request to the API server."""
        self.kube_requests.labels(verb, resource, str(status)).inc()


def set_up_logging(*, as_json: bool, level: str) -> None:
    """Send all logs, ours and the libraries', to standard error in one format."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        redact,
    ]
    last: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *([structlog.processors.format_exc_info] if as_json else []),
            last,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for chatty in ("httpx", "httpcore", "aiohttp", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def redact(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Hide values whose name says that they are secret."""
    for key, value in event.items():
        event[key] = _hidden(key, value)
    return event


def _hidden(key: str, value: object) -> object:
    """Return ``value``, or stars in its place and in those of secret members."""
    if any(word in key.lower().replace("_", "") for word in SECRET_KEYS):
        return "***"
    if isinstance(value, Mapping):
        return {k: _hidden(str(k), v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden("", item) for item in value]
    return value
