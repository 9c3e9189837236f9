"""What people read of an object that is not Ready stays short, whatever long names it is about."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agora_recording import domain, reconcile, translate
from agora_recording.agora.codes import CODES, STATUSES
from agora_recording.agora.errors import Ambiguous, Refused, Said, Unavailable
from agora_recording.agora.protocol import Operation
from agora_recording.bucket.place import Obstacle
from agora_recording.crd.overrides import Overrides
from agora_recording.crd.placement import Geofence, Placement
from agora_recording.crd.status import Attempt
from agora_recording.crd.vendor import StorageVendor
from agora_recording.crd.web import Web
from agora_recording.domain import action as act
from agora_recording.domain import need
from agora_recording.domain.claim import Claim, Neighbours, Rival
from agora_recording.domain.decision import decide
from agora_recording.domain.observation import Observation, Pause, Problem, Trail
from agora_recording.domain.pace import operation
from agora_recording.domain.page import ignoring
from agora_recording.domain.project import kept_for, user_of
from agora_recording.domain.reason import Health, Reason
from agora_recording.domain.summary import summarise
from agora_recording.domain.topic import Topic
from agora_recording.reconcile.hearing import STOPPING_UNFOUND, UNFOUND
from agora_recording.translate import answers, sts
from agora_recording.translate.refusal import refusal
from agora_recording.translate.secrets import Purpose, unfit
from agora_recording.translate.tokens import token_problem
from builders import (
    APP,
    NOW,
    TICK,
    ago,
    observation,
    recording,
    running,
    spec,
    storage,
    upload,
)
from unit.domain.looks import observations
from unit.domain.situations import DEAD, LEAVING, LOST, TWO, sent
from unit.translate.test_tokens import made, taking

MOST: Final = 200
"""Characters of a message; more is not read at three in the morning."""
NAME: Final = "n" * 63
"""As long as the name of a namespace may be, and that of nearly all that has one."""
CHANNEL: Final = "c" * 64
ORDINARY: Final = "n" * 26
"""As long as names are that people give."""
KEYS: Final = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
GIVEN: Final = recording(spec=spec(token_secret_ref={"name": NAME, "key": NAME}))
CLAIM: Final = Claim(APP, CHANNEL, 2**32 - 1)
often = settings(max_examples=settings().max_examples * 2, deadline=None)


def unusable() -> list[str]:
    """Return all that is said of what a Secret holds, after its name."""
    temporary = {sts.TOKEN: "t", sts.EXPIRATION: "nonsense"}
    found = [
        *(sts.unfit(vendor, temporary) for vendor in StorageVendor),
        *(sts.unfit(StorageVendor.AMAZON_S3, {key: "t"}) for key in temporary),
        *(unfit(each, {"url": "", "appCertificate": "", "salt": "s"}) for each in Purpose),
    ]
    return [why for each in found for why in each.values()]


def needs(name: str, keys: tuple[str, ...]) -> Iterator[Problem]:
    """Yield what each function of ``need`` that makes a problem says; a new one comes by itself."""
    given: dict[str, Any] = {"name": name, "namespace": name, "key": keys[0], "keys": keys}
    for _, says in inspect.getmembers(need, inspect.isfunction):
        if says.__name__.startswith("_") or says.__annotations__["return"] != "Problem":
            continue
        wanted = inspect.signature(says).parameters
        for why in unusable() if "why" in wanted else [""]:
            members = {key: {**given, "why": why}[key] for key in wanted}
            yield says(**members)
            yield says(**{key: each for key, each in members.items() if key != "namespace"})


def tokens() -> Iterator[Problem | None]:
    """Yield what is said of tokens that are of no use."""
    for text in (made(app="f" * 32), made(channel="another"), made(channel=CHANNEL, seconds=9)):
        yield token_problem(GIVEN, taking(text), CLAIM, NOW)


def refusals() -> Iterator[Problem | None]:
    """Yield what is said of specs of which no request is made."""
    deep: dict[str, Any] = {}
    for _ in range(20):
        deep = {NAME: deep}
    added = [{NAME: deep}, {NAME: {"token": 1}}, {"storageConfig": {}}]
    added += [{"recordingConfig": {"maxIdleTime": 1}}, {NAME: {NAME: {f"{NAME}token": 1}}}]
    for start in added:
        yield refusal(spec(overrides=Overrides(start=start)), storage())
    for text in ("{correctEXTINF: true}", "{}{}", '{"a":NaN}', '{"a":[' + "[" * 4000 + "}"):
        yield refusal(spec(private_parameters=text), storage())
    for fence in Geofence:
        yield refusal(spec(placement=Placement(geofence=fence)), storage())


def failures() -> Iterator[Problem]:
    """Yield what is said of each answer of Agora's that is explained, and of one that is not."""
    codes = [*{code for _, code in CODES}, *[None] * len(STATUSES), 98765]
    statuses = [*[500] * (len(codes) - len(STATUSES) - 1), *STATUSES, 500]
    for call in (Operation.ACQUIRE, Operation.START, Operation.QUERY, Operation.STOP):
        for status, code in zip(statuses, codes, strict=True):
            for kind in (Ambiguous, Refused, Unavailable):
                yield answers.problem(kind(call, Said(status, code, "Some words. " * 30)))


