"""The cases of every constraint of all kinds; tests/e2e/test_schema.py checks that none lacks."""

import string
from collections.abc import Iterator

from e2e.objects import GOOD, LAYOUT, PAGE
from e2e.page_cases import pages
from e2e.schema_cases import (
    REMOVED,
    Case,
    bounds,
    key_reference,
    length,
    required,
    rule,
    storages,
    words,
)

REC, PRJ, CPR = "CloudRecording", "AgoraProject", "ClusterAgoraProject"
UID = (1, 4_294_967_295)

CHANNEL = (
    "channel may hold at most 64 letters, digits, spaces and ! # $ % & ( ) + - : ; < = . > ? @ [ ] "
    "^ _ { } | ~ , only, as Agora names no channel otherwise; with web any name will do"
)
CHANNEL_CHARACTERS = string.ascii_letters + string.digits + " !#$%&()+-:;<=.>?@[]^_{}|~,"
MODE = "say how to record: set exactly one of individual, mix, web; the shortest form is mix: {}"
ORIGINAL = "streamMode: Original keeps sound alone; set media: Audio, or another streamMode"
SHOTS = "snapshots are taken of video; remove snapshots, or record AudioAndVideo or Video"
NAMED = (
    "Agora takes snapshots of all but some users only if sound is recorded of all but some too; "
    "use subscription.audio.exclude or subscription.video.include, or set media: Video"
)
MANY = (
    "individual records at most 49 users that are named; name fewer, or leave subscription out "
    "for everybody"
)
FPS = "fps must be one of 1, 7, 10, 15, 24, 30, 60"
AREA = "width times height may be at most 1920 x 1080; make one of them smaller"
COLOUR = "backgroundColor must look like #101010: a hash and six hexadecimal digits"
CUSTOM = (
    "custom.regions goes with type: Custom, and with that alone; set type: Custom, "
    "or remove custom (in a patch, custom: null)"
)
VERTICAL = "vertical belongs to type: Vertical; change type or remove vertical"
RIGHT = "left plus width may be at most 1"
BOTTOM = "top plus height may be at most 1"
HLS = "fileTypes must hold HLS; MP4 is made from it: [HLS, MP4]"
ONE_OF = "give include or exclude, one of the two; leave the selection out for everybody"
NAMESPACE = (
    "give the whole name of a namespace: lower-case letters, digits and hyphens; for several at "
    "once use selector.matchLabels"
)
URL = (
    "url must be https:// or http:// and a host, with a port if it needs one and nothing after "
    "that, such as https://agora.example.com:8443"
)
CIPHERS = (
    "AES128XTS",
    "AES128ECB",
    "AES256XTS",
    "SM4128ECB",
    "AES128GCM",
    "AES256GCM",
    "AES128GCM2",
    "AES256GCM2",
)
FENCE = (
    "the region of storage lies outside placement.geofence, which holds for the files too; choose "
    "a bucket within it, or another geofence"
)
FENCED = (
    (
        "MainlandChina",
        [
            ("TencentCOS", "ap-beijing"),
            ("BaiduBOS", "bj"),
            ("AlibabaOSS", "cn-hongkong"),
            ("AmazonS3", "ap-east-1"),
            ("AmazonS3", "15"),
            ("HuaweiOBS", "ap-southeast-1"),
            ("KingsoftKS3", "JR_BEIJING"),
            ("KingsoftKS3", "HONGKONG"),
        ],
        [
            ("TencentCOS", "ap-singapore"),
            ("AmazonS3", "us-east-1"),
            ("AmazonS3", "ap-southeast-1"),
            ("HuaweiOBS", "7"),
        ],
    ),
    (
        "Asia",
        [("AmazonS3", "ap-east-1"), ("BaiduBOS", "sin"), ("AlibabaOSS", "cn-hongkong")],
        [("TencentCOS", "ap-beijing"), ("AlibabaOSS", "cn-hangzhou")],
    ),
    (
        "Europe",
        [("AmazonS3", "eu-west-1"), ("AmazonS3", "4"), ("KingsoftKS3", "RUSSIA")],
        [("AmazonS3", "me-south-1"), ("AmazonS3", "0"), ("KingsoftKS3", "BEIJING")],
    ),
    (
        "NorthAmerica",
        [("AmazonS3", "ca-central-1"), ("TencentCOS", "na-ashburn"), ("Qiniu", "na0")],
        [("AmazonS3", "sa-east-1"), ("AmazonS3", "eu-west-1")],
    ),
)
UNTOLD = [("S3Compatible", "us-east-1"), ("AmazonS3", "99"), ("HuaweiOBS", "16")]
AFFINITIES = ("Nearest", "China", "SoutheastAsia", "Europe", "NorthAmerica")
CONTAINER = "Transcoding makes MP4, and AudioMixing MP3, M4A or AAC; change container or type"
MIXED = "audio belongs to type: AudioMixing; change type or remove audio"
NOTHING = "screenshots alone leave nothing to process; remove postProcessing or only"
RATE = "sampleRate must be 16000, 32000 or 48000"
UNMIXED = (
    "AudioMixing mixes the sound as it was sent; set media: Audio and streamMode: Original, or "
    "another postProcessing"
)
UNFENCED = (
    "Agora keeps no postProcessing within a geofence; remove placement.geofence, or "
    "individual.postProcessing"
)
PRIVATE = "privateParameters must be the text of a JSON object, such as '{\"correctEXTINF\":true}'"
IMAGE = "the image must be given by a URL that begins with https:// or http://"
APP_ID = "appId must be 32 hexadecimal digits in lower case, as the console shows it"


