"""The recording service itself: resources, recordings and channels, and what calls do to them.

Pure: no I/O, no clock. Every method takes `now` in Unix seconds and first lets happen what
should have happened by then, so time can be advanced at will. It never goes back.
"""

import base64
import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from agora_simulator import replies, requests
from agora_simulator.audience import Audience, Channel
from agora_simulator.calls import Call, Operation, Target
from agora_simulator.files import file_members, slice_start
from agora_simulator.initial_state import initial_layout, initial_subscription
from agora_simulator.recordings import EndReason, Recording, Resource, Timing
from agora_simulator.redaction import redacted
from agora_simulator.replies import RefusedError, Reply
from agora_simulator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

RESOURCE_ID_BYTES: Final = 150  # 200 characters of base64, as in Agora's samples
SID_BYTES: Final = 16  # 32 hexadecimal characters


class World:
    """All that Agora knows about the recordings of all App IDs."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._seed = settings.seed
        self._audience = Audience(assumed=settings.channels_have_users)
        self._resources: dict[str, Resource] = {}
        self._recordings: dict[str, Recording] = {}
        self._sid_of_resource: dict[str, str] = {}
        self._last_of_target: dict[Target, str] = {}
        self._live: dict[str, None] = {}
        self._operations: dict[Operation, Callable[[Call, float], Reply]] = {
            Operation.ACQUIRE: self._acquire,
            Operation.START: self._start,
            Operation.QUERY: self._query,
            Operation.UPDATE: self._update,
            Operation.UPDATE_LAYOUT: self._update_layout,
            Operation.STOP: self._stop,
        }

    def carry_out(self, call: Call, now: float) -> Reply:
        """Do what a call asks for, as far as the rules allow, and return the answer."""
        try:
            return self._operations[call.operation](call, now)
        except RefusedError as refused:
            return refused.reply

    def carry_out_late(self, call: Call, now: float) -> Reply:
        """Do what an accepted call asked for some time ago."""
        if call.operation is not Operation.START:
            return self.carry_out(call, now)
        try:
            return self._start(call, now, self._settings.late_start_grace_seconds)
        except RefusedError as refused:
            return refused.reply

    def configure(self, settings: Settings, now: float) -> None:
        """Go on under other settings; what has happened so far stays."""
        self._settle_all(now)
        self._settings = settings
        self._audience.assume(users=settings.channels_have_users, now=now)
        for sid in self._live:
            self._notice_users(self._recordings[sid], now)

    def join(self, channel: Channel, uid: int, now: float) -> list[int]:
        """Let a user into a channel; return who is there."""
        self._settle_all(now)
        present = self._audience.join(channel, uid)
        for sid in self._live:
            self._notice_users(self._recordings[sid], now)
        return present

    def leave(self, channel: Channel, uid: int, now: float) -> list[int]:
        """Let a user out of a channel; return who is still there."""
        self._settle_all(now)
        return self._audience.leave(channel, uid, now)

    def exit(self, sid: str, reason: EndReason, now: float) -> Recording | None:
        """End a running recording from the inside; None if there is none."""
        recording = self._settled(sid, now)
        if recording is None or recording.ended_at is not None:
            return None
        return self._end(recording, now, reason, self._settings.exiting_seconds)

    def recordings(self, now: float) -> list[Recording]:
        """Return all recordings, in the order of their starts."""
        self._settle_all(now)
        return list(self._recordings.values())

    def forget_ended(self, now: float) -> None:
        """Drop the recordings that have exited; their resources stay used."""
        self._settle_all(now)
        kept = {sid: one for sid, one in self._recordings.items() if not one.gone(now)}
        self._recordings = kept

    def target_of(self, call: Call) -> Target | None:
        """Return whom a call is about, as far as its ids tell."""
        resource = self._resources.get(call.resource_id or "")
        return resource.target if resource else None

    def _acquire(self, call: Call, now: float) -> Reply:
        outer = requests.envelope(call.body)
        options = requests.acquire_options(outer)
        self._check_capacity(call.app_id, now)
        name = self._digest("resource", len(self._resources), RESOURCE_ID_BYTES)
        resource = Resource(
            base64.urlsafe_b64encode(name).decode(),
            Target(call.app_id, outer.cname, outer.uid),
            options.scene,
            now,
            options.resource_expired_hour,
        )
        self._resources[resource.id] = resource
        return replies.success(resource.ids)

    def _check_capacity(self, app_id: str, now: float) -> None:
        limit = self._settings.concurrent_recordings
        if limit is None:
            return
        self._settle_all(now)
        running = sum(self._recordings[sid].target.app_id == app_id for sid in self._live)
        if running >= limit:
            raise RefusedError(replies.OVERLOADED)

    def _start(self, call: Call, now: float, late_seconds: float = 0.0) -> Reply:
        outer = requests.envelope(call.body)
        options = requests.start_options(outer, call.mode)
        resource = self._resources.get(call.resource_id or "")
        if resource is None:
            raise RefusedError(replies.RESOURCE_UNREADABLE)
        if resource.target != Target(call.app_id, outer.cname, outer.uid):
            raise RefusedError(replies.RESOURCE_MISMATCH)
        self._check_unused(resource)
        if now > resource.acquired_at + self._settings.resource_life_seconds + late_seconds:
            raise RefusedError(replies.RESOURCE_EXPIRED)
        if not resource.allows(call.mode):
            web = resource.scene == requests.WEB_SCENE
            raise RefusedError(replies.WEB_WRONG_SCENE if web else replies.WRONG_SCENE)
        self._check_target_free(resource.target, now)
        recording = self._new_recording(call, resource, options, outer.client_request, now)
        return replies.success(recording.ids)

    def _check_unused(self, resource: Resource) -> None:
        sid = self._sid_of_resource.get(resource.id)
        if sid is None:
            return
        ids = resource.ids
        if self._settings.already_started_carries_sid:
            ids["sid"] = sid
        raise RefusedError(replies.already_started(ids))

    def _check_target_free(self, target: Target, now: float) -> None:
        last = self._settled(self._last_of_target.get(target, ""), now)
        if last is None or last.gone(now):
            return
        if last.ended_at is None or self._settings.exiting_conflicts:
            raise RefusedError(replies.CONFLICT)

    def _new_recording(
        self,
        call: Call,
        resource: Resource,
        options: requests.StartOptions,
        request: dict[str, object],
        now: float,
    ) -> Recording:
        life = self._settings.token_seconds if options.token else None
        recording = Recording(
            sid=self._digest("sid", len(self._sid_of_resource), SID_BYTES).hex(),
            resource=resource,
            mode=call.mode or "",
            options=options,
            started_at=now,
            must_end_at=None if life is None else now + life,
            users_since=None,
            layout=initial_layout(request),
            subscription=initial_subscription(request),
            start_request=redacted(request),
        )
        self._sid_of_resource[resource.id] = recording.sid
        self._last_of_target[resource.target] = recording.sid
        self._live[recording.sid] = None
        self._recordings[recording.sid] = recording
        self._notice_users(recording, now)
        return recording

    def _query(self, call: Call, now: float) -> Reply:
        recording = self._reachable(call, now)
        timing = self._timing()
        response: dict[str, object] = {"status": recording.status(now, timing)}
        users = self._audience.heard(recording.channel)
        response.update(file_members(recording, now, timing, users))
        response["sliceStartTime"] = slice_start(recording, now, timing)
        return replies.success(recording.ids, response)

    def _update(self, call: Call, now: float) -> Reply:
        outer = requests.envelope(call.body)
        options = requests.update_options(outer)
        recording = self._running(call, outer, now)
        if options.stream_subscribe is not None:
            subscription = outer.client_request["streamSubscribe"]
            self._recordings[recording.sid] = replace(recording, subscription=subscription)
        return replies.success(recording.ids)

    def _update_layout(self, call: Call, now: float) -> Reply:
        outer = requests.envelope(call.body)
        requests.layout_options(outer)
        recording = self._running(call, outer, now)
        layout = redacted(outer.client_request)
        self._recordings[recording.sid] = replace(recording, layout=layout)
        return replies.success(recording.ids)

    def _stop(self, call: Call, now: float) -> Reply:
        outer = requests.envelope(call.body)
        options = requests.stop_options(outer)
        recording = self._reachable(call, now)
        _check_same_target(recording, outer)
        if recording.ended_at is not None:
            raise RefusedError(replies.EXITING)
        waits = 0.0 if options.async_stop else self._settings.stop_seconds
        lingers = max(self._settings.exiting_seconds, waits)
        ended = self._end(recording, now, EndReason.STOPPED, lingers)
        if options.async_stop:
            return replies.success(ended.ids, {})
        if ended.users_since is None:
            return replies.no_recorded_data(ended.ids)
        users = self._audience.heard(ended.channel)
        response = file_members(ended, now, self._timing(), users)
        return replies.success(ended.ids, {**response, "uploadingStatus": "uploaded"})

    def _reachable(self, call: Call, now: float) -> Recording:
        recording = self._settled(call.sid or "", now)
        if recording is None or recording.gone(now) or recording.handle_lapsed(now):
            raise RefusedError(replies.NO_WORKER)
        named = (call.app_id, call.resource_id, call.mode)
        if named != (recording.target.app_id, recording.resource.id, recording.mode):
            raise RefusedError(replies.NO_WORKER)
        return recording

    def _running(self, call: Call, outer: requests.Envelope, now: float) -> Recording:
        recording = self._reachable(call, now)
        if recording.ended_at is not None:
            raise RefusedError(replies.NO_WORKER)
        _check_same_target(recording, outer)
        return recording

    def _settled(self, sid: str, now: float) -> Recording | None:
        recording = self._recordings.get(sid)
        if recording is None or recording.ended_at is not None:
            return recording
        own_end = recording.own_end(self._audience.empty_since(recording.channel))
        if own_end is None or own_end[0] > now:
            return recording
        return self._end(recording, *own_end, self._settings.exiting_seconds)

    def _settle_all(self, now: float) -> None:
        for sid in list(self._live):
            self._settled(sid, now)

    def _end(self, recording: Recording, at: float, why: EndReason, lingers: float) -> Recording:
        ended = recording.ended(at, why, lingers)
        self._recordings[recording.sid] = ended
        self._live.pop(recording.sid, None)
        return ended

    def _notice_users(self, recording: Recording, now: float) -> None:
        if recording.users_since is None and self._audience.empty_since(recording.channel) is None:
            self._recordings[recording.sid] = replace(recording, users_since=now)

    def _digest(self, kind: str, number: int, size_bytes: int) -> bytes:
        return hashlib.shake_256(f"{self._seed}/{kind}/{number}".encode()).digest(size_bytes)

    def _timing(self) -> Timing:
        chosen = self._settings
        return Timing(chosen.ready_after, chosen.in_progress_after)


def _check_same_target(recording: Recording, outer: requests.Envelope) -> None:
    if (outer.cname, outer.uid) != (recording.target.channel, recording.target.uid):
        raise RefusedError(replies.bad_body("cname and uid must equal those of acquire"))
