"""A real Kubernetes control plane on this machine, for the demo and the tests.

Linux and macOS; no Docker and no root. `ControlPlane.start()` in `testbed.controlplane` is the
way in; `python -m testbed` is the same for a person at a terminal.
"""
