"""Random specs of recordings, made from the schema that the API server has.

``valid`` makes specs that keep every rule, ``slipped`` valid ones with one slip in them. A rule of
a single value is read from the schema; only the rules that join several fields are kept by hand,
in ``RULED`` and ``KEPT``.
"""

import ast
import copy
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final, NamedTuple
from zlib import crc32

from hypothesis import strategies as st

from agora_recording.crd.combinations import NOT_WITH_WEB
from agora_recording.crd.mode import MODES
from agora_recording.crd.placement import PLACES
from agora_recording.crd.recording import CloudRecordingSpec
from agora_recording.crd.schema import VALIDATIONS, Schema, structural
from agora_recording.crd.vendor import REGION_NUMBERS, StorageVendor

Object = dict[str, Any]
Strategy = st.SearchStrategy[Any]

SPEC: Final = structural(CloudRecordingSpec)
MATCHES: Final = re.compile(r"self\.matches\('(.*)'\)")
"""A rule that a text must match."""
ONE_OF: Final = re.compile(r"self in (\[.*\])")
"""A rule that lists what is allowed."""
MOST_PIXELS: Final = 1920 * 1080
REGIONS: Final = sorted({name for names in REGION_NUMBERS.values() for name in names})

JSON: Final[Strategy] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.text(st.characters(codec="utf-8"), max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text("abK", max_size=2), inner, max_size=2)
    ),
    max_leaves=4,
)
OBJECTS: Final[Strategy] = st.dictionaries(
    st.sampled_from(["recordingConfig", "newMember", "storageConfig"]), JSON, max_size=2
)
NO_CHANNEL: Final = re.compile(r"[^a-zA-Z0-9 !#$%&()+\-:;<=.>?@\[\]^_{}|~,]")
"""What the name of a channel cannot have in it."""
LABEL_BYTES: Final = 128
NAMES: Final[Strategy] = st.one_of(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=LABEL_BYTES),
    st.text(st.characters(codec="ascii"), min_size=1, max_size=LABEL_BYTES),
    st.from_regex(r"[a-zA-Z0-9 !#$%&()+\-:;<=.>?@\[\]^_{}|~,]{1,128}", fullmatch=True),
).filter(lambda name: len(name.encode()) <= LABEL_BYTES)
RULED: Final[Mapping[str, Strategy]] = {
    "channel": NAMES,
    "storage.region": st.sampled_from(REGIONS),
    "storage.regionNumber": st.integers(0, 30),
    "privateParameters": st.dictionaries(st.text("abc"), JSON, max_size=2).map(json.dumps),
    "web.maxFileSeconds": st.integers(30, 240).map(lambda minutes: 60 * minutes),
    "overrides.start": st.fixed_dictionaries(
        {}, optional={"recordingConfig": st.fixed_dictionaries({"newMember": JSON})}
    ),
}
"""Values that keep what no rule of their own tells, most of them."""


def _of_recorded_media(spec: Object) -> None:
    """Select users of the media that are recorded, and not too many."""
    way = next(spec[mode] for mode in MODES if mode in spec)
    whom, media = spec.get("subscription", {}), way.get("media")
    whom.pop({"Audio": "video", "Video": "audio"}.get(media, ""), None)
    if "individual" in spec and "include" in whom.get("audio", {}):
        whom.get("video", {}).get("include", [])[17:] = []
    audible = media != "Video" and "exclude" not in whom.get("audio", {})
    if "snapshots" in way and audible and "exclude" in whom.get("video", {}):
        del whom["video"]


def _of_a_channel(spec: Object) -> None:
    """Name the channel as Agora lets one be named; a page may be called anything."""
    if "web" not in spec:
        spec["channel"] = NO_CHANNEL.sub("-", spec["channel"])[:64]


def _of_a_page(spec: Object) -> None:
    if "web" in spec:
        for name in (*NOT_WITH_WEB, "overrides"):
            spec.pop(name, None)
        spec.setdefault("maxDurationSeconds", 3600)


def _of_one_url(web: Object) -> None:
    if "url" in web:
        web.pop("urlSecretRef", None)
    elif "urlSecretRef" not in web:
        web["url"] = "https://example.com"
    if "rtmpUrl" in web:
        web.pop("rtmpUrlSecretRef", None)


def _within_the_fence(spec: Object) -> None:
    fence, storage = spec.get("placement", {}).get("geofence"), spec.get("storage", {})
    known = PLACES.get(storage.get("vendor"), {})
    away = fence not in known.get(storage.get("region", storage.get("regionNumber")), (fence,))
    if fence and (away or "postProcessing" in spec.get("individual", {})):
        spec["placement"].pop("geofence")


def _of_its_making(processing: Object) -> None:
    mixing = processing["type"] == "AudioMixing"
    if (processing.get("container", "MP4") == "MP4") == mixing:
        processing.pop("container", None)
    if not mixing:
        processing.pop("audio", None)


