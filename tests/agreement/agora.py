"""What the operator and the simulator say to a spec, and to the requests that it becomes."""

import builtins
import json
import types
import warnings
from enum import StrEnum
from typing import Any, Final, get_args, get_origin

from agora_recording.agora.protocol import Request
from agora_recording.crd.model import Model
from agora_recording.crd.project import AgoraProjectSpec
from agora_recording.crd.recording import CloudRecordingSpec
from agora_recording.translate.refusal import why_refused
from agora_simulator.calls import route
from agora_simulator.settings import Settings
from agora_simulator.world import World
from agreement.life import NOW, Life

OK: Final = 200
PROJECT: Final = AgoraProjectSpec.model_validate(
    {
        "appId": "0123456789abcdef0123456789abcdef",
        "credentialsSecretRef": {"name": "agora"},
        "storage": {
            "vendor": "AmazonS3",
            "region": "us-east-1",
            "bucket": "recordings",
            "credentialsSecretRef": {"name": "s3"},
        },
    }
)
"""The project of all recordings."""
STRICT: Final = Settings(
    recording_file_config_required=True,
    shortest_capture_interval=5,
    unsubscribe_spelling="unsubscribe",
    video_profile_required=True,
    web_label_bytes=128,
)
"""Where Agora's pages disagree, what the stricter one says."""


class RefusedError(Exception):
    """The simulator refuses a request."""


def refusal(spec: CloudRecordingSpec) -> str | None:
    """Return who refuses what, and why; None if each request is made and taken."""
    life = Life(spec, PROJECT)
    if (why := why_refused(spec, life.storage)) is not None:
        return f"the operator: {why}"
    try:
        _record(life)
        _probe(life)
    except RefusedError as refused:
        return str(refused)
    return None


def _record(life: Life) -> None:
    """Acquire and start, and tell what can change."""
    world = World(STRICT)
    resource_id = _ask(world, life.acquire())["resourceId"]
    sid = _ask(world, life.start(resource_id))["sid"]
    for request in life.told(resource_id, sid):
        _ask(world, request)


def _probe(life: Life) -> None:
    """Acquire and start what is recorded only to find out whether the target is free."""
    world = World(STRICT)
    _ask(world, life.probe(_ask(world, life.acquire())["resourceId"]))


def _ask(world: World, request: Request) -> dict[str, Any]:
    """Make one call, through JSON as on the wire.

    Raises:
        RefusedError: It was not a success.
    """
    call = route(request.method, request.path)
    if call is None:
        raise RefusedError(f"{request.operation}: there is no such path")
    reply = world.carry_out(call.with_body(json.loads(json.dumps(request.body))), NOW.timestamp())
    if reply.status != OK:
        raise RefusedError(f"{request.operation}: {reply.body.get('reason')}")
    return reply.body


def unchecked(spec: dict[str, Any]) -> str | None:
    """Return why a spec that breaks rules cannot be recorded; None if it could be."""
    try:
        with warnings.catch_warnings(action="ignore", category=UserWarning):  # of odd members
            return refusal(_unchecked(CloudRecordingSpec, spec))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        return f"no request can be made of it: {error!r}"


def _unchecked(kind: Any, value: Any) -> Any:  # noqa: ANN401 - JSON, and what is made of it
    """Make what a model makes of a value, without its bounds; what has no meaning stays."""
    match get_origin(kind):
        case types.UnionType:
            return _unchecked(get_args(kind)[0], value)
        case builtins.tuple if isinstance(value, list):
            return tuple(_unchecked(get_args(kind)[0], item) for item in value)
    if not isinstance(kind, type):
        return value
    if issubclass(kind, Model) and isinstance(value, dict):
        given = {
            name: _unchecked(field.annotation, value[field.alias])
            for name, field in kind.model_fields.items()
            if field.alias in value
        }
        return kind.model_construct(**given)
    return kind(value) if issubclass(kind, StrEnum) else value
