"""Where the operator works: in all namespaces, or in some and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from agora_recording.crd.model import GROUP, VERSION

Resource = tuple[str, str, str]
"""Group, version and plural."""

RECORDINGS: Final = (GROUP, VERSION, "cloudrecordings")
PROJECTS: Final = (GROUP, VERSION, "agoraprojects")
CLUSTER_PROJECTS: Final = (GROUP, VERSION, "clusteragoraprojects")
OF_THE_CLUSTER: Final = (("", "v1", "namespaces"), CLUSTER_PROJECTS)
"""What is in no namespace: who works in some only cannot list it."""


@dataclass(frozen=True)
class Scope:
    """Which namespaces the operator works in."""

    namespaces: tuple[str, ...] = ()
    """Empty: all."""

    @property
    def needed(self) -> tuple[Resource, ...]:
        """What must be known before any recording is looked at."""
        return (PROJECTS,) if self.namespaces else (*OF_THE_CLUSTER, PROJECTS)

    @property
    def projects(self) -> tuple[Resource, ...]:
        """The kinds of projects that it serves."""
        return (PROJECTS,) if self.namespaces else (PROJECTS, CLUSTER_PROJECTS)

    @property
    def watched(self) -> tuple[Resource, ...]:
        """All that is watched."""
        return (*self.needed, RECORDINGS)

    @property
    def plurals(self) -> frozenset[str]:
        """What must be served before a watch starts: kopf does not notice kinds that come later."""
        return frozenset(plural for group, _, plural in self.watched if group == GROUP)

    @property
    def paths(self) -> frozenset[str]:
        """The paths by which everything that is watched is listed."""
        return frozenset(path for each in self.watched for path in self.paths_of(each))

    def paths_of(self, resource: Resource) -> Iterator[str]:
        """Yield the paths by which all of a resource is listed."""
        group, version, plural = resource
        root = f"/apis/{group}/{version}" if group else f"/api/{version}"
        if not self.namespaces:
            yield f"{root}/{plural}"
        for namespace in self.namespaces:
            yield f"{root}/namespaces/{namespace}/{plural}"


EVERYWHERE: Final = Scope()
"""All namespaces."""
