"""The real application on a port of its own: by its command, or sooner, out of a process that has loaded it before."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from pkgutil import iter_modules
from secrets import randbelow
from types import ModuleType
from typing import Protocol

import pytest

import ui
import web

ROOT = Path(__file__).resolve().parent.parent
_SERVERS = ["streamlit.web.cli", "streamlit.web.bootstrap", "uvicorn"]
_SCRIPTS = frozenset({"ui.frame"})
"""What runs for a reader, and can't be loaded without one."""
_SECONDS_TO_END = 20


class Process(Protocol):
    """What tests do to a process, whichever way it began."""

    def kill(self) -> None: ...


@dataclass(frozen=True)
class RunningApp:
    """An application that answers at `url`."""

    url: str
    process: Process
    log: Path
    alive: Callable[[], bool]


@contextmanager
def running_app(log: Path) -> Iterator[RunningApp]:
    """`streamlit run dashboard.py` for as long as the block lasts; what it says goes into a file."""
    port = free_port()
    with log.open("wb") as output:
        command = [sys.executable, "-m", *_arguments(port)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output, env=os.environ)
    try:
        yield _answering(port, process, log, lambda: process.poll() is None)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def forked_app(log: Path, port: int | None = None) -> Iterator[RunningApp]:
    """The same without the loading, which is most of what a start takes: a process that did it once is forked."""
    port = free_port() if port is None else port
    forking = get_context("forkserver")
    forking.set_forkserver_preload([*_SERVERS, *_modules()])
    process = forking.Process(target=_serve, args=(_arguments(port), dict(os.environ), log), daemon=True)
    with _no_main_script():
        process.start()
    try:
        yield _answering(port, process, log, process.is_alive)
    finally:
        process.terminate()
        process.join(_SECONDS_TO_END)
        process.kill()
        process.join()


@contextmanager
def _no_main_script() -> Iterator[None]:
    """A child runs its parent's main script first, and a test of a screen leaves the frame in that place."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _modules() -> Iterator[str]:
    """All that `dashboard.py` and its screens are made of."""
    for room in (web, ui):
        names = (f"{room.__name__}.{module.name}" for module in iter_modules(room.__path__))
        yield from (name for name in names if name not in _SCRIPTS)


def _serve(arguments: list[str], environment: dict[str, str], log: Path) -> None:
    """What `python -m streamlit` does, in a process that was forked for it; it reads the digests that tests make."""
    from streamlit.web.cli import main

    from tests.quick_digests import make_digests_quick

    make_digests_quick()
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    with log.open("wb") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    sys.argv = arguments
    main(prog_name="streamlit")


def _arguments(port: int) -> list[str]:
    return ["streamlit", "run", "dashboard.py", "--server.port", str(port)]


def free_port() -> int:
    """A port that nobody has, of those that outgoing connections are never given by themselves."""
    while True:
        port = 15_000 + randbelow(15_000)  # whose chance no test sets
        with socket.socket() as free, suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port


def _answering(port: int, process: Process, log: Path, alive: Callable[[], bool]) -> RunningApp:
    """The application as soon as it is ready to be asked."""
    running = RunningApp(f"http://127.0.0.1:{port}", process, log, alive)
    for _ in range(600):
        if not alive():
            break
        try:
            with urllib.request.urlopen(f"{running.url}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return running
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"The application did not start:\n{log.read_text(errors='replace')}")
