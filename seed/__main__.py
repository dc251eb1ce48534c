"""`python -m seed reference`: put into a database what a fresh installation needs."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from models.command_line import Answer, ready_store, run, shared_options
from seed import reference


def parser() -> argparse.ArgumentParser:
    """One subcommand a kind of data; each sets `work`, which takes the namespace and answers."""
    whole = argparse.ArgumentParser(prog="python -m seed", description=__doc__)
    kinds = whole.add_subparsers(required=True, metavar="KIND")
    shared = shared_options()
    domain = kinds.add_parser("reference", parents=[shared], help="standards, business types and the calendar")
    domain.set_defaults(work=put_reference)
    return whole


def put_reference(asked: argparse.Namespace) -> tuple[Answer, str]:
    """Add the reference data that is missing."""
    added = reference.ensure(ready_store(asked.db), now=datetime.now(UTC))
    return {"added": added}, f"Reference data: {added:,} rows added."


def main(arguments: list[str] | None = None) -> int:
    """The exit code of one command."""
    asked = parser().parse_args(arguments)
    return run(asked, asked.work)


if __name__ == "__main__":
    sys.exit(main())
