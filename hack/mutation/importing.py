"""What is imported before and instead of the code under test."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Sequence
from types import CodeType, ModuleType
from typing import Final

from mutation.children import Tell

PACKAGE: Final = "agora_recording"
OTHERS: Final = (
    "agora_recording.agora",
    "agora_recording.bucket.listing",
    "agora_recording.crd.project",
    "agora_recording.crd.recording",
    "agora_recording.telemetry",
    "httpx_aiohttp",
    "hypothesis.strategies",
    "kopf",
    "kubernetes.aio.client",
)
"""Modules that tests need and no mutant changes: they are imported once for all."""


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module, and makes it of changed code."""

    def __init__(self, module: str, code: CodeType) -> None:
        self._module = module
        self._code = code

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return how to import the module, if it is the one."""
        del path, target
        if fullname != self._module:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, origin=self._code.co_filename)

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed code."""
        exec(self._code, vars(module))  # noqa: S102 - that is what importing means


def import_others() -> None:
    """Import what no mutant changes. Raises RuntimeError if that brings in what one changes."""
    for name in OTHERS:
        importlib.import_module(name)
    for layer in ("domain", "reconcile"):
        if f"{PACKAGE}.{layer}" in sys.modules:
            raise RuntimeError(f"{layer} is imported by what should not know it")


def replace(path: str, code: CodeType) -> None:
    """Let the module at ``path`` below the package be made of ``code`` when it is imported."""
    name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    sys.meta_path.insert(0, _Changed(f"{PACKAGE}.{name}", code))


def leave(tell: Tell, word: str) -> None:
    """Tell a word and end this process at once."""
    tell(word)
    os._exit(0)
