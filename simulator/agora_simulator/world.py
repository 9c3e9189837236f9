"""The recording service itself: what the calls of its API do to resources and recordings.

Pure: no I/O, no clock. Every method takes `now` in Unix seconds and first lets happen what
should have happened by then, so time can be advanced at will. It never goes back.
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from agora_simulator import replies, requests
from agora_simulator.audience import Channel
from agora_simulator.calls import Call, Operation, Target
from agora_simulator.changes import updated
from agora_simulator.kicking import KickingRules, kicking_rule
from agora_simulator.pairing import check_keys, check_start, fingerprint
from agora_simulator.recordings import EndReason, Recording, Resource
from agora_simulator.redaction import redacted
from agora_simulator.replies import RefusedError, Reply
from agora_simulator.responses import query_response, stop_response
from agora_simulator.roster import Roster
from agora_simulator.settings import Settings
from agora_simulator.starting import begun

RESOURCE_ID_BYTES: Final = 150  # 200 characters of base64, as in Agora's samples
SID_BYTES: Final = 16  # 32 hexadecimal characters


class World:
    """All that Agora knows about the recordings of all App IDs, and what its calls do."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._seed = settings.seed
        self._made = {"resource": 0, "sid": 0}
        self._rules = KickingRules()
        self._roster = Roster(settings)
        self._operations: dict[Operation, Callable[[Call, float], Reply]] = {
            Operation.ACQUIRE: self._acquire,
            Operation.START: self._start,
            Operation.QUERY: self._query,
            Operation.UPDATE: self._update,
            Operation.UPDATE_LAYOUT: self._update_layout,
            Operation.STOP: self._stop,
            Operation.KICKING_RULE: self._kick,
        }

    def carry_out(self, call: Call, now: float) -> Reply:
        """Do what a call asks for, as far as the rules allow, and return the answer."""
        try:
            return self._operations[call.operation](call, now)
        except RefusedError as refused:
            return self._refusal(call, refused.reply)

    def carry_out_late(self, call: Call, now: float) -> Reply:
        """Do what an accepted call asked for some time ago."""
        if call.operation is not Operation.START:
            return self.carry_out(call, now)
        try:
            return self._start(call, now, self._settings.late_start_grace_seconds)
        except RefusedError as refused:
            return self._refusal(call, refused.reply)

    def configure(self, settings: Settings, now: float) -> None:
        """Go on under other settings; what has happened so far stays."""
        self._roster.configure(settings, now)
        self._settings = settings

    def join(self, channel: Channel, uid: int, now: float) -> list[int]:
        """Let a user into a channel; return who is there."""
        return self._roster.join(channel, uid, now)

    def leave(self, channel: Channel, uid: int, now: float) -> list[int]:
        """Let a user out of a channel; return who is still there."""
        return self._roster.leave(channel, uid, now)

    def exit(self, sid: str, reason: EndReason, now: float) -> Recording | None:
        """End a running recording from the inside; None if there is none."""
        return self._roster.exit(sid, reason, now)

    def move(self, sid: str, seconds: float, now: float) -> Recording | None:
        """Let a running recording move to another server; None if there is none."""
        return self._roster.move(sid, seconds, now)

    def recordings(self, now: float) -> list[Recording]:
        """Return all recordings, in the order of their starts."""
        return self._roster.recordings(now)

    def heard(self, recording: Recording) -> list[int]:
        """Return every user whose stream may be in the files of a recording."""
        return self._roster.heard(recording)

    def forget_ended(self, now: float) -> None:
        """Drop the recordings that have exited; their resources stay used."""
        self._roster.forget_ended(now)

    def target_of(self, call: Call) -> Target | None:
        """Return whom a call is about, as far as its ids tell."""
        resource = self._roster.resource(call.resource_id)
        return resource.target if resource else None

    def _acquire(self, call: Call, now: float) -> Reply:
        outer = requests.envelope(call.body, self._settings)
        options = requests.acquire_options(outer, self._settings)
        self._check_capacity(call.app_id, options.scene, now)
        resource = Resource(
            base64.urlsafe_b64encode(self._new_id("resource", RESOURCE_ID_BYTES)).decode(),
            Target(call.app_id, outer.cname, outer.uid),
            options.scene,
            now,
            options.resource_expired_hour,
            options.region,
            options.placement,
            fingerprint(options.start_parameter),
        )
        self._roster.add_resource(resource)
        return self._success(resource.ids)

    def _check_capacity(self, app_id: str, scene: int, now: float) -> None:
        settings = self._settings
        pages = scene == replies.WEB_SCENE
        limit = settings.concurrent_web_recordings if pages else settings.concurrent_recordings
        if limit is not None and self._roster.running(app_id, now, of_pages=pages) >= limit:
            raise RefusedError(replies.OVERLOADED)

    def _start(self, call: Call, now: float, late_seconds: float = 0.0) -> Reply:
        outer = requests.envelope(call.body, self._settings)
        options = requests.start_options(outer, call.mode, self._settings)
        resource = self._startable(call, outer, now, late_seconds)
        request = outer.client_request
        check_start(resource, options, request, now=now, settings=self._settings)
        if self._roster.excludes(resource.target, now):
            raise RefusedError(replies.CONFLICT)
        recording = begun(
            self._new_id("sid", SID_BYTES).hex(),
            resource,
            options,
            request,
            mode=call.mode or "",
            now=now,
            settings=self._settings,
        )
        self._roster.add(recording, now)
        if recording.page is None and self._cannot_stay(resource.target, now):
            self._roster.exit(recording.sid, EndReason.KICKED, now)
        return self._success(recording.ids)

    def _cannot_stay(self, target: Target, now: float) -> bool:
        """Tell whether a recorder is thrown out as soon as it joins: two users kick each other."""
        return self._roster.has_user(target) or self._rules.ban(target, now)

    def _startable(
        self, call: Call, outer: requests.Envelope, now: float, late_seconds: float
    ) -> Resource:
        resource = self._roster.resource(call.resource_id)
        odd = self._settings.resource_error_status
        if resource is None:
            raise RefusedError(replies.resource_unreadable(odd))
        if resource.target != Target(call.app_id, outer.cname, outer.uid):
            raise RefusedError(replies.resource_mismatch(odd))
        self._check_unused(resource, now)
        if now > resource.acquired_at + self._settings.resource_life_seconds + late_seconds:
            raise RefusedError(replies.resource_expired(odd))
        if not resource.allows(call.mode):
            status = self._settings.scene_mismatch_status
            raise RefusedError(replies.wrong_scene(status, resource.scene))
        return resource

    def _check_unused(self, resource: Resource, now: float) -> None:
        sid = self._roster.used_by(resource, now)
        if sid is None:
            return
        ids = resource.ids
        if self._settings.already_started_carries_sid:
            ids["sid"] = sid
        raise RefusedError(replies.already_started(ids))

    def _query(self, call: Call, now: float) -> Reply:
        recording = self._reachable(call, now)
        odd = self._settings.exiting_query_status
        if recording.ended_at is not None and odd is not None:
            return replies.exiting(odd)
        users = self._roster.heard(recording)
        response = query_response(recording, now, self._settings, users)
        return replies.success(recording.ids, response)

    def _update(self, call: Call, now: float) -> Reply:
        outer = requests.envelope(call.body, self._settings)
        options = requests.update_options(outer, call.mode, self._settings)
        recording = self._running(call, outer, now)
        if options.storage_config is not None:
            check_keys(options.storage_config, now, self._settings)
        self._roster.change(updated(recording, options, outer.client_request, now))
        return self._success(recording.ids)

    def _update_layout(self, call: Call, now: float) -> Reply:
        outer = requests.envelope(call.body, self._settings)
        requests.layout_options(outer, self._settings)
        recording = self._running(call, outer, now)
        self._roster.change(replace(recording, layout=redacted(outer.client_request)))
        return self._success(recording.ids)

    def _stop(self, call: Call, now: float) -> Reply:
        outer = requests.envelope(call.body, self._settings)
        options = requests.stop_options(outer, self._settings)
        recording = self._reachable(call, now)
        _check_same_target(recording, outer)
        if recording.ended_at is not None:
            raise RefusedError(replies.EXITING)
        waits = 0.0 if options.async_stop else self._settings.stop_seconds
        lingers = max(self._settings.exiting_seconds, waits)
        ended = self._roster.end(recording, now, EndReason.STOPPED, lingers)
        if options.async_stop:
            return replies.success(ended.ids, {})
        if ended.page is None and ended.heard_since is None:
            return replies.no_recorded_data(ended.ids)
        response = stop_response(ended, now, self._settings, self._roster.heard(ended))
        return replies.success(ended.ids, response)

    def _success(self, ids: dict[str, object]) -> Reply:
        if self._settings.answers_name_target:
            return replies.success(ids)
        return replies.success({name: ids[name] for name in ("resourceId", "sid") if name in ids})

    def _refusal(self, call: Call, reply: Reply) -> Reply:
        if call.operation is Operation.START and reply.code == replies.BAD_BODY:
            return replace(reply, status=self._settings.bad_start_status)
        return reply

    def _kick(self, call: Call, now: float) -> Reply:
        rule = kicking_rule(call.body)
        self._roster.kick(rule.covers, now)
        return replies.rule_made(self._rules.add(rule, now))

    def _reachable(self, call: Call, now: float) -> Recording:
        recording = self._roster.settled(call.sid, now)
        if recording is None or not recording.reachable(now):
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

    def _new_id(self, kind: str, size_bytes: int) -> bytes:
        number = self._made[kind]
        self._made[kind] += 1
        return hashlib.shake_256(f"{self._seed}/{kind}/{number}".encode()).digest(size_bytes)


def _check_same_target(recording: Recording, outer: requests.Envelope) -> None:
    if (outer.cname, outer.uid) != (recording.target.channel, recording.target.uid):
        raise RefusedError(replies.bad_body("cname and uid must equal those of acquire"))
