"""Names that leave no room for the remedy are shortened; the words never are."""

import pytest

from agora_recording.domain.wording import worded

TEXT = "Secret {name} lacks {key}. Add it."
SHORT = "Secret s3 lacks accessKey. Add it."


@pytest.mark.parametrize("room", [200, len(SHORT)])
def test_what_fits_is_left_as_it_is(room: int) -> None:
    """To the last character."""
    assert worded(TEXT, room, name="s3", key="accessKey") == SHORT


def test_the_longest_names_are_shortened_in_their_middle_as_far_as_it_takes() -> None:
    """Both ends of a name tell it from others, and a short one is as good as it is."""
    said = worded(TEXT, 40, name="weekly-storage-credentials", key="id")

    assert said == "Secret weekly-…entials lacks id. Add it."
    assert len(said) == 40


def test_names_share_the_room_that_there_is() -> None:
    """None is lost for the sake of another."""
    assert worded(TEXT, 36, name="a" * 30, key="b" * 30) == "Secret aaa…aa lacks bbb…bb. Add it."


@pytest.mark.parametrize("names", [{}, {"name": "s3"}])
def test_words_stay_whatever_the_room(names: dict[str, str]) -> None:
    """A message that is too long is better than half a remedy."""
    assert worded("Add it.", 3, **names) == "Add it."


def test_a_name_may_be_what_looks_like_a_field() -> None:
    """It is a person's text."""
    assert worded("{name} lacks it.", name="{key}") == "{key} lacks it."
