"""How a page stands: by what Agora shows of it, and else by what it was told."""

from dataclasses import replace
from typing import Any

import pytest

from agora_recording.crd.model import SecretKeyReference
from agora_recording.crd.status import Query
from agora_recording.domain import action as act
from agora_recording.domain.observation import Answer, Observation, Pause, Problem, Trail
from agora_recording.domain.pace import operation
from agora_recording.domain.page import (
    HELD_ON,
    NOT_HELD,
    STREAMED_ON,
    followed,
    ignored,
    ignoring,
    is_on_hold,
    is_unstreamed,
)
from agora_recording.domain.reason import Reason
from agora_recording.domain.standing import standing_of
from agora_recording.domain.topic import ON_HOLD, WRITING, Topic, is_news
from builders import TICK, observation, page_spec, running, status
from unit.domain.hold import hindered

STREAM: dict[str, Any] = {"rtmp_url": "rtmp://example.com/live/one"}
HIDDEN: dict[str, Any] = {"rtmp_url_secret_ref": SecretKeyReference(name="stream", key="url")}
WAITS = Problem(Reason.UPDATING, Reason.UPDATING.text)
WELL = Problem(Reason.RECORDING, "Agora confirms that standup is recorded.")
HELD = Problem(Reason.ON_HOLD, Reason.ON_HOLD.text)


def shown(
    said: Answer | None, told: dict[str, str] | None = None, *, wants: str = WRITING, **page: Any
) -> Observation:
    """Return a look at a page of which Agora said this and was told that."""
    made = running(mode="web", told={"hold": wants, "outputs": "none"} if told is None else told)
    return observation(
        made,
        trails=[Trail(made, stored=True, answer=said)],
        of={"spec": page_spec(on_hold=wants == ON_HOLD, **page)},
        wanted={Topic.HOLD: wants, Topic.OUTPUTS: "none"},
    )


def standing(seen: Observation) -> Problem:
    """Return how the page stands."""
    return standing_of(seen, seen.attempts[0], None)


FOLLOWED: list[tuple[dict[str, Any], Answer, dict[Topic, bool]]] = [
    ({}, Answer(5), {Topic.OUTPUTS: True}),
    ({}, Answer(5, on_hold=False), {Topic.HOLD: True, Topic.OUTPUTS: True}),
    ({}, Answer(5, on_hold=True), {Topic.HOLD: False, Topic.OUTPUTS: True}),
    ({"on_hold": True}, Answer(5, on_hold=True), {Topic.HOLD: True, Topic.OUTPUTS: True}),
    ({"on_hold": True}, Answer(5, on_hold=False), {Topic.HOLD: False, Topic.OUTPUTS: True}),
    ({}, Answer(5, outputs=("Publishing",)), {Topic.OUTPUTS: False}),
    ({}, Answer(5, outputs=("Onhold", "Disconnected")), {Topic.OUTPUTS: False}),
    ({}, Answer(5, outputs=("Disconnected",)), {Topic.OUTPUTS: True}),
    (STREAM, Answer(5, outputs=("Publishing",)), {}),
    (HIDDEN, Answer(5, outputs=("Publishing",)), {}),
]


@pytest.mark.parametrize(("page", "said", "expected"), FOLLOWED)
def test_what_is_shown_is_as_it_is_wanted_or_not(
    page: dict[str, Any], said: Answer, expected: dict[Topic, bool]
) -> None:
    """What is not shown, and to which url a stream goes, cannot be told."""
    spec = page_spec(**page).web
    assert spec is not None

    assert followed(spec, said) == expected


HOLDS: list[tuple[Answer | None, str, bool]] = [
    (None, ON_HOLD, True),
    (None, WRITING, False),
    (Answer(5), ON_HOLD, True),
    (Answer(5), WRITING, False),
    (Answer(5, on_hold=True), WRITING, True),
    (Answer(5, on_hold=False), ON_HOLD, False),
]


@pytest.mark.parametrize(("said", "told", "expected"), HOLDS)
def test_what_agora_says_of_a_hold_counts_for_more_than_what_it_was_told(
    said: Answer | None, told: str, *, expected: bool
) -> None:
    """Told is what counts only where Agora says nothing."""
    seen = shown(said, {"hold": told})

    assert is_on_hold(seen, seen.attempts[0]) is expected


@pytest.mark.parametrize(("resource_id", "expected"), [("r1", True), ("r0", False)])
def test_what_was_said_to_an_earlier_process_counts_for_its_own_recording(
    resource_id: str, *, expected: bool
) -> None:
    """Of another one it says nothing."""
    made = running(mode="web", told={"hold": WRITING})
    query = Query(status=5, state="InProgress", on_hold=True, outputs=("Disconnected",))
    before = status(made, query=query, resource_id=resource_id)
    seen = observation(made, of={"spec": page_spec(**STREAM), "status": before})

    assert is_on_hold(seen, made) is expected
    assert is_unstreamed(seen, made) is expected


