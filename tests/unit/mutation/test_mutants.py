from pathlib import Path

import pytest

from mutation.mutants import Mutant, compiled, mutants_of

CODE = '''
"""What people read is left alone."""

LIMIT: int = 5


def enough(count: int) -> bool:
    """Say whether it is enough."""
    log.info("Counting")
    assert count is not None
    return count >= LIMIT
'''
NAMES = [
    "m.py: module: LIMIT: int = 5 → LIMIT: int = 6",
    "m.py: enough: return count >= LIMIT → return None",
    "m.py: enough: count >= LIMIT → count > LIMIT",
    "m.py: enough: count >= LIMIT → count < LIMIT",
]


@pytest.fixture
def made(tmp_path: Path) -> list[Mutant]:
    """The mutants of a small module."""
    (tmp_path / "m.py").write_text(CODE)
    return mutants_of(tmp_path, "m.py")


def test_what_decides_is_changed_and_what_people_read_is_not(made: list[Mutant]) -> None:
    """Neither words, nor logs, annotations and assertions have mutants."""
    assert sorted(NAMES) == sorted(mutant.name for mutant in made)


def test_a_mutant_does_what_it_says(tmp_path: Path, made: list[Mutant]) -> None:
    """The module is compiled with the one change, and the file stays as it is."""
    (above,) = (mutant for mutant in made if mutant.name.endswith("count > LIMIT"))
    module: dict[str, object] = {}
    code = compiled(tmp_path, above)

    assert "return count >= LIMIT" in (tmp_path / "m.py").read_text()
    assert code.co_filename == str(tmp_path / "m.py")
    exec(code, module)  # noqa: S102 - to see what it does
    log = type("Log", (), {"info": staticmethod(lambda _text: None)})
    module["log"] = log
    enough = module["enough"]
    assert callable(enough)
    assert [enough(5), enough(6)] == [False, True]