def cases() -> list[Case]:
    """Return all cases of all kinds."""
    projects = (case for kind in (PRJ, CPR) for case in project(kind))
    return [
        *recording(),
        *individual(),
        *processing(),
        *mix(),
        *layout(),
        *pages(),
        *subscription(),
        *contradictions(),
        *encryption(),
        *placement(),
        *recording_status(),
        *projects,
        *cluster_project(),
    ]


def recording() -> Iterator[Case]:
    """Yield the cases of what every recording has."""
    yield from required(REC, "", "spec")
    yield from required(REC, "spec", "channel")
    yield words(REC, "spec.projectRef.kind", "AgoraProject", "ClusterAgoraProject")
    yield from length(REC, "spec.projectRef.name", 253, "p" * 253)
    yield from length(REC, "spec.channel", 128, "c" * 64)
    for start in range(0, len(CHANNEL_CHARACTERS), 64):
        allowed = CHANNEL_CHARACTERS[start : start + 64]
        yield channel("a/b", allowed)
    for name in ("c" * 65, "a\nb", "a\rb", *"ä/\\'\"*`\n"):
        yield channel(name)
    yield from bounds(REC, "spec.uid", *UID)
    yield words(REC, "spec.channelProfile", "Communication", "LiveBroadcasting")
    yield from key_reference(REC, "spec.tokenSecretRef")
    yield from bounds(REC, "spec.maxIdleSeconds", 5, 2_592_000)
    private = "spec.privateParameters"
    for bad in ("", "correctEXTINF", '["a"]', '{"a":1', '"{}'):
        yield rule(REC, private, PRIVATE, bad, "{}", '{"a":\n{}}\n')
    longest = '{"a":"' + "a" * 4088 + '"}'
    long = "may not be more than 4096 bytes"
    yield Case(REC, private, "maxLength", longest + " ", (longest,), long)
    yield words(REC, "spec.desiredState", "Recording", "Stopped")
    yield words(REC, "spec.restartPolicy", "OnFailure", "Never", "Always")
    yield from bounds(REC, "spec.maxRestarts", 0, 1000)
    yield words(REC, "spec.deletionPolicy", "Stop", "Orphan")
    yield from bounds(REC, "spec.maxDurationSeconds", 1, 2_592_000)
    modes = [{"channel": "standup", mode: {}} for mode in ("individual", "mix")]
    yield rule(REC, "spec", MODE, {"channel": "standup"}, *modes)
    yield rule(REC, "spec", MODE, {"channel": "standup", "individual": {}, "mix": {}}, *modes)
    yield rule(REC, "spec", MODE, PAGE | {"mix": {}}, PAGE)
    yield from storages(REC)


