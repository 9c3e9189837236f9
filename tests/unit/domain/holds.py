"""All other states in which a recording is held up, stalled, or being worked on."""

from agora_recording.agora.errors import (
    AgoraError,
    Ambiguous,
    Conflict,
    Refused,
    Said,
    Unavailable,
)
from agora_recording.crd.recording import RestartPolicy
from agora_recording.crd.status import Attempt
from agora_recording.crd.web import Web
from agora_recording.domain import action as act
from agora_recording.domain import need
from agora_recording.domain.action import Decision
from agora_recording.domain.claim import Rival
from agora_recording.domain.holdtext import failing
from agora_recording.domain.observation import Answer, Observation, Problem, Streak, Trail
from agora_recording.domain.page import ignoring
from agora_recording.domain.reason import Reason
from agora_recording.domain.topic import ON_HOLD, WRITING, Topic
from agora_recording.reconcile.hearing import STOPPING_UNFOUND, UNFOUND
from agora_recording.reconcile.means import AGORA_KEYS
from agora_recording.translate.answers import problem
from agora_recording.translate.refusal import refusal
from builders import (
    SHARED,
    STORAGE_KEYS,
    TICK,
    ago,
    page_spec,
    past,
    running,
    spec,
    status,
    storage,
    told,
    upload,
)
from unit.domain.hold import NAMESPACE, Hold, failed, hindered, look
from unit.domain.situations import AWAITED, INTENDED, LEAVING, LIVE, STARTED, STOPPED, TOLD, YOUNG

LAPSING = running(storage_expires_at=ago(-1800))
LATER = Trail(LAPSING, stored=True, next_query=TICK + 60)
OLD = running(told=told(layout="old"))
EXCLUDED = Conflict("start", Said(400, 53, "task conflict"))
UNAUTHORIZED = Refused("acquire", Said(401, None, "Unauthorized"))
NO_SECRET = need.no_secret("agora-rest", AGORA_KEYS)

FORCE = "To let go regardless, annotate recording.agora.io/force-release=true."
MEND = "set desiredState to Stopped and back"
REACH = "see whether the operator can reach Agora"
NOTHING = "Nothing needs to be done"
UNFOUND_ONCE = Streak(TICK, TICK)
KUBE = Problem(Reason.KUBE_UNAVAILABLE, Reason.KUBE_UNAVAILABLE.text)


def down(operation: str) -> AgoraError:
    """Return the error of a server that is down for a moment."""
    return Unavailable(operation, Said(503, None, "Service Unavailable"))


def stopping(why: str) -> Attempt:
    """Return an attempt that is stopped for this reason."""
    return running(stop_intended_at=ago(1), stop_reason=why)


def unheeded(topic: Topic, *, on_hold: bool, outputs: tuple[str, ...] = ()) -> Observation:
    """Return a look at a page that is so although Agora was told otherwise."""
    wants_hold = topic is Topic.HOLD and not on_hold
    wanted = {Topic.HOLD: ON_HOLD if wants_hold else WRITING, Topic.OUTPUTS: "none"}
    made, page = running(mode="web", told=dict(wanted)), page_spec(on_hold=wants_hold)
    said = Answer(5, on_hold=on_hold, outputs=outputs)
    seen = look(
        made,
        trails=[Trail(made, stored=True, answer=said, next_query=TICK + 60)],
        of={"spec": page},
        wanted=wanted,
    )
    return hindered(seen, act.Tell(made, topic), ignoring(page.web or Web(), topic))


