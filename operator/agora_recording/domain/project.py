"""The finalizer that keeps an AgoraProject."""

from typing import Final

IN_USE: Final = "recording.agora.io/in-use"
"""Finalizer of a project through which recordings may have to be stopped."""
