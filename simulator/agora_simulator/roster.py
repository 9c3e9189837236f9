"""Who records: all resources and recordings, and what becomes of them as time passes.

Pure. Every method that takes `now` first lets happen what should have happened by then.
"""

from collections.abc import Callable
from dataclasses import replace

from agora_simulator.audience import Audience, Channel
from agora_simulator.calls import Target
from agora_simulator.recordings import EndReason, Recording, Resource
from agora_simulator.settings import Settings


class Roster:
    """The resources and recordings of all App IDs, and who is in their channels."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._audience = Audience(assumed=settings.channels_have_users)
        self._resources: dict[str, Resource] = {}
        self._recordings: dict[str, Recording] = {}
        self._sid_of_resource: dict[str, str] = {}
        self._last_of_target: dict[Target, str] = {}
        self._live: dict[str, None] = {}

    def configure(self, settings: Settings, now: float) -> None:
        """Go on under other settings; what has happened so far stays."""
        self._settle_all(now)
        self._settings = settings
        self._audience.assume(users=settings.channels_have_users, now=now)
        self._notice_all(now)

    def join(self, channel: Channel, uid: int, now: float) -> list[int]:
        """Let a user into a channel, which a recorder of that uid leaves; return who is there."""
        self._settle_all(now)
        self.kick(lambda target: target == Target(*channel, str(uid)), now)
        present = self._audience.join(channel, uid)
        self._notice_all(now)
        return present

    def leave(self, channel: Channel, uid: int, now: float) -> list[int]:
        """Let a user out of a channel; return who is still there."""
        self._settle_all(now)
        return self._audience.leave(channel, uid, now)

    def has_user(self, target: Target) -> bool:
        """Tell whether a user in the channel has the uid of a recorder."""
        return self._audience.has((target.app_id, target.channel), target.uid)

    def heard(self, recording: Recording) -> list[int]:
        """Return every user whose stream may be in its files."""
        return self._audience.heard(recording.channel)

    def add_resource(self, resource: Resource) -> None:
        """Note a new resource."""
        self._resources[resource.id] = resource

    def resource(self, number: str | None) -> Resource | None:
        """Return the resource of an id."""
        return self._resources.get(number or "")

    def used_by(self, resource: Resource, now: float) -> str | None:
        """Return the sid of the recording that makes a resource unusable, if there is one."""
        sid = self._sid_of_resource.get(resource.id)
        if sid is None or not self._settings.resource_reusable:
            return sid
        last = self.settled(sid, now)
        return None if last is None or last.gone(now) else sid

    def excludes(self, target: Target, now: float) -> bool:
        """Tell whether the target is taken, as far as a start is told."""
        last = self._occupant(target, now)
        if last is None:
            return False
        if last.moving(now) and not self._settings.moved_conflicts:
            return False
        return last.ended_at is None or self._settings.exiting_conflicts

    def running(self, app_id: str, now: float, *, of_pages: bool) -> int:
        """Count the recordings of an App ID that run: those of pages, or those of channels."""
        self._settle_all(now)
        live = (self._recordings[sid] for sid in self._live)
        return sum(
            one.target.app_id == app_id and (one.page is not None) is of_pages for one in live
        )

    def recordings(self, now: float) -> list[Recording]:
        """Return all recordings, in the order of their starts."""
        self._settle_all(now)
        return list(self._recordings.values())

    def add(self, recording: Recording, now: float) -> None:
        """Note a new recording, which runs."""
        self._sid_of_resource[recording.resource.id] = recording.sid
        self._revive(recording)
        joined = self.settled(recording.sid, now)
        if joined is not None and joined.ended_at is None:
            self._notice_users(joined, now)

    def change(self, recording: Recording) -> None:
        """Note that a recording is not what it was."""
        self._recordings[recording.sid] = recording

    def end(self, recording: Recording, at: float, why: EndReason, lingers: float) -> Recording:
        """End a recording, which goes on exiting for some seconds; return what it then is."""
        ended = recording.ended(at, why, lingers)
        self._recordings[recording.sid] = ended
        self._live.pop(recording.sid, None)
        return ended

    def exit(self, sid: str, reason: EndReason, now: float) -> Recording | None:
        """End a running recording from the inside; None if there is none."""
        recording = self.settled(sid, now)
        if recording is None or recording.ended_at is not None:
            return None
        return self.end(recording, now, reason, self._settings.exiting_seconds)

    def kick(self, covers: Callable[[Target], bool], now: float) -> None:
        """Throw the recorders of the targets that are covered out of their channels."""
        self._settle_all(now)
        for sid in list(self._live):
            recording = self._recordings[sid]
            if recording.page is None and covers(recording.target):
                self.exit(sid, EndReason.KICKED, now)

    def move(self, sid: str, seconds: float, now: float) -> Recording | None:
        """Let a recording move to another server, which takes some seconds.

        Return it, or None if none runs; one that was stopped does if a move undoes stops.
        """
        recording = self.settled(sid, now)
        if recording is None:
            return None
        if recording.ended_at is not None:
            if not self._survived(recording, now):
                return None
            recording = replace(recording, ended_at=None, gone_at=None, end_reason=None)
            self._revive(recording)
        moves = (*recording.moves, now)
        self.change(replace(recording, moves=moves, moving_until=now + seconds))
        return self._recordings[sid]

    def settled(self, sid: str | None, now: float) -> Recording | None:
        """Return a recording after it has ended by itself, if it should have by now."""
        recording = self._recordings.get(sid or "")
        if recording is None or recording.ended_at is not None:
            return recording
        own_end = recording.own_end(self._audience.empty_since(recording.channel))
        if own_end is None or own_end[0] > now:
            return recording
        joined = own_end[1] is not EndReason.TOKEN_REFUSED
        return self.end(recording, *own_end, self._settings.exiting_seconds if joined else 0.0)

    def forget_ended(self, now: float) -> None:
        """Drop the recordings that have exited; their resources stay used."""
        self._settle_all(now)
        kept = {sid: one for sid, one in self._recordings.items() if not one.gone(now)}
        self._recordings = kept

    def _occupant(self, target: Target, now: float) -> Recording | None:
        last = self.settled(self._last_of_target.get(target), now)
        return None if last is None or last.gone(now) else last

    def _survived(self, recording: Recording, now: float) -> bool:
        """Tell whether a stopped recording was in truth not stopped, and still can be there."""
        stopped = recording.end_reason is EndReason.STOPPED
        occupant = self._occupant(recording.target, now)
        alone = occupant is None or occupant.sid == recording.sid
        return self._settings.stop_undone_by_move and stopped and alone

    def _revive(self, recording: Recording) -> None:
        self._recordings[recording.sid] = recording
        self._last_of_target[recording.target] = recording.sid
        self._live[recording.sid] = None

    def _settle_all(self, now: float) -> None:
        for sid in list(self._live):
            self.settled(sid, now)

    def _notice_all(self, now: float) -> None:
        for sid in self._live:
            self._notice_users(self._recordings[sid], now)

    def _notice_users(self, recording: Recording, now: float) -> None:
        if recording.page is not None or recording.heard_since is not None:
            return
        if self._audience.empty_since(recording.channel) is None:
            self._recordings[recording.sid] = replace(recording, heard_since=now)