def channel(refused: str, *accepted: str) -> Case:
    """Return a case of the names of channels, which the spec as a whole judges."""
    field = "spec.channel"
    return Case(REC, "spec", CHANNEL, refused, accepted, CHANNEL, at=field, blames=field)


def each_user(subscription: object = None, **members: object) -> dict[str, object]:
    """Return a spec that records each user apart."""
    spec: dict[str, object] = {"channel": "standup", "individual": members}
    return spec if subscription is None else spec | {"subscription": subscription}


def individual() -> Iterator[Case]:
    """Yield the cases of a recording of each user; the good object records them mixed."""
    path = "spec.individual"
    for field, allowed in (
        ("media", ("AudioAndVideo", "Audio", "Video")),
        ("videoStream", ("High", "Low")),
        ("streamMode", ("Default", "Standard", "Original")),
    ):
        good = (each_user(**{field: allowed[0]}),)
        listed = ", ".join(f'"{word}"' for word in allowed)
        bad = each_user(**{field: "Nonsense"})
        yield Case(REC, f"{path}.{field}", "enum", bad, good, f"supported values: {listed}", "spec")
    sound = each_user(media="Audio", streamMode="Original")
    for media in ("AudioAndVideo", "Video"):
        refused = each_user(media=media, streamMode="Original")
        yield Case(REC, path, ORIGINAL, refused, (sound,), ORIGINAL, "spec")
    shots = [each_user(media=media, snapshots={}) for media in ("AudioAndVideo", "Video")]
    refused = each_user(media="Audio", snapshots={})
    yield Case(REC, path, SHOTS, refused, tuple(shots), SHOTS, "spec")
    low, high = (each_user(snapshots={"intervalSeconds": n}) for n in (5, 3600))
    less, more = (each_user(snapshots={"intervalSeconds": n}) for n in (4, 3601))
    field = f"{path}.snapshots.intervalSeconds"
    yield Case(REC, field, "minimum", less, (low,), "should be greater than or equal to 5", "spec")
    yield Case(REC, field, "maximum", more, (high,), "should be less than or equal to 3600", "spec")


