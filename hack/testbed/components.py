"""The command lines of etcd, kube-apiserver and kube-controller-manager.

Everything is left as a real cluster has it, but for what a single machine can't have.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from testbed.binaries import ControlPlaneBinaries
from testbed.credentials import Credentials
from testbed.processes import Process

_AUDIT_POLICY = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived", "ResponseStarted", "Panic"],
    "rules": [{"level": "Metadata"}],
}


def etcd(binaries: ControlPlaneBinaries, directory: Path) -> Process:
    """Describe the store. It listens on sockets in the folder, which no one else may enter."""
    advertised = "http://localhost:1"  # etcd demands host and port; a lone member dials no one
    command: list[str | Path] = [
        binaries.etcd,
        "--name=testbed",
        f"--data-dir={directory / 'etcd'}",
        "--unsafe-no-fsync",  # it need not survive a power cut
        "--quota-backend-bytes=8589934592",  # 8 GiB
        f"--listen-client-urls={_socket(directory, 'etcd')}",
        f"--listen-peer-urls={_socket(directory, 'etcd-peers')}",
        f"--advertise-client-urls={advertised}",
        f"--initial-advertise-peer-urls={advertised}",
        f"--initial-cluster=testbed={advertised}",
        "--log-level=warn",
    ]
    return Process("etcd", command, log=directory / "etcd.log")


def kube_apiserver(
    binaries: ControlPlaneBinaries,
    directory: Path,
    credentials: Credentials,
    port: int,
    flags: Sequence[str],
) -> Process:
    """Describe the API server, on loopback; later `flags` override earlier ones."""
    command: list[str | Path] = [
        binaries.kube_apiserver,
        f"--etcd-servers={_socket(directory, 'etcd')}",
        "--bind-address=127.0.0.1",
        f"--secure-port={port}",
        f"--cert-dir={directory}",
        f"--tls-cert-file={credentials.serving_certificate}",
        f"--tls-private-key-file={credentials.serving_certificate}",
        f"--client-ca-file={credentials.ca}",
        f"--token-auth-file={credentials.tokens}",
        "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
        f"--service-account-key-file={credentials.service_account_key}",
        f"--service-account-signing-key-file={credentials.service_account_key}",
        "--authorization-mode=RBAC",
        "--allow-privileged=true",
        "--service-cluster-ip-range=10.0.0.0/24",
        "--endpoint-reconciler-type=none",  # loopback is no valid endpoint address
        *flags,
    ]
    return Process("kube-apiserver", command, log=directory / "kube-apiserver.log")


def kube_controller_manager(
    binaries: ControlPlaneBinaries, directory: Path, credentials: Credentials, kubeconfig: Path
) -> Process:
    """Describe the controllers: namespaces, garbage collection, service accounts and so on."""
    command: list[str | Path] = [
        binaries.kube_controller_manager,
        f"--kubeconfig={kubeconfig}",
        "--secure-port=0",  # nobody asks it anything
        "--leader-elect=false",
        "--use-service-account-credentials=true",
        "--kube-api-qps=500",  # its start is a burst of requests that would be rationed
        "--kube-api-burst=1000",
        f"--service-account-private-key-file={credentials.service_account_key}",
        f"--root-ca-file={credentials.ca}",
    ]
    log = directory / "kube-controller-manager.log"
    return Process("kube-controller-manager", command, log=log)


def audit_flags(directory: Path, log: Path) -> list[str]:
    """Turn on an audit log with one line per answered request, without bodies."""
    policy = directory / "audit-policy.json"
    policy.write_text(json.dumps(_AUDIT_POLICY))
    return [f"--audit-policy-file={policy}", f"--audit-log-path={log}"]


def _socket(directory: Path, name: str) -> str:
    return f"unix://{directory / name}.sock"
