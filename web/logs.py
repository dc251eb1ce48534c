"""What goes into the log: time, level, where, code and a sentence; no names, no values of statements, no tokens.

`MONITOR_LOG=json` makes each entry one JSON object a line, for whatever collects logs.
"""

from __future__ import annotations

import json
import logging
import os
import re
import traceback
from datetime import UTC, datetime
from types import TracebackType

SETTING = "MONITOR_LOG"
JSON = "json"
_MARK = "_monitor"
# What an error's own sentence may quote of what people typed: only its kind is told, and where it happened.
_FRAMES = 40
_CODES = ("sqlite_errorname", "sqlstate", "reason")
_LIBRARIES = frozenset({"uvicorn", "uvicorn.access", "uvicorn.error", "streamlit"})
_QUERY = re.compile(r"\?\S*")
ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Plain(logging.Formatter):
    """Lines for people; an error is told by its kind and its way there, never by its values."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S%z")

    def formatException(self, ei: ErrorInfo) -> str:  # noqa: N802 - the standard library's name
        return told(ei)

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # another handler's text may say more
        return super().format(_without_query(record))


class JsonLines(Plain):
    """The same as JSON objects: time, level, logger, message, and code and trace of an error."""

    def format(self, record: logging.LogRecord) -> str:
        record = _without_query(record)
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0] is not None:
            said |= {"code": code_of(record.exc_info[1]), "trace": told(record.exc_info)}
        return json.dumps(said, ensure_ascii=False)


def set_up() -> None:
    """One handler on the console for ours; the libraries' own handlers write in the same way. Again changes nothing."""
    form = JsonLines() if os.environ.get(SETTING) == JSON else Plain()
    root = logging.getLogger()
    if not any(getattr(handler, _MARK, False) for handler in root.handlers):
        ours = logging.StreamHandler()
        setattr(ours, _MARK, True)
        root.addHandler(ours)
    loggers = [logging.getLogger(name) for name in _LIBRARIES.union(logging.root.manager.loggerDict)]
    for handler in [*root.handlers, *(handler for logger in loggers for handler in logger.handlers)]:
        handler.setFormatter(form)


def told(error: ErrorInfo) -> str:
    """The kinds of an error and of what led to it, each with its way through the code; none of their sentences."""
    lines: list[str] = []
    one, seen = error[1], set[int]()
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        lines.append(code_of(one))
        frames = traceback.extract_tb(one.__traceback__)[-_FRAMES:]
        lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return "\n".join(lines)


def code_of(error: BaseException | None) -> str:
    """The kind of an error, with the store's own code where it has one."""
    cause = getattr(error, "orig", None) or error
    code = next((found for name in _CODES if (found := getattr(cause, name, None))), None)
    kind = type(error).__name__
    return f"{kind} {code}" if isinstance(code, str) and code.replace("_", "").isalnum() else kind


def _without_query(record: logging.LogRecord) -> logging.LogRecord:
    """The access log names addresses whole; what stands behind their question mark may name a visit or a person."""
    if record.name == "uvicorn.access" and isinstance(record.args, tuple):
        record.args = tuple(_QUERY.sub("", one) if isinstance(one, str) else one for one in record.args)
    return record
