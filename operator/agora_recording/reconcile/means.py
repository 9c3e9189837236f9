"""What it takes to record: the project, its credentials, the storage and its keys.

Secrets stay in here and in the requests made from them; the domain sees only problems.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field, replace
from math import inf
from typing import Final

from agora_recording.agora.hosts import Hosts, Route
from agora_recording.agora.protocol import Access
from agora_recording.crd.project import CredentialsReference, UnreachablePolicy
from agora_recording.crd.recording import DesiredState, ProjectKind
from agora_recording.crd.storage import Storage
from agora_recording.domain import action as act
from agora_recording.domain import need
from agora_recording.domain.action import Action
from agora_recording.domain.observation import Problem, Recording, Target
from agora_recording.domain.project import Project
from agora_recording.domain.upload import Upload
from agora_recording.reconcile.keyring import Keyring
from agora_recording.reconcile.ports import Projects, Secrets, UnreachableError
from agora_recording.translate.secrets import (
    Purpose,
    SecretNeed,
    SecretValues,
    account_need,
    needs_of,
    project_needs_of,
    shared_needs_of,
)
from agora_recording.translate.storage import upload

FRESH_SECONDS: Final = 1.0
"""How old a Secret may be when a new attempt is made from it."""
UPKEEP_SECONDS: Final = 300.0
"""How old storage credentials may be while a recording runs: all that share a Secret share a read.
"""
TROUBLED_SECONDS: Final = 20.0
"""The same while they are not as they must be."""
REFUSED_SECONDS: Final = 35.0
"""How long refused credentials of a project are not tried again, unless they change."""
RENEWED: Final = (Purpose.STORAGE, Purpose.RTMP_URL)
"""What a running recording is told anew when its Secret changes."""
AGORA_KEYS: Final = ("customerId", "customerSecret")

Needs = Mapping[Purpose, tuple[str, SecretNeed]]
"""Secrets, each with its namespace, by what they are for."""
Account = tuple[str, CredentialsReference]
"""A namespace, and a reference to credentials in it; one Secret may hold those of several."""


@dataclass(frozen=True, slots=True)
class Means:
    """What was found for one object."""

    target: Target | Problem
    requests_per_second: int = 10
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    storage: Storage | None = None
    secrets: SecretValues = field(default_factory=dict, repr=False)
    upload: Upload | None = None
    """Where files go and with what, if its Secret was read."""
    stream: str | None = None
    """Version of the Secret that holds the url to stream a page to, if it was read."""
    storage_problem: Problem | None = None
    kicks: bool = False
    """Whether the project allows to remove recorders from their channels."""

    @property
    def searchable(self) -> bool:
        """Whether the bucket can be looked into."""
        return self.storage is not None and Purpose.STORAGE in self.secrets

    closed: Problem | None = None
    """Why nothing new may begin in the project, if so."""

    route: Route = field(default_factory=Route)
    """Where calls go."""

    def access(self, endpoint: str) -> Access:
        """Return where and as whom to call about an attempt that was made at ``endpoint``."""
        return self._access(self.route.about(endpoint))

    def access_to_acquire(self) -> Access:
        """Return where and as whom to make an attempt."""
        return self._access(self.route.acquire())

    def _access(self, endpoint: str) -> Access:
        customer_id, customer_secret = (self.credentials.get(key, "") for key in AGORA_KEYS)
        return Access(endpoint, customer_id, customer_secret)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Credentials that Agora refused."""

    credentials: Mapping[str, str] = field(repr=False)
    until: float
    problem: Problem