def processing() -> Iterator[Case]:
    """Yield the cases of what is made of the files after the end."""
    path, sound = "spec.individual.postProcessing", {"media": "Audio", "streamMode": "Original"}

    def made(**members: object) -> dict[str, object]:
        return each_user(**sound, postProcessing=members)

    mixed, transcoded = made(type="AudioMixing"), each_user(postProcessing={"type": "Transcoding"})
    yield Case(
        REC, path, "required type", made(), (mixed,), "Required value", "spec", f"{path}.type"
    )
    for field, allowed in (
        ("type", ("Transcoding", "AudioMixing")),
        ("container", ("MP4", "MP3", "M4A", "AAC")),
    ):
        listed = ", ".join(f'"{word}"' for word in allowed)
        bad = made(**{"type": "AudioMixing", field: "Nonsense"})
        yield Case(
            REC, f"{path}.{field}", "enum", bad, (mixed,), f"supported values: {listed}", "spec"
        )
    for kind, wrong, right in (("Transcoding", "AAC", "MP4"), ("AudioMixing", "MP4", "AAC")):
        good = (made(type=kind, container=right), made(type=kind))
        bad = made(type=kind, container=wrong)
        yield Case(REC, path, CONTAINER, bad, good, CONTAINER, "spec")
    bad = made(type="Transcoding", audio={})
    yield Case(REC, path, MIXED, bad, (made(type="AudioMixing", audio={}),), MIXED, "spec")
    rate = f"{path}.audio.sampleRate"
    for hertz in (8000, 44_100, 96_000):
        bad = made(type="AudioMixing", audio={"sampleRate": hertz})
        good = tuple(
            made(type="AudioMixing", audio={"sampleRate": n}) for n in (16_000, 32_000, 48_000)
        )
        yield Case(REC, rate, RATE, bad, good, RATE, "spec")
    one, two = (made(type="AudioMixing", audio={"channels": n}) for n in (1, 2))
    none, three = (made(type="AudioMixing", audio={"channels": n}) for n in (0, 3))
    field = f"{path}.audio.channels"
    yield Case(REC, field, "minimum", none, (one,), "should be greater than or equal to 1", "spec")
    yield Case(REC, field, "maximum", three, (two,), "should be less than or equal to 2", "spec")
    bad = each_user(postProcessing={"type": "AudioMixing"})
    yield Case(REC, "spec.individual", UNMIXED, bad, (mixed, transcoded), UNMIXED, "spec")
    shots = {"postProcessing": {"type": "Transcoding"}, "snapshots": {"only": True}}
    beside = each_user(**shots | {"snapshots": {}})
    yield Case(REC, "spec.individual", NOTHING, each_user(**shots), (beside,), NOTHING, "spec")
    low, high = (made(type="AudioMixing", audio={"bitrateKbps": n}) for n in (1, 1000))
    less, more = (made(type="AudioMixing", audio={"bitrateKbps": n}) for n in (0, 1001))
    field = f"{path}.audio.bitrateKbps"
    yield Case(REC, field, "minimum", less, (low,), "should be greater than or equal to 1", "spec")
    yield Case(REC, field, "maximum", more, (high,), "should be less than or equal to 1000", "spec")
    fenced = {"placement": {"geofence": "Europe"}}
    yield rule(REC, "spec", UNFENCED, transcoded | fenced, transcoded, each_user() | fenced)


def contradictions() -> Iterator[Case]:
    """Yield the cases of members that do not go together, in the spec that holds them."""
    ways = ("individual", "mix")
    for medium, other in (("audio", "Video"), ("video", "Audio")):
        says = (
            f"subscription.{medium} selects whose {medium} is recorded, and media: {other} "
            f"records none; remove subscription.{medium}, or set media: AudioAndVideo"
        )
        for way in ways:
            whom = {"channel": "standup", "subscription": {medium: {"include": [1]}}}
            good = [whom | {way: {"media": media}} for media in ("AudioAndVideo", medium.title())]
            yield rule(REC, "spec", says, whom | {way: {"media": other}}, *good)
    shots, named, others = {"only": True}, {"include": [1]}, {"exclude": [1]}
    yield rule(
        REC,
        "spec",
        NAMED,
        each_user({"video": others}, snapshots=shots),
        each_user({"video": others, "audio": {"exclude": [2]}}, snapshots=shots),
        each_user({"video": named, "audio": others}, snapshots=shots),
        each_user({"audio": others}, snapshots=shots),
        each_user({"video": others}, snapshots=shots, media="Video"),
        each_user({"video": others}),
    )
    yield rule(
        REC,
        "spec",
        NAMED,
        each_user({"video": others, "audio": named}, snapshots=shots),
        each_user({"video": named, "audio": {"include": [2]}}, snapshots=shots),
    )
    audio = list(range(1, 33))
    users = [{"audio": {"include": audio}, "video": {"include": audio[n:]}} for n in (0, 1)]
    most, more = (
        {"audio": {"include": audio}, "video": {"include": list(range(20, 20 + n))}}
        for n in (30, 31)
    )
    yield rule(REC, "spec", MANY, each_user(more), each_user(most), *map(each_user, users))
    yield rule(
        REC, "spec", MANY, each_user(more), {"channel": "c", "mix": {}, "subscription": more}
    )


