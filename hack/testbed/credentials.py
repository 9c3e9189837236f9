"""Certificates, keys and tokens of one control plane, and the kubeconfigs that carry them."""

import base64
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import trustme


@dataclass(frozen=True)
class Credentials:
    """The files by which the parts of one control plane trust each other."""

    ca: Path
    """The certificate that clients verify the API server with."""

    serving_certificate: Path
    """The API server's certificate for 127.0.0.1 and localhost, with its key: one PEM file."""

    service_account_key: Path
    """The key that signs and verifies the tokens of service accounts."""

    tokens: Path
    """The API server's list of static tokens; it has one, of the administrator."""

    admin_token: str
    """Grants everything (group system:masters), to whoever holds it."""

    @classmethod
    def issue(cls, directory: Path) -> Self:
        """Make new ones and write them into an existing folder."""
        authority = trustme.CA(organization_name="agora-testbed")
        issued = cls(
            ca=directory / "ca.crt",
            serving_certificate=directory / "apiserver.pem",
            service_account_key=directory / "service-accounts.key",
            tokens=directory / "tokens.csv",
            admin_token=secrets.token_urlsafe(32),
        )
        serving = authority.issue_cert("127.0.0.1", "localhost", "kubernetes.default.svc")
        signing = authority.issue_cert("service-accounts")  # only its key is used
        authority.cert_pem.write_to_path(str(issued.ca))
        serving.private_key_and_cert_chain_pem.write_to_path(str(issued.serving_certificate))
        signing.private_key_pem.write_to_path(str(issued.service_account_key))
        issued.tokens.write_text(f'{issued.admin_token},admin,admin,"system:masters"\n')
        return issued


def write_kubeconfig(path: Path, *, server: str, ca: Path, token: str, namespace: str) -> Path:
    """Write a kubeconfig that verifies the server and works when it is copied elsewhere.

    Args:
        path: The file to write; only this user will be able to read it.
        server: The API server's URL.
        ca: The certificate to verify it with.
        token: Who to be.
        namespace: The one used where a command names none.
    """
    authority = base64.b64encode(ca.read_bytes()).decode()
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {
                "name": "testbed",
                "cluster": {"server": server, "certificate-authority-data": authority},
            }
        ],
        "users": [{"name": "testbed", "user": {"token": token}}],
        "contexts": [
            {
                "name": "testbed",
                "context": {"cluster": "testbed", "user": "testbed", "namespace": namespace},
            }
        ],
        "current-context": "testbed",
    }
    path.touch(mode=0o600)
    path.write_text(json.dumps(config, indent=2))  # JSON is YAML
    return path
