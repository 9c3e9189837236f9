"""Which of several objects has a target (protocol 20)."""

from typing import Any

import pytest

from agora_recording.crd.recording import DesiredState
from agora_recording.crd.status import Attempt
from agora_recording.domain.claim import Claim, Sighting
from agora_recording.domain.observation import Observation
from agora_recording.reconcile.claims import Claims, claim_of
from builders import APP, NOW, TARGET, attempt, observation, past, recording, running, spec, status

TARGET_CLAIM = Claim(APP, "standup", 7)


def look(uid: str, *attempts: Attempt, **of: Any) -> Observation:
    """Return a look at an object that claims the common target."""
    return observation(*attempts, of={"uid": uid, "name": uid, **of})


class Book:
    """Claims, and whom they woke."""

    def __init__(self) -> None:
        self.woken: list[str] = []
        self.claims = Claims(self.woken.append)

    def winner(self, *looks: Observation) -> set[str]:
        """Take in looks and return who has no rival among them."""
        for seen in looks:
            self.claims.see(seen)
        uids = {seen.recording.uid for seen in looks}
        return {uid for uid in uids if self.claims.rival(uid) is None}


OLD, YOUNG = {"created": "2026-03-01T10:00:00Z"}, {"created": "2026-03-01T11:00:00Z"}

PAIRS = [
    ("a stored sid", look("a", running(), **YOUNG), look("b", attempt("r2"), **OLD), {"a"}),
    ("an open attempt", look("a", attempt(), **YOUNG), look("b", **OLD), {"a"}),
    ("the older", look("a", **YOUNG), look("b", **OLD), {"b"}),
    ("the smaller uid", look("a", **OLD), look("b", **OLD), {"a"}),
    (
        "who still stops a recording",
        look("a", **OLD),
        look("b", running(), spec=spec(desired_state=DesiredState.STOPPED), **YOUNG),
        {"b"},
    ),
    (
        "who wants nothing is no rival",
        look("a", **YOUNG),
        look("b", spec=spec(desired_state=DesiredState.STOPPED), **OLD),
        {"a", "b"},
    ),
    (
        "who has had its recording is no rival",
        look("a", **YOUNG),
        look("b", status=status(end_reason="Idle"), **OLD),
        {"a", "b"},
    ),
    (
        "who goes, and has stopped all, is no rival",
        look("a", **YOUNG),
        look("b", deleting=True, **OLD),
        {"a", "b"},
    ),
    (
        "who goes, and may run, is one",
        look("a", **YOUNG),
        look("b", attempt("r2"), deleting=True, **OLD),
        {"b"},
    ),
    (
        "who is gone, and must be stopped, is one",
        look("a", **YOUNG),
        look("b", running("r2"), gone=True, **OLD),
        {"b"},
    ),
    (
        "also if another start of it is unknown",
        look("a", **YOUNG),
        look("b", running("r2"), attempt("r3", number=2), gone=True, **OLD),
        {"b"},
    ),
    (
        "who is gone, and may run unknown, is no rival",
        look("a", **YOUNG),
        look("b", attempt("r2"), gone=True, **OLD),
        {"a", "b"},
    ),
]


@pytest.mark.parametrize(
    ("one", "other", "expected"), [row[1:] for row in PAIRS], ids=[row[0] for row in PAIRS]
)
def test_who_has_no_rival(one: Observation, other: Observation, expected: set[str]) -> None:
    """One of two has the target, whoever is looked at first."""
    assert expected == Book().winner(one, other)
    assert expected == Book().winner(other, one)


def test_objects_with_different_targets_do_not_meet() -> None:
    """Another uid in the same channel is another recording."""
    book = Book()
    other = observation(claim=Claim(APP, "standup", 8), of={"uid": "b"})

    assert book.winner(look("a"), other) == {"a", "b"}
    assert book.woken == []


def test_a_rival_names_the_winner_and_its_resources() -> None:
    """So that a person, and a copy of its status, can be told."""
    book = Book()
    book.winner(look("a", running("r9")), look("b"))
    rival = book.claims.rival("b")

    assert rival is not None
    assert (rival.name, rival.resource_ids) == ("a", frozenset({"r9"}))


def test_the_others_are_woken_when_the_winner_changes() -> None:
    """Whoever waits for a target learns that it is free."""
    book = Book()
    book.winner(look("a", running()), look("b"))
    book.woken.clear()
    book.claims.see(look("a", running()))
    assert book.woken == []

    book.claims.forget("a")
    assert book.woken == ["b"]
    assert book.claims.rival("b") is None


