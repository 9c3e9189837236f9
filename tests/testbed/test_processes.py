"""What every child process of the demo and the tests can be relied on for."""

import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from testbed.processes import Process, ProcessDiedError, exit_on_sigterm, wait_for

SLEEPER = (sys.executable, "-c", "import signal; print('up', flush=True); signal.pause()")
DEAF = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
while True:
    signal.pause()
"""


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[Process]:
    """A process that does nothing until it is ended."""
    with Process("sleeper", SLEEPER, log=tmp_path / "log") as process:
        wait_for(lambda: process.tail() == "up", 10, "its first line")
        yield process


def state(process: Process) -> str:
    """Return the kernel's letter for what a process does: S sleeps, T is stopped."""
    return Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_a_process_that_is_asked_to_stop_ends_by_sigterm(sleeper: Process) -> None:
    """SIGTERM comes first, so that programs can put their affairs in order."""
    assert sleeper.stop() == -signal.SIGTERM
    assert not sleeper.alive


def test_a_process_that_ignores_sigterm_is_killed_after_the_grace(tmp_path: Path) -> None:
    """Nothing outlives its `with` block."""
    with Process("stubborn", (sys.executable, "-c", DEAF), log=tmp_path / "log") as process:
        wait_for(lambda: process.tail() == "up", 10, "its first line")

        assert process.stop(grace=0.1) == -signal.SIGKILL


def test_a_paused_process_is_alive_and_can_be_resumed_or_stopped(sleeper: Process) -> None:
    """An outage by pausing keeps connections open; stopping must not wait for a resume."""
    sleeper.pause()
    wait_for(lambda: state(sleeper) == "T", 5, "the pause")
    assert sleeper.alive

    sleeper.resume()
    wait_for(lambda: state(sleeper) == "S", 5, "the resumption")

    sleeper.pause()
    assert sleeper.stop() == -signal.SIGTERM


def test_a_restarted_process_is_a_new_one_with_the_same_log(sleeper: Process) -> None:
    """A crash test compares what is logged before and after."""
    before = sleeper.pid
    sleeper.restart()
    wait_for(lambda: sleeper.tail() == "up\nup", 10, "its second first line")

    assert sleeper.pid != before


def test_a_process_that_died_is_reported_with_its_last_words(tmp_path: Path) -> None:
    """The reason of a failure is in the message, not in a file that is gone by then."""
    command = (sys.executable, "-c", "import sys; sys.exit('no more disk')")
    with Process("doomed", command, log=tmp_path / "log") as process:
        assert process.wait(timeout=10) == 1

        with pytest.raises(ProcessDiedError, match=r"doomed ended with exit code 1(.|\n)*no more"):
            process.check_alive()


def test_a_command_that_does_not_exist_is_named_in_the_log(tmp_path: Path) -> None:
    """The wrapper that becomes the command must not hide why it could not."""
    with Process("ghost", ["/no/such/program"], log=tmp_path / "log") as process:
        process.wait(timeout=10)

        assert process.tail() == "cannot run /no/such/program: No such file or directory"


def test_a_process_can_only_be_started_from_the_main_thread(tmp_path: Path) -> None:
    """The kernel would end it together with the thread: refused rather than a riddle later."""
    process = Process("threaded", SLEEPER, log=tmp_path / "log")
    refusals: list[str] = []

    def start() -> None:
        try:
            process.start()
        except RuntimeError as error:
            refusals.append(str(error))

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()

    assert refusals == ["start threaded from the main thread: it ends with its thread"]


def test_waiting_says_what_it_waited_for() -> None:
    """A timeout is read in a CI log by somebody who does not know the test."""
    with pytest.raises(TimeoutError, match=r"^waited 0\.1 s for the moon$"):
        wait_for(lambda: False, 0.1, "the moon")


def test_sigterm_unwinds_the_block_instead_of_ending_the_process_on_the_spot() -> None:
    """`timeout`, CI systems and service managers send SIGTERM, not Ctrl-C."""
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as ended, exit_on_sigterm():
        signal.raise_signal(signal.SIGTERM)

    assert ended.value.code == 143
    assert signal.getsignal(signal.SIGTERM) is before
