"""`python -m seed reference | demo`: put into a database what a fresh installation needs, or a believable region."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from datetime import UTC, datetime

from actions.refusal import Refused
from models.command_line import Answer, ready_store, run, shared_options, whole_number
from seed import demo, reference


def parser() -> argparse.ArgumentParser:
    """One subcommand a kind of data; each sets `work`, which takes the namespace and answers."""
    whole = argparse.ArgumentParser(prog="python -m seed", description=__doc__)
    kinds = whole.add_subparsers(required=True, metavar="KIND")
    shared = shared_options()
    domain = kinds.add_parser("reference", parents=[shared], help="standards, business types and the calendar")
    domain.set_defaults(work=put_reference)
    region = kinds.add_parser("demo", parents=[shared], help="a believable region up to now")
    region.add_argument(
        "--if-empty", action="store_true", help="only where there are no halls; brings a demo up to now"
    )
    region.add_argument(
        "--halls", type=whole_number, default=demo.HALLS, metavar="N", help=f"halls (else {demo.HALLS})"
    )
    region.add_argument(
        "--days", type=whole_number, default=demo.DAYS, metavar="D", help=f"days up to now (else {demo.DAYS})"
    )
    region.add_argument(
        "--seed", type=whole_number, default=demo.SEED, metavar="K", help="its seed number: same number, same rows"
    )
    region.set_defaults(work=put_demo)
    return whole


def put_reference(asked: argparse.Namespace) -> tuple[Answer, str]:
    """Add the reference data that is missing."""
    added = reference.ensure(ready_store(asked.db), now=datetime.now(UTC))
    return {"added": added}, f"Reference data: {added:,} rows added."


def put_demo(asked: argparse.Namespace) -> tuple[Answer, str]:
    """Make the demo region, or bring it up to now."""
    now = datetime.now(UTC)
    target = ready_store(asked.db)
    asked_for = demo.Size(halls=asked.halls, days=asked.days, seed=asked.seed)
    made = demo.ensure(target, asked_for, now=now) if asked.if_empty else demo.build(target, asked_for, now=now)
    return asdict(made), str(made)


def main(arguments: list[str] | None = None) -> int:
    """The exit code of one command."""
    asked = parser().parse_args(arguments)
    return run(asked, asked.work, Refused)


if __name__ == "__main__":
    sys.exit(main())
