"""The chart's ClusterRole, from the permissions that the operator's code declares."""

import json
from collections.abc import Iterable

from agora_recording.kube.permissions import PERMISSIONS, Permission
from generate.text import TEMPLATE_HEADER

_HEAD = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: {{ include "agora-recording-operator.fullname" . }}
  labels:
    {{- include "agora-recording-operator.labels" . | nindent 4 }}
rules:
"""


def chart_templates() -> dict[str, str]:
    """Return the ClusterRole as a Helm template, by its name in the `templates` folder."""
    rules = "".join(_rule(permission) for permission in PERMISSIONS)
    return {"clusterrole.yaml": f"{TEMPLATE_HEADER}{_HEAD}{rules}"}


def _rule(permission: Permission) -> str:
    return (
        f"  # {permission.why}\n"
        f"  - apiGroups: {_flow([permission.group])}\n"
        f"    resources: {_flow(permission.resources)}\n"
        f"    verbs: {_flow(permission.verbs)}\n"
    )


def _flow(words: Iterable[str]) -> str:
    return json.dumps(list(words))  # JSON is YAML, and needs no rules about quotes
