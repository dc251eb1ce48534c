"""`python -m bench [NAME …] [--rows N] [--json]`: figures, each against its reference in the same run."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Callable
from typing import Any

from bench import events, live, screens, stamp
from bench.figures import Row, machine, versions
from bench.live import Skipped
from models.command_line import whole_number

SMALL = 2_000
BENCHMARKS: dict[str, Callable[[int | None], list[Row]]] = {
    "stamp": stamp.measure,
    "pages": screens.measure,
    "live": live.measure,
    "events": events.measure,
    "events-killed": events.measure_killed,
}


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    options.add_argument("names", nargs="*", metavar="NAME", choices=[[], *BENCHMARKS], help=", ".join(BENCHMARKS))
    options.add_argument("--rows", type=_rows, metavar="N", help="interactions in the database, or `small`")
    options.add_argument("--json", action="store_true", help="one JSON object on standard output")
    return options


def _rows(text: str) -> int:
    return SMALL if text == "small" else whole_number(text)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; 0 whether or not a target was met: the table says so."""
    asked = parser().parse_args(arguments)
    logging.disable(logging.WARNING)
    rows: list[Row] = []
    skipped: list[dict[str, str]] = []
    for name in asked.names or BENCHMARKS:
        try:
            rows += BENCHMARKS[name](asked.rows)
        except Skipped as reason:
            skipped.append({"name": name, "reason": str(reason)})
            print(f"{name} skipped: {reason}", file=sys.stderr)
    answer = {
        "rows": [row.said() for row in rows],
        "skipped": skipped,
        "machine": machine(),
        "versions": versions(),
    }
    print(json.dumps(answer, ensure_ascii=False) if asked.json else _table(answer))
    return 0


def _table(answer: dict[str, Any]) -> str:
    lines = ["| what | value | reference | ratio | target | met | rows |", "|---|---|---|---|---|---|---|"]
    for row in answer["rows"]:
        met = {True: "yes", False: "no", None: ""}[row["met"]]
        target = "" if row["target"] is None else f"{row['compared']} ≤ {row['target']:g}"
        lines.append(
            f"| {row['name']} | {row['value']:g} {row['unit']} | {row['reference']:g} | "
            f"{'' if row['ratio'] is None else row['ratio']} | {target} | {met} | {row['rows']:,} |"
        )
    of = ", ".join(f"{name} {value}" for name, value in {**answer["machine"], **answer["versions"]}.items())
    return "\n".join([*lines, "", of])


if __name__ == "__main__":
    sys.exit(main())
