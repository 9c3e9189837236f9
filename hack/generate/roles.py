"""The chart's ClusterRole and Roles, from the permissions that the operator's code declares."""

import json
from collections.abc import Iterable

from agora_recording.cluster import permissions as uninstalling
from agora_recording.kube.permissions import (
    AT_HOME,
    IN_NAMESPACES,
    IN_THE_CLUSTER,
    Permission,
)
from generate.text import TEMPLATE_HEADER

_HEAD = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: {kind}
metadata:
  name: {{{{ include "agora-recording-operator.fullname" {root} }}}}{suffix}
{place}\
  labels:
    {{{{- include "agora-recording-operator.labels" {root} | nindent 4 }}}}
{more}\
rules:
"""
_IN_ALL = "{{- if not .Values.watchNamespaces }}\n"
_IN_SOME = "{{- range .Values.watchNamespaces }}\n---\n"
_END = "{{- end }}\n"
_CHANGING = '{{- if ne $.Values.uninstall.policy "Refuse" }}\n'
_TRYING = "{{- if $.Values.simulator.enabled }}\n"
_HOOK = """\
  annotations:
    {{- include "agora-recording-operator.beforeDeletion" "-5" | nindent 4 }}
"""


def chart_templates() -> dict[str, str]:
    """Return them as Helm templates, by their names in the `templates` folder."""
    everywhere = _role("ClusterRole", "", (*IN_NAMESPACES, *IN_THE_CLUSTER))
    at_home = _role("Role", "{{ .Release.Namespace }}", AT_HOME)
    there = _role("Role", "{{ . }}", IN_NAMESPACES, root="$", suffix="-watch")
    return {
        "clusterrole.yaml": f"{TEMPLATE_HEADER}{_IN_ALL}{everywhere}{_END}",
        "role.yaml": f"{TEMPLATE_HEADER}{at_home}",
        "namespaced-role.yaml": f"{TEMPLATE_HEADER}{_IN_SOME}{there}{_END}",
        "uninstall-role.yaml": f"{TEMPLATE_HEADER}{_of_the_uninstallation()}",
    }


def _of_the_uninstallation() -> str:
    """Return the roles of the Job that is run before the release is deleted."""
    changing = _CHANGING + "".join(map(_rule, uninstalling.CHANGING)) + _END
    changing += _TRYING + "".join(map(_rule, uninstalling.TRIAL)) + _END
    reading = (*uninstalling.IN_NAMESPACES, *uninstalling.IN_THE_CLUSTER)
    hook = {"suffix": "-uninstall", "more": _HOOK}
    everywhere = _role("ClusterRole", "", reading, **hook) + changing
    at_home = _role("Role", "{{ .Release.Namespace }}", uninstalling.AT_HOME, **hook)
    hook["suffix"] = "-uninstall-watch"
    there = _role("Role", "{{ . }}", uninstalling.IN_NAMESPACES, root="$", **hook) + changing
    return f"{_IN_ALL}{everywhere}---\n{_END}{at_home}{_IN_SOME}{there}{_END}"


def _role(
    kind: str,
    namespace: str,
    permissions: Iterable[Permission],
    *,
    root: str = ".",
    suffix: str = "",
    more: str = "",
) -> str:
    """Return a role, in a part of a template whose values are in ``root``."""
    place = f"  namespace: {namespace}\n" if namespace else ""
    head = _HEAD.format(kind=kind, place=place, root=root, suffix=suffix, more=more)
    return head + "".join(map(_rule, permissions))


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
