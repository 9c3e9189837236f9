"""The recording that a start begins, and the end that it has if nothing ends it before."""

from pydantic import SecretStr

from agora_simulator.calls import Target
from agora_simulator.initial_state import initial_layout, initial_subscription
from agora_simulator.page import opened, page_failure
from agora_simulator.recordings import SECONDS_PER_HOUR, EndReason, Recording, Resource
from agora_simulator.redaction import redacted
from agora_simulator.settings import Settings
from agora_simulator.start import StartOptions
from agora_simulator.token import BrokenTokenError, parsed
from agora_simulator.web import WebRecorder, WebStart

End = tuple[float, EndReason]


def begun(
    sid: str,
    resource: Resource,
    options: StartOptions,
    request: dict[str, object],
    *,
    mode: str,
    now: float,
    settings: Settings,
) -> Recording:
    """Return a recording as it begins."""
    return Recording(
        sid=sid,
        resource=resource,
        mode=mode,
        options=options,
        started_at=now,
        planned_end=_planned_end(resource.target, options, now, settings),
        heard_since=None,
        storage=options.storage_config,
        lapse_ends=settings.sts_lapse == "ends",
        layout=redacted(initial_layout(request)),
        subscription=initial_subscription(request),
        start_request=redacted(request),
        page=opened(options, now, settings) if isinstance(options, WebStart) else None,
    )


def _planned_end(
    target: Target, options: StartOptions, now: float, settings: Settings
) -> End | None:
    if isinstance(options, WebStart):
        return _end_of_page(options.recorder, now, settings)
    app = settings.apps.get(target.app_id)
    if app is not None and app.certificate is not None:
        return _end_of_token(target, options.token, app.certificate, now)
    life = settings.token_seconds if options.token else None
    return None if life is None else (now + life, EndReason.TOKEN_EXPIRED)


def _end_of_token(target: Target, text: str | None, certificate: SecretStr, now: float) -> End:
    """Return when a recorder leaves; at once if it cannot join, which its start does not tell."""
    try:
        token = parsed(text or "")
    except BrokenTokenError:
        return (now, EndReason.TOKEN_REFUSED)
    if token.signed_with(certificate.get_secret_value()) and token.lets_in(target, now):
        return (token.expires_at, EndReason.TOKEN_EXPIRED)
    return (now, EndReason.TOKEN_REFUSED)


def _end_of_page(recorder: WebRecorder, now: float, settings: Settings) -> End:
    failure = page_failure(recorder, now, settings)
    if failure is not None:
        return (failure, EndReason.PAGE_FAILED)
    return (now + recorder.max_recording_hour * SECONDS_PER_HOUR, EndReason.MAX_RECORDING_HOUR)
