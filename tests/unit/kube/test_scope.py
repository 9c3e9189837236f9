"""What is watched in all namespaces, and in some only."""

from __future__ import annotations

from agora_recording.kube.scope import EVERYWHERE, RECORDINGS, Scope

OURS = "/apis/recording.agora.io/v1alpha1"


def test_everything_is_watched_in_all_namespaces() -> None:
    """With one list of each."""
    assert EVERYWHERE.paths == {
        "/api/v1/namespaces",
        f"{OURS}/agoraprojects",
        f"{OURS}/clusteragoraprojects",
        f"{OURS}/cloudrecordings",
    }
    assert EVERYWHERE.plurals == {"agoraprojects", "clusteragoraprojects", "cloudrecordings"}


def test_nothing_of_the_cluster_is_watched_in_some_namespaces() -> None:
    """Whoever has Roles only may not list it."""
    scope = Scope(("lessons", "courts"))

    assert list(scope.paths_of(RECORDINGS)) == [
        f"{OURS}/namespaces/lessons/cloudrecordings",
        f"{OURS}/namespaces/courts/cloudrecordings",
    ]
    assert len(scope.paths) == 4
    assert all("/namespaces/" in path for path in scope.paths)
    assert scope.plurals == {"agoraprojects", "cloudrecordings"}


def test_recordings_come_after_all_that_they_need() -> None:
    """Else one would find no project."""
    for scope in (EVERYWHERE, Scope(("lessons",))):
        assert scope.watched == (*scope.needed, RECORDINGS)