LACKING: Final = [
    *needs(NAME, (NAME, NAME)),
    *(each for each in (*tokens(), *refusals()) if each is not None),
]
FAILURES: Final = [*failures(), UNFOUND, STOPPING_UNFOUND]
NO_START: Final = [each for each in LACKING if not each.reason.startswith("Project")]
"""What may be lacking for a start alone."""
NO_TARGET: Final = [*LACKING, *(p for p in FAILURES if p.reason is Reason.CREDENTIALS_REFUSED)]


@st.composite
def looks(draw: st.DrawFn) -> Observation:
    """Return looks at objects about which all names are long."""
    seen = draw(observations().filter(lambda seen: not seen.recording.gone))
    lacking, failed = st.sampled_from(LACKING), st.sampled_from(FAILURES)
    pauses = {key: replace(each, problem=draw(failed)) for key, each in seen.pauses.items()}
    for attempt in seen.attempts:
        if draw(st.booleans()):
            obstacle = Problem(Reason.SID_UNKNOWN, draw(st.sampled_from(Obstacle)))
            pauses[operation(act.FindSid(attempt))] = Pause(TICK + 9, 1, obstacle, 1)
    long = seen.upload and replace(
        seen.upload, secret=NAME, namespace=draw(st.just("") | st.just(NAME))
    )
    young = draw(st.booleans())
    return replace(
        seen,
        recording=replace(
            seen.recording,
            created=NOW.isoformat() if young else seen.recording.created,
            status=named(seen),
        ),
        pauses=pauses,
        upload=long,
        target=draw(st.sampled_from(NO_TARGET))
        if isinstance(seen.target, Problem)
        else seen.target,
        storage=seen.storage and draw(st.sampled_from(NO_START)),
        closed=seen.closed and draw(lacking),
        rival=seen.rival and replace(seen.rival, name=NAME),
        neighbours=Neighbours(awaited=NAME) if young else seen.neighbours,
    )


def named(seen: Observation) -> Any:  # noqa: ANN401 - a status
    """Return the status with attempts of a channel whose name is long."""

    def long(attempt: Attempt) -> Attempt:
        return attempt.model_copy(update={"channel": CHANNEL})

    status = seen.recording.status
    return status.model_copy(update={"attempts": tuple(map(long, status.attempts))})


@often
@given(looks())
def test_a_message_can_be_read_at_a_glance_whatever_the_names(seen: Observation) -> None:
    """Each condition of each object that is not Ready."""
    said = decide(seen)
    if said.reason.health is Health.READY:
        return
    for condition in summarise(seen, said).conditions:
        assert len(condition.message) <= MOST, condition


