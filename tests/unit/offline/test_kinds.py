"""The judgement on an object. That it is the API server's is tested in tests/e2e."""

from typing import Any

import pytest

from agora_recording.crd.schema import VALIDATIONS
from agora_recording.offline.cause import Cause, number, quoted
from agora_recording.offline.kinds import UNCHECKED, judged, kinds, refusal_of_kind
from agora_recording.offline.rules import OF_A_CHANGE, _environment, broken
from agora_recording.offline.shape import causes

HEAD = {"apiVersion": "recording.agora.io/v1alpha1", "kind": "CloudRecording"}


def said(spec: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what is said against a recording with this spec."""
    manifest = HEAD | {"metadata": {"name": "a"}, "spec": spec}
    return [(each.field, each.message) for each in judged(kinds()["CloudRecording"], manifest)]


def test_a_short_spec_is_good() -> None:
    """Defaults stand where nothing is written, and a null is nothing."""
    assert said({"channel": "standup", "mix": {}, "uid": None, "restartPolicy": None}) == []


def test_defaults_come_before_rules() -> None:
    """A layout is Floating if it says nothing else, so regions are refused."""
    region = {"left": 0, "top": 0, "width": 1, "height": 1}
    layout = {"custom": {"regions": [region]}}

    assert [field for field, _ in said({"channel": "a", "mix": {"layout": layout}})] == [
        "spec.mix.layout"
    ]


def test_rules_wait_for_types_but_not_for_bounds() -> None:
    """The API server says so itself."""
    bound, kind = said({"channel": "a", "uid": 0}), said({"channel": "a", "uid": "0"})

    assert [field for field, _ in bound] == ["spec.uid", "spec"]
    assert kind == [
        ("spec.uid", 'Invalid value: "string": spec.uid in body must be of type integer: "string"'),
        ("", f"Invalid value: null: {UNCHECKED}"),
    ]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"chanel": "a"}, 'unknown field; did you mean "channel"?'),
        ({"mix": {"fps": 15}}, "unknown field; did you mean spec.mix.video.fps?"),
        ({"mix": {"FileTypes": []}}, 'unknown field; did you mean "fileTypes"?'),
        ({"bucket": "b"}, "unknown field; did you mean spec.storage.bucket?"),
        ({"zzz": 1}, "unknown field"),
    ],
    ids=["misspelt", "too high", "in another case", "elsewhere", "unheard of"],
)
def test_an_unknown_field_is_answered_with_what_was_meant(
    spec: dict[str, Any], message: str
) -> None:
    """A wrong indentation is as common as a wrong letter."""
    whole = {"channel": "a", "mix": {}} | spec

    assert [each for _, each in said(whole) if "unknown field" in each] == [message]


@pytest.mark.parametrize(
    ("head", "field", "message"),
    [
        (HEAD, None, None),
        (HEAD | {"apiVersion": "recording.agora.io/v1"}, "apiVersion", "must be recording.agora"),
        ({"kind": "CloudRecording"}, "apiVersion", "must be recording.agora.io/v1alpha1"),
        (HEAD | {"kind": "CloudRecordings"}, "kind", 'did you mean "CloudRecording"?'),
        (HEAD | {"kind": "Pod"}, "kind", "the kinds are"),
    ],
    ids=["right", "version", "no version", "misspelt", "foreign"],
)
def test_kind_and_version_must_be_ours(
    head: dict[str, Any], field: str | None, message: str | None
) -> None:
    """An object that nobody would look after is worse than one that is refused."""
    refusal = refusal_of_kind(head)

    assert (refusal and refusal.field) == field
    assert message is None or (refusal is not None and message in refusal.message)


def rules_of(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return all rules of a schema, at any depth."""
    inner = [*schema.get("properties", {}).values()]
    inner += [each for each in (schema.get("items"), schema.get("additionalProperties")) if each]
    return [*schema.get(VALIDATIONS, ()), *(rule for each in inner for rule in rules_of(each))]


@pytest.mark.parametrize("kind", kinds())
def test_each_rule_can_be_evaluated(kind: str) -> None:
    """One that uses more of CEL than is known here would be refused where it is not at fault."""
    rules = rules_of(kinds()[kind].schema)
    now = [each for each in rules if not OF_A_CHANGE.search(each["rule"])]

    assert now
    for rule in now:
        for text in filter(None, (rule["rule"], rule.get("messageExpression"))):
            assert _environment().compile(text)


def rule(text: str, **more: str) -> dict[str, Any]:
    """Return the schema of an object with one rule."""
    time = {"type": "string", "format": "date-time"}
    members = {"n": {"type": "number"}, "t": time, "u": time}
    validations = [{"rule": text, **more}]
    return {"type": "object", "properties": members, VALIDATIONS: validations}


TIMES = {"t": "2026-12-01T12:00:00.5Z", "u": "2026-12-01T12:00:00-01:00"}


@pytest.mark.parametrize(
    ("text", "more", "value", "expected"),
    [
        ("self.n / 2.0 == 0.5", {}, {"n": 1}, []),
        ("self.t < self.u", {}, TIMES, []),
        ("timestamp(self.t) < timestamp(self.u)", {}, TIMES, []),
        ("self.n > 1.0", {"message": " more "}, {"n": 1}, [("", "Invalid value: more")]),
        ("self.n > 1.0", {}, {"n": 1}, [("", "Invalid value: failed rule: self.n > 1.0")]),
        (
            "self.n > 1.0",
            {"message": "m", "messageExpression": "'not ' + string(self.n)"},
            {"n": 1},
            [("", "Invalid value: not 1")],
        ),
        (
            "self.n > 1.0",
            {"message": "m", "messageExpression": "string(self.missing)"},
            {"n": 1},
            [("", "Invalid value: m")],
        ),
        (
            "self.n > 1.0",
            {"message": "m", "messageExpression": "'two\\nlines'"},
            {"n": 1},
            [("", "Invalid value: m")],
        ),
        (
            "has(self.t)",
            {"message": "m", "reason": "FieldValueRequired", "fieldPath": ".t"},
            {},
            [("t", "Required value: m")],
        ),
        (
            "!has(self.n)",
            {"message": "m", "reason": "FieldValueForbidden"},
            {"n": 1},
            [("", "Forbidden: m")],
        ),
        ("self == oldSelf", {}, {"n": 1}, []),
    ],
    ids=[
        "number",
        "times",
        "made times",
        "message",
        "no message",
        "made message",
        "failing message",
        "message of two lines",
        "required",
        "forbidden",
        "of a change",
    ],
)
def test_a_rule_speaks_as_it_is_told_to(
    text: str, more: dict[str, str], value: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    """Types are those of the schema; rules about changes have nothing to say of a file."""
    found = [(each.field, each.message) for each in broken(value, rule(text, **more))]

    assert found == expected


def test_a_rule_that_cannot_be_evaluated_refuses() -> None:
    """As on the API server: what is not known to be right is not let through."""
    (found,) = broken({}, rule("self.n > 1.0", message="m"))

    assert found.message.startswith('Invalid value: "object": ')
    assert found.message.endswith(" evaluating rule: m")


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("2026-12-01T09:00:00Z", True),
        ("2026-12-01t09:00:00.123456789z", True),
        ("2026-12-01T09:00:00+01:00", True),
        ("2026-12-01", False),
        ("2026-13-01T09:00:00Z", False),
        ("2026-12-01T24:00:00Z", False),
        ("2026-12-01T09:00:00", False),
        ("soon", False),
    ],
)
def test_times_are_those_of_rfc_3339(text: str, good: bool) -> None:  # noqa: FBT001 - a column
    """With an offset, which says whose nine o'clock is meant."""
    schema = {"type": "string", "format": "date-time"}
    rules = schema | {VALIDATIONS: [{"rule": "self > '2020-01-01T00:00:00Z'"}]}

    assert [*causes(text, schema)] == (
        []
        if good
        else [
            Cause(
                (),
                f"Invalid value: {quoted(text)}:  in body must be of type "
                f"date-time: {quoted(text)}",
                blocking=True,
            )
        ]
    )
    assert not good or [*broken(text, rules)] == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (12345678, "12345678"),
        (0.5, "0.5"),
        (0.00001, "1e-05"),
        (123456.5, "123456.5"),
        (2592000.0, "2.592e+06"),
        (0.0, "0"),
    ],
)
def test_numbers_are_printed_as_go_prints_them(value: float, text: str) -> None:
    """So that one can search for what the API server said."""
    assert number(value) == text


def test_texts_are_quoted_as_go_quotes_them() -> None:
    """Nothing that a terminal would obey gets through."""
    assert quoted('ä"\\\n\x00\x7f\u200b\U000e0001') == r'"ä\"\\\n\x00\x7f\u200b\U000e0001"'
