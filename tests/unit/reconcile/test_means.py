"""What it takes to record: which Secrets are read how anew, and which credentials are not tried."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import pytest

from agora_recording.agora.hosts import HOSTS, Hosts, only
from agora_recording.agora.protocol import Access
from agora_recording.crd.project import Area, Endpoint, UnreachablePolicy
from agora_recording.crd.recording import DesiredState
from agora_recording.domain.observation import Problem, Recording, Target
from agora_recording.domain.project import Project
from agora_recording.domain.reason import Reason
from agora_recording.reconcile.keyring import Found
from agora_recording.reconcile.means import (
    FRESH_SECONDS,
    REFUSED_SECONDS,
    TROUBLED_SECONDS,
    UPKEEP_SECONDS,
    Means,
    Refusal,
    Treasury,
)
from agora_recording.reconcile.ports import Secret
from agora_recording.reconcile.protection import ProjectProtection
from agora_recording.translate.secrets import Purpose
from builders import APP, NOW, attempt, project, recording, reference, running, spec, storage
from unit.reconcile.fake_cluster import unreachable
from unit.reconcile.fake_projects import KEY, FakeProjects
from unit.reconcile.fake_time import in_fake_time
from unit.reconcile.world import HOME, FakeSecrets, World

FIRST = HOSTS[Area.INTERNATIONAL][0]
REFUSED = Problem(Reason.CREDENTIALS_REFUSED, "Agora refused them.")
MINE = spec(storage=storage(bucket="mine", credentials_secret_ref=reference("mine")))


class NotingSecrets(FakeSecrets):
    """Notes how old what is read may be."""

    def __init__(self) -> None:
        super().__init__()
        self.ages: dict[str, float] = {}
        self.gone: set[str] = set()
        """Names of those of which only copies are left."""
        self.out_of_reach: set[str] = set()
        """Names of those that cannot be read just now."""

    async def read(self, namespace: str, name: str, *, max_age: float) -> Secret | None:
        """Return the Secret."""
        self.ages[name] = max_age
        if name in self.out_of_reach:
            raise unreachable()
        if name in self.gone and max_age < inf:
            return None
        return await super().read(namespace, name, max_age=max_age)


class Finder:
    """A treasury, and what it is made of."""

    def __init__(self, *, agora_url: str | None = None, **members: object) -> None:
        self.secrets = NotingSecrets()
        self.objects = FakeProjects()
        self.objects.configure(project(**members))
        self.protection = ProjectProtection(self.objects, World().process().memories)
        self.see_project()
        self.hosts = Hosts(only(agora_url))
        self.treasury = Treasury(self.protection, self.secrets, self.hosts, home=HOME)
        self.told: list[tuple[str, str]] = []
        self.treasury.changed = lambda *key: self.told.append(key)

    @property
    def project(self) -> Project:
        """The project as it is now."""
        assert self.objects.object is not None
        return self.objects.object

    def see_project(self) -> None:
        """See the project as it is now."""
        self.protection.see(self.project)

    async def find(self, *, fresh: bool = False, tick: float = 0.0) -> Means:
        """Return the means of an object."""
        return await self.treasury.find(recording(), fresh=fresh, tick=tick)


@pytest.mark.parametrize(
    ("fresh", "ages"),
    [(True, {"agora": FRESH_SECONDS, "storage": FRESH_SECONDS}), (False, {"agora": inf})],
)
@in_fake_time
async def test_secrets_are_read_anew_for_a_new_attempt(
    fresh: bool,  # noqa: FBT001
    ages: dict[str, float],
) -> None:
    """For all else any copy will do, and nobody needs the bucket's."""
    finder = Finder()
    means = await finder.find(fresh=fresh)

    assert finder.secrets.ages == ages
    assert means.searchable is fresh
    assert means.target == Target(APP, "https://api.agora.io")


@in_fake_time
async def test_refused_credentials_are_not_tried_for_a_while() -> None:
    """They are read anew meanwhile: a person may have mended them."""
    finder = Finder()
    means = await finder.find(tick=100.0)
    finder.treasury.refuse(recording(), means, REFUSED, tick=100.0)
    early = await finder.find(tick=100.0 + REFUSED_SECONDS - 0.1)

    assert early.target == REFUSED
    assert finder.secrets.ages["agora"] == FRESH_SECONDS
    assert isinstance((await finder.find(tick=100.0 + REFUSED_SECONDS)).target, Target)
    assert (await finder.find(tick=101.0)).target == REFUSED