@pytest.mark.parametrize(
    ("page", "outputs", "expected"),
    [
        (STREAM, ("Disconnected",), True),
        (HIDDEN, ("Publishing", "Disconnected"), True),
        (STREAM, ("Publishing",), False),
        (STREAM, (), False),
        ({}, ("Disconnected",), False),
    ],
)
def test_a_stream_fails_only_if_it_is_wanted(
    page: dict[str, Any], outputs: tuple[str, ...], *, expected: bool
) -> None:
    """One that was ended may be shown as disconnected."""
    seen = shown(Answer(5, outputs=outputs), **page)

    assert is_unstreamed(seen, seen.attempts[0]) is expected


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (shown(Answer(5, on_hold=True)), Topic.HOLD),
        (shown(Answer(5, on_hold=False), wants=ON_HOLD), Topic.HOLD),
        (shown(Answer(5, on_hold=True, outputs=("Publishing",))), Topic.HOLD),
        (shown(Answer(5, outputs=("Publishing",))), Topic.OUTPUTS),
        (shown(Answer(5, on_hold=False)), None),
        (shown(Answer(5, on_hold=True), {"hold": ON_HOLD}), None),
        (shown(Answer(5, outputs=("Publishing",)), {"outputs": "one"}), None),
        (shown(None), None),
        (observation(running(mode="web")), None),
    ],
    ids=[
        "on hold",
        "not on hold",
        "both",
        "streamed",
        "as wanted",
        "not told to go on yet",
        "not told to end the stream yet",
        "never asked",
        "no page",
    ],
)
def test_what_agora_was_told_and_shows_otherwise_is_ignored(
    seen: Observation, expected: Topic | None
) -> None:
    """What it was not told yet is not."""
    assert ignored(seen, seen.attempts[0]) is expected


def test_what_is_wanted_must_be_known_to_be_ignored() -> None:
    """A topic of which it is not known what is wanted is no news, and is not said to be ignored."""
    seen = replace(shown(Answer(5, on_hold=True), {}), wanted={})

    assert ignored(seen, seen.attempts[0]) is None
    assert is_news(Topic.HOLD, {}, {}) is False
    assert is_news(Topic.HOLD, {}, {Topic.HOLD: ON_HOLD}) is True


def test_a_page_that_was_streamed_nowhere_is_not_unstreamed() -> None:
    """An earlier process heard of no stream."""
    made = running(mode="web")
    before = status(made, query=Query(status=5, state="InProgress"), resource_id="r1")
    seen = observation(made, of={"spec": page_spec(**STREAM), "status": before})

    assert is_unstreamed(seen, made) is False


STANDINGS = [
    ("goes on", Answer(5, on_hold=True), {}, Topic.HOLD, HELD_ON),
    ("is held", Answer(5, on_hold=False), {"wants": ON_HOLD}, Topic.HOLD, NOT_HELD),
    ("is streamed", Answer(5, outputs=("Connecting",)), {}, Topic.OUTPUTS, STREAMED_ON),
]


@pytest.mark.parametrize(
    ("said", "page", "topic", "words"), [r[1:] for r in STANDINGS], ids=[r[0] for r in STANDINGS]
)
def test_what_is_ignored_is_being_told_until_agora_was_asked_since(
    said: Answer, page: dict[str, Any], topic: Topic, words: str
) -> None:
    """Then the message says what Agora does, for as long as it says so."""
    seen = shown(said, **page)
    told, spec = act.Tell(seen.attempts[0], topic), seen.recording.spec.web
    assert spec is not None
    assert standing(seen) == WAITS
    asked = hindered(seen, told, ignoring(spec, topic))

    assert standing(asked) == Problem(Reason.UPDATING, words)


def test_what_failed_to_be_told_is_being_told_once_it_is_tried_again() -> None:
    """Agora did not hear of it yet, so it ignores nothing."""
    seen = shown(Answer(5, on_hold=True))
    told = act.Tell(seen.attempts[0], Topic.HOLD)
    lapsed = Pause(TICK - 1, 1, Problem(Reason.AGORA_UNAVAILABLE, "Down."), 1)

    assert standing(replace(seen, pauses={operation(told): lapsed})) == WAITS


def test_a_page_that_does_as_it_was_told_is_well() -> None:
    """Whatever was said of it before."""
    seen = shown(Answer(5, on_hold=False))
    spec = seen.recording.spec.web
    assert spec is not None
    before = ignoring(spec, Topic.HOLD)

    assert standing(hindered(seen, act.Tell(seen.attempts[0], Topic.HOLD), before)) == WELL
    assert standing(shown(Answer(5, on_hold=True), wants=ON_HOLD)) == HELD


@pytest.mark.parametrize(
    ("held", "end"), [(True, " It stays on hold."), (False, " Recording goes on.")]
)
def test_what_fails_meanwhile_says_whether_files_are_written(*, held: bool, end: str) -> None:
    """A page on hold does not go on to be recorded."""
    seen = shown(Answer(5, on_hold=held), {"hold": ON_HOLD if held else WRITING})
    failed = Problem(Reason.REQUEST_REFUSED, "Refused.")
    lacking = observation(
        seen.attempts[0],
        trails=seen.trails.values(),
        of={"spec": seen.recording.spec},
        storage=failed,
    )

    assert standing(lacking).message == f"Refused.{end}"
    told = hindered(seen, act.Tell(seen.attempts[0], Topic.HOLD), failed)
    assert standing(told).message == f"Refused.{end}"
