"""Reads what a pod's manifest asks of a kubelet; pure.

A pod has one container here, and that becomes a process of this machine. What such a process
cannot have is named, never left out in silence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

OURS: Final = "agora-"
"""Is in the names of the images whose pods are run; kwok plays all others (hack/kwok)."""

EVERYWHERE: Final = "0.0.0.0"
"""Where a container listens. Pods share this machine, so that each gets its own address instead."""

TOKEN_FOLDER: Final = "/var/run/secrets/kubernetes.io/serviceaccount"  # noqa: S105 - a path

Manifest = Mapping[str, Any]
Sources = Mapping[tuple[str, str], Mapping[str, str]]
"""What Secrets and ConfigMaps hold, by ("secrets", name) and ("configmaps", name)."""


class ConfigurationError(RuntimeError):
    """The container cannot be made as the manifest says; the message says why."""

    reason = "CreateContainerConfigError"
    """The word that people read in the pod's status."""


class ImageMissingError(ConfigurationError):
    """The table of images has no such name."""

    reason = "ImagePullBackOff"


@dataclass(frozen=True)
class Image:
    """What the name of an image stands for."""

    checkout: Path
    """The checkout whose code runs."""

    entrypoint: tuple[str, ...] = ()
    """What runs if the container names no command."""

    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables that the image sets."""


def read_images(path: Path) -> dict[str, Image]:
    """Read the table of images: what `write_images` wrote."""
    table = json.loads(path.read_text(encoding="utf-8"))
    return {
        name: Image(Path(row["checkout"]), tuple(row["entrypoint"]), row["environment"])
        for name, row in table.items()
    }


def write_images(path: Path, images: Mapping[str, Image]) -> None:
    """Write the table of images, by "name:tag"; whoever reads sees the old one or the new one."""
    table = {
        name: asdict(image) | {"checkout": str(image.checkout)} for name, image in images.items()
    }
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(table), encoding="utf-8")
    beside.replace(path)


@dataclass(frozen=True)
class Probe:
    """One probe; times in seconds, defaults as Kubernetes has them."""

    path: str | None
    """What is asked for; None: nothing but a connection."""

    port: int
    initial_delay: float
    period: float
    timeout: float
    success_threshold: int
    failure_threshold: int


def is_ours(pod: Manifest) -> bool:
    """Say whether a pod is to be run, once it is on a node."""
    on_a_node = bool(pod["spec"].get("nodeName"))
    return on_a_node and any(OURS in each["image"] for each in pod["spec"]["containers"])


def container_of(pod: Manifest) -> Manifest:
    """Return the pod's only container.

    Raises:
        ConfigurationError: If the pod asks for what a process cannot have.
    """
    if beyond := [*_beyond_a_process(pod["spec"])]:
        raise ConfigurationError(f"the testbed runs no pod with {', '.join(beyond)}")
    container: Manifest = pod["spec"]["containers"][0]
    return container


def probe_of(container: Manifest, kind: str) -> Probe | None:
    """Return the "startup", "liveness" or "readiness" probe, if there is one."""
    probe = container.get(f"{kind}Probe")
    if probe is None:
        return None
    asked = probe.get("httpGet")
    return Probe(
        asked.get("path", "/") if asked else None,
        _port(container, (asked or probe["tcpSocket"])["port"]),
        float(probe.get("initialDelaySeconds", 0)),
        float(probe.get("periodSeconds", 10)),
        float(probe.get("timeoutSeconds", 1)),
        int(probe.get("successThreshold", 1)),
        int(probe.get("failureThreshold", 3)),
    )


def token_seconds(pod: Manifest) -> int | None:
    """Return how long the pod's token is to be good; None if it gets none."""
    mounts = container_of(pod).get("volumeMounts", [])
    names = {each["name"] for each in mounts if each["mountPath"] == TOKEN_FOLDER}
    for volume in pod["spec"].get("volumes", []):
        for source in volume.get("projected", {}).get("sources", []):
            if volume["name"] in names and "serviceAccountToken" in source:
                return int(source["serviceAccountToken"].get("expirationSeconds", 3600))
    return None