def encryption() -> Iterator[Case]:
    """Yield the cases of an encrypted channel."""
    path = "spec.encryption"
    yield from required(REC, path, "mode", "secretRef")
    yield words(REC, f"{path}.mode", *CIPHERS)
    yield from required(REC, f"{path}.secretRef", "name")
    yield from length(REC, f"{path}.secretRef.name", 253, "s" * 253)
    for key in ("secret", "salt"):
        yield from length(REC, f"{path}.secretRef.keys.{key}", 253, "k" * 253)


def placement() -> Iterator[Case]:
    """Yield the cases of where Agora records."""
    path = "spec.placement"
    plain = {"channel": "standup", "mix": {}}
    fences = ("MainlandChina", "Asia", "Europe", "NorthAmerica")
    for member, allowed in (("geofence", fences), ("affinity", AFFINITIES)):
        listed = ", ".join(f'"{word}"' for word in allowed)
        good = tuple(plain | {"placement": {member: word}} for word in allowed)
        bad = plain | {"placement": {member: "Nonsense"}}
        yield Case(REC, f"{path}.{member}", "enum", bad, good, f"values: {listed}", "spec")
    away = f"{path}.awayFrom"
    names = [{"name": f"n{n}"} for n in range(9)]
    yield Case(REC, away, "minItems", [], (names[:1],), "should have at least 1 items")
    yield Case(REC, away, "maxItems", names, (names[:8],), "must have at most 8 items")
    yield Case(REC, away, "list-type", [names[0]] * 2, (names[:2],), "Duplicate value")
    yield from required(REC, f"{away}[]", "name")
    yield from length(REC, f"{away}[].name", 253, "n" * 253)
    for fence, inside, outside in FENCED:
        spec = plain | {"placement": {"geofence": fence}}
        good = [stored(spec, *each) for each in (*inside, *UNTOLD)]
        for each in outside:
            yield rule(REC, "spec", FENCE, stored(spec, *each), spec, *good)


def stored(spec: dict[str, object], vendor: str, region: str) -> dict[str, object]:
    """Return a spec with a bucket of a vendor in a region."""
    storage = {"vendor": vendor, "bucket": "b", "credentialsSecretRef": {"name": "s"}}
    where = {"regionNumber": int(region)} if region.isdigit() else {"region": region}
    endpoint = {"endpoint": "s3.test"} if vendor == "S3Compatible" else {}
    return spec | {"storage": storage | where | endpoint}


def mix() -> Iterator[Case]:
    """Yield the cases of a mixed recording."""
    yield words(REC, "spec.mix.media", "AudioAndVideo", "Audio", "Video")
    yield words(REC, "spec.mix.videoStream", "High", "Low")
    yield words(REC, "spec.mix.audioProfile", "Standard", "HighQuality", "HighQualityStereo")
    video = "spec.mix.video"
    yield from required(REC, video, "width", "height", "fps", "bitrateKbps")
    yield from bounds(REC, f"{video}.width", 1, 1920)
    high = "should be less than or equal to 1920"
    low = "should be greater than or equal to 1"
    square = {"width": 1080, "height": 1920, "fps": 15, "bitrateKbps": 500}
    yield Case(REC, f"{video}.height", "maximum", square | {"height": 1921}, (square,), high, video)
    yield Case(REC, f"{video}.height", "minimum", square | {"height": 0}, (square,), low, video)
    yield rule(REC, video, AREA, square | {"width": 1081}, square)
    yield from bounds(REC, f"{video}.bitrateKbps", 1, 6500)
    yield rule(REC, f"{video}.fps", FPS, 25, 1, 7, 10, 15, 24, 30, 60)
    yield from file_types()
    shapes = {"video": square, "layout": {}}
    for member, shape in shapes.items():
        says = f"media: Audio makes no picture; remove {member}, or set media: AudioAndVideo"
        refused, *good = (
            {"channel": "standup", "mix": {"media": media, member: shape}}
            for media in ("Audio", "Video", "AudioAndVideo")
        )
        yield Case(REC, "spec.mix", says, refused, tuple(good), says, "spec")


