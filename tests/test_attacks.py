"""The attacks of `python -m tests.attacks`: each is refused cleanly, or does no harm."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from models.store import Store
from tests.attacks import fields, files, routes
from tests.attacks.tried import Tried, broken, table
from tests.conftest import RunningApp

NOISE = 10_000


def held(tried: Iterable[Tried]) -> bool:
    """Whether every attack was held off; prints those that were not."""
    found = list(tried)
    print(table(broken(found)))
    return bool(found) and not broken(found)


def test_files_that_are_made_to_harm_are_refused_with_a_sentence() -> None:
    assert held(files.handed_in())


def test_hostile_texts_in_a_file_stay_texts(store: Store, tmp_path: Path) -> None:
    assert held(fields.imported(store, tmp_path))


def test_hostile_addresses_draw_a_screen(small_region: Store) -> None:
    assert held(fields.addressed(small_region))


def test_the_routes_refuse_cleanly_and_the_process_lives_on(small_region: Store, app: RunningApp) -> None:
    assert held(routes.all_on(app.url, noise=NOISE))
    assert app.alive()
    log = app.log.read_text(errors="replace")
    assert "Traceback" not in log, log


@pytest.mark.parametrize("outcome", [True, False])
def test_the_table_says_what_held(outcome: bool) -> None:
    said = table([Tried("a kind", "a try", "what came", outcome)])
    assert said.endswith("held" if outcome else "BROKEN")