RIVAL: Final = Rival("default", NAME)
STARTED: Final = [sent(LOST, started=True)]
LAPSING: Final = running(storage_expires_at=ago(-1800))
NAMING: Final = {
    "another has the target": observation(rival=RIVAL),
    "another is to begin": observation(
        of={"created": NOW.isoformat()}, neighbours=Neighbours(awaited=NAME)
    ),
    "another will tell": observation(DEAD, trails=[sent(DEAD)], of=LEAVING, rival=RIVAL),
    "another will tell of what started": observation(LOST, trails=STARTED, of=LEAVING, rival=RIVAL),
    "another will tell of two": observation(
        *TWO, trails=[sent(each, started=True) for each in TWO], of=LEAVING, rival=RIVAL
    ),
    "what lapses too soon": observation(
        upload=upload(secret=NAME, namespace=NAME, expires_at=ago(-3600))
    ),
    "what lapses": observation(
        LAPSING, trails=[Trail(LAPSING)], upload=upload(secret=NAME, namespace=NAME)
    ),
}


@pytest.mark.parametrize("seen", NAMING.values(), ids=NAMING)
def test_what_is_named_has_the_room_that_there_is(seen: Observation) -> None:
    """To the last characters, which differ by how a name is divided."""
    message = decide(seen).message

    assert MOST - 60 < len(message) <= MOST
    assert "nnn…nnn" in message


@pytest.mark.parametrize("number", [1, 2, 5, 9])
@pytest.mark.parametrize("project", [(NAME, NAME), ("", NAME)], ids=["own", "shared"])
def test_a_project_that_is_kept_names_whom_it_can(project: tuple[str, str], number: int) -> None:
    """One of them at least."""
    users = [user_of(project, NAME, f"{user}{NAME[1:]}") for user in range(number)]
    said = kept_for(users).message

    assert len(said) <= MOST
    assert said.startswith(f"Deleted, it stays until CloudRecordings {users[0][:9]}")
    assert said.endswith("Delete them, or set desiredState to Stopped in them.")
    assert (" and others are stopped" in said) == (number > 1)


@pytest.mark.parametrize("missing", [*needs(ORDINARY, KEYS)], ids=lambda each: each.message[:40])
def test_names_that_people_give_are_not_shortened(missing: Problem) -> None:
    """Unless there are several of them, one of another namespace."""
    assert ORDINARY in missing.message or f"/{ORDINARY[:4]}" in missing.message


@pytest.mark.parametrize("on_hold", [True, False])
@pytest.mark.parametrize("topic", [Topic.HOLD, Topic.OUTPUTS])
def test_what_agora_ignores_of_a_page_is_said_within_bounds(topic: Topic, *, on_hold: bool) -> None:
    """And what becomes of it."""
    message = ignoring(Web(url="https://example.com", on_hold=on_hold), topic).message

    assert len(message) <= MOST
    assert "told again within five minutes" in message


MEASURED: Final = {
    *("answers.problem", "refusal.refusal", "tokens.token_problem"),
    *("lapse.too_short", "lapse.lapsing", "standing.standing_of", "holdtext.failing"),
    *("turn.unknown", "project.kept_for", "page.ignoring"),
}
"""What says why an object is not Ready, beside all of ``need``: each is called above or by
``decide``."""


def test_whatever_says_why_an_object_is_not_ready_is_measured() -> None:
    """A new function that does so is to be called here, or to stand in ``need``."""
    found = {
        f"{module.__name__.rpartition('.')[2]}.{name}"
        for package in (domain, translate, reconcile)
        for each in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
        for module in [importlib.import_module(each.name)]
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and module is not need
        if "Problem" in str(function.__annotations__.get("return")) and not name.startswith("_")
    }

    assert found == MEASURED