@in_fake_time
async def test_other_credentials_are_tried_at_once() -> None:
    """And the refused ones are forgotten, should they come back."""
    finder = Finder()
    finder.treasury.refuse(recording(), await finder.find(), REFUSED, tick=0.0)
    refused = finder.secrets.data["agora"]
    finder.secrets.data["agora"] = {**refused, "customerSecret": "new"}
    assert isinstance((await finder.find(tick=1.0)).target, Target)
    finder.secrets.data["agora"] = refused

    assert isinstance((await finder.find(tick=2.0)).target, Target)


@in_fake_time
async def test_whoever_looks_after_projects_hears_of_credentials() -> None:
    """When Agora begins to refuse or to take them, and not each time."""
    finder = Finder()
    finder.treasury.accept(recording())
    assert finder.told == []
    finder.treasury.refuse(recording(), await finder.find(), REFUSED, tick=0.0)
    finder.treasury.accept(recording())
    finder.treasury.accept(recording())

    assert finder.told == [("default", "agora")] * 2


@in_fake_time
async def test_a_project_is_judged_by_what_its_secrets_are_now() -> None:
    """No copy is good enough; refused credentials count as long as they are those."""
    finder = Finder()
    assert await finder.treasury.judge(finder.project) is None
    assert finder.secrets.ages == {"agora": 0.0, "storage": 0.0}
    finder.treasury.refuse(recording(), await finder.find(), REFUSED, tick=0.0)
    assert await finder.treasury.judge(finder.project) == REFUSED
    finder.secrets.data["agora"] = {"customerId": "a", "customerSecret": "b"}
    assert await finder.treasury.judge(finder.project) is None


@pytest.mark.parametrize(
    ("name", "reason"),
    [("agora", Reason.SECRET_NOT_FOUND), ("storage", Reason.SECRET_NOT_FOUND)],
)
@in_fake_time
async def test_a_project_without_one_of_its_secrets_says_so(name: str, reason: Reason) -> None:
    """Whichever it is."""
    finder = Finder()
    del finder.secrets.data[name]
    problem = await finder.treasury.judge(finder.project)

    assert problem is not None
    assert problem.reason is reason
    assert f"Secret {name} " in problem.message


@in_fake_time
async def test_a_project_without_storage_is_well() -> None:
    """Its recordings may have their own."""
    finder = Finder(storage=None)
    assert await finder.treasury.judge(finder.project) is None
    problem = (await finder.find(fresh=True)).storage_problem

    assert problem is not None
    assert problem.reason is Reason.STORAGE_MISSING


@in_fake_time
async def test_a_recordings_own_storage_comes_first() -> None:
    """With its own Secret, whose lack is told."""
    finder = Finder()
    means = await finder.treasury.find(recording(spec=MINE), fresh=True, tick=0.0)

    assert means.storage == MINE.storage
    assert means.storage_problem is not None
    assert "Secret mine " in means.storage_problem.message
    assert not means.searchable
    finder.secrets.data["mine"] = finder.secrets.data["storage"]
    means = await finder.treasury.find(recording(spec=MINE), fresh=True, tick=0.0)
    assert means.searchable


@in_fake_time
async def test_a_salt_of_no_use_is_told_and_the_bucket_can_be_searched() -> None:
    """By the chosen name of its key, and never by what it holds."""
    keys = {"mode": "AES128GCM2", "secretRef": {"name": "enc", "keys": {"salt": "pepper"}}}
    wanted = recording(spec=spec(encryption=keys))
    finder = Finder()
    missing = await finder.treasury.find(wanted, fresh=True, tick=0.0)
    finder.secrets.data["enc"] = {"secret": "a-secret", "pepper": "a-wrong-salt"}
    wrong = await finder.treasury.find(wanted, fresh=True, tick=0.0)

    assert missing.storage_problem is not None
    assert missing.storage_problem.reason is Reason.SECRET_NOT_FOUND
    assert "the keys secret and pepper" in missing.storage_problem.message
    assert wrong.storage_problem is not None
    assert wrong.storage_problem.reason is Reason.SECRET_INVALID
    assert "Key pepper of Secret enc" in wrong.storage_problem.message
    assert "wrong-salt" not in wrong.storage_problem.message
    assert missing.searchable
    assert wrong.searchable
    finder.secrets.data["enc"] = {"secret": "a-secret", "pepper": "A" * 43 + "="}
    right = await finder.treasury.find(wanted, fresh=True, tick=0.0)
    assert right.storage_problem is None
    assert "a-secret" not in repr(right)
    assert "a-secret" not in repr(Found({"secret": "a-secret"}, "1"))


