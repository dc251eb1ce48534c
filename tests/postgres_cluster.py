"""A PostgreSQL server of the tests' own, for as long as they run."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text

from models.store import store
from tests.conftest import lacking

USER = "postgres"  # PostgreSQL never runs as root


def _programs() -> Path | None:
    """The folder of initdb and pg_ctl, the newest version's; Debian keeps it off the path."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
    return folders[-1].parent if folders else None


def _run(folder: Path, *command: str) -> None:
    """Run as the database's user where the tests run as root."""
    as_user = USER if os.name == "posix" and os.geteuid() == 0 else None
    subprocess.run(
        command,
        check=True,
        capture_output=True,
        user=as_user,
        cwd=folder,
        timeout=120,
        env=os.environ | {"LC_ALL": "C"},
    )


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a server without databases of ours; skipped where PostgreSQL or its driver is not installed."""
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
        port = free.getsockname()[1]
    cluster = str(folder / "cluster")
    control = (str(programs / "pg_ctl"), "-D", cluster, "-w")
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"
    try:
        _run(folder, str(programs / "initdb"), "-D", cluster, "-U", USER, "-A", "trust", "-E", "UTF8", "-N")
        _run(folder, *control, "-o", options, "-l", str(folder / "log"), "start")
        try:
            yield f"postgresql+psycopg://{USER}@127.0.0.1:{port}"
        finally:
            _run(folder, *control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of an empty database of the test's own; its one store is closed at the end."""
    name = f"monitor_{uuid4().hex}"
    engine = create_engine(f"{postgres_server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = f"{postgres_server}/{name}"
    yield url
    store(url).close()
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()
