"""Whether the operator can work here: what it reaches, and what it may do.

Nothing is changed, and no credentials are used but those of the pod's own ServiceAccount.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from agora_recording.agora.client import AgoraClient
from agora_recording.agora.errors import AgoraError
from agora_recording.agora.hosts import Table
from agora_recording.crd.model import API_VERSION
from agora_recording.kube.api import KubeApi
from agora_recording.kube.kinds import lacking
from agora_recording.kube.permissions import (
    AT_HOME,
    IN_NAMESPACES,
    IN_THE_CLUSTER,
    Permission,
)
from agora_recording.kube.scope import Scope
from agora_recording.reconcile.ports import KubeError

REVIEWS: Final = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
"""Where everybody may ask what he may do."""


class Verdict(StrEnum):
    """What is thought of one finding."""

    GOOD = "ok"
    NOTED = "note"
    BAD = "FAILED"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table."""

    verdict: Verdict
    subject: str
    detail: str


class Check:
    """Looks at the API server and at Agora as the operator would."""

    def __init__(self, api: KubeApi, agora: AgoraClient, scope: Scope, *, home: str) -> None:
        """Prepare for an operator in the namespace ``home``."""
        self._api, self._agora, self._scope, self._home = api, agora, scope, home

    async def run(self, hosts: Table) -> AsyncIterator[Finding]:
        """Yield what is found, in the order in which one would look for a cause."""
        yield await self._kubernetes()
        yield await self._kinds()
        for permission, namespace in _places(self._scope, self._home):
            yield await self._permitted(permission, namespace)
        for finding in await self._hosts(hosts):
            yield finding

    async def _kubernetes(self) -> Finding:
        subject = "Kubernetes API"
        try:
            version = (await self._api.get("/version")).get("gitVersion", "of unknown version")
        except KubeError as error:
            return Finding(Verdict.BAD, subject, str(error))
        return Finding(Verdict.GOOD, subject, f"answers, {version}")

    async def _kinds(self) -> Finding:
        missing = await lacking(self._api, self._scope.plurals)
        if missing is None:
            return Finding(Verdict.GOOD, API_VERSION, "served")
        return Finding(Verdict.BAD, API_VERSION, missing)

    async def _permitted(self, permission: Permission, namespace: str | None) -> Finding:
        """Ask the API server for each verb and resource."""
        subject = f"{', '.join(permission.verbs)} {', '.join(permission.resources)}"
        where = f"in {namespace}" if namespace else "everywhere"
        try:
            refused = [
                verb
                for verb in permission.verbs
                for resource in permission.resources
                if not await self._may(permission, verb, resource, namespace)
            ]
        except KubeError as error:
            return Finding(Verdict.BAD, subject, str(error))
        if refused:
            detail = f"{', '.join(refused)} not allowed {where}; needed to {permission.why}"
            return Finding(Verdict.BAD, subject, detail)
        return Finding(Verdict.GOOD, subject, f"allowed {where}")

    async def _may(
        self, permission: Permission, verb: str, resource: str, namespace: str | None
    ) -> bool:
        plural, _, subresource = resource.partition("/")
        asked = {
            "group": permission.group,
            "resource": plural,
            "subresource": subresource,
            "verb": verb,
            "namespace": namespace or "",
            "name": next(iter(permission.names), ""),
        }
        body = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": asked},
        }
        review = await self._api.create(REVIEWS, body)
        return bool(review["status"]["allowed"])

    async def _hosts(self, hosts: Table) -> Sequence[Finding]:
        """Ask each host once, all at the same time.

        A project needs one host of its area, and most clusters one area.
        """
        urls = tuple(dict.fromkeys(url for area in hosts.values() for url in area))
        answers = await asyncio.gather(*map(self._answer, urls))
        reached = any(good for good, _ in answers)
        missed = Verdict.NOTED if reached else Verdict.BAD
        return [
            Finding(Verdict.GOOD if good else missed, url, detail)
            for url, (good, detail) in zip(urls, answers, strict=True)
        ]

    async def _answer(self, url: str) -> tuple[bool, str]:
        """Return whether a host answers, and how."""
        try:
            return True, f"answers, HTTP {await self._agora.reach(url)}"
        except AgoraError as error:
            return False, f"no answer ({error.said.reason})"


def _places(scope: Scope, home: str) -> Sequence[tuple[Permission, str | None]]:
    """Return each permission and the namespace that it is needed in; None is all of them."""
    everywhere = () if scope.namespaces else IN_THE_CLUSTER
    return [
        *((each, place) for place in scope.namespaces or (None,) for each in IN_NAMESPACES),
        *((each, None) for each in everywhere),
        *((each, home) for each in AT_HOME),
    ]
