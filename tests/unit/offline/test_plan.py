"""A plan is what the operator does, and holds no secret."""

import json
import string
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from agora_recording.agora import protocol
from agora_recording.agora.hiding import HIDDEN
from agora_recording.crd.mode import MODES, Individual, Snapshots
from agora_recording.crd.subscription import Selection, Subscription
from agora_recording.crd.web import PageVideo, Web
from agora_recording.offline.inspection import Project, Recording
from agora_recording.offline.plan import RESOURCE_ID, STAND_INS, Subject, hidden, planned
from agora_recording.offline.reading import Document
from agora_recording.offline.words import WAYS
from agora_recording.translate.placement import acquire_request
from builders import project, spec, storage
from unit.offline.command_line import run
from unit.reconcile.fake_time import in_fake_time
from unit.reconcile.world import World

NOWHERE = Document("a.yaml", {}, {(): 1})


def agrees(plan: Any, sent: Any) -> bool:  # noqa: ANN401 - JSON
    """Say whether a plan is what was sent, but for what it hides."""
    if isinstance(plan, dict):
        return plan.keys() == sent.keys() and all(agrees(plan[key], sent[key]) for key in plan)
    return bool(plan in (HIDDEN, sent))


@in_fake_time
async def test_the_operator_sends_what_is_planned() -> None:
    """From the first call on; what is hidden in the plan are the Secrets' values."""
    world = World()
    await world.recorded()
    ((task, request),) = world.agora.sent
    recorded = world.cluster.object
    assert recorded is not None
    mine = Recording(NOWHERE, recorded.namespace, recorded.name, recorded.spec)
    of = Project(NOWHERE, "AgoraProject", recorded.namespace, "default", project())
    acquire, start, _ = planned(Subject(mine, of, storage())).calls
    sent = protocol.start(task, request)

    assert start.url.endswith(sent.path.replace(task.resource_id, RESOURCE_ID))
    assert agrees(start.body, sent.body)
    assert json.dumps(start.body).count(HIDDEN) == 2
    asked = acquire_request(recorded.spec, ())
    assert acquire.body == protocol.acquire(task.app_id, task.channel, task.uid, asked).body


def test_temporary_keys_are_planned_for_if_the_files_show_them() -> None:
    """A Secret may hold them or not; they are as secret as the others."""
    mine = Recording(NOWHERE, "default", "standup", spec())
    of = Project(NOWHERE, "AgoraProject", "default", "default", project())
    shown = {"storage": frozenset({"accessKey", "secretKey", "stsToken", "stsExpiration"})}
    plain, temporary = (
        planned(Subject(mine, of, storage(), keys)).calls[1].body["clientRequest"]["storageConfig"]
        for keys in ({}, shown)
    )

    assert temporary.keys() - plain.keys() == {"stsToken", "stsExpiration"}
    assert {name for name, value in temporary.items() if value == HIDDEN} == {
        "accessKey",
        "secretKey",
        "stsToken",
        "stsExpiration",
    }


def test_what_comes_from_secrets_is_hidden_wherever_it_is() -> None:
    """Also what was made of one, and what is named like one though it stands in the manifest."""
    one = {"a": ["x", {"b": "from 1"}], "token": "t", "imageUrl": "u", "n": 1, "m": 2}
    other = {"a": ["x", {"b": "from 2"}], "token": "t", "imageUrl": "u", "n": 1, "m": 3}

    assert hidden(one, other) == {
        "a": ["x", {"b": HIDDEN}],
        "token": HIDDEN,
        "imageUrl": HIDDEN,
        "n": 1,
        "m": HIDDEN,
    }


def test_what_is_named_like_a_secret_is_hidden_in_the_text_of_an_object_too() -> None:
    """As in privateParams; other texts stay as they are."""
    for text in ('{"apiKey": "k", "a": {"authorization": "b", "c": "d"}}', "{no JSON}", "[1]"):
        told = hidden({"privateParams": text}, {"privateParams": text})["privateParams"]
        expected = '{"apiKey": "***", "a": {"authorization": "***", "c": "d"}}'
        assert told == (expected if "apiKey" in text else text)


