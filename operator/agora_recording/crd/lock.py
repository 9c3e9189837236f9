"""The lock: what of a CloudRecording cannot change while something may exist at Agora.

Not "immutable for ever": a wrong bucket must be correctable. While ``status.resourceId`` is set a
change of a locked field is refused at `kubectl apply`, by one rule at the root of the schema. One,
because nineteen of them were measured to cost the API server 10 ms for each write of a status.
"""

from typing import Any, Final

LOCKED: Final = (
    "projectRef",
    "channel",
    "uid",
    "channelProfile",
    "individual",
    "mix.media",
    "mix.videoStream",
    "mix.audioProfile",
    "mix.video",
    "mix.fileTypes",
    "web.url",
    "web.urlSecretRef",
    "web.audioProfile",
    "web.video",
    "web.device",
    "web.readyTimeoutSeconds",
    "web.fileTypes",
    "web.maxFileSeconds",
    "storage.vendor",
    "storage.region",
    "storage.regionNumber",
    "storage.bucket",
    "storage.prefix",
    "tokenSecretRef",
    "storage.endpoint",
    "storage.encryption",
    "storage.objectTag",
    "encryption",
    "placement",
    "maxIdleSeconds",
    "privateParameters",
    "overrides",
    "maxDurationSeconds",
)
"""Fields of the spec that say which recording it is; a change would need another recording."""

MUTABLE: Final = (
    "mix.layout",
    "web.onHold",
    "web.rtmpUrl",
    "web.rtmpUrlSecretRef",
    "subscription",
    "storage.credentialsSecretRef",
    "desiredState",
    "restartPolicy",
    "maxRestarts",
    "deletionPolicy",
)
"""Fields of the spec that a running recording can follow."""

MODES: Final = ("individual", "mix", "web")
_REMEDY: Final = (
    "set desiredState: Stopped and wait until that is gone, or create another CloudRecording"
)


def lock_rule() -> dict[str, Any]:
    """Return the CEL rule of the lock, for the root of CloudRecording's schema.

    The cheap comparisons come first. Most writes are of a status, which is a resource of its own: a
    write that changes it changes no spec, and the other way round.
    """
    unlocked = "!has(oldSelf.status) || !has(oldSelf.status.resourceId)"
    of_status = "!has(self.status) || self.status != oldSelf.status"
    unchanged = " && ".join(_same(field) for field in LOCKED)
    return {
        "rule": f"{unlocked} || {of_status} || self.spec == oldSelf.spec || ({unchanged})",
        "messageExpression": _message_expression(),
        "message": f"locked while status.resourceId is set: {', '.join(LOCKED)}; {_REMEDY}",
        "reason": "FieldValueForbidden",
        "fieldPath": ".spec",
    }


def _same(field: str) -> str:
    """Return CEL that holds if a field, or its absence, is what it was.

    With has(), since the cost of comparing CEL's optionals is estimated as boundless.
    """
    new, old = _present("self.spec", field), _present("oldSelf.spec", field)
    return f"({new} == {old} && (!{new} || self.spec.{field} == oldSelf.spec.{field}))"


def _present(spec: str, field: str) -> str:
    """Return CEL that holds if a field is there, and with it all that it is in."""
    names = field.split(".")
    steps = [f"has({spec}.{'.'.join(names[: n + 1])})" for n in range(len(names))]
    return f"({' && '.join(steps)})" if len(steps) > 1 else steps[0]


def _message_expression() -> str:
    """Return CEL for a message that names the changed fields.

    Strings are added one by one: a list with filter() and join() exceeds the API server's budget.
    """
    changed = " + ".join(f"({_same(field)} ? '' : '{field}, ')" for field in LOCKED)
    same_mode = " && ".join(f"has(self.spec.{m}) == has(oldSelf.spec.{m})" for m in MODES)
    return (
        f"'cannot change ' + ({same_mode} ? {changed} : 'the mode, ') + "
        f"'while a recording may exist at Agora (status.resourceId is set): {_REMEDY}'"
    )
