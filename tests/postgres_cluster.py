"""A PostgreSQL server of the tests' own, for as long as they run."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from models.store import store
from tests.engines import ServedDatabases, lacking

USER = "postgres"  # PostgreSQL never runs as root
NOTHING_TO_KEEP = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}


def _programs() -> Path | None:
    """The folder of initdb and pg_ctl, the newest version's; Debian keeps it off the path."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
    return folders[-1].parent if folders else None


@dataclass(frozen=True)
class Cluster:
    """A server that keeps its databases in a folder."""

    folder: Path
    programs: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}"

    def begin(self) -> None:
        """Make it, without databases of ours."""
        self._run("initdb", "-U", USER, "-A", "trust", "-E", "UTF8", "-N")

    def start(self) -> None:
        place = {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": self.folder}
        options = " ".join(f"-c {name}={value}" for name, value in (place | NOTHING_TO_KEEP).items())
        self._run("pg_ctl", "-w", "-o", options, "-l", str(self.folder / "log"), "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        """Run as the database's user where the tests run as root."""
        subprocess.run(
            [str(self.programs / program), "-D", str(self.folder / "cluster"), *arguments],
            check=True,
            capture_output=True,
            user=USER if os.geteuid() == 0 else None,
            cwd=self.folder,
            timeout=120,
            env=os.environ | {"LC_ALL": "C"},
        )


@contextmanager
def a_cluster() -> Iterator[Cluster]:
    """A server that runs; the test is skipped where PostgreSQL or its driver is not installed."""
    programs = _programs()
    if programs is None or find_spec("psycopg") is None:
        lacking("PostgreSQL or its driver is not installed")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: the name of a socket has its limits
    if os.geteuid() == 0:
        try:
            os.chown(folder, pwd.getpwnam(USER).pw_uid, -1)
        except KeyError:
            lacking(f"no user {USER} to run PostgreSQL as")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        cluster = Cluster(folder, programs, free.getsockname()[1])
    try:
        cluster.begin()
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a server without databases of ours."""
    with a_cluster() as cluster:
        yield cluster.url


@pytest.fixture(scope="session")
def served_databases(postgres_server: str) -> ServedDatabases:
    """Makes databases on the server."""
    return ServedDatabases.on(postgres_server)


@pytest.fixture
def postgres_url(served_databases: ServedDatabases) -> Iterator[str]:
    """The address of an empty database of the test's own; its one store is closed at the end."""
    with served_databases.new(None) as url:
        yield url
        store(url).close()