def file_types() -> Iterator[Case]:
    """Yield the cases of the list of file types."""
    path = "spec.mix.fileTypes"
    many = "must have at most 2 items"
    yield Case(REC, path, "minItems", [], (["HLS"],), "should have at least 1 items")
    yield Case(REC, path, "maxItems", ["HLS", "MP4", "HLS"], (["HLS", "MP4"],), many)
    yield Case(REC, path, "list-type", ["HLS", "HLS"], (["MP4", "HLS"],), "Duplicate value")
    listed = 'supported values: "HLS", "MP4"'
    yield Case(REC, f"{path}[]", "enum", ["HLS", "AAC"], (["HLS", "MP4"],), listed, path)
    yield rule(REC, path, HLS, ["MP4"], ["HLS"], ["MP4", "HLS"])


def layout() -> Iterator[Case]:
    """Yield the cases of a layout."""
    path = "spec.mix.layout"
    plain = [{"type": kind} for kind in ("Floating", "BestFit", "Vertical")]
    names = 'supported values: "Floating", "BestFit", "Vertical", "Custom"'
    yield Case(REC, f"{path}.type", "enum", {"type": "Nonsense"}, (*plain, LAYOUT), names, path)
    yield rule(REC, path, CUSTOM, {"type": "Custom"}, *plain, LAYOUT)
    yield rule(REC, path, CUSTOM, LAYOUT | {"type": "Floating"}, LAYOUT)
    vertical = {"type": "Vertical", "vertical": {"largeUid": 1}}
    yield rule(REC, path, VERTICAL, vertical | {"type": "BestFit"}, vertical)
    yield from vertical_layout(path)
    colour = f"{path}.backgroundColor"
    long = "may not be more than 16 bytes"
    yield Case(REC, colour, "maxLength", "#" * 17, ("#aAfF09",), long)
    for bad in ("red", "#12345", "#1234567", "101010", "#GGGGGG"):
        yield rule(REC, colour, COLOUR, bad, "#aAfF09")
    yield from regions(f"{path}.custom")
    yield from images(path)


def images(path: str) -> Iterator[Case]:
    """Yield the cases of the images that stand where no picture is."""
    users = f"{path}.userBackgrounds"
    urls = [f"{path}.backgroundImageUrl", f"{path}.defaultUserImageUrl", f"{users}[].imageUrl"]
    longest = "https://images.test/" + "a" * 1004
    for url in urls:
        long = "may not be more than 1024 bytes"
        yield Case(REC, url, "maxLength", longest + "a", (longest,), long)
        for bad in ("images.test/wall.jpg", "ftp://images.test/wall.jpg", "https:///wall.jpg", ""):
            yield rule(REC, url, IMAGE, bad, "https://images.test", "http://images.test/a.bmp")
    yield from required(REC, f"{users}[]", "uid", "imageUrl")
    yield from bounds(REC, f"{users}[].uid", *UID)
    yield words(REC, f"{users}[].fit", "Crop", "Fit")
    many = [{"uid": uid, "imageUrl": "https://images.test"} for uid in range(1, 34)]
    most = many[:32]
    yield Case(REC, users, "minItems", [], (most[:1],), "should have at least 1 items")
    yield Case(REC, users, "maxItems", many, (most,), "must have at most 32 items")
    yield Case(REC, users, "list-type", [many[0], many[0]], (many[:2],), "Duplicate value")


def vertical_layout(path: str) -> Iterator[Case]:
    """Yield the cases of a vertical layout; the good object has a custom one."""
    field = f"{path}.vertical.largeUid"
    low, high = ({"type": "Vertical", "vertical": {"largeUid": uid}} for uid in UID)
    less, more = (
        {"type": "Vertical", "vertical": {"largeUid": uid}} for uid in (UID[0] - 1, UID[1] + 1)
    )
    yield Case(REC, field, "minimum", less, (low,), "should be greater than or equal to 1", path)
    yield Case(REC, field, "maximum", more, (high,), f"less than or equal to {UID[1]}", path)
    empty = {"type": "Vertical", "vertical": {}}
    parent = f"{path}.vertical"
    yield Case(REC, parent, "required largeUid", empty, (low,), "Required value", path, field)


