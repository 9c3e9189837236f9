"""The cases that the recording protocol names, one by one."""

import pytest

from chaos.book import enter
from chaos.sweep.story import Story, complaints, every_story, told


@pytest.mark.parametrize("one", every_story(), ids=lambda one: one.name)
def test_a_story_ends_as_it_must(one: Story) -> None:
    """Whatever happened, all is as declared in the end, or held as documented."""
    result = told(one)
    verdict = result.verdict
    enter(
        part="cases",
        step=one.subject,
        fault=one.situation,
        outcome=verdict.outcome,
        seconds=result.seconds,
        duplicates=verdict.duplicates,
        leaked=verdict.leaked,
        waiting=verdict.waiting,
    )

    assert complaints(one, result) == [], f"{one.name}\n{result.transcript}"
