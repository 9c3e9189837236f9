"""What the operator may do in a cluster; the chart's ClusterRole and Roles are generated from this.

Each permission stands beside the reason for it. No wildcards: what is missing here is refused by
the API server in the end-to-end tests, which run under exactly this role.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from agora_recording.crd.model import GROUP
from agora_recording.kube import lease


@dataclass(frozen=True)
class Permission:
    """One rule of the role."""

    group: str
    resources: tuple[str, ...]
    verbs: tuple[str, ...]
    why: str
    names: tuple[str, ...] = ()
    """The only objects that it is about; empty: all."""


IN_NAMESPACES: Final = (
    Permission(
        GROUP, ("cloudrecordings",), ("get", "list", "watch", "patch"), "watch; set the finalizer"
    ),
    Permission(GROUP, ("cloudrecordings/status",), ("patch",), "report what happens"),
    Permission(
        GROUP,
        ("agoraprojects",),
        ("get", "list", "watch", "patch"),
        "find App ID and credentials; keep a project in use with a finalizer",
    ),
    Permission(GROUP, ("agoraprojects/status",), ("patch",), "report whether it can be used"),
    Permission("", ("secrets",), ("get",), "read the Secrets that projects and recordings name"),
    Permission("events.k8s.io", ("events",), ("create", "patch"), "announce what happened"),
)
"""Permissions in the namespaces in which it works, which are all or some."""

IN_THE_CLUSTER: Final = (
    Permission(
        GROUP,
        ("clusteragoraprojects",),
        ("get", "list", "watch", "patch"),
        "find what all namespaces may share; keep it while it is in use with a finalizer",
    ),
    Permission(
        GROUP, ("clusteragoraprojects/status",), ("patch",), "report whether it can be used"
    ),
    Permission(
        "",
        ("namespaces",),
        ("list", "watch"),
        "read the labels by which a ClusterAgoraProject admits namespaces",
    ),
)
"""Permissions on what is in no namespace, if it works in all."""

AT_HOME: Final = (
    Permission("coordination.k8s.io", ("leases",), ("create",), "make the Lease of the election"),
    Permission(
        "coordination.k8s.io",
        ("leases",),
        ("get", "patch"),
        "hold the Lease, or wait for it",
        names=(lease.NAME,),
    ),
)
"""Permissions in the operator's own namespace."""
