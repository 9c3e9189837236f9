"""Where sources disagree, both variants can be chosen."""

from dataclasses import replace

import httpx
import pytest

from agora_simulator.calls import Operation
from agora_simulator.recordings import EndReason
from simulator.caller import NOW, Caller, body
from simulator.client import Admin, Program, Recorder, coded
from simulator.pages import WebCaller, web


@pytest.mark.parametrize("status", [400, 404, 500])
def test_the_query_of_an_exiting_recording_may_be_an_error(status: int) -> None:
    """With code 501, as older pages say; while it runs and when it is gone nothing differs."""
    caller = Caller(exiting_query_status=status, exiting_seconds=10)
    query = caller.begin()
    running = caller.world.carry_out(query, NOW + 9)
    caller.stop(query, NOW + 10)
    exiting, gone = (caller.world.carry_out(query, NOW + at) for at in (15, 20))

    assert running.status == 200
    assert (exiting.status, exiting.code) == (status, 501)
    assert (gone.status, gone.code) == (404, 404)


def test_answers_may_leave_the_target_out() -> None:
    """As older examples do; query and stop name it all the same."""
    caller = Caller(answers_name_target=False)
    resource = caller.acquired("room", "7").body
    started = caller.start(str(resource["resourceId"])).body
    query = caller.query_of(caller.start(caller.acquire(channel="other"), channel="other"))
    update = replace(query, operation=Operation.UPDATE, body=body({"streamSubscribe": {}}, "other"))

    assert (set(resource), set(started)) == ({"resourceId"}, {"resourceId", "sid"})
    assert set(caller.world.carry_out(update, NOW).body) == {"resourceId", "sid"}
    assert "cname" in caller.world.carry_out(query, NOW).body


@pytest.mark.parametrize(
    ("scope", "statuses"), [("app", [200, 429, 200]), ("account", [200, 200, 429])]
)
def test_the_rate_counts_for_an_app_or_for_an_account(
    program: Program, recorder: Recorder, admin: Admin, scope: str, statuses: list[int]
) -> None:
    """For an account, as older pages say, each kind of call by itself."""
    name = f"rated-{scope}"
    first = f"/v1/apps/{name}-1/cloud_recording/acquire"
    second = f"/v1/apps/{name}-2/cloud_recording/acquire"
    admin.set(requests_per_second=1, rate_scope=scope)
    with httpx.Client(base_url=program.urls["api"], auth=(name, "x")) as http:
        acquired = http.post(first, json=recorder.body({}))
        start = first.replace("acquire", "resourceid/x/mode/mix/start")
        started = http.post(start, json=recorder.body({}))
        other = http.post(second, json=recorder.body({}))

    # The start is refused for its body unless it is one call too many.
    seen = [acquired.status_code, 200 if started.status_code == 400 else started.status_code]
    assert [*seen, other.status_code] == statuses


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_the_addresses_of_notifications_have_two_paths(
    program: Program, recorder: Recorder, version: str
) -> None:
    """Both answer who shows credentials, whatever they are."""
    path = f"/{version}/ncs/ip"
    stranger = httpx.get(f"{program.urls['api']}{path}")
    (host,) = recorder.http.get(path).json()["data"]["service"]["hosts"]

    assert (stranger.status_code, set(host)) == (401, {"primaryIP"})
    assert coded(recorder.http.post(path))[0] == 404


def test_a_recorder_with_the_uid_of_a_user_cannot_stay() -> None:
    """Its start is answered; then it is thrown out."""
    caller = Caller()
    caller.world.join(("app", "room"), 7, NOW)
    caller.begin()
    caller.begin(channel="other")
    first, second = caller.world.recordings(NOW)

    assert (first.end_reason, second.end_reason) == (EndReason.KICKED, None)


def test_a_user_with_the_uid_of_a_recorder_throws_it_out() -> None:
    """And no other."""
    caller = Caller()
    caller.begin()
    caller.begin(channel="other")
    for uid in (1, 7):
        caller.world.join(("app", "room"), uid, NOW + uid)
    first, second = caller.world.recordings(NOW + 60)

    assert (first.end_reason, first.ended_at) == (EndReason.KICKED, NOW + 7)
    assert second.ended_at is None


def test_a_page_has_no_uid_that_a_user_could_have() -> None:
    """It is in no channel."""
    caller = WebCaller()
    caller.world.join(("app", "room"), 7, NOW)
    caller.begin(request=web())
    caller.world.join(("app", "room"), 7, NOW + 1)

    assert caller.ended(NOW + 60) == (None, None)
