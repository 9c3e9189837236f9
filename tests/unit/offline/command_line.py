"""Runs the commands as a person would, in the folder of the files that they are tried on."""

import contextlib
import io
from pathlib import Path

from agora_recording.offline.commands import main

FILES = Path(__file__).parent / "files"


def run(*arguments: str, folder: Path = FILES) -> tuple[int, str, str]:
    """Run a command in a folder; return its exit code and what it prints."""
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.chdir(folder),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = main(arguments)
    return code, out.getvalue(), err.getvalue()
