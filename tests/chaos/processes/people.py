"""People who create, change and delete 200 objects, whatever else happens."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable
from typing import Final

from chaos.processes.declared import LAYOUTS, Declared
from chaos.processes.objects import Scene
from running.stage import Stage

NAMESPACES: Final = 4
OBJECTS: Final = 200
FIRST: Final = 0.75
"""The share of the objects that are there from the beginning."""


class People:
    """They own the specs; what they declared is what the world is judged by."""

    def __init__(self, scene: Scene, luck: random.Random) -> None:
        self._scene = scene
        self._luck = luck
        self.objects = [_object(scene, number) for number in range(OBJECTS)]
        """All objects that they ever have, existing or not."""
        self.acts: Counter[str] = Counter()
        """How often they did what."""

    def begin(self) -> None:
        """Make projects and Secrets, and the first objects."""
        for stage in {one.stage.namespace: one.stage for one in self.objects}.values():
            self._scene.objects.prepare(stage)
        for one in self.objects:
            if self._luck.random() < FIRST:
                one.declare(mix={})

    def act(self) -> None:
        """Do one thing to one object."""
        one = self._luck.choice(self.objects)
        if not one.exists:
            self._create(one)
            return
        acts: list[tuple[Callable[[Declared], None], int]] = [
            (self._arrange, 30),
            (self._select, 25),
            (self._stop_or_record, 25),
            (self._delete, 20),
        ]
        (act,) = self._luck.choices([a for a, _ in acts], [weight for _, weight in acts])
        act(one)

    def clear_up(self) -> None:
        """Delete everything."""
        for one in self.objects:
            if one.exists:
                one.delete()

    def _create(self, one: Declared) -> None:
        if self._scene.objects.exists(one.stage.namespace, one.name):
            return  # still on its way out; its name is taken
        one.declare(mix={})
        self.acts["created"] += 1

    def _arrange(self, one: Declared) -> None:
        layout: dict[str, object] = {"type": self._luck.choice([*LAYOUTS])}
        if layout["type"] == "Vertical":
            layout["vertical"] = {"largeUid": 7}
        one.declare(mix={"layout": layout})
        self.acts["layout"] += 1

    def _select(self, one: Declared) -> None:
        uid = self._luck.randint(1, 9)
        one.declare(subscription={"audio": {"include": [uid]}})
        self.acts["subscription"] += 1

    def _stop_or_record(self, one: Declared) -> None:
        one.declare(desiredState="Stopped" if one.wanted else "Recording")
        self.acts["desiredState"] += 1

    def _delete(self, one: Declared) -> None:
        one.delete()
        self.acts["deleted"] += 1


def _object(scene: Scene, number: int) -> Declared:
    namespace = f"trouble-{number % NAMESPACES}"
    app_id = hashlib.sha256(namespace.encode()).hexdigest()[:32]
    stage = Stage(scene.cluster, scene.simulator, namespace, app_id)
    return Declared(scene.objects, stage, f"lesson-{number}", f"lesson-{number}")
