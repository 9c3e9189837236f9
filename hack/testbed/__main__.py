"""`python -m testbed`: a control plane for a person at a terminal."""

import argparse
import signal
import sys
import threading

from testbed.binaries import find_or_build_control_plane, find_or_build_helm
from testbed.controlplane import ControlPlane
from testbed.gobuild import BuildError, MissingToolError
from testbed.processes import ProcessDiedError


def main() -> int:
    """Do what the command line asks for and return the exit code."""
    arguments = _parser().parse_args()
    # A shell that starts it in the background ignores Ctrl-C for it, and Python would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        match arguments.command:
            case "up":
                up(audit=arguments.audit)
            case "build":
                print(find_or_build_control_plane().kube_apiserver.parent)
            case "helm":
                print(find_or_build_helm())
    except KeyboardInterrupt:
        return 130  # what a shell reports for Ctrl-C
    except (BuildError, MissingToolError, ProcessDiedError, TimeoutError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def up(*, audit: bool) -> None:
    """Start a control plane, print how to use it, and keep it until Ctrl-C or SIGTERM."""
    with ControlPlane.start(audit=audit) as cluster:
        print(f"export KUBECONFIG={cluster.kubeconfig}", flush=True)
        print(f"export KUBECACHEDIR={cluster.environment()['KUBECACHEDIR']}", flush=True)
        print("The control plane is up; Ctrl-C ends it", file=sys.stderr)
        threading.Event().wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m testbed", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("up", help="start a control plane and keep it until Ctrl-C")
    run.add_argument("--audit", action="store_true", help="write an audit log in its folder")
    commands.add_parser("build", help="find or build its programs and print their folder")
    commands.add_parser("helm", help="find or build Helm and print its path")
    return parser


if __name__ == "__main__":
    sys.exit(main())