def _of_fitting_streams(individual: Object) -> None:
    if individual.get("snapshots", {}).get("only"):
        individual.pop("postProcessing", None)
    if individual.get("postProcessing", {}).get("type") == "AudioMixing":
        individual["streamMode"] = "Original"
    if individual.get("streamMode") == "Original":
        individual["media"] = "Audio"
    if individual.get("media") == "Audio":
        individual.pop("snapshots", None)


def _with_a_picture(mix: Object) -> None:
    if mix.get("media") == "Audio":
        mix.pop("video", None)
        mix.pop("layout", None)


def _within_area(video: Object) -> None:
    width, height = video.get("width", 1280), video.get("height", 720)
    if width * height > MOST_PIXELS:
        video["height"] = MOST_PIXELS // width


def _with_hls(file_types: list[str]) -> None:
    if "HLS" not in file_types:
        file_types[:1] = ["HLS"]


def _of_its_type(layout: Object) -> None:
    if layout.get("type") == "Custom":
        layout.setdefault("custom", {"regions": [{"left": 0, "top": 0, "width": 1, "height": 1}]})
    for kind, member in (("Custom", "custom"), ("Vertical", "vertical")):
        if layout.get("type") != kind:
            layout.pop(member, None)


def _within_picture(region: Object) -> None:
    region["width"] = min(region["width"], 1 - region["left"])
    region["height"] = min(region["height"], 1 - region["top"])


def _either(selection: Object) -> None:
    selection.setdefault("include", [1])
    if "exclude" in selection:
        del selection["include"]


def _of_its_vendor(storage: Object) -> None:
    vendor, names = storage["vendor"], sorted(REGION_NUMBERS[StorageVendor(storage["vendor"])])
    if names and "regionNumber" not in storage and storage.get("region") not in names:
        storage["region"] = names[crc32(storage["bucket"].encode()) % len(names)]
    for member, vendors in {
        "region": {*REGION_NUMBERS} - {"AzureBlob", "GoogleCloudStorage"},
        "regionNumber": {*REGION_NUMBERS} - {"AzureBlob", "GoogleCloudStorage", "S3Compatible"},
        "endpoint": {"S3Compatible"},
        "encryption": {"AmazonS3"},
        "objectTag": {"AmazonS3", "AlibabaOSS"},
    }.items():
        if vendor not in vendors:
            storage.pop(member, None)
    if "regionNumber" in storage:
        storage.pop("region", None)
    if vendor == "S3Compatible":
        storage.setdefault("endpoint", "s3.example.com")


class Care(NamedTuple):
    """Which rules are kept."""

    careless: str | None = None
    """Path whose rules that join fields are not."""
    kept: bool = True
    """Whether any rule is, of those that a schema does not tell by a bound."""


NO_CARE: Final = Care(kept=False)

KEPT: Final[Mapping[str, tuple[Callable[[Any], None], ...]]] = {
    "": (_of_a_channel, _of_a_page, _of_recorded_media, _within_the_fence),
    "individual": (_of_fitting_streams,),
    "individual.postProcessing": (_of_its_making,),
    "mix": (_with_a_picture,),
    "mix.video": (_within_area,),
    "mix.fileTypes": (_with_hls,),
    "mix.layout": (_of_its_type,),
    "mix.layout.custom.regions[]": (_within_picture,),
    "web": (_of_one_url,),
    "web.video": (_within_area,),
    "web.fileTypes": (_with_hls,),
    "subscription.audio": (_either,),
    "subscription.video": (_either,),
    "storage": (_of_its_vendor,),
}
"""By its path, how a value is made to keep the rules that join several fields."""


@cache
def valid(careless: str | None = None) -> Strategy:
    """Make specs that keep every rule, but for those that join fields of a ``careless`` path."""
    return _value(SPEC, "", Care(careless))


def slipped() -> Strategy:
    """Make specs that are valid but for one part, or but for the rules of one object."""
    careless = st.sampled_from(sorted(KEPT)).flatmap(valid)
    return st.one_of(_changed(), _changed(), _changed(), careless)


@st.composite
def _changed(draw: st.DrawFn) -> Object:
    """Make valid specs in which one part was taken out, or given some other value."""
    spec = copy.deepcopy(draw(valid()))
    place, name, schema, path = draw(st.sampled_from(list(_parts(SPEC, spec, ""))))
    if isinstance(place, list) or name not in place or draw(st.integers(0, 3)):
        place[name] = draw(_odd(schema, path))
    else:
        del place[name]
    return spec


def _parts(schema: Schema, value: Any, path: str) -> Iterator[tuple[Any, Any, Schema, str]]:  # noqa: ANN401 - JSON
    """Yield each part of a value, those that it lacks too: where it is, and what it should be."""
    if isinstance(value, list):
        places = [(number, schema["items"], f"{path}[]") for number in range(len(value))]
    else:
        members = schema.get("properties", {}).items()
        places = [(name, child, f"{path}.{name}".removeprefix(".")) for name, child in members]
    for name, child, place in places:
        yield value, name, child, place
        present = isinstance(value, list) or name in value
        if present and isinstance(value[name], list | dict):
            yield from _parts(child, value[name], place)


