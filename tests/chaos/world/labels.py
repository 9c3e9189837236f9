"""What a write is in a recording's life, told from what it changes.

Only words for the matrix: whatever is written is numbered, also what no word here fits.
"""

from __future__ import annotations

from typing import Any, Final

from chaos.store.answers import Object
from chaos.store.paths import Place
from chaos.store.server import Store
from chaos.world.exchange import Step

QUIET: Final = frozenset({"events", "leases"})
"""Kinds that no step counts for: Events may be lost by design, and a Lease is renewed for ever."""
NEWS: Final = {
    "sid": "write D (sid)",
    "stopIntendedAt": "write stop intent",
    "owner": "write owner",
    "confirmedAt": "write confirmed",
}
"""What a change of an attempt's member is called, the weightiest first."""


def of_write(store: Store, place: Place, body: Object) -> Step:
    """Return the step that a write to the API server is."""
    if place.plural in QUIET:
        return Step("read", f"write {place.plural}")
    if place.plural != "cloudrecordings":
        return Step("write", f"write {place.plural.removesuffix('s')} {place.part or ''}".strip())
    found = store.find(place.plural, place.namespace or "", place.name or "") or {}
    if place.part is None:
        return Step("write", _finalizers(found, body))
    before = found.get("status", {})
    after = {**before, **(body.get("status") or {})}
    return Step("write", _status(_attempts(before), _attempts(after)))


def _finalizers(found: Object, body: Object) -> str:
    before = found.get("metadata", {}).get("finalizers", [])
    after = body.get("metadata", {}).get("finalizers", [])
    return "write A (finalizer)" if len(after) > len(before) else "finalizer off"


def _attempts(status: Object) -> dict[str, Any]:
    return {attempt["resourceId"]: attempt for attempt in status.get("attempts") or ()}


def _status(before: dict[str, Any], after: dict[str, Any]) -> str:
    if after.keys() - before.keys():
        return "write B (attempt)"
    both = [(before[name], after[name]) for name in after]
    for member, label in NEWS.items():
        if any(old.get(member) != new.get(member) for old, new in both):
            return label
    if before.keys() - after.keys():
        return "write end"
    return "write attempt" if before != after else "write status"