HOLDS = (
    Hold("starting", look(), until="clear in two minutes", remedy=NOTHING),
    Hold(
        "starting-unconfirmed",
        look(STARTED),
        until="within two minutes",
        remedy=NOTHING,
    ),
    Hold(
        "queued",
        look(),
        until="its turn, which comes by itself",
        remedy="ask Agora for more calls",
        said=Decision.of(act.Wait(), Reason.QUEUED),
    ),
    Hold(
        "kept-away",
        look(of=YOUNG, neighbours=AWAITED),
        until="at 2026-03-01T12:00:01Z at the latest this one begins",
        remedy=NOTHING,
    ),
    Hold(
        "spec-refused",
        look(storage=refusal(spec(private_parameters="{correctEXTINF: true}"), storage())),
        until="noticed at once",
        remedy="Correct the spec",
    ),
    Hold("updating", look(OLD), until="takes seconds", remedy=NOTHING),
    Hold(
        "page-not-resumed",
        unheeded(Topic.HOLD, on_hold=True),
        until="within five minutes",
        remedy="set desiredState to Stopped and back",
    ),
    Hold(
        "page-not-held",
        unheeded(Topic.HOLD, on_hold=False),
        until="within five minutes",
        remedy="set desiredState to Stopped to end it",
    ),
    Hold(
        "page-still-streamed",
        unheeded(Topic.OUTPUTS, on_hold=False, outputs=("Publishing",)),
        until="within five minutes",
        remedy="revoke the stream key",
    ),
    Hold("stopping", look(INTENDED, of=STOPPED), until="takes seconds", remedy=NOTHING),
    Hold(
        "stopping-unconfirmed",
        look(stopping("AgoraFailure")),
        until="takes seconds",
        remedy=NOTHING,
    ),
    Hold("stopping-before-a-limit", look(stopping("Limit")), until="takes seconds", remedy=NOTHING),
    Hold(
        "stopping-unfound",
        hindered(
            look(INTENDED, trails=[Trail(INTENDED, absence=UNFOUND_ONCE)], of=STOPPED),
            act.Stop(INTENDED),
            STOPPING_UNFOUND,
        ),
        until="after two minutes",
        remedy=NOTHING,
    ),
    Hold(
        "stopping-unfound-deleted",
        hindered(
            look(LIVE, trails=[Trail(LIVE, absence=UNFOUND_ONCE)], of=LEAVING),
            act.Stop(LIVE),
            STOPPING_UNFOUND,
        ),
        until="after two minutes",
        remedy=NOTHING,
    ),
    Hold(
        "agora-unavailable",
        failed(look(), act.Acquire(), down("acquire")),
        until="tried again within half a minute",
        remedy=REACH,
    ),
    Hold(
        "agora-unavailable-recording",
        failed(
            look(LIVE, trails=[TOLD]),
            act.Query(LIVE, "sid-r1"),
            *[Ambiguous("query", Said(reason="no answer in time"))] * 3,
        ),
        until="tried again within half a minute",
        remedy=REACH,
    ),
    Hold(
        "agora-unavailable-deleted",
        failed(look(LIVE, of=LEAVING), act.Stop(LIVE), down("stop")),
        until="tried again within half a minute",
        remedy=FORCE,
    ),
    Hold(
        "recording-unfound",
        hindered(
            look(LIVE, trails=[Trail(LIVE, absence=Streak(TICK - 60, TICK, 3))]),
            act.Query(LIVE, "sid-r1"),
            *[UNFOUND] * 3,
        ),
        until="after two minutes",
        remedy=NOTHING,
    ),
    Hold(
        "kube-unavailable",
        hindered(look(), act.Acquire(), KUBE),
        until="tried again within half a minute",
        remedy="see its health, the operator's log, and managedFields",
    ),
    Hold(
        "restarting",
        hindered(
            look(of={"status": status(restarts=2, last_attempts=(past(reason="Abnormal"),))}),
            act.Acquire(),
            failing("Abnormal"),
        ),
        until="after several failures within five minutes",
        remedy="names the usual causes",
    ),
    Hold(
        "duplicate-target",
        look(rival=Rival(NAMESPACE, "older")),
        until="once the other is stopped or deleted",
        remedy="set spec.uid to another number",
    ),
    Hold(
        "duplicate-target-elsewhere",
        look(rival=Rival("another", "older")),
        until="once the other is stopped or deleted",
        remedy="set spec.uid to another number",
    ),
    Hold(
        "target-busy",
        failed(look(), act.Acquire(), EXCLUDED),
        until="tried again within half a minute",
        remedy=NOTHING,
    ),
    Hold(
        "target-in-use",
        failed(look(), act.Acquire(), *[EXCLUDED] * 6),
        until="every five minutes or sooner",
        remedy="set spec.uid to another number",
    ),
    Hold(
        "rate-limited",
        failed(look(), act.Acquire(), Unavailable("start", Said(429, None, "Rate limit exceeded"))),
        until="tried again within half a minute",
        remedy="lower limits.requestsPerSecond",
    ),
    Hold(
        "concurrency-limit",
        failed(look(), act.Acquire(), Unavailable("start", Said(400, 406, "Too many recordings"))),
        until="tried again within a minute",
        remedy="Stop recordings that nobody needs",
    ),
    Hold(
        "request-refused",
        failed(look(), act.Acquire(), Refused("start", Said(400, 2, "Invalid parameter"))),
        until="tried again within ten minutes",
        remedy="Correct the spec",
    ),
    Hold(
        "layout-refused",
        failed(
            look(OLD, trails=[Trail(OLD, stored=True, next_query=TICK + 60)]),
            act.Tell(OLD, Topic.LAYOUT),
            Refused("updateLayout", Said(400, 2, "Invalid parameter")),
        ),
        until="tried again within ten minutes",
        remedy="Correct the spec",
    ),
    Hold(
        "service-disabled",
        failed(look(), act.Acquire(), Refused("acquire", Said(400, None, "appid is invalid"))),
        until="tried again within a minute",
        remedy="or correct appId",
    ),
    Hold(
        "credentials-refused",
        look(target=problem(UNAUTHORIZED)),
        until="read again within a minute",
        remedy="Correct the Secret",
    ),
    Hold(
        "credentials-refused-recording",
        look(LIVE, target=problem(UNAUTHORIZED)),
        until="read again within a minute",
        remedy="Correct the Secret",
    ),
    Hold(
        "project-not-found",
        look(target=need.no_project("default")),
        until="noticed at once",
        remedy="Create it, or correct spec.projectRef",
    ),
    Hold(
        "cluster-project-not-found",
        look(
            target=need.no_cluster_project("default"),
            of={"spec": spec(project_ref=SHARED)},
        ),
        until="noticed at once",
        remedy="Ask its admin, or correct spec.projectRef",
    ),
    Hold(
        "project-terminating",
        look(closed=need.leaving_project("default")),
        until="Once it is gone",
        remedy="name another in spec.projectRef",
    ),
    Hold(
        "secret-not-found",
        look(target=NO_SECRET),
        until="read within a minute",
        remedy="Create it with the keys customerId and customerSecret",
    ),
    Hold(
        "secret-not-found-stopped",
        look(LIVE, target=NO_SECRET, of=STOPPED),
        until="read within a minute",
        remedy="Create it with the keys",
    ),
    Hold(
        "secret-not-found-deleted",
        look(LIVE, target=NO_SECRET, of=LEAVING),
        until="read within a minute",
        remedy=FORCE,
    ),
    Hold(
        "secret-incomplete",
        look(storage=need.no_key("s3", STORAGE_KEYS[1])),
        until="read within a minute",
        remedy="Add it",
    ),
    Hold(
        "secret-invalid",
        look(storage=need.no_use("token", "token", "has expired, or is about to")),
        until="read within a minute",
        remedy="Correct it",
    ),
    Hold(
        "credentials-too-short",
        look(upload=upload(expires_at=ago(-3 * 3600))),
        until="read within a minute",
        remedy="Renew Secret s3",
    ),
    Hold(
        "credentials-expiring-recording",
        look(LAPSING, trails=[LATER], upload=upload()),
        until="within ten minutes",
        remedy="Renew them in Secret s3, for four hours or more",
    ),
    Hold(
        "credentials-not-renewable-recording",
        look(LAPSING, trails=[LATER], upload=upload(place="another")),
        until="until 2026-03-01T12:30:00Z",
        remedy="change it back, or stop and record anew",
    ),
    Hold(
        "secret-not-found-storage-recording",
        look(LIVE, trails=[TOLD], storage=need.no_secret("s3", STORAGE_KEYS)),
        until="read within a minute",
        remedy="Create it with the keys",
    ),
    Hold(
        "secret-forbidden",
        look(target=need.no_access("agora-rest")),
        until="tried again within a minute",
        remedy="Grant its ServiceAccount get on Secrets",
    ),
    Hold(
        "storage-missing",
        look(storage=need.no_storage("default")),
        until="noticed at once",
        remedy="Set spec.storage",
    ),
    Hold(
        "recording-failed",
        look(
            of={"status": status(restarts=11, last_attempts=(past(reason="AgoraFailure"),))},
        ),
        until="no more attempts",
        remedy=MEND,
    ),
    Hold(
        "recording-failed-once",
        look(
            of={
                "spec": spec(restart_policy=RestartPolicy.NEVER),
                "status": status(
                    restarts=1, end_reason="AgoraFailure", last_attempts=(past(reason="Lost"),)
                ),
            },
        ),
        until="no more attempts",
        remedy=MEND,
    ),
)
