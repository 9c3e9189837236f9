"""A release that works in some namespaces, by Roles alone, on nodes."""

from __future__ import annotations

from typing import Final

import pytest

from install.departure import assert_went_quietly, kept
from install.permissions import assert_exact, exercise
from install.release import Release
from running.stage import Stage
from testbed.controlplane import ControlPlane
from testbed.nodes import Nodes
from testbed.simulator import Simulator

WATCHED: Final = ("watched-one", "watched-two")


@pytest.mark.timeout(290)
def test_it_needs_nothing_of_the_whole_cluster(
    cluster: ControlPlane, nodes: Nodes, simulator: Simulator
) -> None:
    """It becomes available, records in its namespaces, and uses just what it is granted there."""
    stages = [Stage(cluster, simulator, name) for name in (*WATCHED, "unwatched")]
    for stage in stages:
        cluster.kubectl("create", "namespace", stage.namespace)
    release = Release(cluster, nodes, "confined")
    within = f"watchNamespaces={{{','.join(WATCHED)}}}"
    agora = (f"settings.agoraUrl={simulator.api}", "settings.pollInterval=PT1S")
    release.install(within, *agora)
    for stage in stages:
        stage.apply(stage.agora_secret(), stage.storage_secret(), stage.project())
        stage.apply(stage.recording())
    *watched, beyond = stages
    for stage in watched:
        stage.wait_for_reason("Recording")
        stage.delete()
    release.helm("test", "--timeout=60s")
    for stage in watched:
        exercise(release, stage, stage.project())
    objects, asked = release.objects(), release.asked()

    assert beyond.ready()["reason"] == "Pending"
    assert {each.namespace for each in asked} == {*WATCHED, release.namespace}
    assert_exact(release.user, objects, asked)

    with kept(release) as pods:
        release.uninstall()
        assert_went_quietly(release, pods)
    assert_exact(f"{release.user}-uninstall", objects, release.asked("-uninstall"))
    beyond.delete()
