import pytest

from simulator.client import APP, SECRETS, START, STORAGE, Admin, Program, Recorder


def test_the_ledger_tells_a_whole_story(recorder: Recorder, admin: Admin) -> None:
    """Calls in order of arrival, the recording, and what it cost."""
    recorder.begin()
    admin.advance(100)
    recorder.stop()
    ledger = admin.ledger(recorder.channel)
    (recording,) = ledger["recordings"]

    assert [call["operation"] for call in ledger["calls"]] == ["acquire", "start", "stop"]
    assert all(call["handled"] and call["status"] == 200 for call in ledger["calls"])
    assert {call["resourceId"] for call in ledger["calls"]} == {recorder.resource}
    assert (recording["appId"], recording["uid"], recording["mode"]) == (APP, "7", "mix")
    assert (recording["sid"], recording["endReason"]) == (recorder.sid, "Stopped")
    assert recording["seconds"] == recording["endedAt"] - recording["startedAt"] >= 100
    assert (ledger["recordedSeconds"], ledger["overlaps"]) == (recording["seconds"], 0)


def test_the_ledger_without_calls_tells_of_recordings_only(
    recorder: Recorder, admin: Admin
) -> None:
    """Whoever watches thousands of recordings need not read their calls each time."""
    recorder.begin()

    params = {"channel": recorder.channel, "calls": "false"}
    ledger = admin.http.get("/admin/ledger", params=params).json()
    assert [one["sid"] for one in ledger["recordings"]] == [recorder.sid]
    assert ledger["calls"] == []


def test_no_secret_is_ever_shown(recorder: Recorder, admin: Admin) -> None:
    """Neither in the ledger nor in errors."""
    recorder.begin()
    recorder.post("update", {"storageConfig": STORAGE})
    broken = recorder.begin(
        {**START, "storageConfig": {**STORAGE, "secretKey": ["the-secret-key"]}}
    )
    recorder.begin("the-secret-key")
    recorder.begin({"STORAGECONFIG": [{"SecretKey": "the-secret-key"}]})
    shown = admin.http.get("/admin/ledger", params={"channel": recorder.channel}).text

    assert not [secret for secret in SECRETS if secret in shown + broken.text]
    assert '"accessKey": "***"' in shown


def test_the_last_layout_and_subscription_are_kept(recorder: Recorder, admin: Admin) -> None:
    """First those of start, then those of the last change."""
    transcoding = {"width": 640, "height": 360, "mixedVideoLayout": 1}
    config = {"channelType": 1, "transcodingConfig": transcoding, "subscribeAudioUids": ["1"]}
    recorder.begin({**START, "recordingConfig": config})
    (first,) = admin.ledger(recorder.channel)["recordings"]
    streams = {"videoUidList": {"subscribeVideoUids": ["#allstream#"]}}
    recorder.post("update", {"streamSubscribe": streams}).raise_for_status()
    recorder.post("updateLayout", {"backgroundColor": "#ffffff"}).raise_for_status()
    (last,) = admin.ledger(recorder.channel)["recordings"]

    assert first["layout"] == {"mixedVideoLayout": 1}
    assert first["subscription"] == {"audioUidList": {"subscribeAudioUids": ["1"]}}
    assert (last["layout"], last["subscription"]) == ({"backgroundColor": "#ffffff"}, streams)


def test_calls_turned_away_are_noted_too(recorder: Recorder, admin: Admin) -> None:
    """With the answer they got and without an effect."""
    admin.set(requests_per_second=1)
    recorder.acquire()
    recorder.acquire()
    last = admin.ledger(recorder.channel)["calls"][-1]

    assert (last["status"], last["code"], last["handled"]) == (429, None, False)


def test_a_reset_forgets_calls_and_ended_recordings(recorder: Recorder, admin: Admin) -> None:
    """A resource stays used all the same."""
    recorder.begin()
    recorder.stop()
    admin.advance(100)
    admin.http.delete("/admin/ledger").raise_for_status()
    ledger = admin.ledger(recorder.channel)

    assert (ledger["calls"], ledger["recordings"]) == ([], [])
    assert recorder.start().status_code == 201


def test_a_reset_keeps_what_runs(recorder: Recorder, admin: Admin) -> None:
    """Only history is forgotten."""
    recorder.begin()
    admin.http.delete("/admin/ledger")

    assert len(admin.ledger(recorder.channel)["recordings"]) == 1


def test_settings_show_no_secret(admin: Admin) -> None:
    """They are masked, and everything else is readable."""
    account = {"customer_id": "me", "secret": "the-customer-secret"}
    changed = admin.set(apps={"a": {"accounts": [account]}}, ready_after=2)
    shown = admin.http.get("/admin/settings")

    assert "the-customer-secret" not in changed.text + shown.text
    assert shown.json()["ready_after"] == 2
    assert shown.json()["apps"]["a"]["accounts"][0]["customer_id"] == "me"


@pytest.mark.parametrize(
    "changes",
    [{"unknown": 1}, {"ready_after": -1}, {"apps": {"a": {"accounts": ["the-secret-key"]}}}, []],
)
def test_broken_settings_are_refused(admin: Admin, changes: object) -> None:
    """And the old ones stay."""
    before = admin.http.get("/admin/settings").json()
    answer = admin.http.patch("/admin/settings", json=changes)

    assert (answer.status_code, "the-secret-key" in answer.text) == (400, False)
    assert admin.http.get("/admin/settings").json() == before


def test_an_order_that_is_no_json(admin: Admin) -> None:
    """It is an error of the caller."""
    assert admin.http.post("/admin/clock", content=b"{").status_code == 400


def test_the_clock_only_goes_forward(admin: Admin) -> None:
    """Time can be skipped, not taken back."""
    before = admin.http.get("/admin/clock").json()
    after = admin.http.post("/admin/clock", json={"advanceSeconds": 50}).json()
    back = admin.http.post("/admin/clock", json={"advanceSeconds": -1})

    assert after["now"] - before["now"] >= 50
    assert after["offsetSeconds"] - before["offsetSeconds"] == 50
    assert back.status_code == 400


def test_an_emptied_channel_ends_its_recording(recorder: Recorder, admin: Admin) -> None:
    """After maxIdleTime, to the second."""
    joined = admin.join(recorder.channel).json()
    recorder.begin()
    left = admin.leave(recorder.channel).json()
    admin.advance(40)
    (recording,) = admin.ledger(recorder.channel)["recordings"]

    assert joined == {"appId": APP, "channel": recorder.channel, "members": [1]}
    assert left["members"] == []
    assert (recording["endReason"], 30 <= recording["seconds"] < 40) == ("Idle", True)


@pytest.mark.parametrize(
    ("abnormal", "status", "reason"), [(True, 20, "Abnormal"), (False, 6, "Exited")]
)
def test_a_recording_can_end_from_the_inside(
    *, recorder: Recorder, admin: Admin, abnormal: bool, status: int, reason: str
) -> None:
    """It shows while it exits, and then it is gone."""
    recorder.begin()
    path = f"/admin/recordings/{recorder.sid}/exit"
    ended = admin.http.post(path, json={"abnormal": abnormal})
    seen = recorder.query().json()["serverResponse"]["status"]
    again = admin.http.post(path, json={})
    admin.advance(100)

    assert (ended.json()["endReason"], seen, again.status_code) == (reason, status, 404)
    assert recorder.query().status_code == 404


def test_healthz(program: Program, admin: Admin) -> None:
    """It is alive."""
    assert program.process.poll() is None
    assert admin.http.get("/healthz").json() == {"status": "ok"}
