"""What every room's command line shares: the database, the answer for people or scripts, the exit code."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

from models.actor import NotAllowed
from models.migrate import newest_revision, revision, upgrade
from models.store import Store, store
from standards.message import Message, message

DONE, REFUSED = 0, 1  # wrong usage is argparse's own 2
Answer = Mapping[str, Any]


class Refusal(Exception):
    """It was not done, or not well; `reason` is stable for scripts, `message` is for people, `details` for both."""

    def __init__(self, reason: str, said: Message, details: Answer | None = None) -> None:
        super().__init__(str(said))
        self.reason = reason
        self.message = said
        self.details = details or {}


def shared_options() -> argparse.ArgumentParser:
    """The options of every command, as a parent parser."""
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--db", metavar="URL", help="the database (else DATABASE_URL, else data/monitor.db)")
    options.add_argument("--json", action="store_true", help="one JSON object on standard output")
    return options


def run(
    asked: argparse.Namespace,
    work: Callable[[argparse.Namespace], tuple[Answer, str]],
    *refusals: type[Exception],
) -> int:
    """Do the work and print its answer (JSON, or the sentence); the exit code. A refusal goes to standard error."""
    caught: tuple[type[Exception], ...] = (Refusal, NotAllowed, *refusals)
    try:
        answer, said = work(asked)
    except caught as refused:
        if asked.json:
            reason, details = getattr(refused, "reason", "not_allowed"), getattr(refused, "details", {})
            print(_as_json({"refused": reason, "message": str(refused), **details}))
        print(refused, file=sys.stderr)
        return REFUSED
    print(_as_json(answer) if asked.json else said)
    return DONE


def _as_json(answer: Answer) -> str:
    return json.dumps(answer, ensure_ascii=False, default=str)


def ready_store(url: str | None) -> Store:
    """The store, its tables made where it is new; refuses an older or newer schema instead of changing it unasked."""
    found = store(url)
    current = revision(found)
    if current is None:
        upgrade(url)
    elif current != newest_revision():
        raise Refusal(
            "other_schema",
            message("The database has another schema ({revision}): run python -m models upgrade.", revision=current),
        )
    return found
