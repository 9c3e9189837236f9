"""Reading what a Secret holds, by our names for it; what is missing is said in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from agora_recording.domain import need
from agora_recording.domain.observation import Problem
from agora_recording.reconcile.ports import ForbiddenError, Secrets
from agora_recording.translate.secrets import Purpose, SecretNeed, unfit


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in a Secret."""

    keys: Mapping[str, str] = field(repr=False)
    """By our own names."""
    version: str
    """Another whenever the Secret has changed."""


class Keyring:
    """Reads Secrets by what is needed of them."""

    def __init__(self, secrets: Secrets, home: str) -> None:
        """Read from ``secrets``; ``home`` is the operator's namespace."""
        self._secrets = secrets
        self._home = home

    def elsewhere(self, namespace: str) -> str:
        """Return the namespace of a Secret if people must be told, else nothing.

        All that are not in an object's own namespace are in the operator's.
        """
        return namespace if namespace == self._home else ""

    async def read(self, namespace: str, wanted: SecretNeed, max_age: float) -> Found | Problem:
        """Return what a Secret holds, at most ``max_age`` seconds old.

        Raises UnreachableError if it cannot be read just now.
        """
        name, elsewhere = wanted.name, self.elsewhere(namespace)
        try:
            secret = await self._secrets.read(namespace, name, max_age=max_age)
        except ForbiddenError:
            return need.no_access(name, elsewhere)
        if secret is None:
            return need.no_secret(name, wanted.required, elsewhere)
        for key in wanted.required:
            if not secret.data.get(key):
                return need.no_key(name, key, elsewhere)
        held = {ours: secret.data.get(key) for ours, key in wanted.keys.items()}
        return Found({ours: value for ours, value in held.items() if value}, secret.version)

    async def read_useful(
        self, namespace: str, purpose: Purpose, wanted: SecretNeed, max_age: float
    ) -> Found | Problem:
        """Do the same if what it holds can be used, as far as it tells by itself."""
        found = await self.read(namespace, wanted, max_age)
        if isinstance(found, Problem):
            return found
        for ours, why in unfit(purpose, found.keys, wanted.vendor).items():
            return need.no_use(wanted.name, wanted.keys[ours], why, self.elsewhere(namespace))
        return found
