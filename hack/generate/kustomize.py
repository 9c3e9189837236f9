"""The bundle for kustomize: a base, and overlays that differ from it as the chart's values would.

An overlay removes, adds and patches what Helm renders otherwise with its values; nothing in it is
written by hand, so that the three ways to install cannot drift apart.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import yaml

from generate.text import YAML_HEADER, Literal, to_yaml

FOLDER: Final = "deploy/kustomize"
"""Where base and overlays are, below the root of the repository."""

OVERLAYS: Final = {
    "namespaced": ("watchNamespaces={recordings}",),
    "network-policy": ("networkPolicy.enabled=true",),
    "single-replica": ("replicas=1", "settings.leaderElection=false"),
}
"""The values of the chart that each overlay stands for."""

_HEAD: Final = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
_CRD: Final = "CustomResourceDefinition"
_SEPARATOR: Final = "---\n"

Object = Mapping[str, Any]
Key = tuple[str, str, str]
Render = Callable[[Sequence[str]], str]
"""Returns the bundle that Helm makes with these values."""


def files(render: Render) -> dict[str, str]:
    """Return each file by its path below the root of the repository."""
    base = _documents(render(()))
    made = {f"base/{name}": text for name, text in _base(base).items()}
    for overlay, values in OVERLAYS.items():
        written = _overlay(base, _documents(render(values)))
        made |= {f"overlays/{overlay}/{name}": text for name, text in written.items()}
    return {f"{FOLDER}/{path}": text for path, text in made.items()}


def _base(documents: Mapping[Key, str]) -> dict[str, str]:
    """Return the files of the base: the CRDs, and the rest."""
    crds = [text for (kind, *_), text in documents.items() if kind == _CRD]
    others = [text for (kind, *_), text in documents.items() if kind != _CRD]
    files = {"crds.yaml": _joined(crds), "operator.yaml": _joined(others)}
    return files | {"kustomization.yaml": _written({**_HEAD, "resources": list(files)})}


def _overlay(base: Mapping[Key, str], wanted: Mapping[Key, str]) -> dict[str, str]:
    """Return the files of an overlay that makes what is wanted of the base."""
    added = [text for key, text in wanted.items() if key not in base]
    patches = [
        *(_removal(yaml.safe_load(text)) for key, text in base.items() if key not in wanted),
        *(
            _change(yaml.safe_load(base[key]), yaml.safe_load(text))
            for key, text in wanted.items()
            if base.get(key, text) != text
        ),
    ]
    files = {"added.yaml": _joined(added)} if added else {}
    whole = {**_HEAD, "resources": ["../../base", *files], "patches": patches}
    return files | {"kustomization.yaml": _written({k: v for k, v in whole.items() if v})}


def _removal(gone: Object) -> Object:
    """Return a patch that removes an object."""
    names = ("name", "namespace")
    metadata = {name: gone["metadata"][name] for name in names if name in gone["metadata"]}
    head = {"$patch": "delete", "apiVersion": gone["apiVersion"], "kind": gone["kind"]}
    return {"patch": Literal(to_yaml({**head, "metadata": metadata}))}


def _change(old: Object, new: Object) -> Object:
    """Return a patch (RFC 6902) that makes one object of another."""
    target = {"kind": old["kind"], "name": old["metadata"]["name"]}
    operations = list(_operations(old, new, ""))
    return {"target": target, "patch": Literal(to_yaml(operations))}


def _operations(old: object, new: object, path: str) -> Iterator[Object]:
    """Yield what has to be done to a part of an object; members of lists keep their places."""
    if old == new:
        return
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        old, new = dict(enumerate(old)), dict(enumerate(new))
    if not isinstance(old, dict) or not isinstance(new, dict):
        yield {"op": "replace", "path": path, "value": new}
        return
    for name in dict.fromkeys((*old, *new)):
        inner = f"{path}/{str(name).replace('~', '~0').replace('/', '~1')}"
        if name not in new:
            yield {"op": "remove", "path": inner}
        elif name not in old:
            yield {"op": "add", "path": inner, "value": new[name]}
        else:
            yield from _operations(old[name], new[name], inner)


def _documents(bundle: str) -> dict[Key, str]:
    """Return the documents of a bundle, with their comments, by what each of them makes."""
    documents = bundle.removeprefix(YAML_HEADER).removeprefix(_SEPARATOR).split(f"\n{_SEPARATOR}")
    return {_key(yaml.safe_load(text)): text.rstrip() + "\n" for text in documents}


def _key(made: Object) -> Key:
    return made["kind"], made["metadata"].get("namespace", ""), made["metadata"]["name"]


def _joined(documents: Iterable[str]) -> str:
    return YAML_HEADER + _SEPARATOR.join(documents)


def _written(content: Object) -> str:
    return YAML_HEADER + to_yaml(content)
