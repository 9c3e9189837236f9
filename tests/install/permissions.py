"""Whether what a ServiceAccount is granted is what it uses, both ways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from install.release import Release
from running.audit import Request
from running.stage import Stage
from testbed.processes import wait_for


@dataclass(frozen=True, order=True)
class Grant:
    """One verb on one resource, as a role gives it to whom it is bound."""

    namespace: str
    """Empty: in all, and on what is in none."""
    permission: tuple[str, str, str]
    """Group, resource, verb."""
    names: tuple[str, ...]
    """The only objects that it is about; empty: all."""

    def allows(self, request: Request) -> bool:
        """Say whether it is by this that a request was served."""
        there = self.namespace in {"", request.namespace}
        named = not self.names or request.name in self.names
        return there and named and self.permission == request.permission


def granted(user: str, objects: Sequence[dict[str, Any]]) -> set[Grant]:
    """Return what the roles among some objects grant to a ServiceAccount, by their bindings."""
    roles = {_place(each): each for each in objects if each["kind"] in {"Role", "ClusterRole"}}
    bindings = [each for each in objects if each["kind"] in {"RoleBinding", "ClusterRoleBinding"}]
    return {
        grant
        for binding in bindings
        if user in map(_user, binding["subjects"])
        for grant in _grants_of(roles[_bound(binding)], _place(binding)[1])
    }


def assert_exact(user: str, objects: Sequence[dict[str, Any]], asked: Sequence[Request]) -> None:
    """Nothing was refused, nothing is granted in vain."""
    grants = granted(user, objects)
    beyond = {each for each in asked if not any(grant.allows(each) for grant in grants)}
    in_vain = {grant for grant in grants if not any(grant.allows(each) for each in asked)}

    assert grants
    assert not {each for each in asked if each.status in {401, 403}}
    assert not beyond, beyond
    assert not in_vain, in_vain


def exercise(release: Release, stage: Stage, project: dict[str, Any]) -> None:
    """Let a recording live in a project, so that all is used that is needed for both.

    What would be needed by chance only, as after a conflict, is provoked. A recording is read when
    its sid could not be stored. A project that lacks something is read again every half a minute.
    An Event is changed when the same happens twice.
    """
    lacking = _lacking(project)
    stage.apply(project, lacking)
    recording = _recording(stage, project, "Stopped")
    stage.apply(recording)
    with _sids_refused(stage):
        stage.apply(_recording(stage, project, "Recording"))
        wait_for(lambda: _is_read(release, recording), 60, "the recording to be read")
    for state in ("Recording", "Stopped") * 2:
        stage.apply(_recording(stage, project, state))
        stage.wait_for_reason(state, 60)
    stage.delete()
    wait_for(lambda: _is_read(release, lacking), 60, "the project to be read again")
    stage.kubectl("delete", project["kind"], lacking["metadata"]["name"])


def _recording(stage: Stage, project: dict[str, Any], state: str) -> dict[str, Any]:
    reference = {"kind": project["kind"], "name": project["metadata"]["name"]}
    return stage.recording(projectRef=reference, desiredState=state)


def _lacking(project: dict[str, Any]) -> dict[str, Any]:
    """Return a project like another one, but without credentials."""
    metadata = {**project["metadata"], "name": "lacking"}
    spec = {**project["spec"], "credentialsSecretRef": {"name": "nobody-has-made-it"}}
    return {**project, "metadata": metadata, "spec": spec}


@contextmanager
def _sids_refused(stage: Stage) -> Iterator[None]:
    """Let the API server take no sid of the recording for a while."""
    here = {"key": "kubernetes.io/metadata.name", "operator": "In", "values": [stage.namespace]}
    rule = {
        "apiGroups": ["recording.agora.io"],
        "apiVersions": ["*"],
        "resources": ["cloudrecordings/status"],
        "operations": ["UPDATE"],
    }
    constraints = {"resourceRules": [rule], "namespaceSelector": {"matchExpressions": [here]}}
    validations = [{"expression": "!has(object.status.sid)", "message": "no sid for now"}]
    policy = {"matchConstraints": constraints, "validations": validations}
    binding = {"policyName": "no-sid", "validationActions": ["Deny"]}
    named = {"apiVersion": "admissionregistration.k8s.io/v1", "metadata": {"name": "no-sid"}}
    stage.apply(
        {**named, "kind": "ValidatingAdmissionPolicy", "spec": policy},
        {**named, "kind": "ValidatingAdmissionPolicyBinding", "spec": binding},
    )
    wait_for(lambda: not _takes_a_sid(stage), 30, "the API server to take no sid")
    yield
    kinds = "validatingadmissionpolicybinding,validatingadmissionpolicy"
    stage.kubectl("delete", kinds, "no-sid")


def _takes_a_sid(stage: Stage) -> bool:
    words = ("patch", "crec", "lesson", "--subresource=status", "--type=merge", "--dry-run=server")
    said = stage.cluster.kubectl(
        *("-n", stage.namespace, *words, "-p", '{"status":{"sid":"one"}}'), check=False
    )
    return "patched" in said


def _is_read(release: Release, made: dict[str, Any]) -> bool:
    kind, namespace, name = _place(made)
    read = ("get", f"{kind.lower()}s", namespace, name)
    return read in {(r.verb, r.resource, r.namespace, r.name) for r in release.asked()}


def _place(made: dict[str, Any]) -> tuple[str, str, str]:
    metadata = made["metadata"]
    return made["kind"], metadata.get("namespace", ""), metadata["name"]


def _bound(binding: dict[str, Any]) -> tuple[str, str, str]:
    """Return the place of a binding's role."""
    role, (_, namespace, _) = binding["roleRef"], _place(binding)
    return role["kind"], namespace if role["kind"] == "Role" else "", role["name"]


def _user(subject: dict[str, str]) -> str:
    return f"system:serviceaccount:{subject['namespace']}:{subject['name']}"


def _grants_of(role: dict[str, Any], namespace: str) -> Iterator[Grant]:
    for rule in role["rules"]:
        for group in rule["apiGroups"]:
            for resource in rule["resources"]:
                for verb in rule["verbs"]:
                    names = tuple(rule.get("resourceNames", ()))
                    yield Grant(namespace, (group, resource, verb), names)
