"""The situations in which people meet an object most often, each by its name.

Sids and uids are as long as Agora's, so that columns are as wide as in life.
"""

from dataclasses import replace
from typing import Any, Final

from agora_recording.crd.layout import Layout, LayoutType
from agora_recording.crd.mode import Individual, Mix, Snapshots
from agora_recording.crd.status import Attempt, CloudRecordingStatus, RecordedFile
from agora_recording.crd.web import Web
from agora_recording.domain.action import Ending
from agora_recording.domain.decision import decide
from agora_recording.domain.observation import Answer, Trail
from agora_recording.domain.project import report
from agora_recording.domain.summary import summarise
from agora_recording.domain.topic import ON_HOLD, Topic
from builders import NOW, TICK, ago, cluster_project, running, spec
from e2e.described import Described, project, recording
from unit.domain.hold import Hold, look
from unit.domain.holds import HOLDS
from unit.domain.project_holds import DEFAULT, PROJECT_HOLDS
from unit.domain.situations import STOPPED
from unit.domain.unknown_holds import UNKNOWN_HOLDS

SID: Final = "caf06ceedb5f70d8c02140528107965b"
UID: Final = 1314242492
RECORDS: Final = running(sid=SID, uid=UID)
TOLD: Final = {Topic.HOLD: ON_HOLD, Topic.OUTPUTS: "8f14e45fceea167a"}
SHOWS: Final = running(sid=SID, uid=UID, mode="web", told=TOLD)
SHOOTS: Final = running(sid=SID, uid=UID, mode="individual")
INDEX: Final = RecordedFile(
    name=f"{SID}_standup.m3u8",
    track="audio_and_video",
    playable=True,
    slice_start_time=ago(590),
)


def answered(
    attempt: Attempt, *files: RecordedFile, says: dict[str, Any] | None = None, **members: Any
) -> Trail:
    """Return what is known of a recording once Agora said that it records, and more if it says."""
    answer = Answer(5, ago(590), files, **(says or {}))
    return Trail(attempt, stored=True, next_query=TICK + 60, answer=answer, **members)


def over(ending: Ending, **of: Any) -> CloudRecordingStatus:
    """Return the status of a recording that ended like this, of which the files are uploaded."""
    before = look(RECORDS, trails=[answered(RECORDS, INDEX)])
    status = summarise(before, decide(before))
    trail = answered(RECORDS, INDEX, ending=ending, ended_at=NOW, uploading_status="Uploaded")
    seen = look(RECORDS, trails=[trail], of={**of, "status": status})
    return summarise(seen, decide(seen))


def calm(name: str, *attempts: Attempt, **members: Any) -> Described:
    """Return a recording of which nobody need do anything."""
    return recording(Hold(name, look(*attempts, **members), until="", remedy=""))


def held(row: str, name: str | None = None) -> Described:
    """Return a recording that is held up, by its row and under a name that people would give."""
    found = next(hold for hold in (*HOLDS, *UNKNOWN_HOLDS) if hold.name == row)
    return replace(recording(found), name=name or row)


def unseen(one: Described) -> Described:
    """Return the same before an operator has seen it."""
    return replace(one, status=None)


RECORDINGS: Final = (
    unseen(calm("unseen")),
    held("queued"),
    held("starting-unconfirmed", "starting"),
    calm(
        "recording-mix",
        RECORDS,
        trails=[answered(RECORDS, INDEX)],
        of={"spec": spec(mix=Mix(layout=Layout(type=LayoutType.BEST_FIT)))},
    ),
    calm(
        "recording-snapshots",
        SHOOTS,
        trails=[answered(SHOOTS)],
        of={"spec": spec(mix=None, individual=Individual(snapshots=Snapshots()))},
    ),
    calm(
        "page-on-hold",
        SHOWS,
        trails=[answered(SHOWS, INDEX, says={"on_hold": True})],
        wanted=TOLD,
        of={
            "spec": spec(
                mix=None,
                web=Web(url="https://whiteboard.example.com/1", on_hold=True),
                max_duration_seconds=7200,
            )
        },
    ),
    calm("completed", of={"status": over(Ending.ENDED)}),
    calm("stopped", of={**STOPPED, "status": over(Ending.STOPPED, **STOPPED)}),
    held("credentials-refused"),
    held("concurrency-limit", "quota"),
    held("request-refused", "bad-request"),
    held("secret-invalid"),
    held("credentials-expiring-recording", "keys-lapse"),
    held("stopping-before-a-limit", "token-ends"),
    held("sid-unknown-excluded", "sid-unknown"),
    held("agora-unavailable-deleted", "deleted"),
)
WELL: Final = Described(
    kind="AgoraProject",
    name="project",
    metadata={},
    spec=DEFAULT.spec.to_wire(),
    status=report(DEFAULT, None, NOW).to_wire(),
    deleting=False,
)
SHARED: Final = replace(
    WELL, kind="ClusterAgoraProject", name="cluster-project", spec=cluster_project().to_wire()
)
PROJECTS: Final = (
    WELL,
    project(next(hold for hold in PROJECT_HOLDS if hold.name == "project-secret-not-found")),
    SHARED,
    unseen(replace(SHARED, name="cluster-project-unseen")),
)
SITUATIONS: Final = (*RECORDINGS, *PROJECTS)
EXPLAINED: Final = (
    "crec.spec",
    "crec.spec.mix.layout",
    "crec.spec.web",
    "crec.spec.storage",
    "agp.spec",
    "cagp.spec",
)
"""What people ask `kubectl explain` for."""
