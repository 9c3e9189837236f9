"""Child processes of the demo and the tests, and the one way to wait for something.

Owns starting, signalling and ending of programs. Knows nothing about Kubernetes or the operator.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self, TypeVar

_TETHER = Path(__file__).with_name("tether.py")
_AFTER_SIGKILL = 10.0  # seconds; the kernel may need some to take a large process apart

_T = TypeVar("_T")


class ProcessDiedError(RuntimeError):
    """A process that should be running has ended; the message carries the end of its log."""


def wait_for(
    predicate: Callable[[], _T | None], timeout: float, what: str, *, every: float = 0.05
) -> _T:
    """Poll until `predicate` returns something true, and return that.

    Args:
        predicate: Asked at once, then again and again; what it raises ends the waiting.
        timeout: Seconds after which to give up.
        what: Completes "waited 5 s for ..." in the error.
        every: Seconds between two questions.

    Raises:
        TimeoutError: If it was never true; it was asked at least once.
    """
    deadline = time.monotonic() + timeout
    while True:
        answer = predicate()
        if answer:
            return answer
        if time.monotonic() >= deadline:
            raise TimeoutError(f"waited {timeout:g} s for {what}")
        time.sleep(every)


class Process:
    """A program that runs beside this one and ends with it, even if this one is killed.

    It has a session of its own (Ctrl-C does not reach it), reads nothing, and appends what it
    prints to `log`. As a context manager it is started on entry and stopped on exit.

    Start it from the main thread only: Linux ends it when the *thread* that started it ends.
    On macOS it survives a SIGKILL of its parent.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        self.name = name
        self.command = tuple(str(word) for word in command)
        self.log = log
        self._env = env
        self._cwd = cwd
        self._child: subprocess.Popen[bytes] | None = None
        self._buried: subprocess.Popen[bytes] | None = None  # its group's id may be another's now

    def start(self) -> Self:
        """Start it, with an environment of `env` alone if that was given.

        A command that cannot be run shows as an early death, explained in the log.

        Raises:
            RuntimeError: If it runs already, or if this is not the main thread.
        """
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError(f"start {self.name} from the main thread: it ends with its thread")
        if self.alive:
            raise RuntimeError(f"{self.name} is running already")
        tether = [sys.executable, "-IS", str(_TETHER), str(os.getpid())]
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                [*tether, *self.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._env,
                cwd=self._cwd,
                start_new_session=True,
            )
        return self

    @property
    def pid(self) -> int:
        """Its process id, which is also the id of its process group; kept after its end."""
        return self._started().pid

    @property
    def returncode(self) -> int | None:
        """Its exit code, minus the signal that ended it, or None before its end."""
        return self._child.poll() if self._child else None

    @property
    def alive(self) -> bool:
        """Whether it was started and has not ended; a paused process is alive."""
        return self._child is not None and self._child.poll() is None

    def wait(self, timeout: float) -> int:
        """Wait until it ends by itself and return its exit code.

        Raises:
            TimeoutError: If it still runs after `timeout` seconds.
        """
        try:
            return self._started().wait(timeout)
        except subprocess.TimeoutExpired as error:
            raise TimeoutError(f"waited {timeout:g} s for {self.name} to end") from error

    def stop(self, grace: float = 10.0) -> int | None:
        """Ask it to end with SIGTERM, kill it after `grace` seconds, and return its exit code.

        May be repeated, and called on a process that is paused, ended or never started.
        """
        if self.alive:
            self._started().send_signal(signal.SIGTERM)
            self.resume()  # a paused process would not notice
            with suppress(TimeoutError):
                self.wait(grace)
        self.kill()
        return self.returncode

    def kill(self) -> None:
        """End it and whatever it left in its process group with SIGKILL; may be repeated."""
        if self._child is self._buried:
            return
        self._signal_group(signal.SIGKILL)
        self.wait(_AFTER_SIGKILL)
        self._buried = self._child

    def pause(self) -> None:
        """Freeze it and its process group: connections stay open, nothing is answered."""
        self._signal_group(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it continue after `pause()`."""
        self._signal_group(signal.SIGCONT)

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._signal_group(number)

    def restart(self) -> Self:
        """Kill it if it runs, then start it again with the same command; the log goes on."""
        self.kill()
        return self.start()

    def tail(self, lines: int = 20) -> str:
        """Return the last lines that it printed; empty before it printed any."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def check_alive(self) -> None:
        """Complain if it is not running.

        Raises:
            ProcessDiedError: With the exit code and the end of its log.
        """
        if not self.alive:
            raise ProcessDiedError(
                f"{self.name} ended with exit code {self.returncode}; the end of {self.log}:\n"
                f"{self.tail()}"
            )

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None:
            raise RuntimeError(f"{self.name} was never started")
        return self._child

    def _signal_group(self, number: signal.Signals) -> None:
        if self._started() is not self._buried:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, number)


@contextmanager
def exit_on_sigterm() -> Iterator[None]:
    """Let a SIGTERM raise SystemExit inside the block, so that `finally` and `with` clean up.

    A handler that somebody else has installed is left alone.
    """
    if signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _exit)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _exit(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)  # what a shell reports for a program ended by that signal
