"""Whose folder may be removed, and whose not."""

import sys
from pathlib import Path

from testbed.processes import Process, wait_for
from testbed.statedir import remove_abandoned, state_directory

HOLD = """
import signal, sys
from pathlib import Path
from testbed.statedir import state_directory
with state_directory(Path(sys.argv[1])) as directory:
    print(directory, flush=True)
    signal.pause()
"""


def test_a_folder_is_private_and_gone_after_the_block(tmp_path: Path) -> None:
    """It holds the administrator's token."""
    with state_directory(tmp_path) as directory:
        (directory / "sub").mkdir()
        (directory / "file").touch()

        assert directory.stat().st_mode & 0o777 == 0o700

    assert list(tmp_path.iterdir()) == []


def test_folders_in_use_are_left_alone(tmp_path: Path) -> None:
    """Several clusters run on one machine at once."""
    with state_directory(tmp_path) as first, state_directory(tmp_path) as second:
        remove_abandoned(tmp_path)

        assert first.is_dir()
        assert second.is_dir()


def test_the_folder_of_a_killed_owner_is_removed_by_the_next(tmp_path: Path) -> None:
    """SIGKILL and crashes leave no time to tidy up."""
    hack = str(Path(__file__).parents[2] / "hack")
    command = (sys.executable, "-c", HOLD, str(tmp_path))
    log = tmp_path / "log"
    with Process("owner", command, log=log, env={"PYTHONPATH": hack}) as owner:
        abandoned = Path(wait_for(owner.tail, 10, "the folder's name"))
        owner.kill()

    with state_directory(tmp_path) as fresh:
        assert fresh.is_dir()
        assert not abandoned.exists()
