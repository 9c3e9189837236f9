"""An API server in memory, at the level of paths and JSON.

It does at once what a real one does, and answers what a real one answers; ``test_conformance``
holds both to the same tests, and nothing beyond them may be relied upon. No I/O, no clock but the
one that it is given.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime

from chaos.store import answers, lists
from chaos.store.answers import Answer, Object, RefusedError
from chaos.store.kinds import KINDS, PLAIN, Kind
from chaos.store.paths import Place, parse
from unit.reconcile.fake_cluster import applied

Key = tuple[str, str, str, str]
"""Group and version, plural, namespace and name of an object."""


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of what a watch shows."""

    version: int
    type: str
    """ADDED, MODIFIED or DELETED."""
    plural: str
    object: Object


class Store:
    """The objects, the version that they are at, and the history of their changes."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._objects: dict[Key, Object] = {}
        self._snapshots: dict[str, list[Object]] = {}
        self._defaulted: set[str] = set()
        """Uids of objects whose status is a default that has not been stored."""
        self._numbers = itertools.count(1)
        self.version = 1
        self.history: list[Change] = []
        self.changed: Callable[[Change], None] = lambda _change: None
        """Told of each change, right when it is made."""

    def handle(
        self, method: str, target: str, body: Object | None = None, accept: str = ""
    ) -> Answer:
        """Carry out one request and return its answer."""
        try:
            place, query = parse(target)
        except (ValueError, IndexError):
            return self._discovered(target)
        try:
            return self._handle(method, place, query, deepcopy(body or {}), accept)
        except RefusedError as refused:
            return refused.answer

    def find(self, plural: str, namespace: str, name: str) -> Object | None:
        """Return an object as it is now, to look at and not to change."""
        version = next((v for v, p in KINDS if p == plural), "v1")
        return self._objects.get((version, plural, namespace, name))

    def all_of(self, plural: str) -> list[Object]:
        """Return all objects of a kind, to look at and not to change."""
        return [one for key, one in self._objects.items() if key[1] == plural]

    def _handle(
        self, method: str, place: Place, query: dict[str, str], body: Object, accept: str
    ) -> Answer:
        strict = query.get("fieldValidation") == "Strict"
        match method:
            case "GET" if place.name is None:
                return self._list(place, query, accept)
            case "GET":
                return Answer(200, deepcopy(self._found(place)))
            case "POST":
                return Answer(201, self._create(place, body, check_unknown=strict))
            case "PATCH":
                return Answer(200, self._patch(place, body, check_unknown=strict))
            case "PUT":
                return Answer(200, self._replace(place, body, check_unknown=strict))
            case _:
                return Answer(200, self._delete(place))

    def _discovered(self, target: str) -> Answer:
        version = target.removeprefix("/apis/")
        plurals = [{"name": plural} for served, plural in KINDS if served == version]
        return Answer(200, {"resources": plurals}) if plurals else answers.not_found(target).answer

    def _list(self, place: Place, query: dict[str, str], accept: str) -> Answer:
        token = query.get("continue", "")
        left = self._snapshots.pop(token, None) if token else self._selected(place)
        limit = int(query.get("limit", 0)) or None
        page, rest = lists.page(left or [], limit)
        version = token.partition("/")[0] or str(self.version)
        metadata: Object = {"resourceVersion": version}
        if rest:
            metadata["continue"] = f"{version}/{next(self._numbers)}"
            self._snapshots[metadata["continue"]] = rest
        return Answer(200, lists.body(KINDS.get(place.kind, PLAIN).name, page, metadata, accept))

    def _selected(self, place: Place) -> list[Object]:
        keys = (k for k in sorted(self._objects) if (k[0], k[1]) == place.kind)
        chosen = (k for k in keys if place.namespace in {None, k[2]})
        return [deepcopy(self._objects[key]) for key in chosen]

    def _found(self, place: Place) -> Object:
        found = self._objects.get(_key(place))
        if found is None:
            raise answers.not_found(_named(place))
        return found

    def _create(self, place: Place, body: Object, *, check_unknown: bool) -> Object:
        kind = KINDS.get(place.kind, PLAIN)
        name = body.get("metadata", {}).get("name", "")
        key = (place.version, place.plural, place.namespace or "", name)
        if kind.status:
            body.pop("status", None)
        made = kind.completed(body, check_unknown=check_unknown)
        if key in self._objects:
            raise answers.exists(f"{place.plural} {name!r}")
        made["metadata"] = {
            **made["metadata"],
            "namespace": place.namespace,
            "uid": str(uuid.UUID(int=next(self._numbers))),
            "creationTimestamp": _stamp(self._now()),
            **({"generation": 1} if kind.status else {}),
        }
        if kind.status:
            self._defaulted.add(made["metadata"]["uid"])
        return self._store(key, made, "ADDED")

    def _patch(self, place: Place, patch: Object, *, check_unknown: bool) -> Object:
        found = self._found(place)
        return self._update(place, found, applied(found, patch), check_unknown=check_unknown)

    def _replace(self, place: Place, body: Object, *, check_unknown: bool) -> Object:
        found = self._found(place)
        if not body["metadata"].get("resourceVersion"):
            raise answers.invalid(_named(place), "metadata.resourceVersion: must be specified")
        return self._update(place, found, body, check_unknown=check_unknown)

    def _update(
        self, place: Place, found: Object, wanted: Object, *, check_unknown: bool
    ) -> Object:
        """Turn ``found`` into what ``wanted`` may change of it."""
        kind, given = KINDS.get(place.kind, PLAIN), wanted["metadata"]
        if given.get("resourceVersion", "") not in {"", found["metadata"]["resourceVersion"]}:
            raise answers.conflict(_named(place), "the object has been modified")
        if given.get("uid", found["metadata"]["uid"]) != found["metadata"]["uid"]:
            raise answers.conflict(_named(place), "Precondition failed: UID in precondition")
        wanted = kind.completed(wanted, check_unknown=check_unknown)
        if place.part == "status":
            after = {**found, **_only(wanted, "status")}
        else:
            after = {**_without(wanted, kind), "metadata": _metadata(place, found, given)}
            after |= _only(found, "status") if kind.status else {}
        return self._change(place, kind, found, after)

    def _change(self, place: Place, kind: Kind, found: Object, after: Object) -> Object:
        uid = found["metadata"]["uid"]
        if after == found and uid not in self._defaulted:
            return deepcopy(found)
        self._defaulted.discard(uid)
        if kind.status and _changed(found, after):
            after["metadata"] = _next_generation(after["metadata"])
        metadata = after["metadata"]
        if "deletionTimestamp" in metadata and not metadata.get("finalizers"):
            return self._remove(_key(place), after)
        return self._store(_key(place), after, "MODIFIED")

    def _delete(self, place: Place) -> Object:
        found = deepcopy(self._found(place))
        metadata = found["metadata"]
        if not metadata.get("finalizers"):
            self._remove(_key(place), found)
            return {"kind": "Status", "apiVersion": "v1", "status": "Success"}
        if "deletionTimestamp" in metadata:
            return found
        metadata["deletionTimestamp"] = _stamp(self._now())
        metadata["deletionGracePeriodSeconds"] = 0
        if "generation" in metadata:
            found["metadata"] = _next_generation(metadata)
        return self._store(_key(place), found, "MODIFIED")

    def _store(self, key: Key, value: Object, change: str) -> Object:
        self.version += 1
        value["metadata"] = {**value["metadata"], "resourceVersion": str(self.version)}
        self._objects[key] = value
        self._tell(Change(self.version, change, key[1], value))
        return deepcopy(value)

    def _remove(self, key: Key, last: Object) -> Object:
        """Remove an object; its last version is that of its removal."""
        del self._objects[key]
        self.version += 1
        last["metadata"] = {**last["metadata"], "resourceVersion": str(self.version)}
        self._tell(Change(self.version, "DELETED", key[1], last))
        return deepcopy(last)

    def _tell(self, change: Change) -> None:
        self.history.append(change)
        self.changed(change)

    def events(self, plural: str, since: int) -> Iterator[Change]:
        """Yield what a watch of one kind from a version on shows."""
        yield from (c for c in self.history if c.plural == plural and c.version > since)


def _key(place: Place) -> Key:
    return place.version, place.plural, place.namespace or "", place.name or ""


def _named(place: Place) -> str:
    return f'{place.plural} "{place.name}"'


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _only(value: Object, member: str) -> Object:
    return {member: value[member]} if member in value else {}


def _without(value: Object, kind: Kind) -> Object:
    return {k: v for k, v in value.items() if not (kind.status and k == "status")}


def _changed(found: Object, after: Object) -> bool:
    """Whether anything but metadata and status differs, which makes a new generation."""
    members = (found.keys() | after.keys()) - {"metadata", "status"}
    return any(found.get(member) != after.get(member) for member in members)


def _next_generation(metadata: Object) -> Object:
    return {**metadata, "generation": metadata["generation"] + 1}


def _metadata(place: Place, found: Object, given: Object) -> Object:
    """Return the metadata after a write that may change labels, annotations and finalizers."""
    before = found["metadata"]
    new = set(given.get("finalizers", ())) - set(before.get("finalizers", ()))
    if new and "deletionTimestamp" in before:
        raise answers.invalid(
            _named(place),
            f"metadata.finalizers: Forbidden: no new finalizers can be added if the object is "
            f"being deleted, found new finalizers {sorted(new)}",
        )
    free = ("labels", "annotations", "finalizers")
    kept = {name: value for name, value in before.items() if name not in free}
    return kept | {name: given[name] for name in free if given.get(name)}
