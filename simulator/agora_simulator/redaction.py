"""What of a request may be shown."""

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

MASK: Final = "***"


def redacted(value: object) -> object:
    """Return a JSON value with every secret in it masked, at any depth."""
    if isinstance(value, dict):
        return {key: _member(key, item) for key, item in value.items()}
    if isinstance(value, list):
        return [redacted(item) for item in value]
    return value


def shown_address(url: object) -> object:
    """Return where a stream goes, without the path: it ends in the stream's key."""
    parts = _parts(url)
    return f"{parts[0]}/{MASK}" if parts else MASK


def shown_page(url: object) -> object:
    """Return the address of a page without what often carries a login or a token."""
    parts = _parts(url)
    if parts is None:
        return MASK
    place, path, more = parts
    return f"{place}{path}?{MASK}" if more else f"{place}{path}"


def _parts(url: object) -> tuple[str, str, bool] | None:
    """Return scheme and host, the path, and whether more follows; None if it is no address."""
    if not isinstance(url, str):
        return None
    try:
        split = urlsplit(url)
        host = split.netloc.rpartition("@")[2]
    except ValueError:
        return None
    if not host:
        return None
    return f"{split.scheme}://{host}", split.path, bool(split.query or split.fragment)


def _member(key: str, value: object) -> object:
    show = SHOWN.get(key.lower())
    return redacted(value) if show is None else show(value)


def _hidden(_: object) -> object:
    return MASK


SHOWN: Final[Mapping[str, Callable[[object], object]]] = {
    "accesskey": _hidden,
    "secretkey": _hidden,
    "ststoken": _hidden,
    "token": _hidden,
    "secret": _hidden,
    "salt": _hidden,
    "password": _hidden,
    "rtmpurl": shown_address,
    "url": shown_page,
    "image_url": shown_page,
    "backgroundimage": shown_page,
    "defaultuserbackgroundimage": shown_page,
}
"""How members that hold secrets are shown, by name in lower case: misspelt they still are."""
