"""The cases of recorded pages: each is a whole spec, since the good object records a channel."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from e2e.objects import PAGE
from e2e.schema_cases import REMOVED, Case, bounds, changed, rule, words

REC = "CloudRecording"
SECRET = {"name": "urls", "key": "page"}

NEEDS_END = (
    "web needs maxDurationSeconds, the longest time that the page may be recorded: Agora bills a "
    "page until somebody stops it"
)
NOT_WITH_WEB = {
    "channelProfile": (
        "Communication",
        "channelProfile does not go with web: no channel is joined; remove channelProfile",
    ),
    "subscription": (
        {"audio": {"include": [1]}},
        (
            "subscription does not go with web: no channel is joined, so there are no users to "
            "choose from; remove subscription"
        ),
    ),
    "encryption": (
        {"mode": "AES128XTS", "secretRef": {"name": "channel"}},
        (
            "encryption does not go with web: no channel is joined, so there is nothing to "
            "decrypt; remove encryption"
        ),
    ),
    "tokenSecretRef": (
        {"name": "token"},
        (
            "tokenSecretRef does not go with web: no channel is joined, so no token is needed; "
            "remove tokenSecretRef"
        ),
    ),
    "privateParameters": (
        "{}",
        (
            "privateParameters does not go with web: they are parameters of a channel's "
            "recording; remove privateParameters"
        ),
    ),
    "maxIdleSeconds": (
        300,
        (
            "maxIdleSeconds does not go with web: a page is never idle; maxDurationSeconds ends "
            "it; remove maxIdleSeconds"
        ),
    ),
}
ONE_PAGE = "give url, or urlSecretRef for a url that is a secret: one of the two"
ONE_STREAM = "give rtmpUrl or rtmpUrlSecretRef, not both: Agora streams to one url at most"
URL = "url must begin with https:// or http:// and name a host, without spaces"
RTMP_URL = "rtmpUrl must begin with rtmps:// or rtmp:// and name a host, without spaces"
AREA = "width times height may be at most 1920 x 1080; make one of them smaller"
LABEL = (
    "channel may have at most 128 bytes, of which a letter outside of ASCII takes two to four; "
    "shorten it"
)
MINUTES = "maxFileSeconds must be whole minutes, such as 1800 or 7200"
HLS = "fileTypes must hold HLS; MP4 is made from it: [HLS, MP4]"


def pages() -> Iterator[Case]:
    """Yield the cases of a recorded page."""
    yield from rules_of_the_spec()
    yield from of_page(
        [
            words(REC, "spec.web.audioProfile", "Standard", "HighQuality", "HighQualityStereo"),
            words(REC, "spec.web.device", "Desktop", "Mobile"),
            *bounds(REC, "spec.web.readyTimeoutSeconds", 0, 60),
            *lengths(),
            *video(),
            *file_types(),
            *urls(),
            *secrets(),
            *label(),
        ]
    )


def of_page(cases: Iterable[Case]) -> Iterator[Case]:
    """Turn the cases of parts of a page into those of whole specs."""
    for case in cases:
        at = case.at or case.path
        yield replace(
            case,
            refused=page(at, case.refused),
            accepted=tuple(page(at, value) for value in case.accepted),
            at="spec",
            blames=case.blames or case.path,
        )


def page(path: str, value: object) -> dict[str, Any]:
    """Return the spec of a good page with a value at a path."""
    if path == "spec":
        assert isinstance(value, dict)
        return value
    spec: dict[str, Any] = changed({"spec": PAGE}, path, value)["spec"]
    return spec


def rules_of_the_spec() -> Iterator[Case]:
    """Yield the cases of what goes with a page, and what does not."""
    mix = {"channel": "stage", "mix": {}}
    endless = page("spec.maxDurationSeconds", REMOVED)
    yield rule(REC, "spec", NEEDS_END, endless, PAGE, mix)
    for field, (value, message) in NOT_WITH_WEB.items():
        yield rule(REC, "spec", message, PAGE | {field: value}, PAGE, mix | {field: value})


def label() -> Iterator[Case]:
    """Yield the cases of what a page is called, which joins no channel."""
    path, label = "spec.channel", "Townhall 2026/11 \N{EN DASH} München"
    long = "may not be more than 128 bytes"
    yield Case(REC, path, "maxLength", "a" * 129, ("a" * 128, label, "'\"`*\\"), long)
    yield rule(REC, path, LABEL, "ä" * 64 + "a", "ä" * 64, "会" * 42)


def lengths() -> Iterator[Case]:
    """Yield the cases of how long an MP4 file may be."""
    path = "spec.web.maxFileSeconds"
    low, high = "should be greater than or equal to 1800", "should be less than or equal to 14400"
    yield Case(REC, path, "minimum", 1740, (1800,), low)
    yield Case(REC, path, "maximum", 14_460, (14_400,), high)
    yield rule(REC, path, MINUTES, 1801, 1860)


def video() -> Iterator[Case]:
    """Yield the cases of the picture."""
    path = "spec.web.video"
    square = {"width": 1080, "height": 1920}
    yield rule(REC, path, AREA, square | {"width": 1081}, square, {})
    yield from bounds(REC, f"{path}.width", 240, 1920)
    for edge, keyword, refused, says in (
        ("height", "minimum", 239, "should be greater than or equal to 240"),
        ("height", "maximum", 1921, "should be less than or equal to 1920"),
    ):
        good = (square, {"width": 1080, "height": 240})
        yield Case(REC, f"{path}.{edge}", keyword, square | {edge: refused}, good, says, path)
    yield from bounds(REC, f"{path}.fps", 5, 60)
    yield from bounds(REC, f"{path}.bitrateKbps", 50, 8000)


def file_types() -> Iterator[Case]:
    """Yield the cases of the list of file types."""
    path = "spec.web.fileTypes"
    many = "must have at most 2 items"
    yield Case(REC, path, "minItems", [], (["HLS"],), "should have at least 1 items")
    yield Case(REC, path, "maxItems", ["HLS", "MP4", "HLS"], (["HLS", "MP4"],), many)
    yield Case(REC, path, "list-type", ["HLS", "HLS"], (["MP4", "HLS"],), "Duplicate value")
    listed = 'supported values: "HLS", "MP4"'
    item = f"{path}[]"
    yield Case(REC, item, "enum", ["HLS", "AAC"], (["HLS", "MP4"],), listed, path, item)
    yield rule(REC, path, HLS, ["MP4"], ["HLS"], ["MP4", "HLS"])


def urls() -> Iterator[Case]:
    """Yield the cases of both urls."""
    for path, message, scheme in (
        ("spec.web.url", URL, "http"),
        ("spec.web.rtmpUrl", RTMP_URL, "rtmp"),
    ):
        good = (f"{scheme}://a", f"{scheme}s://example.com:1935/a?b=c#d", f"{scheme}://ä/b")
        for bad in (
            "example.com",
            f"{scheme}://",
            f"{scheme}:///path",
            f"{scheme}://a b",
            f"{scheme}://a\tb",
            "ftp://example.com",
            f"{scheme.upper()}://A",
            f" {scheme}://a",
        ):
            yield rule(REC, path, message, bad, *good)
        long = f"{scheme}://a/".ljust(2048, "b")
        says = "may not be more than 2048 bytes"
        yield Case(REC, path, "maxLength", f"{long}b", (long,), says)


def secrets() -> Iterator[Case]:
    """Yield the cases of urls that are secrets."""
    web = PAGE["web"]
    for path, inline, reference, message in (
        ("spec.web", "url", "urlSecretRef", ONE_PAGE),
        ("spec.web", "rtmpUrl", "rtmpUrlSecretRef", ONE_STREAM),
    ):
        plain = {name: value for name, value in web.items() if name != inline}
        hidden = plain | {reference: SECRET}
        yield rule(REC, path, message, web | {reference: SECRET}, web, hidden)
        for name in ("name", "key"):
            field = f"{path}.{reference}.{name}"
            low, high = "should be at least 1 chars long", "may not be more than 253 bytes"
            for keyword, bad, says in (("minLength", "", low), ("maxLength", "a" * 254, high)):
                long = hidden | {reference: SECRET | {name: "a" * 253}}
                refused = hidden | {reference: SECRET | {name: bad}}
                yield Case(REC, field, keyword, refused, (hidden, long), says, path)
            lacks = hidden | {reference: {k: v for k, v in SECRET.items() if k != name}}
            parent = f"{path}.{reference}"
            says = "Required value"
            yield Case(REC, parent, f"required {name}", lacks, (hidden,), says, path, field)
    neither = {name: value for name, value in web.items() if name != "url"}
    yield rule(REC, "spec.web", ONE_PAGE, neither, web)
    silent = {name: value for name, value in web.items() if name != "rtmpUrl"}
    yield rule(REC, "spec.web", ONE_PAGE, silent | {"urlSecretRef": SECRET}, silent)