def sources_of(container: Manifest) -> Iterator[tuple[str, str, bool]]:
    """Yield resource, name and "optional" of each Secret and ConfigMap that variables come from."""
    for variable in container.get("env", []):
        origin = variable.get("valueFrom", {})
        for key, resource in (("secretKeyRef", "secrets"), ("configMapKeyRef", "configmaps")):
            if key in origin:
                yield resource, origin[key]["name"], origin[key].get("optional", False)
    for origin in container.get("envFrom", []):
        for key, resource in (("secretRef", "secrets"), ("configMapRef", "configmaps")):
            if key in origin:
                yield resource, origin[key]["name"], origin[key].get("optional", False)


def environment_of(pod: Manifest, image: Image, ip: str, sources: Sources) -> dict[str, str]:
    """Return the variables of the pod's container: the image's and the manifest's.

    Raises:
        ConfigurationError: If a Secret, a ConfigMap or a key in one is missing.
    """
    container, found = container_of(pod), dict(image.environment)
    for origin in container.get("envFrom", []):
        found |= _all_of(origin, sources)
    for variable in container.get("env", []):
        value = _value(variable, pod, ip, sources)
        if value is not None:
            found[variable["name"]] = _expanded(value, found)
    return {name: value.replace(EVERYWHERE, ip) for name, value in found.items()}


def command_of(container: Manifest, image: Image, ip: str, env: Mapping[str, str]) -> list[str]:
    """Return the command line: the manifest's, or else the image's."""
    words = [*(container.get("command") or image.entrypoint), *container.get("args", [])]
    return [_expanded(word, env).replace(EVERYWHERE, ip) for word in words]


def _beyond_a_process(spec: Manifest) -> Iterator[str]:
    if len(spec["containers"]) > 1:
        yield "several containers"
    if spec.get("initContainers"):
        yield "init containers"
    for volume in spec.get("volumes", []):
        if not {"emptyDir", "projected"} & volume.keys():
            yield f"the volume {volume['name']}"
    container = spec["containers"][0]
    if container.get("lifecycle"):
        yield "lifecycle hooks"
    for kind in ("startup", "liveness", "readiness"):
        if not {"httpGet", "tcpSocket"} & container.get(f"{kind}Probe", {"httpGet": ...}).keys():
            yield f"a {kind} probe that runs a command"


def _port(container: Manifest, named: int | str) -> int:
    if isinstance(named, int):
        return named
    return next(int(p["containerPort"]) for p in container["ports"] if p.get("name") == named)


def _value(variable: Manifest, pod: Manifest, ip: str, sources: Sources) -> str | None:
    """Return a variable's value; None if it is optional and there is none."""
    origin = variable.get("valueFrom")
    if origin is None:
        return str(variable.get("value", ""))
    if "fieldRef" in origin:
        return _field(origin["fieldRef"]["fieldPath"], pod, ip)
    for key, resource in (("secretKeyRef", "secrets"), ("configMapKeyRef", "configmaps")):
        if key in origin:
            reference = origin[key]
            value = sources.get((resource, reference["name"]), {}).get(reference["key"])
            if value is None and not reference.get("optional", False):
                raise ConfigurationError(
                    f"{resource} {reference['name']} has no key {reference['key']}"
                )
            return value
    raise ConfigurationError(f"the testbed has no source for the variable {variable['name']}")


def _all_of(origin: Manifest, sources: Sources) -> dict[str, str]:
    kind = ("secretRef", "secrets") if "secretRef" in origin else ("configMapRef", "configmaps")
    data = sources.get((kind[1], origin[kind[0]]["name"]), {})
    return {origin.get("prefix", "") + key: value for key, value in data.items()}


def _field(path: str, pod: Manifest, ip: str) -> str:
    """Return a field of the pod; a label or an annotation in the notation of fieldRef."""
    if path in {"status.podIP", "status.hostIP"}:
        return ip
    if entry := re.fullmatch(r"metadata\.(labels|annotations)\['(.+)'\]", path):
        return str(pod["metadata"].get(entry[1], {}).get(entry[2], ""))
    found: Any = pod
    for name in path.split("."):
        found = found[name]
    return str(found)


def _expanded(text: str, variables: Mapping[str, str]) -> str:
    """Put variables in the place of $(NAME); a name that is unknown stays as it is."""
    return re.sub(r"\$\(([-._A-Za-z0-9]+)\)", lambda m: variables.get(m[1], m[0]), text)
