"""The site of `deploy/` on an nginx of the tests' own: its ports, name, certificate and logs are put elsewhere."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.engines import lacking
from tests.running_app import ROOT, free_port

SITE = ROOT / "deploy" / "nginx" / "monitor.conf"
NAME = "localhost"
_PORTS = (8501, 8502)
_MAIN = """
{user}daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


@dataclass(frozen=True)
class Site:
    """What readers ask: https at `url`, http at `plain_port`; where it went stands in the log."""

    url: str
    plain_port: int
    folder: Path
    ports: tuple[int, ...]

    def logged(self, what: str) -> str:
        """The access log, as soon as this stands in it: nginx writes a line when all is sent."""
        for _ in range(100):
            log = (self.folder / "monitor.log").read_text()
            if what in log:
                break
            time.sleep(0.05)
        return log

    @property
    def trust(self) -> ssl.SSLContext:
        """For clients that know the certificate."""
        return ssl.create_default_context(cafile=self.folder / "certificate.pem")


@contextmanager
def nginx(folder: Path, ports: Sequence[int]) -> Iterator[Site]:
    """The site before the processes at two ports."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        lacking("no nginx on this machine")
    _certificate(folder)
    plain, secure = free_port(), free_port()
    (folder / "site.conf").write_text(_site(folder, ports, plain, secure))
    user = "user root;\n" if os.geteuid() == 0 else ""
    (folder / "main.conf").write_text(_MAIN.format(folder=folder, user=user))
    started = subprocess.Popen(
        [program, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "main.conf")]
    )
    try:
        _listening(secure, started, folder)
        yield Site(f"https://{NAME}:{secure}", plain, folder, tuple(ports))
    finally:
        started.terminate()
        started.wait(20)


def _site(folder: Path, ports: Sequence[int], plain: int, secure: int) -> str:
    """The file itself, each replacement found in it."""
    replaced = [
        (r"listen \[::\]:\d+.*;\n", ""),
        (r"listen 80;", f"listen 127.0.0.1:{plain};"),
        (r"listen 443 ", f"listen 127.0.0.1:{secure} "),
        (r"hall\.example", NAME),
        (r"/etc/ssl/monitor/", f"{folder}/"),
        (r"/var/log/nginx/", f"{folder}/"),
        *((f"127.0.0.1:{usual} ", f"127.0.0.1:{port} ") for usual, port in zip(_PORTS, ports, strict=True)),
    ]
    site = SITE.read_text(encoding="utf-8")
    for what, instead in replaced:
        site, times = re.subn(what, instead, site)
        assert times, f"{what} is not in {SITE.name}"
    return site


def _certificate(folder: Path) -> None:
    asked = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    named = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subprocess.run(["openssl", *asked, *named, *files], check=True, capture_output=True)


def _listening(port: int, started: subprocess.Popen[bytes], folder: Path) -> None:
    for _ in range(200):
        if started.poll() is not None:
            break
        with socket.socket() as asking:
            if asking.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail(f"nginx did not start:\n{(folder / 'error.log').read_text(errors='replace')}")
