import httpx
import pytest

from simulator.client import APP, Admin, Program, Recorder, coded

APPS = {
    "good": {"accounts": [{"customer_id": "customer", "secret": "the-customer-secret"}]},
    "unpaid": {"state": "disabled"},
    "off": {"state": "service_not_enabled"},
}


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (None, "Unauthorized"),
        ("Bearer x", "Invalid authentication credentials"),
        ("Basic %%", "Invalid authentication credentials"),
        ("Basic bm9jb2xvbg==", "Invalid authentication credentials"),
    ],
)
def test_a_request_needs_basic_credentials(
    program: Program, header: str | None, message: str
) -> None:
    """Without an account list any well-formed pair will do."""
    headers = {} if header is None else {"Authorization": header}
    answer = httpx.post(
        f"{program.urls['api']}/v1/apps/{APP}/cloud_recording/acquire", headers=headers, json={}
    )

    assert coded(answer) == (401, None, message)


@pytest.mark.parametrize(
    ("app", "secret", "expected"),
    [
        ("good", "the-customer-secret", (200, None, None)),
        ("good", "wrong", (401, None, "Invalid authentication credentials")),
        ("unknown", "x", (400, None, "appid is invalid")),
        ("unpaid", "x", (400, 405, "no_active_status")),
        ("off", "x", (400, 400, "invalid_appid")),
    ],
)
def test_configured_apps_are_checked(
    program: Program, admin: Admin, app: str, secret: str, expected: object
) -> None:
    """App IDs and accounts can be listed, and closed."""
    admin.set(apps=APPS).raise_for_status()
    answer = httpx.post(
        f"{program.urls['api']}/v1/apps/{app}/cloud_recording/acquire",
        auth=("customer", secret),
        json={"cname": "apps", "uid": "1", "clientRequest": {}},
    )

    assert coded(answer) == expected


def test_a_closed_app_answers_other_calls_as_unknown(recorder: Recorder, admin: Admin) -> None:
    """Only acquire has codes for it."""
    recorder.begin()
    admin.set(apps={APP: {"state": "disabled"}})

    assert coded(recorder.query()) == (400, None, "appid is invalid")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/apps/a/cloud_recording/acquire"),
        ("POST", "/v1/apps/a/cloud_recording/resourceid/r/sid/s/mode/mix/query"),
        ("POST", "/v1/apps/a/cloud_recording/resourceid/r/sid/s/mode/individual/updateLayout"),
        ("POST", "/v1/apps/a/cloud_recording/resourceid/r/sid/s/mode/odd/stop"),
        ("POST", "/v1/apps/a/cloud_recording/resourceid/r/mode/odd/start"),
        ("GET", "/"),
    ],
)
def test_a_wrong_method_or_path_has_its_own_404(recorder: Recorder, method: str, path: str) -> None:
    """It must not be taken for a recording that is gone."""
    answer = recorder.http.request(method, path)

    assert coded(answer) == (404, None, "no Route matched with those values")


def test_too_many_calls_in_a_second(recorder: Recorder, admin: Admin) -> None:
    """The rate is per App ID and over one second."""
    admin.set(requests_per_second=2)
    codes = [recorder.acquire().status_code for _ in range(3)]
    admin.advance(1)

    assert [*codes, recorder.acquire().status_code] == [200, 200, 429, 200]
