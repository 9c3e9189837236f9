"""What all tests have in common."""

from collections.abc import Callable

import pytest
from hypothesis import settings

from proofs.book import OPTION, PROPERTY, Book, Proves
from proofs.row import Row, rows

ROWS = frozenset(rows())
"""All that can be proved."""

settings.register_profile("untimed", deadline=None)  # how long an example takes is the machine's
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer what `make test` and `make coverage` ask for."""
    words = "compare docs/reference/coverage.md with what is proved, or write it"
    parser.addoption(OPTION, choices=("check", "write"), help=words)


def pytest_configure(config: pytest.Config) -> None:
    """Keep the book of what is proved; of several processes, in the one that hears of all tests."""
    hears_of_all = not hasattr(config, "workerinput")
    config.pluginmanager.register(Book(config.getoption(OPTION) if hears_of_all else None))


@pytest.fixture
def proves(
    request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> Proves:
    """Let a test say what it proves, if it passes, and what it found."""

    def prove(row: Row | None, found: str = "") -> None:
        if row is not None:
            assert row in ROWS, f"there is no such field, rule or code: {row}"
            test = request.node.nodeid.partition("[")[0]
            says = (request.function.__doc__ or "").strip().partition("\n")[0]
            plain = tuple(str(part) for part in (*row, found, test, says))
            record_property(PROPERTY, plain)  # which may come from another process

    return prove
