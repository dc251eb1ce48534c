"""A large region on disk: its database with rollups, and its twin in DuckDB, each made when it is first wanted."""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter

import duckdb

from bench.columnar import load
from bench.many_rows import NOW, RegionSize, fill
from models import rollups
from models.migrate import differences, upgrade
from models.store import Store
from models.store import store as store_of
from seed import reference


class Large:
    """A region in a folder; what is there from an earlier run is used again."""

    def __init__(self, folder: Path, size: RegionSize) -> None:
        self.size = size
        self.file = folder / f"large-{size.rows}-{size.halls}x{size.days}.db"
        if not self.file.exists():
            self._make()
        self.store: Store = store_of(f"sqlite:///{self.file}")
        if changed := differences(self.store):
            raise RuntimeError(f"{self.file} is of another schema, bring it up to date or remove it: {changed[0]}")
        rollups.refresh(self.store)  # of a file that was upgraded meanwhile
        self._columnar: duckdb.DuckDBPyConnection | None = None

    def _make(self) -> None:
        unfinished = self.file.with_suffix(".part")
        unfinished.unlink(missing_ok=True)
        store = store_of(f"sqlite:///{unfinished}")
        upgrade(store.url)
        reference.ensure(store, now=NOW)
        began = perf_counter()
        fill(store, self.size)
        filled = perf_counter()
        rollups.rebuild(store)
        store.close()
        unfinished.rename(self.file)
        print(
            f"{self.file.name}: {self.size.rows / (filled - began):,.0f} rows a second, rollups in "
            f"{perf_counter() - filled:,.0f} s, {self.file.stat().st_size / 2**20:,.0f} MiB",
            file=sys.stderr,
        )

    @property
    def columnar(self) -> duckdb.DuckDBPyConnection:
        """The same interactions in DuckDB's own file, in columns of their types."""
        if self._columnar is None:
            self._columnar = load(self.file, self.file.with_suffix(".duckdb"))
        return self._columnar

    def close(self) -> None:
        """Let go of the files."""
        self.store.close()
        if self._columnar is not None:
            self._columnar.close()