@in_fake_time
async def test_an_agora_elsewhere_takes_the_place_of_the_areas() -> None:
    """As for tests, or behind a proxy; a project says whether recorders may be removed."""
    finder = Finder(agora_url="https://agora.test", unreachable_policy=UnreachablePolicy.KICK)
    means = await finder.find()

    assert means.target == Target(APP, "https://agora.test")
    assert means.kicks


@in_fake_time
async def test_credentials_go_only_to_agora() -> None:
    """Who may write a status cannot have them sent to a place of his own."""
    means = await Finder().find()

    assert means.access("https://evil.test") == means.access(FIRST) == means.access_to_acquire()


@pytest.mark.parametrize("allowed", [False, True])
@pytest.mark.parametrize(("area", "other"), [tuple(Area), tuple(Area)[::-1]])
@in_fake_time
async def test_an_area_is_left_only_by_what_is_new_and_if_it_may(
    area: Area, other: Area, *, allowed: bool
) -> None:
    """When all its hosts are lost. What was made in it is never asked about elsewhere."""
    finder = Finder(endpoint=Endpoint(area=area, allow_cross_area=allowed))
    means = await finder.find()
    first, *_, last = HOSTS[area]
    assert means.target == Target(APP, first)
    for url in HOSTS[area][:-1]:
        finder.hosts.lost(url)

    assert means.access(first).endpoint == means.access_to_acquire().endpoint == last

    finder.hosts.lost(last)

    assert means.access(first).endpoint in HOSTS[area]
    assert means.access_to_acquire().endpoint in HOSTS[other if allowed else area]


@in_fake_time
async def test_without_credentials_what_runs_can_still_be_stopped() -> None:
    """By a copy, if there is one: only nothing new begins, and people hear why."""
    finder = Finder()
    finder.secrets.gone.add("agora")
    runs = await finder.treasury.find(recording(running()), fresh=True, tick=0.0)
    new = await finder.find(fresh=True)

    assert isinstance(runs.target, Target)
    assert runs.closed is not None
    assert runs.closed.reason is Reason.SECRET_NOT_FOUND
    assert new.target == runs.closed


@pytest.mark.parametrize("copied", [True, False])
@in_fake_time
async def test_a_project_that_leaves_says_so_whatever_its_secret_is_like(*, copied: bool) -> None:
    """What a person has to do is about the project."""
    finder = Finder()
    finder.objects.create("other")
    finder.objects.delete()
    finder.see_project()
    finder.secrets.gone |= {"agora"} if copied else set()
    means = await finder.treasury.find(recording(running()), fresh=True, tick=0.0)

    assert isinstance(means.target, Target)
    assert means.closed is not None
    assert means.closed.reason is Reason.PROJECT_TERMINATING


@in_fake_time
async def test_without_project_no_credentials_are_taken_or_refused() -> None:
    """Nobody could say whose they were."""
    finder = Finder()
    means = await finder.find()
    finder.treasury.refuse(recording(), means, REFUSED, tick=0.0)
    known = finder.protection.find(KEY)
    assert known is not None
    finder.protection.vanish(known)
    finder.treasury.accept(recording())
    finder.treasury.refuse(recording(), means, REFUSED, tick=0.0)

    assert finder.told == [("default", "agora")]


CHOSEN = {
    "credentials_secret_ref": {
        "name": "agora",
        "keys": {"customerId": "id", "customerSecret": "pw"},
    },
    "storage": storage(credentials_secret_ref={"name": "storage", "keys": {"accessKey": "AWS_ID"}}),
}
"""A project whose Secrets have keys of other names, some of them."""


@in_fake_time
async def test_a_secret_is_read_by_the_keys_that_the_reference_names() -> None:
    """Those that it does not name have our own names; what they hold is the same to all else."""
    finder = Finder(**CHOSEN)
    finder.secrets.data |= {
        "agora": {"id": "customer", "pw": "secret", "customerId": "another"},
        "storage": {"AWS_ID": "access", "secretKey": "key"},
    }
    means = await finder.find(fresh=True)

    assert means.access_to_acquire() == Access(FIRST, "customer", "secret")
    assert means.secrets[Purpose.STORAGE] == {"accessKey": "access", "secretKey": "key"}


@pytest.mark.parametrize(("secret", "key"), [("agora", "pw"), ("storage", "AWS_ID")])
@in_fake_time
async def test_what_is_missing_is_called_by_its_chosen_name(secret: str, key: str) -> None:
    """A person looks for it in the Secret."""
    finder = Finder(**CHOSEN)
    finder.secrets.data |= {
        "agora": {"id": "customer", "pw": "secret"},
        "storage": {"AWS_ID": "access", "secretKey": "key"},
    }
    del finder.secrets.data[secret]
    gone = await finder.treasury.judge(finder.project)
    finder.secrets.data[secret] = {"id": "customer", "secretKey": "key", key: ""}
    empty = await finder.treasury.judge(finder.project)

    assert gone is not None
    assert empty is not None
    assert f" {key}" in gone.message
    assert f"no key {key}," in empty.message


