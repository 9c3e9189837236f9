"""What people do to an object while one of the operator's requests is under way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from chaos.processes.case import Case

VERTICAL: Final = {"layout": {"type": "Vertical", "vertical": {"largeUid": 7}}}


def edit(case: Case) -> None:
    """Change the layout; of an object that is being stopped, wish for a recording again."""
    if case.declared.wanted:
        case.declared.declare(mix=VERTICAL)
    else:
        case.declared.declare(desiredState="Recording")


def delete(case: Case) -> None:
    """Delete the object."""
    case.declared.delete()


def create_anew(case: Case) -> None:
    """Delete the object, and create it again by its name as soon as it is gone."""
    case.declared.delete()
    case.comes_back = True


def wipe(case: Case) -> None:
    """Wipe the status."""
    case.declared.patch({"status": None})


def take_the_finalizer_off(case: Case) -> None:
    """Take the finalizer off by hand and delete the object."""
    case.declared.patch({"metadata": {"finalizers": None}})
    case.declared.delete()