LETTERS = string.ascii_letters + string.digits + "+/=:äß'\""
APART = {"mix": None, "individual": Individual()}
SHOTS = {"mix": None, "individual": Individual(snapshots=Snapshots())}
PAGE = {"mix": None, "web": Web(url="https://example.com"), "max_duration_seconds": 5400}
HELD = PAGE | {
    "web": Web(
        url="https://example.com",
        video=PageVideo(width=640, height=360),
        on_hold=True,
        rtmp_url="rtmp://example.com/key",
    )
}
ONLY_SHOTS = {
    "mix": None,
    "individual": Individual(snapshots=Snapshots(interval_seconds=60, only=True)),
    "subscription": Subscription(video=Selection(exclude=(7,))),
}

SECRET = st.text(LETTERS, min_size=8, max_size=40).map("§{}".format)  # no word of ours


@given(
    values=st.lists(SECRET, min_size=4, max_size=4, unique=True),
    command=st.sampled_from(
        [("validate", "-v"), ("validate", "-o", "json", "-v"), ("plan",), ("plan", "-o", "json")]
    ),
)
def test_no_secret_of_a_file_is_ever_shown(values: list[str], command: tuple[str, ...]) -> None:
    """Neither in plans nor in problems, whatever it looks like and whoever names it."""
    access, secret, certificate, other = values
    secrets = {
        "s3": {"accessKey": access, "secretKey": secret},
        "agora-certificate": {"appCertificate": certificate},
        "agora-rest": {"customerId": other, "wrong": other},
    }
    written = [
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "stringData": data}
        for name, data in secrets.items()
    ]
    with TemporaryDirectory() as folder:
        Path(folder, "secrets.yaml").write_text(yaml.safe_dump_all(written))
        code, out, err = run(*command, "-f", f"{folder}/secrets.yaml", "-f", "good.yaml")

    assert code == 0
    for value in (*values, *STAND_INS):
        assert value not in out + err
        assert json.dumps(value)[1:-1] not in out + err


def test_each_mode_has_its_words() -> None:
    """A new one needs them, too."""
    assert WAYS.keys() | {"web"} == set(MODES)


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({}, "Records channel standup as user 1314242492, derived from App ID, channel,"),
        ({"uid": 5}, "as user 5; mixes all users;"),
        ({"max_idle_seconds": None}, "has been empty for 300 s."),
        (APART, "; records all users into files of their own; files go to AmazonS3 bucket bucket"),
        (SHOTS, "of their own, and takes a screenshot of each every 10 s; files go to"),
        ({"max_duration_seconds": 60}, "has been empty for 300 s, or after 60 s."),
        (PAGE, "Records a web page of 1280 x 720, as standup; HLS files go to AmazonS3 bucket"),
        (PAGE, "us-east-1; ends after 5400 s."),
        (
            HELD,
            "of 640 x 360, on hold at first, as standup; streams it to an RTMP url as well; HLS",
        ),
        (ONLY_SHOTS, "; takes a screenshot of all users but 7 every 60 s, no more; files go to"),
    ],
    ids=[
        "derived",
        "given",
        "patient",
        "apart",
        "with screenshots",
        "bounded",
        "a page",
        "until when",
        "a page on hold",
        "screenshots alone",
    ],
)
def test_the_words_say_what_the_requests_do(members: dict[str, Any], says: str) -> None:
    """For those who do not read Agora's JSON."""
    mine = Recording(NOWHERE, "default", "standup", spec(channel="standup", **members))
    of = Project(NOWHERE, "AgoraProject", "default", "default", project())

    assert says in planned(Subject(mine, of, storage())).summary
