"""Fixtures of every test: real databases in temporary folders, the frame, the running application, a browser."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from models.store import Store
from models.store import store as store_of
from tests.engines import Databases, EmbeddedDatabases, Holding, ServedDatabases, lacking, new_store
from tests.postgres_cluster import postgres_server, postgres_url, served_databases
from tests.quick_digests import make_digests_quick
from tests.running_app import ROOT, RunningApp, forked_app
from tests.shared_statements import share_statements
from tests.small_region import put_small_region
from ui import keeping

# Fixtures, which pytest finds by name, and what tests of a running application ask for.
__all__ = ["ROOT", "RunningApp", "postgres_server", "postgres_url", "served_databases"]

ENGINES = {"sqlite": "embedded_databases", "postgresql": "served_databases"}
"""The fixture that makes databases of an engine."""
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_configure() -> None:
    make_digests_quick()
    share_statements()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--stores", choices=("both", *ENGINES), default="both", help="the engines of tests of the store")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: whoever drives a browser mostly waits for it."""
    return (os.cpu_count() or 1) + 1


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `databases`, `store` or another of theirs runs once on each engine."""
    if "engine" in metafunc.fixturenames:
        asked = metafunc.config.getoption("--stores")
        metafunc.parametrize("engine", ENGINES if asked == "both" else [asked], scope="session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first; the others stay in the order of chance."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    """All that is loaded by now stays: looking for garbage in it again and again was a sixth of the tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 10)


@pytest.fixture(scope="session", autouse=True)
def _installed_components() -> Iterator[None]:
    """Streamlit's tester reads what every installed package says of itself, for each screen; once is enough."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(scope="session")
def embedded_databases(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedDatabases:
    """Makes embedded databases, for what depends on a file."""
    return EmbeddedDatabases(tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="session")
def databases(engine: str, request: pytest.FixtureRequest) -> Databases:
    """Makes databases of the engine that the test runs on."""
    made: Databases = request.getfixturevalue(ENGINES[engine])
    return made


@pytest.fixture(scope="session")
def reference_file(embedded_databases: EmbeddedDatabases) -> Path:
    """A database with the newest schema and the reference data, to be copied."""
    return embedded_databases.template(Holding.REFERENCE)


@pytest.fixture
def store(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A database of the test's own with reference data and nothing else, on each engine; the application reads it."""
    with databases.new(Holding.REFERENCE) as url:
        yield from read_by_the_application(url, monkeypatch)


@pytest.fixture
def empty_store(databases: Databases) -> Iterator[Store]:
    """A store of the test's own with the newest schema and nothing in it, on each engine."""
    with new_store(databases, Holding.NOTHING) as made:
        yield made


@pytest.fixture
def working_hall(databases: Databases) -> Iterator[Store]:
    """A store of the test's own that holds the hall of `tests.desks` and nothing else, on each engine."""
    with new_store(databases, Holding.WORKING_HALL) as made:
        yield made


@pytest.fixture
def embedded_store(reference_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """As `store`, always a file in the test's folder: for screens, browsers, backups and commands."""
    shutil.copy(reference_file, tmp_path / "monitor.db")
    yield from read_by_the_application(f"sqlite:///{tmp_path / 'monitor.db'}", monkeypatch)


@pytest.fixture
def served_store(served_databases: ServedDatabases, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """As `store`, always on PostgreSQL."""
    with served_databases.new(Holding.REFERENCE) as url:
        yield from read_by_the_application(url, monkeypatch)


def read_by_the_application(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store that the application finds by itself, as long as the test runs."""
    monkeypatch.setenv("DATABASE_URL", url)
    store_of.cache_clear()
    made = store_of()
    yield made
    made.close()
    store_of.cache_clear()
    keeping.forget()


@pytest.fixture
def small_region(embedded_store: Store) -> Store:
    """Two halls, one of them round the clock, an account of every role, no visits, marked as a demo region."""
    with embedded_store.writing() as session:
        put_small_region(session)
    return embedded_store


@pytest.fixture
def screen() -> Callable[..., AppTest]:
    """Opens a screen within the frame: `screen("halls", account="demo-manager", lang="en", standard="H01")`."""
    return open_screen


def open_screen(url_path: str | None = None, account: str | None = None, **parameters: Any) -> AppTest:
    """Run the frame with an address; without a screen's name, the first screen of the account."""
    from ui.navigation import page

    asked = {name: str(value) for name, value in parameters.items()} | ({"as": account} if account else {})
    opened = AppTest.from_file(str(ROOT / "ui" / "frame.py"), default_timeout=60)
    opened.query_params.update(asked)
    opened.run()
    if url_path is not None:
        opened.switch_page(os.path.relpath(page(url_path), ROOT / "ui"))
        opened.query_params.update(asked)
        opened.run()
    return opened


@pytest.fixture
def app(embedded_store: Store, tmp_path: Path) -> Iterator[RunningApp]:
    """The application on the test's database, ready to be asked."""
    with forked_app(tmp_path / "app.log") as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        lacking("no Chromium on this machine")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, headless=True, args=BROWSER_ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """Chromium for one test: a page left open would call for its server ever after, and take time from the others."""
    before = chromium.contexts
    yield chromium
    for context in chromium.contexts:
        if context not in before:
            context.close()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real input files, which stand beside the project and are not part of it."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        lacking(f"no folder {folder.name} of real input beside the project")
    return folder
