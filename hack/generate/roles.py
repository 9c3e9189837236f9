"""The chart's ClusterRole and Role, from the permissions that the operator's code declares."""

import json
from collections.abc import Iterable

from agora_recording.kube.permissions import AT_HOME, PERMISSIONS, Permission
from generate.text import TEMPLATE_HEADER

_HEAD = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: {kind}
metadata:
  name: {{{{ include "agora-recording-operator.fullname" . }}}}
{namespace}\
  labels:
    {{{{- include "agora-recording-operator.labels" . | nindent 4 }}}}
rules:
"""
_NAMESPACE = "  namespace: {{ .Release.Namespace }}\n"


def chart_templates() -> dict[str, str]:
    """Return both as Helm templates, by their names in the `templates` folder."""
    return {
        "clusterrole.yaml": _template(_HEAD.format(kind="ClusterRole", namespace=""), PERMISSIONS),
        "role.yaml": _template(_HEAD.format(kind="Role", namespace=_NAMESPACE), AT_HOME),
    }


def _template(head: str, permissions: Iterable[Permission]) -> str:
    return f"{TEMPLATE_HEADER}{head}{''.join(map(_rule, permissions))}"


def _rule(permission: Permission) -> str:
    names = f"    resourceNames: {_flow(permission.names)}\n" if permission.names else ""
    return (
        f"  # {permission.why}\n"
        f"  - apiGroups: {_flow([permission.group])}\n"
        f"    resources: {_flow(permission.resources)}\n"
        f"{names}"
        f"    verbs: {_flow(permission.verbs)}\n"
    )


def _flow(words: Iterable[str]) -> str:
    return json.dumps(list(words))  # JSON is YAML, and needs no rules about quotes
