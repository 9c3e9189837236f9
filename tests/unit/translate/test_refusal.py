"""Specs of which no request is made."""

import pytest

from agora_recording.crd.overrides import Overrides
from agora_recording.crd.placement import Geofence, Placement
from agora_recording.crd.recording import CloudRecordingSpec
from agora_recording.domain.reason import Reason
from agora_recording.translate.refusal import refusal
from agora_recording.translate.requests import start_request
from builders import spec, storage

PRIVATE = "spec.privateParameters is no JSON object: "
AGAIN = " Correct the spec: noticed at once."
FENCED = spec(placement=Placement(geofence=Geofence.EUROPE))


def overridden(**start: object) -> CloudRecordingSpec:
    """Return a spec that adds to its start."""
    return spec(overrides=Overrides(start=start))


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (
            spec(private_parameters="{correctEXTINF: true}"),
            (f"{PRIVATE}Expecting property name enclosed in double quotes at line 1, column 2."),
        ),
        (spec(private_parameters='{"a":1}{}'), f"{PRIVATE}Extra data at line 1, column 8."),
        (spec(private_parameters='{"a":NaN}'), f"{PRIVATE}NaN is no number of JSON's."),
        (spec(private_parameters='{"a":[' + "[" * 4000 + "}"), PRIVATE),
        (
            overridden(recordingConfig={"maxIdleTime": 1}),
            (
                "spec.overrides.start.recordingConfig.maxIdleTime: the operator sends it; say it "
                "in spec, or remove it."
            ),
        ),
        (
            overridden(**{"new\n" + "x" * 100_000: {"token": 1}}),
            (
                f"spec.overrides.start.new {'x' * 22}…{'x' * 25}: it is named like a secret; "
                "remove it."
            ),
        ),
        (
            FENCED,
            (
                "The storage's region us-east-1 lies outside placement.geofence Europe, which "
                "holds for the files too."
            ),
        ),
    ],
)
def test_a_refusal_says_what_why_and_what_to_do(wanted: CloudRecordingSpec, why: str) -> None:
    """Only a person can mend it."""
    problem = refusal(wanted, storage())

    assert problem is not None
    assert problem.reason is Reason.REQUEST_REFUSED
    assert problem.message.startswith(why)
    assert problem.message.endswith(AGAIN)
    assert len(problem.message) <= 147


def test_a_region_that_only_a_number_names_is_told_by_it() -> None:
    """The storage may be a project's, of which the API server knows nothing here."""
    problem = refusal(FENCED, storage(region=None, region_number=0))

    assert problem is not None
    assert problem.message.startswith("The storage's region of number 0 lies outside placement.")


@pytest.mark.parametrize(
    "wanted",
    [
        spec(),
        spec(private_parameters='{"correctEXTINF":true}\n'),
        overridden(recordingConfig={"newMember": 1}),
        spec(overrides=Overrides()),
        spec(placement=Placement(geofence=Geofence.NORTH_AMERICA)),
    ],
)
def test_what_agora_may_take_is_not_refused(wanted: CloudRecordingSpec) -> None:
    """It is asked."""
    assert refusal(wanted, storage()) is None


def test_private_parameters_are_sent_as_they_are() -> None:
    """Agora reads the text, and what is not given is not sent."""
    text = '{ "correctEXTINF" : true }'
    sent = start_request(spec(private_parameters=text), storage(), {})

    assert sent["recordingConfig"]["privateParams"] == text
    assert "privateParams" not in start_request(spec(), storage(), {})["recordingConfig"]
