import pytest

from simulator.caller import Caller, changed
from simulator.client import START, STORAGE

FULL = "recordingConfig.transcodingConfig"
BROKEN_STARTS = [
    ("storageConfig", None, "storageConfig"),
    *((f"storageConfig.{name}", None, name) for name in STORAGE if name != "fileNamePrefix"),
    ("storageConfig.vendor", 9, "vendor"),
    ("storageConfig.vendor", 11, "endpoint"),
    ("storageConfig.fileNamePrefix", ["a_b"], "fileNamePrefix"),
    ("storageConfig.fileNamePrefix", ["a" * 64, "b" * 64], "fileNamePrefix"),
    ("recordingConfig", None, "recordingConfig"),
    ("recordingConfig.channelType", None, "channelType"),
    ("recordingConfig.maxIdleTime", 4, "maxIdleTime"),
    ("recordingConfig.streamTypes", 3, "streamTypes"),
    ("recordingConfig.decryptionMode", 1, "secret"),
    ("recordingConfig.subscribeAudioUids", ["1"] * 33, "subscribeAudioUids"),
    ("recordingFileConfig.avFileType", ["mp4"], "avFileType"),
    ("recordingFileConfig.avFileType", [], "avFileType"),
    ("snapshotConfig.fileType", ["jpg"], "snapshotConfig"),
    (FULL, {"width": 1920, "height": 1081}, "1920x1080"),
    (FULL, {"width": 1921, "height": 1}, "width"),
    (FULL, {"bitrate": 6501}, "bitrate"),
    (FULL, {"layoutConfig": [{"x_axis": 1.1, "y_axis": 0, "width": 1, "height": 1}]}, "x_axis"),
    (FULL, {"layoutConfig": [{"x_axis": 0, "y_axis": 0, "width": 1}]}, "height"),
    (
        FULL,
        {"layoutConfig": [{"x_axis": 0, "y_axis": 0, "width": 1, "height": 1}] * 18},
        "layoutConfig",
    ),
    ("recordingconfig", {}, "recordingconfig"),
]


@pytest.mark.parametrize(("path", "value", "named"), BROKEN_STARTS)
def test_a_broken_start_is_refused_with_the_name_of_the_member(
    path: str, value: object, named: str
) -> None:
    """Code 2 says what to mend, without the value."""
    caller = Caller()
    reply = caller.start(caller.acquire(), request=changed(path, value))

    assert (reply.status, reply.code) == (400, 2)
    assert named in str(reply.body["reason"])
    assert "the-" not in str(reply.body)


@pytest.mark.parametrize("spelling", ["unsubscribeVideoUids", "unSubscribeVideoUids"])
def test_subscribing_and_unsubscribing_exclude_each_other(spelling: str) -> None:
    """Agora's pages have two spellings; both mean the same."""
    caller = Caller()
    lists = {"channelType": 0, "subscribeVideoUids": ["1"], spelling: ["2"]}
    reply = caller.start(caller.acquire(), request=changed("recordingConfig", lists))

    assert (reply.code, "exclude" in str(reply.body["reason"])) == (2, True)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("recordingFileConfig.avFileType", ["hls", "mp4"]),
        (FULL, {"width": 1080, "height": 1920, "bitrate": 6500, "mixedVideoLayout": 3}),
        ("recordingConfig.unSubscribeAudioUids", ["#allstream#"]),
        ("recordingConfig.subscribeVideoUids", ["12", "13"]),
        ("storageConfig.fileNamePrefix", None),
        ("token", None),
    ],
)
def test_a_start_within_the_rules_is_accepted(path: str, value: object) -> None:
    """What Agora's pages allow is allowed."""
    caller = Caller()

    assert caller.start(caller.acquire(), request=changed(path, value)).status == 200


@pytest.mark.parametrize(
    ("scene", "mode", "status"),
    [(0, "mix", 200), (0, "individual", 200), (2, "individual", 200), (2, "mix", 400)],
)
def test_the_mode_must_fit_the_scene(scene: int, mode: str, status: int) -> None:
    """A resource is made for one scene."""
    caller = Caller(mode)
    request = changed("recordingConfig", {"channelType": 1, "subscribeUidGroup": 0})
    reply = caller.start(caller.acquire(scene=scene), request=request if mode != "mix" else START)

    assert (reply.status, reply.code) == (status, None if status == 200 else 432)


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("recordingConfig.subscribeUidGroup", None, "subscribeUidGroup"),
        ("recordingFileConfig.avFileType", ["hls", "mp4"], "avFileType"),
        (FULL, {"width": 1}, "transcodingConfig"),
        ("snapshotConfig.captureInterval", 0, "captureInterval"),
    ],
)
def test_individual_mode_has_rules_of_its_own(path: str, value: object, named: str) -> None:
    """What mix allows individual may not, and the other way round."""
    caller = Caller("individual")
    request = changed(path, value)
    if named != "subscribeUidGroup":
        config = request["recordingConfig"]
        assert isinstance(config, dict)
        config["subscribeUidGroup"] = 0
    reply = caller.start(caller.acquire(), request=request)

    assert (reply.code, named in str(reply.body["reason"])) == (2, True)
