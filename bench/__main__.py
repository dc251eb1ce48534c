"""`python -m bench [NAME …] [--rows N] [--json]`: figures, each against its reference in the same run."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from traceback import print_exception
from typing import Any

from bench import events, figures, importing, killed, live, screens, soak, stamp, writers, yearly
from bench.asked import Asked, asked
from bench.figures import Row
from bench.live import Skipped
from models.command_line import whole_number

SECONDS = 3
"""How long a small run keeps up what otherwise lasts half a minute or a minute."""
STAMPS = 100_000
"""A press's cost does not depend on the hall's history; more rows would only take longer to write."""
BENCHMARKS: dict[str, Callable[[Asked], list[Row]]] = {
    **yearly.BENCHMARKS,
    "import": importing.measure,
    "writers": writers.measure,
    "killed": killed.measure,
    "stamp": lambda run: stamp.measure(run.of(stamp.DEFAULT_ROWS, most=STAMPS)),
    "pages": lambda run: screens.measure(run.of(screens.DEFAULT_ROWS)),
    "live": lambda run: live.measure(run.of(live.DEFAULT_ROWS), run.lasting(live.SECONDS, SECONDS), few=run.small),
    "soak": lambda run: soak.measure(run.of(soak.DEFAULT_ROWS), run.lasting(run.minutes, 1)),
    "events": lambda run: events.measure(run.of(events.DEFAULT_ROWS), run.lasting(events.SECONDS, SECONDS)),
    "events-killed": lambda run: events.measure_killed(
        run.of(events.DEFAULT_ROWS), run.lasting(events.KILLED_SECONDS, SECONDS)
    ),
}

ASKED_FOR_ALONE = frozenset({"soak"})
"""What takes so long that it is run only by its name."""


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    options.add_argument("names", nargs="*", metavar="NAME", choices=[[], *BENCHMARKS], help=", ".join(BENCHMARKS))
    options.add_argument("--rows", type=_rows, metavar="N", help="interactions in the database, or `small`")
    options.add_argument("--json", action="store_true", help="one JSON object on standard output")
    options.add_argument(
        "--minutes", type=whole_number, default=soak.MINUTES, metavar="M", help="how long a soak lasts"
    )
    options.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the large regions here, and use them again")
    return options


def _rows(text: str) -> int | str:
    return text if text == "small" else whole_number(text)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; 0 whether or not a target was met: the table says so. 1 where a benchmark came to no end."""
    wanted = parser().parse_args(arguments)
    logging.disable(logging.WARNING)
    small = wanted.rows == "small"
    rows: list[Row] = []
    skipped: list[dict[str, str]] = []
    failed: list[str] = []
    with asked(None if small else wanted.rows, small=small, minutes=wanted.minutes, keep=wanted.keep) as run:
        for name in wanted.names or (name for name in BENCHMARKS if name not in ASKED_FOR_ALONE):
            print(f"{name} …", file=sys.stderr)
            try:
                rows += BENCHMARKS[name](run)
            except Skipped as reason:
                skipped.append({"name": name, "reason": str(reason)})
                print(f"{name} skipped: {reason}", file=sys.stderr)
            except Exception as error:  # what the others measured in an hour is not lost with it
                failed.append(name)
                print_exception(error)
    answer = {
        "rows": [row.said() for row in rows],
        "skipped": skipped,
        "failed": failed,
        "machine": figures.machine(),
        "versions": figures.versions(),
    }
    print(json.dumps(answer, ensure_ascii=False) if wanted.json else _table(answer))
    return 1 if failed else 0


def _table(answer: dict[str, Any]) -> str:
    lines = ["| what | value | reference | ratio | target | met | rows |", "|---|---|---|---|---|---|---|"]
    for row in answer["rows"]:
        met = {True: "yes", False: "no", None: ""}[row["met"]]
        sign = "≥" if row["at_least"] else "≤"
        target = "" if row["target"] is None else f"{row['compared']} {sign} {row['target']:g}"
        lines.append(
            f"| {row['name']} | {_with_spread(row, 'value')} {row['unit']} | {_with_spread(row, 'reference')} | "
            f"{'' if row['ratio'] is None else row['ratio']} | {target} | {met} | {row['rows']:,} |"
        )
    of = ", ".join(f"{name} {value}" for name, value in {**answer["machine"], **answer["versions"]}.items())
    return "\n".join([*lines, "", of])


def _with_spread(row: dict[str, Any], what: str) -> str:
    """The median, and where it is known the quartiles around it."""
    around = row["details"].get(what)
    between = f" ({around['p25']:g} to {around['p75']:g})" if isinstance(around, dict) else ""
    return f"{row[what]:g}{between}"


if __name__ == "__main__":
    sys.exit(main())
