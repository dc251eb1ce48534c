"""A first guess at what a file's columns mean, to be shown and changed: by their names and by what stands in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ingest.fields import TIMES
from ingest.looking import Column, Look
from standards.vocabulary import Outcome

_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y")
_TIMES = ("%H:%M:%S", "%H:%M", "%H:%M:%S.%f")
FORMATS = (
    *(f"{day} {time}" for day in _DAYS for time in _TIMES),
    *(f"%Y-%m-%dT{time}" for time in _TIMES),
    *(f"%Y-%m-%dT{time}%z" for time in _TIMES),
    "%Y%m%d%H%M%S",
    "%Y%m%d %H%M%S",
    *_TIMES,
    "%I:%M:%S %p",
)
"""The ways to write times that are offered, the most usual first."""

NAMES: dict[str, tuple[str, ...]] = {
    "arrived_at": ("取号时间", "取票时间", "到达时间", "排队时间", "arrived", "arrival", "taken", "ticket time"),
    "called_at": ("呼叫时间", "叫号时间", "首次叫号", "called", "call time"),
    "greeted_at": ("问候时间", "迎接时间", "greeted"),
    "started_at": ("开始时间", "办理开始", "受理时间", "服务开始", "started", "start time", "service start"),
    "ended_at": ("结束时间", "办结时间", "完成时间", "服务结束", "ended", "finished", "end time", "service end"),
    "left_at": ("离开时间", "弃号时间", "left", "gone"),
    "outcome": ("状态", "结果", "办理结果", "outcome", "status", "result", "how"),
    "business_type": ("业务类型", "业务", "业务名称", "队列", "business", "business type", "service", "queue"),
    "channel": ("渠道", "channel"),
    "ticket": ("票号", "排队号", "号码", "票号码", "ticket", "ticket no", "number", "no"),
    "counter_id": ("柜台", "窗口", "窗口号", "柜台号", "counter", "window", "desk"),
    "staff_id": ("工号", "柜员", "员工", "员工号", "staff", "clerk", "agent"),
    "items": ("件数", "笔数", "items"),
    "rating": ("评价", "满意度", "rating"),
}
"""What columns are called in the files of queue machines, by field."""

OUTCOMES: dict[str, Outcome] = {
    **dict.fromkeys(
        ("完成", "已完成", "办结", "已办结", "已办理", "正常", "done", "finished", "served"), Outcome.COMPLETED
    ),
    **dict.fromkeys(("弃号", "离开", "已离开", "放弃", "abandoned", "went", "gone"), Outcome.LEFT),
    **dict.fromkeys(("过号", "未到", "爽约", "no show", "noshow", "absent"), Outcome.NO_SHOW),
    **dict.fromkeys(("转移", "转号", "转办"), Outcome.TRANSFERRED),
    **dict.fromkeys(("作废", "废票", "cancelled"), Outcome.VOID),
}
"""What outcomes are called there."""


_ALWAYS = {"outcome": str(Outcome.COMPLETED), "channel": "counter", "begun": "ticket"}
"""What is guessed to be the same in every row where no column says it: many machines list only who was served."""


def guess_outcome(text: str) -> Outcome | None:
    """How a visit ended that a file says this of."""
    said = text.strip().lower()
    return Outcome(said) if said in set(Outcome) else OUTCOMES.get(said)


def guess_mapping(look: Look) -> dict[str, Any]:
    """What can be guessed, as a mapping's file would say it; what is lacking the reader says."""
    columns: dict[str, Any] = {}
    for field, names in NAMES.items():
        found = next((column for name in names for column in look.columns if _plain(column.name) == name), None)
        if found is not None and [found.name] not in columns.values() and found.name not in columns.values():
            columns[field] = [found.name] if field in TIMES else found.name
    times = [column for field, column in columns.items() if field in TIMES]
    texts = [text for name in times for text in _texts(look.column(name[0]))]
    return {
        "delimiter": look.delimiter,
        "times": {"formats": list(guess_formats(texts))},
        "columns": columns,
        "constants": {field: value for field, value in _ALWAYS.items() if field not in columns},
    }


def guess_formats(texts: Iterable[str]) -> tuple[str, ...]:
    """The fewest ways to write times that read the texts, the one that reads the most first."""
    left, found = set(texts), []
    while left:
        best = max(FORMATS, key=lambda form: sum(_reads(form, text) for text in left))
        read = {text for text in left if _reads(best, text)}
        if not read:
            break
        found.append(best)
        left -= read
    return tuple(found)


def _reads(form: str, text: str) -> bool:
    try:
        datetime.strptime(text, form)  # noqa: DTZ007 - only whether it can be read
    except ValueError:
        return False
    return True


def _texts(column: Column | None) -> tuple[str, ...]:
    return () if column is None else column.texts[:50]


def _plain(name: str) -> str:
    return " ".join(name.lower().replace("_", " ").split())
