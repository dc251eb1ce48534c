"""`python -m tests.attacks`: every attack on an application of its own, and a table of what came of it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from models.migrate import upgrade
from models.store import Store, store
from seed import reference
from tests.attacks import fields, files, routes, screens
from tests.attacks.tried import Tried, broken, table
from tests.conftest import BROWSER_ARGUMENTS
from tests.running_app import running_app
from tests.small_region import put_small_region
from ui import clock

NOISE = 10_000


def attacked(folder: Path) -> Iterator[Tried]:
    """All of them; the application runs on a small region in a folder that is thrown away."""
    halls = a_region(folder)
    with halls.writing() as session:
        visit = screens.put_scripts(session)
    yield from files.handed_in()
    with running_app(folder / "app.log") as app:
        yield from routes.all_on(app.url, noise=NOISE)
        chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        if chromium is not None:
            with sync_playwright() as playwright:
                opened = playwright.chromium.launch(executable_path=chromium, args=BROWSER_ARGUMENTS)
                yield from screens.walked(opened, app.url, visit)
        lives = app.alive()
        yield Tried("afterwards", "the process", "alive" if lives else "gone", lives)
    traces = (folder / "app.log").read_text(errors="replace").count("Traceback")
    yield Tried("afterwards", "its log", f"{traces} traces", traces == 0)
    yield from fields.imported(halls, folder)
    yield from fields.addressed(halls)


def a_region(folder: Path) -> Store:
    """A database with the small region, which the application finds by itself."""
    os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'monitor.db'}"
    store.cache_clear()
    upgrade()
    halls = store()
    reference.ensure(halls, now=clock.now())
    with halls.writing() as session:
        put_small_region(session)
    return halls


def main() -> int:
    """Print the table; 1 where something got through."""
    with TemporaryDirectory() as folder:
        found = list(attacked(Path(folder)))
    print(table(found))
    return 1 if broken(found) else 0


if __name__ == "__main__":
    sys.exit(main())