def test_the_others_are_woken_when_the_winner_wants_it_no_more() -> None:
    """Or wants another target: the one that it had is free."""
    book = Book()
    book.winner(look("a", **OLD), look("b", **YOUNG))
    book.woken.clear()
    book.claims.see(look("a", spec=spec(desired_state=DesiredState.STOPPED), **OLD))
    assert book.woken == ["b"]

    book.winner(look("a", **OLD), look("b", **YOUNG))
    book.woken.clear()
    book.claims.sight(TARGET_CLAIM, Sighting("r1", NOW))
    book.claims.see(observation(claim=Claim(APP, "standup", 8), of={"uid": "a", **OLD}))
    assert book.woken == ["b"]
    assert book.claims.rival("b") is None


def test_a_sighting_goes_with_the_last_who_claims_the_target() -> None:
    """Also if that one claims another from now on."""
    book = Book()
    book.claims.see(look("a"))
    book.claims.sight(TARGET_CLAIM, Sighting("r1", NOW))
    book.claims.see(observation(claim=Claim(APP, "standup", 8), of={"uid": "a"}))

    assert book.claims.sighting(TARGET_CLAIM) is None


def test_objects_whose_targets_are_not_known_are_no_rivals() -> None:
    """Their projects do not exist yet."""
    book = Book()
    looks = [observation(claim=None, of={"uid": uid, "name": uid}) for uid in ("a", "b")]

    assert book.winner(*looks) == {"a", "b"}


def test_an_object_that_nobody_looked_at_has_no_rival() -> None:
    """Nothing is known of it."""
    assert Book().claims.rival("a") is None


def test_a_sighting_is_kept_as_long_as_somebody_claims_the_target() -> None:
    """Memory shrinks with the objects."""
    book, sighting = Book(), Sighting("r1", NOW)
    book.claims.see(look("a"))
    book.claims.sight(TARGET_CLAIM, sighting)
    book.claims.see(look("a", attempt()))

    assert book.claims.sighting(TARGET_CLAIM) == sighting
    assert book.claims.sighting(None) is None
    book.claims.forget("a")
    assert book.claims.sighting(TARGET_CLAIM) is None


def test_sids_are_known() -> None:
    """Those that run and those that are over (protocol 9)."""
    book = Book()
    book.winner(
        look("a", running(sid="theirs"), status=status(running(sid="theirs"))),
        look("b", status=status(last_attempts=(past(sid="over"),))),
    )

    assert book.claims.has_sid("theirs")
    assert book.claims.has_sid("over")
    assert not book.claims.has_sid("nobodys")


def test_the_claim_is_that_of_what_may_run() -> None:
    """A spec that was edited after the status was wiped does not change it."""
    held = recording(attempt(channel="before", uid=9), spec=spec(uid=8))

    assert claim_of(held, TARGET) == Claim(APP, "before", 9)
    assert claim_of(recording(spec=spec(uid=8)), TARGET) == Claim(APP, "standup", 8)


SPACE = "default"


def resources(*looks: Observation, name: str = "a") -> frozenset[str] | None:
    """Return the resources of the object ``name`` once all of these were seen."""
    claims = Book().claims
    for seen in looks:
        claims.see(seen)
    return claims.resources_of(SPACE, name)


@pytest.mark.parametrize(
    ("seen", "taken"),
    [
        ("has two", {"r1", "r2"}),
        ("has yet to take one", None),
        ("wants none", set()),
        ("had its recording", set()),
        ("lost its record", None),
    ],
)
def test_the_resources_of_an_object_are_known_by_its_name(seen: str, taken: set[str]) -> None:
    """Those that another must stay away from; None while they are to come."""
    states = {
        "has two": look("a", attempt(), attempt("r2", number=2)),
        "has yet to take one": look("a"),
        "wants none": look("a", spec=spec(desired_state=DesiredState.STOPPED)),
        "had its recording": look("a", status=status(end_reason="Idle")),
        "lost its record": look("a", attempt("lost-record-20260301115000")),
    }

    assert resources(look("b", attempt("other")), states[seen]) == taken


def test_an_object_that_was_never_seen_may_have_yet_to_begin() -> None:
    """Nor does one of the same name in another namespace count."""
    elsewhere = look("a", attempt(), namespace="elsewhere")

    assert resources(elsewhere) is None


def test_a_name_belongs_to_the_object_that_bears_it_now() -> None:
    """One that was deleted and made again is another; the old one may leave after it came."""
    claims = Book().claims
    claims.see(look("old", attempt("before"), name="a"))
    claims.see(look("new", attempt("after"), name="a"))
    assert claims.resources_of(SPACE, "a") == {"after"}
    claims.forget("old")
    assert claims.resources_of(SPACE, "a") == {"after"}
    claims.forget("new")
    assert claims.resources_of(SPACE, "a") is None
    claims.see(look("new", attempt("moved"), name="b"))
    assert claims.resources_of(SPACE, "a") is None
