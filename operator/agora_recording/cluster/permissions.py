"""What an uninstallation may do in a cluster; the roles of its Job are generated from this."""

from __future__ import annotations

from typing import Final

from agora_recording.crd.model import GROUP
from agora_recording.kube import lease
from agora_recording.kube.permissions import Permission

TRIAL_PROJECT: Final = "simulator"
"""What the chart calls the AgoraProject of its simulator."""

IN_NAMESPACES: Final = (
    Permission(GROUP, ("cloudrecordings",), ("list",), "find what runs"),
    Permission(
        GROUP, ("agoraprojects",), ("list", "patch"), "take the finalizer off what nothing needs"
    ),
)
"""Permissions of an uninstallation in the namespaces in which the operator works."""

CHANGING: Final = (
    Permission(GROUP, ("cloudrecordings",), ("patch",), "stop recordings, or let them go"),
)
"""Further ones there, unless it refuses while anything runs."""

TRIAL: Final = (
    Permission(
        GROUP,
        ("agoraprojects",),
        ("delete",),
        "remove the project of a trial with its simulator",
        names=(TRIAL_PROJECT,),
    ),
)
"""Further ones there, if the release has a simulator."""

IN_THE_CLUSTER: Final = (
    Permission(
        GROUP,
        ("clusteragoraprojects",),
        ("list", "patch"),
        "take the finalizer off what nothing needs",
    ),
)
"""Permissions on what is in no namespace, if the operator works in all."""

AT_HOME: Final = (
    Permission(
        "coordination.k8s.io",
        ("leases",),
        ("get", "patch"),
        "keep the operator from beginning anything at last",
        names=(lease.NAME,),
    ),
)
"""Permissions in the operator's own namespace."""