def _value(schema: Schema, path: str, care: Care) -> Strategy:
    """Make values of a schema that keep the rules as well, as far as there is care."""
    match schema:
        case {"enum": allowed}:
            made: Strategy = st.sampled_from(allowed)
        case {"type": "object", "properties": properties}:
            made = _members(properties, schema.get("required", []), path, care)
        case {"type": "array"}:
            made = _list(schema, path, care)
        case {"type": "object"}:
            made = RULED[path] if care.kept else OBJECTS
        case _:
            ruled = care.kept and path in RULED
            made = RULED[path] if ruled else _scalar(schema, ruled=care.kept)
    for keep in KEPT.get(path, ()) if care.kept and path != care.careless else ():
        made = made.map(_keeping(keep))
    return made


def _keeping(keep: Callable[[Any], None]) -> Callable[[Any], Any]:
    def kept(value: Any) -> Any:  # noqa: ANN401 - JSON
        copied = copy.deepcopy(value)
        keep(copied)
        return copied

    return kept


def _members(
    properties: Mapping[str, Schema], required: list[str], path: str, care: Care
) -> Strategy:
    every = {
        name: _value(child, f"{path}.{name}".removeprefix("."), care)
        for name, child in properties.items()
    }
    if path or not care.kept:
        optional = {name: made for name, made in every.items() if name not in required}
        return st.fixed_dictionaries({name: every[name] for name in required}, optional=optional)
    return st.sampled_from(MODES).flatmap(lambda mode: _spec_of_mode(every, required, mode))


def _spec_of_mode(every: Mapping[str, Strategy], required: list[str], mode: str) -> Strategy:
    always = {*required, mode}
    optional = {name: made for name, made in every.items() if name not in {*always, *MODES}}
    return st.fixed_dictionaries({name: every[name] for name in always}, optional=optional)


def _list(schema: Schema, path: str, care: Care) -> Strategy:
    items, least = _value(schema["items"], f"{path}[]", care), schema.get("minItems", 0)
    most = schema.get("maxItems", 2)
    keys = schema.get("x-kubernetes-list-map-keys", ())
    kind = schema.get("x-kubernetes-list-type") if care.kept else None
    unique = {
        "set": {"unique": True},
        "map": {"unique_by": lambda item: tuple(item[key] for key in keys)},
    }.get(kind or "", {})
    few = st.lists(items, min_size=least, max_size=min(most, 2), **unique)
    full = st.lists(items, min_size=min(most, 32), max_size=most, **unique)
    return few if most <= 2 else st.one_of(*[few] * 7, full)


def _scalar(schema: Schema, *, ruled: bool) -> Strategy:
    for rule in schema.get(VALIDATIONS, ()) if ruled else ():
        if found := MATCHES.fullmatch(rule["rule"]):
            return st.from_regex(_pattern(found[1]), fullmatch=True).filter(
                lambda text: _fits(schema, text)
            )
        if found := ONE_OF.fullmatch(rule["rule"]):
            return st.sampled_from(ast.literal_eval(found[1]))
    low, high = schema.get("minimum", 0), schema.get("maximum", 2**31)
    match schema["type"]:
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(low, high)
        case "number":
            return st.floats(low, high)
    least, most = schema.get("minLength", 0), schema.get("maxLength", 8)
    letters = st.characters(codec="utf-8")
    short = st.text(letters, min_size=least, max_size=min(most, 8))
    return st.one_of(short, short, short, st.just("a" * most))


def keeps(schema: Schema, value: Any) -> bool:  # noqa: ANN401 - JSON
    """Return whether a value keeps those rules of its schema that say what a text must match."""
    found = (MATCHES.fullmatch(rule["rule"]) for rule in schema.get(VALIDATIONS, ()))
    return all(re.search(_pattern(each[1]), value) for each in found if each)


def _pattern(literal: str) -> str:
    """Return what a literal of CEL says."""
    return str(ast.literal_eval(f"'{literal}'"))


def _fits(schema: Schema, text: str) -> bool:
    return schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", len(text))


def _odd(schema: Schema, path: str) -> Strategy:
    """Make values of which most are not what a schema wants."""
    odd = st.sampled_from(["", "Nonsense", -1, 0, 1.5, 2**40, True, None, [], {}])
    match schema["type"]:
        case "object" | "array":
            made = [_value(schema, path, NO_CARE)] * 5
        case "string":
            usual = _value(schema, path, Care())
            long = st.just("a" * (schema.get("maxLength", 8) + 1))
            made = [st.text(st.characters(codec="utf-8"), max_size=8), _with_a_slip(usual), long]
        case _:
            made = [st.sampled_from([schema.get("minimum", 0) - 1, schema.get("maximum", 9) + 1])]
            made += [_value(schema, path, NO_CARE)]
    return st.one_of(odd, *made)


@st.composite
def _with_a_slip(draw: st.DrawFn, texts: Strategy) -> str:
    """Make a text with a character of any kind put in, or put there instead."""
    text: str = draw(texts)
    at = draw(st.integers(0, len(text)))
    character = draw(st.one_of(st.sampled_from(" /\\'\"\n\t-_.:@é…"), st.characters(codec="utf-8")))
    return text[:at] + character + text[at + draw(st.integers(0, 1)) :]