@in_fake_time
async def test_one_secret_may_hold_the_credentials_of_several_accounts() -> None:
    """That Agora refuses one pair says nothing of the other."""
    finder = Finder()
    finder.secrets.data["agora"] = {**finder.secrets.data["agora"], "id": "customer"}
    finder.treasury.refuse(recording(), await finder.find(), REFUSED, tick=0.0)
    other = {"name": "agora", "keys": {"customerId": "id"}}
    theirs = replace(finder.project, spec=project(credentials_secret_ref=other))

    assert await finder.treasury.judge(theirs) is None
    assert await finder.treasury.judge(finder.project) == REFUSED


@in_fake_time
async def test_what_a_recording_uploads_with_is_read_now_and_then() -> None:
    """It may be renewed; at most every five minutes, by whoever looks first."""
    finder = Finder()
    means = await finder.treasury.find(recording(running()), fresh=False, tick=0.0)

    assert finder.secrets.ages == {"agora": inf, "storage": UPKEEP_SECONDS}
    assert means.upload is not None
    assert (means.upload.secret, means.upload.namespace) == ("storage", "")


@pytest.mark.parametrize(
    "seen",
    [
        recording(attempt(sid="sid")),
        recording(running(stop_intended_at=NOW)),
        recording(running(), deleting=True),
        recording(running(), spec=spec(desired_state=DesiredState.STOPPED)),
    ],
    ids=["not confirmed", "being stopped", "deleted", "stopped"],
)
@in_fake_time
async def test_of_what_does_not_go_on_no_secret_is_read(seen: Recording) -> None:
    """A stop takes none but Agora's."""
    finder = Finder()
    means = await finder.treasury.find(seen, fresh=False, tick=0.0)

    assert finder.secrets.ages == {"agora": inf}
    assert means.upload is None


@in_fake_time
async def test_storage_credentials_that_are_missing_are_looked_for_more_often() -> None:
    """People who mend it are told so within a minute."""
    finder = Finder()
    finder.secrets.data.pop("storage")
    means = await finder.treasury.find(recording(running()), fresh=False, tick=0.0)

    assert finder.secrets.ages["storage"] == TROUBLED_SECONDS
    assert means.storage_problem is not None
    assert means.storage_problem.reason is Reason.SECRET_NOT_FOUND


@in_fake_time
async def test_a_recording_is_looked_after_while_its_storage_secret_is_out_of_reach() -> None:
    """It may have to be stopped; what it uploads with can wait."""
    finder = Finder()
    finder.secrets.out_of_reach.add("storage")
    means = await finder.treasury.find(recording(running()), fresh=False, tick=0.0)

    assert isinstance(means.target, Target)
    assert means.upload is None
    assert means.storage_problem is None


@in_fake_time
async def test_temporary_credentials_for_a_vendor_that_takes_none_are_refused() -> None:
    """Before anything is sent, by the name of the key and with a reason."""
    temporary = {"accessKey": "a", "secretKey": "b", "stsToken": "c", "stsExpiration": "1"}
    finder = Finder(storage=storage(vendor="HuaweiOBS", region="cn-north-4"))
    finder.secrets.data["storage"] = temporary
    problem = (await finder.find(fresh=True)).storage_problem

    assert problem is not None
    assert problem.reason is Reason.SECRET_INVALID
    assert problem.message.startswith("Key stsToken of Secret storage is ")
    assert await finder.treasury.judge(finder.project) == problem


@in_fake_time
async def test_secrets_are_in_no_words_for_people() -> None:
    """What is printed of means, or of credentials that were refused, may end up in a log."""
    means = await Finder().find(fresh=True)
    refusal = Refusal(means.credentials, 0.0, REFUSED)

    assert means.searchable
    keys = means.secrets[Purpose.STORAGE]
    for kept in (*means.credentials.values(), *keys.values()):
        assert f"'{kept}'" not in repr(means) + repr(refusal)


@in_fake_time
async def test_a_secret_that_is_missing_is_asked_for_once_a_look() -> None:
    """Any copy would have done, so there is none: to ask again tells nothing."""
    finder = Finder()
    finder.secrets.data.pop("agora")
    reads: list[None] = []
    finder.secrets.before_read = lambda: reads.append(None)
    means = await finder.treasury.find(recording(running()), fresh=False, tick=0.0)

    assert isinstance(means.target, Problem)
    assert len(reads) == 1