def regions(custom: str) -> Iterator[Case]:
    """Yield the cases of the regions of a custom layout."""
    path = f"{custom}.regions"
    good = LAYOUT["custom"]["regions"][0]
    many = "must have at most 17 items"
    yield from required(REC, custom, "regions")
    yield Case(REC, path, "minItems", [], ([good],), "should have at least 1 items")
    yield Case(REC, path, "maxItems", [good] * 18, ([good] * 17,), many)
    region = f"{path}[]"
    yield from required(REC, region, "left", "top", "width", "height")
    yield from bounds(REC, f"{region}.uid", *UID)
    yield from bounds(REC, f"{region}.alpha", 0, 1)
    yield words(REC, f"{region}.fit", "Crop", "Fit")
    whole = {"left": 0, "top": 0, "width": 1, "height": 1}
    low, high = "should be greater than or equal to 0", "should be less than or equal to 1"
    for edge in whole:
        field = f"{region}.{edge}"
        yield Case(REC, field, "minimum", whole | {edge: -0.1}, (whole,), low, region)
        yield Case(REC, field, "maximum", whole | {edge: 1.1}, (whole,), high, region)
    thirds = {"left": 0.7, "top": 0.7, "width": 0.3, "height": 0.3}
    yield rule(REC, region, RIGHT, whole | {"left": 0.01}, whole, thirds)
    yield rule(REC, region, BOTTOM, whole | {"top": 0.01}, whole, thirds)


def subscription() -> Iterator[Case]:
    """Yield the cases of both selections, by inclusion and by exclusion."""
    for selection in ("spec.subscription.audio", "spec.subscription.video"):
        yield rule(REC, selection, ONE_OF, {}, {"include": [1]}, {"exclude": [1]})
        yield rule(REC, selection, ONE_OF, {"include": [1], "exclude": [2]})
        for member in ("include", "exclude"):
            yield from uids(selection, member)


def uids(selection: str, member: str) -> Iterator[Case]:
    """Yield the cases of a list of users."""
    path = f"{selection}.{member}"
    most = list(range(1, 33))
    for field, keyword, refused, accepted, says in (
        (path, "minItems", [], [1], "should have at least 1 items"),
        (path, "maxItems", [*most, 33], most, "must have at most 32 items"),
        (path, "list-type", [1, 1], [1, 2], "Duplicate value"),
        (f"{path}[]", "minimum", [0], [1], "should be greater than or equal to 1"),
        (f"{path}[]", "maximum", [UID[1] + 1], [UID[1]], f"less than or equal to {UID[1]}"),
    ):
        yield Case(REC, field, keyword, {member: refused}, ({member: accepted},), says, selection)


def recording_status() -> Iterator[Case]:
    """Yield the cases of the status; they protect the operator from its own slips."""
    attempt = GOOD[REC]["status"]["attempts"][0]
    attempts = "status.attempts"
    names = ("number", "resourceId", "owner", "appId", "endpoint", "channel", "uid", "mode")
    yield from required(REC, f"{attempts}[]", *names, "acquiredAt")
    two = [attempt, attempt | {"resourceId": "r2"}]
    yield Case(REC, attempts, "list-type", [attempt, attempt], (two,), "Duplicate value")
    yield from required(REC, "status.query", "status", "state")
    yield from required(REC, "status.files[]", "name")
    yield from required(REC, "status.lastAttempts[]", "number", "resourceId", "endedAt", "reason")
    yield from conditions(REC)


