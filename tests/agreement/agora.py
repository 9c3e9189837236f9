"""What the simulator says to the requests that a spec becomes."""

import base64
import builtins
import json
import types
import warnings
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, get_args, get_origin

from agora_recording.agora import protocol
from agora_recording.agora.protocol import Request
from agora_recording.crd.model import Model
from agora_recording.crd.recording import CloudRecordingSpec
from agora_recording.crd.status import Attempt
from agora_recording.crd.storage import Storage
from agora_recording.domain.claim import derived_uid
from agora_recording.domain.topic import Topic
from agora_recording.domain.upload import Upload
from agora_recording.translate import requests, sts
from agora_recording.translate.placement import acquire_request
from agora_recording.translate.secrets import Purpose, SecretValues, needs_of, storage_need
from agora_recording.translate.storage import upload
from agora_recording.translate.tokens import token_of
from agora_simulator.calls import route
from agora_simulator.settings import Settings
from agora_simulator.world import World

APP_ID: Final = "0123456789abcdef0123456789abcdef"
NOW: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
OK: Final = 200
SHARED: Final = Storage.model_validate(
    {
        "vendor": "AmazonS3",
        "region": "us-east-1",
        "bucket": "recordings",
        "credentialsSecretRef": {"name": "s3"},
    }
)
"""The project's storage, for recordings that name none."""
HELD: Final = {
    "salt": base64.b64encode(bytes(32)).decode(),
    "stsExpiration": (NOW + timedelta(hours=5)).isoformat(),
}
"""What a Secret holds that cannot be any text."""
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
    """Return which request the simulator refuses, and why; None if it takes all of them."""
    storage = spec.storage or SHARED
    secrets = secrets_of(spec, storage)
    try:
        _record(spec, storage, secrets)
        _probe(spec, storage, secrets)
    except RefusedError as refused:
        return str(refused)
    return None


def secrets_of(spec: CloudRecordingSpec, storage: Storage) -> SecretValues:
    """Return what the Secrets that a spec names hold; each value says where it is from."""
    return {
        purpose: {
            held: HELD.get(held, f"{need.name}/{key}")
            for held, key in need.keys.items()
            if held not in need.optional or need.vendor in sts.VENDORS
        }
        for purpose, need in needs_of(spec, storage).items()
    }


def attempt_of(spec: CloudRecordingSpec, resource_id: str) -> Attempt:
    """Return the attempt with which a spec is recorded."""
    return Attempt(
        number=1,
        resource_id=resource_id,
        owner="me",
        app_id=APP_ID,
        endpoint="https://api.agora.io",
        channel=spec.channel,
        uid=spec.uid or derived_uid(APP_ID, spec.channel, "default", "standup"),
        mode=spec.mode,
        acquired_at=NOW,
    )


def _record(spec: CloudRecordingSpec, storage: Storage, secrets: SecretValues) -> None:
    """Acquire and start, and tell what can change; then stop."""
    world = World(STRICT)
    attempt = _acquired(world, spec)
    task, token = requests.task(attempt), token_of(attempt, secrets)
    request = requests.start_request(spec, storage, secrets, token)
    sid = _ask(world, protocol.start(task, request))["sid"]
    for topic in requests.wanted(spec, _upload(storage, secrets)):
        if topic is Topic.LAYOUT:
            _ask(world, protocol.update_layout(task, sid, requests.layout_of(spec)))
        else:
            told = requests.update(topic, spec, storage, secrets)
            _ask(world, protocol.update(task, sid, told))


def _upload(storage: Storage, secrets: SecretValues) -> Upload:
    need = storage_need(storage)
    return upload(storage, need, "default", secrets[Purpose.STORAGE], "1")


def _probe(spec: CloudRecordingSpec, storage: Storage, secrets: SecretValues) -> None:
    """Acquire and start what is recorded only to find out whether the target is free."""
    world = World(STRICT)
    attempt = _acquired(world, spec)
    token = token_of(attempt, secrets)
    request = requests.probe_request(spec, attempt.uid, storage, secrets, token)
    _ask(world, protocol.start(requests.task(attempt), request))


def _acquired(world: World, spec: CloudRecordingSpec) -> Attempt:
    claimed = attempt_of(spec, "")
    others = (spec.placement.away_from if spec.placement else None) or ()
    asked = acquire_request(spec, [f"resource-of-{other.name}" for other in others])
    call = protocol.acquire(claimed.app_id, claimed.channel, claimed.uid, asked)
    return attempt_of(spec, _ask(world, call)["resourceId"])


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
