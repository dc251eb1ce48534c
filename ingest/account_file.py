"""A workbook of people (工号 姓名 厅 岗位 角色 离岗(离职)日期), with headers in either language, as lines to plan."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from ingest.broken import BrokenFile
from ingest.workbook import Row, is_workbook, rows_of, text_of_cell
from standards.message import message
from standards.vocabulary import Role

MOST_BYTES, MOST_LINES = 5_000_000, 20_000
_HEADER_WITHIN = 10
"""A title may stand over the header, in so many of the first rows that hold anything."""
_LONGEST = 200

# The words of a header, without blanks and brackets.
_HEADERS: dict[str, frozenset[str]] = {
    "number": frozenset({"工号", "账号", "员工编号", "人员编号", "number", "staffnumber", "account"}),
    "name": frozenset({"姓名", "名字", "name"}),
    "name_en": frozenset({"英文名", "英文姓名", "nameinenglish", "englishname"}),
    "hall": frozenset({"厅", "营业厅", "所属营业厅", "所在营业厅", "范围", "hall", "branch", "scope"}),
    "post": frozenset({"岗位", "职务", "岗位名称", "post", "position"}),
    "role": frozenset({"角色", "系统角色", "权限", "role", "roles", "roleinthesystem"}),
    "leaving": frozenset(
        {
            "离岗日期",
            "离职日期",
            "离岗离职日期",
            "离岗(离职)日期",
            "离岗/离职日期",
            "leavingdate",
            "leavingon",
            "leaves",
        }
    ),
}
_NEEDED = ("number", "name", "hall", "role")
_ROLES: dict[Role, tuple[str, ...]] = {
    Role.CLERK: ("窗口人员", "综合柜员", "柜员", "clerk"),
    Role.GUIDE: ("引导员", "大堂经理"),
    Role.SUPERVISOR: ("班长", "班长(厅负责人)", "厅负责人", "厅长", "主管", "值班长", "supervisor"),
    Role.REGIONAL_MANAGER: ("市公司专责", "专责", "manager"),
    Role.ADMINISTRATOR: ("系统管理员", "管理员"),
    Role.AUDITOR: ("审计员",),
    Role.DISPLAY: ("客户屏", "客户显示屏", "显示屏", "display"),
    Role.DEVICE: ("设备",),
}
_BETWEEN = re.compile(r"[、，,;；\n]+")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]00:00(?::00)?)?")


@dataclass(frozen=True, slots=True)
class AccountLine:
    """A line of the file as it was typed; what it leaves empty stays as it is. `line` counts the sheet's rows."""

    line: int
    number: str
    name: str = ""
    name_en: str = ""
    hall: str = ""
    post: str = ""
    role: str = ""
    leaving: str = ""


def read_account_file(content: bytes) -> tuple[AccountLine, ...]:
    """The lines of the first sheet in sight; raises BrokenFile where it is no such workbook."""
    if len(content) > MOST_BYTES:
        raise BrokenFile(message("The sheet is too large: split it into several files."))
    if not is_workbook(content):
        raise BrokenFile(message("The file is no Excel workbook (.xlsx), or it is damaged."))
    rows = rows_of(content)
    places = _header(rows)
    lines = tuple(islice(_lines(rows, places), MOST_LINES + 1))
    if len(lines) > MOST_LINES:
        raise BrokenFile(message("The sheet is too large: split it into several files."))
    if not lines:
        raise BrokenFile(message("The file has a header and no rows."))
    return lines


def roles_of(text: str) -> frozenset[Role] | None:
    """The roles that a cell names, by their words in either language or their codes; None where one is none."""
    known = {_plain(word): role for role, words in _ROLES.items() for word in (*words, role.label, role.value)}
    named = [known.get(_plain(word)) for word in parts_of(text)]
    roles = frozenset(role for role in named if role is not None)
    return roles if roles and None not in named else None


def parts_of(text: str) -> tuple[str, ...]:
    """What stands in a cell between commas of either kind, semicolons, or on lines of its own."""
    return tuple(part.strip() for part in _BETWEEN.split(text) if part.strip())


def day_of(text: str) -> date | None:
    """The day that a cell means, None where it is none: 2026-02-13, 2026/2/13, 2026年2月13日."""
    found = _DAY.fullmatch(text.strip())
    try:
        return None if found is None else date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def _header(rows: Iterator[Row]) -> dict[str, int]:
    """The column of each field; leaves the rows behind the header."""
    for row in islice(rows, _HEADER_WITHIN):
        words = [_plain(text_of_cell(cell)) for cell in row.cells]
        places = {
            field: place for place, word in enumerate(words) for field, known in _HEADERS.items() if word in known
        }
        if "number" in places:
            lacking = [field for field in _NEEDED if field not in places]
            if lacking:
                raise BrokenFile(_LACKING[lacking[0]])
            return places
    raise BrokenFile(_LACKING["number"])


_LACKING = {
    "number": message("There is no column of staff numbers: its header is 工号 or Number."),
    "name": message("There is no column of names: its header is 姓名 or Name."),
    "hall": message("There is no column of halls: its header is 厅 or Hall."),
    "role": message("There is no column of roles: its header is 角色 or Role."),
}


def _lines(rows: Iterator[Row], places: dict[str, int]) -> Iterator[AccountLine]:
    for row in rows:
        said = {
            field: text_of_cell(row.cells[place]).strip()[:_LONGEST] if place < len(row.cells) else ""
            for field, place in places.items()
        }
        if any(said.values()):
            yield AccountLine(row.number, **said)


def _plain(word: str) -> str:
    """A word as it is compared: no blanks, half-width brackets, small letters."""
    return re.sub(r"[\s_]+", "", word).replace("（", "(").replace("）", ")").casefold()