def conditions(kind: str) -> Iterator[Case]:
    """Yield the cases of the conditions of a kind."""
    path = "status.conditions"
    (one,) = GOOD[kind]["status"]["conditions"]
    names = ("type", "status", "reason", "message", "lastTransitionTime")
    yield from required(kind, f"{path}[]", *names)
    two = [one, one | {"type": "Stalled"}]
    yield Case(kind, path, "list-type", [one, one], (two,), "Duplicate value")


def project(kind: str) -> Iterator[Case]:
    """Yield the cases that both kinds of projects have."""
    yield from required(kind, "", "spec")
    yield from required(kind, "spec", "appId", "credentialsSecretRef")
    good = GOOD[kind]["spec"]["appId"]
    long = "may not be more than 64 bytes"
    yield Case(kind, "spec.appId", "maxLength", "a" * 65, (good,), long)
    for bad in (good[1:], good + "0", good.replace("a", "A"), good.replace("a", "g")):
        yield rule(kind, "spec.appId", APP_ID, bad, good)
    yield from required(kind, "spec.credentialsSecretRef", "name")
    yield from length(kind, "spec.credentialsSecretRef.name", 253, "s" * 253)
    for key in ("customerId", "customerSecret"):
        yield from length(kind, f"spec.credentialsSecretRef.keys.{key}", 253, "k" * 253)
    yield from key_reference(kind, "spec.appCertificateSecretRef")
    yield words(kind, "spec.endpoint.area", "International", "MainlandChina")
    yield words(kind, "spec.unreachablePolicy", "Hold", "Kick")
    yield from bounds(kind, "spec.limits.requestsPerSecond", 1, 10_000)
    yield from storages(kind)
    yield from conditions(kind)


def cluster_project() -> Iterator[Case]:
    """Yield the cases that only a project for several namespaces has."""
    yield from allowed_namespaces("spec.allowedNamespaces")
    path = "spec.endpoint.url"
    yield from length(CPR, path, 512, f"https://{'a' * 504}")
    good = ("https://a", "http://127.0.0.1:8080", "https://[::1]:8443", "https://A-b.example.com")
    for bad in (
        "agora.example.com",
        "ftp://a",
        "https://a/",
        "https://a/v1",
        "https://user:word@a",
        "https://a?b=c",
        "https://a:123456",
        "https://a b",
        "https://",
    ):
        yield rule(CPR, path, URL, bad, *good)


def allowed_namespaces(path: str) -> Iterator[Case]:
    """Yield the cases of the namespaces that a project serves; {} is good, and means none."""
    says = "Required value"
    yield Case(CPR, "spec", "required allowedNamespaces", REMOVED, ({},), says, path, path)
    names = f"{path}.names"
    most = [f"n{n}" for n in range(256)]
    many = "must have at most 256 items"
    yield Case(CPR, names, "maxItems", [*most, "n"], (most, []), many)
    yield Case(CPR, names, "list-type", ["a", "a"], (["a", "b"],), "Duplicate value")
    long = "may not be more than 63 bytes"
    empty = "should be at least 1 chars long"
    yield Case(CPR, f"{names}[]", "maxLength", "a" * 64, ("a" * 63,), long)
    yield Case(CPR, f"{names}[]", "minLength", "", ("a",), empty)
    for bad in ("*", "team-*", "Team", "team-", "-team", "a.b"):
        yield rule(CPR, f"{names}[]", NAMESPACE, bad, "a", "team-a", "0")
    selector = f"{path}.selector"
    yield from required(CPR, selector, "matchLabels")
    labels = f"{selector}.matchLabels"
    few, more = "should have at least 1 properties", "must have at most 16 items"
    sixteen = {f"l{n}": "" for n in range(16)}
    yield Case(CPR, labels, "minProperties", {}, ({"a": "b"},), few)
    yield Case(CPR, labels, "maxProperties", {**sixteen, "l": ""}, (sixteen,), more)
    longest = {"a": "b" * 63}
    field, longer = f"{labels}{{}}", {"a": "b" * 64}
    yield Case(CPR, field, "maxLength", longer, (longest,), long, labels, f"{labels}.a")
