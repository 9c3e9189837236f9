"""The command line: ``validate`` and ``plan``.

Exit codes: 0 all is well, 1 something is refused, 2 something cannot be read.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Final

from agora_recording.offline import printing
from agora_recording.offline.finding import Finding, Severity
from agora_recording.offline.inspection import Inspection, inspect
from agora_recording.offline.plan import plans
from agora_recording.offline.references import beside

GOOD: Final = 0
REFUSED: Final = 1
UNREADABLE: Final = 2

_VALIDATE: Final = (
    "Check manifests as the API server would, without a cluster. Prints a line for each problem; "
    "the exit code is 0 if there is none, 1 if an object would be refused, 2 if a file cannot be "
    "read."
)
_PLAN: Final = (
    "Show the requests that the operator would send to Agora for each CloudRecording, with all "
    "secrets hidden. The project must be in the files; Secrets need not be. The exit code is 1 "
    "if a recording cannot be planned, 2 if a file cannot be read."
)


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says; return the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    files = [*options.files, *options.more]
    if not files:
        parser.error("give the files with -f")
    found = inspect(files, options.namespace)
    show = printing.as_json if options.output == "json" else printing.as_text
    if options.command == "validate":
        findings = [*found.findings, *beside(found)]
        show(found, findings, verbose=options.verbose)
    else:
        made, missing = plans(found)
        findings = [*found.findings, *missing]
        show(found, findings, made, verbose=options.verbose)
    return _exit_code(found, findings)


def _exit_code(found: Inspection, findings: Sequence[Finding]) -> int:
    if found.unreadable:
        return UNREADABLE
    return REFUSED if any(each.severity is Severity.ERROR for each in findings) else GOOD


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m agora_recording",
        description="Without a command: run the operator. The commands need no cluster.",
        epilog="Commands that do, each with --help: check, uninstall.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in (("validate", _VALIDATE), ("plan", _PLAN)):
        _add_options(commands.add_parser(name, help=text.partition(".")[0], description=text))
    return parser


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-f",
        "--filename",
        action="append",
        default=[],
        dest="files",
        metavar="FILE",
        help="file or folder of YAML or JSON, or - for standard input; can be repeated",
    )
    parser.add_argument("more", nargs="*", metavar="FILE", help="the same, as pre-commit gives it")
    parser.add_argument(
        "-n",
        "--namespace",
        default="default",
        help="namespace of objects that name none (default: %(default)s)",
    )
    parser.add_argument(
        "-o", "--output", choices=("text", "json"), default="text", help="how to print"
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="name what is passed over")