class Treasury:
    """Finds the means of an object, and remembers which credentials Agora refused."""

    def __init__(self, projects: Projects, secrets: Secrets, hosts: Hosts, *, home: str) -> None:
        """Begin to know of no refusals.

        Args:
            projects: Where projects are found.
            secrets: Where Secrets are read.
            hosts: Where Agora's API is, for projects that name no place themselves.
            home: Namespace of the operator, and so of the Secrets of ClusterAgoraProjects.
        """
        self._projects = projects
        self._keyring = Keyring(secrets, home)
        self._home = home
        self._hosts = hosts
        self._refused: dict[Account, Refusal] = {}
        self.changed: Callable[[str, str], None] = lambda _namespace, _secret: None
        """Told the namespace and name of a Secret that Agora began to refuse or to take."""

    async def find(self, recording: Recording, *, fresh: bool, tick: float) -> Means:
        """Return the means of ``recording``.

        Args:
            recording: Whose means.
            fresh: Whether a new attempt is about to be made, for which Secrets are read anew.
            tick: Monotonic time.
        """
        project = self._project(recording)
        if project is None:
            return Means(_no_project(recording))
        spec = project.spec
        namespace, ref = key = self._account(project)
        refused = self._refused.get(key)
        max_age = FRESH_SECONDS if fresh or refused else inf
        agora = account_need(ref)
        found = await self._keyring.read(namespace, agora, max_age)
        closed = _closed(recording, project)
        if isinstance(found, Problem) and recording.status.attempts and max_age < inf:
            closed = closed or found  # nothing new begins, but what runs can still be stopped
            found = await self._keyring.read(namespace, agora, inf)
        if isinstance(found, Problem):
            return Means(found)
        if refused is not None and refused.credentials != found.keys:
            self._refused.pop(key, None)  # another object may have seen it while this one read
        elif refused is not None and tick < refused.until:
            return Means(refused.problem)
        route = self._route(project)
        target = Target(spec.app_id, route.first)
        means = await self._with_storage(recording, project, target, found.keys, fresh=fresh)
        kicks = spec.unreachable_policy is UnreachablePolicy.KICK
        return replace(means, kicks=kicks, closed=closed, route=route)

    def keeping(self, recording: Recording, action: Action) -> AbstractAsyncContextManager[None]:
        """Keep the project while ``action`` makes something that only it can stop.

        Entering raises ``KubeError`` if the project may not stay.
        """
        new = isinstance(action, act.Acquire)
        return self._projects.acquiring(recording) if new else nullcontext()

    def credentials_of(self, project: Project) -> tuple[str, str]:
        """Return namespace and name of the Secret by which Agora knows the account."""
        namespace, ref = self._account(project)
        return namespace, ref.name

    async def judge(self, project: Project) -> Problem | None:
        """Say what is wrong with a project's Secrets, as far as is known without calling Agora."""
        namespace, ref = key = self._account(project)
        found = await self._keyring.read(namespace, account_need(ref), 0.0)
        if isinstance(found, Problem):
            return found
        refused = self._refused.get(key)
        if refused is not None and refused.credentials == found.keys:
            return refused.problem
        for purpose, wanted in shared_needs_of(project.spec).items():
            keys = await self._keyring.read_useful(namespace, purpose, wanted, 0.0)
            if isinstance(keys, Problem):
                return keys
        return None

    def refuse(self, recording: Recording, means: Means, problem: Problem, *, tick: float) -> None:
        """Remember that Agora refused the credentials: nobody tries them again for a while."""
        if (project := self._project(recording)) is not None:
            refusal = Refusal(means.credentials, tick + REFUSED_SECONDS, problem)
            self._refused[self._account(project)] = refusal
            self.changed(*self.credentials_of(project))

    def accept(self, recording: Recording) -> None:
        """Remember that Agora took the credentials."""
        project = self._project(recording) if self._refused else None
        if project is not None and self._refused.pop(self._account(project), None) is not None:
            self.changed(*self.credentials_of(project))

    def _account(self, project: Project) -> Account:
        return self._secrets_of(project), project.spec.credentials_secret_ref

    def _secrets_of(self, project: Project) -> str:
        """Return the namespace of the Secrets that a project names."""
        return project.namespace or self._home

    def _route(self, project: Project) -> Route:
        """Return where the credentials may be sent: nowhere but to Agora, or to the project's."""
        if project.url:
            return Route.only_to(project.url)
        endpoint = project.spec.endpoint
        first = self._hosts.first(endpoint.area)
        return Route(first, self._hosts, allow_cross_area=endpoint.allow_cross_area)

    def _project(self, recording: Recording) -> Project | None:
        return self._projects.serving(recording)

    async def _with_storage(
        self,
        recording: Recording,
        project: Project,
        target: Target,
        credentials: Mapping[str, str],
        *,
        fresh: bool,
    ) -> Means:
        storage = recording.spec.storage or project.spec.storage
        means = Means(target, project.spec.limits.requests_per_second, credentials, storage)
        if storage is None:
            return replace(means, storage_problem=need.no_storage(project.name))
        needs = self._needs(recording, project, storage)
        if fresh:
            return await self._with_secrets(means, needs, FRESH_SECONDS)
        if not _runs_on(recording):
            return means
        try:
            return await self._kept_up(means, {p: needs[p] for p in RENEWED if p in needs})
        except UnreachableError:  # what runs is looked after all the same
            return means

    def _needs(self, recording: Recording, project: Project, storage: Storage) -> Needs:
        """Return the Secrets that a start takes."""
        spec, shared = recording.spec, self._secrets_of(project)
        needs = {**needs_of(spec, storage), **project_needs_of(project.spec, spec)}
        places = {Purpose.CERTIFICATE: shared}
        if spec.storage is None:
            places[Purpose.STORAGE] = shared
        return {p: (places.get(p, recording.namespace), wanted) for p, wanted in needs.items()}

    async def _with_secrets(self, means: Means, needs: Needs, max_age: float) -> Means:
        """Read what is needed; the first Secret that is of no use is the problem.

        What is there is returned all the same: a repeated start takes what it can get.
        """
        secrets: dict[Purpose, Mapping[str, str]] = {}
        problems: list[Problem] = []
        for purpose, (namespace, wanted) in needs.items():
            found = await self._keyring.read_useful(namespace, purpose, wanted, max_age)
            if isinstance(found, Problem):
                problems.append(found)
                continue
            secrets[purpose] = found.keys
            if purpose is Purpose.STORAGE and means.storage is not None:
                elsewhere = self._keyring.elsewhere(namespace)
                known = upload(means.storage, wanted, elsewhere, found.keys, found.version)
                means = replace(means, upload=known)
            if purpose is Purpose.RTMP_URL:
                means = replace(means, stream=found.version)
        return replace(means, secrets=secrets, storage_problem=next(iter(problems), None))

    async def _kept_up(self, means: Means, needs: Needs) -> Means:
        """Read now and then what a running recording uploads with: it may be renewed."""
        kept = await self._with_secrets(means, needs, UPKEEP_SECONDS)
        if kept.storage_problem is None:
            return kept
        return await self._with_secrets(means, needs, TROUBLED_SECONDS)


def _runs_on(recording: Recording) -> bool:
    """Whether Agora records for an object, and is to go on."""
    wanted = recording.spec.desired_state is DesiredState.RECORDING and not recording.leaving
    attempts = recording.status.attempts
    return wanted and any(a.confirmed_at and not a.stop_intended_at for a in attempts)


def _no_project(recording: Recording) -> Problem:
    named = recording.spec.project_ref
    words = {
        ProjectKind.AGORA_PROJECT: need.no_project,
        ProjectKind.CLUSTER_AGORA_PROJECT: need.no_cluster_project,
    }
    return words[named.kind](named.name)


def _closed(recording: Recording, project: Project) -> Problem | None:
    """Say why nothing new begins in a project; what runs in it goes on, and is stopped."""
    if project.gone:
        return _no_project(recording)
    return need.leaving_project(project.name) if project.deleting else None
