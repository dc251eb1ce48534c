"""What somebody typed that tells who a customer is, with stars in its middle: the rest stays readable.

Masked are telephone numbers (mobile, landline, +86), ID card numbers (18 digits that pass their check, and 15), bank
card numbers that pass theirs, and e-mail addresses. Ticket and staff numbers, codes, times, days and sums are shorter
or are written otherwise, and stay as they are. A name in a sentence can't be told from other words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

STAR = "*"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_FULL_WIDTH = str.maketrans("０１２３４５６７８９－＋（）＠．：", "0123456789-+()@.:")
# No letter or digit stands before or after a number, so that no code or identifier is cut into.
_BEFORE, _AFTER = r"(?<![0-9A-Za-z])(?<![0-9][.:/-])", r"(?![0-9A-Za-z])(?![.:/-][0-9])"
_SPOKEN = r"(?:(?<![0-9A-Za-z])|(?i:(?<=tel)|(?<=phone)|(?<=mobile)|(?<=[vw]x)))"
_NO_MORE = r"(?![0-9A-Za-z])(?!\.[0-9])"
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_ID_CARD = re.compile(rf"{_BEFORE}(?:[0-9][ -]?){{17}}[0-9Xx]{_AFTER}")
_OLD_ID_CARD = re.compile(rf"{_BEFORE}[0-9]{{15}}{_AFTER}")
_BANK_CARD = re.compile(rf"{_BEFORE}[3-6](?:[ -]?[0-9]){{15,18}}{_AFTER}")
_MOBILE = re.compile(rf"{_SPOKEN}(?:(?:\+|00)?86[ -]?)?1[3-9][0-9](?:[ -]?[0-9]{{4}}){{2}}{_NO_MORE}")
_LANDLINE = re.compile(
    rf"{_SPOKEN}(?:(?:\+|00)86[ -]?\(?0?[1-9][0-9]{{1,2}}\)?|\(?0[1-9][0-9]{{1,2}}\)?)[ -]?"
    rf"[2-9][0-9]{{2,3}}[ -]?[0-9]{{4}}{_NO_MORE}"
)
_LOCAL = re.compile(rf"(?i:电话|座机|致电|tel|phone)[^0-9A-Za-z]{{0,4}}[2-9][0-9]{{2,3}}[ -]?[0-9]{{4}}{_NO_MORE}")
_ABOUT_A_CUSTOMER = re.compile(
    r"姓名|户名|客户名|联系人|联系方式|电话|手机|身份证|证件|地址|住址|邮箱|微信|卡号"
    r"|(?:^|[ _-])(?:name|customer|contact|phone|mobile|tel|telephone|address|e-?mail|id ?card|identity)(?:$|[ _-])",
    re.IGNORECASE,
)
_ABOUT_STAFF = re.compile(r"工号|员工|柜员|经办|窗口|业务|staff|counter|clerk|business|service", re.IGNORECASE)


def masked(text: str) -> str:
    """The text, as long as before, with stars in the middle of each number or address that tells who somebody is."""
    if "@" not in text and "＠" not in text and sum(letter.isdecimal() for letter in text) < len("1234567"):
        return text
    kept, plain = list(text), list(_UUID.sub(lambda found: " " * len(found[0]), text.translate(_FULL_WIDTH)))
    for pattern, first, last in _PATTERNS:
        for place in [at for found in pattern.finditer("".join(plain)) for at in _hidden(found, pattern, first, last)]:
            kept[place] = plain[place] = STAR
    return "".join(kept)


def masked_value(value: Any) -> Any:
    """A JSON value with every text in it masked, at any depth; a number that must be masked becomes a text."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, Mapping):
        return {name: masked_value(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [masked_value(one) for one in value]
    if isinstance(value, int) and not isinstance(value, bool) and masked(str(value)) != str(value):
        return masked(str(value))
    return value


def masked_line(content: Mapping[str, str]) -> dict[str, str]:
    """A file's line by column: whole columns of names, numbers and addresses of customers, and numbers anywhere."""
    return {
        name: shortened(text) if _ABOUT_A_CUSTOMER.search(name) and not _ABOUT_STAFF.search(name) else masked(text)
        for name, text in content.items()
    }


def shortened(text: str) -> str:
    """Only the first letter, and of a longer text the last two; the rest are stars."""
    shown = 2 if len(text) > len("12345678") else 0
    return text if not text else text[0] + STAR * (len(text) - 1 - shown) + text[len(text) - shown :]


def _hidden(found: re.Match[str], pattern: re.Pattern[str], first: int, last: int) -> Iterator[int]:
    """The places of what is hidden: the digits between; of an address all but its first letter."""
    if pattern is _EMAIL:
        yield from range(found.start() + 1, found.start() + max(found[0].index("@"), 2))
        return
    digits = [at for at in range(*found.span()) if found.string[at] in "0123456789Xx"]
    said = "".join(found.string[at] for at in digits)
    if pattern in _CHECKED and not _CHECKED[pattern](said):
        return
    yield from digits[first : len(digits) - last]


def _is_id_card(said: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, said, strict=False))
    return _is_day(said[6:10], said[10:12], said[12:14]) and _CHECKS[total % 11] == said[17].upper()


def _is_old_id_card(said: str) -> bool:
    return _is_day(f"19{said[6:8]}", said[8:10], said[10:12])


def _is_day(year: str, month: str, day: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def _is_bank_card(said: str) -> bool:
    """By the check of Luhn (ISO/IEC 7812-1)."""
    doubled = (sum(divmod(int(digit) * (1 + at % 2), 10)) for at, digit in enumerate(reversed(said)))
    return sum(doubled) % 10 == 0


_CHECKED = {_ID_CARD: _is_id_card, _OLD_ID_CARD: _is_old_id_card, _BANK_CARD: _is_bank_card}
_PATTERNS = (
    (_EMAIL, 1, 0),
    (_ID_CARD, 3, 4),
    (_OLD_ID_CARD, 3, 3),
    (_BANK_CARD, 4, 4),
    (_LANDLINE, 4, 3),
    (_MOBILE, -8, 4),
    (_LOCAL, 2, 2),
)
"""What is looked for in this order, and which digits are hidden: from the first number on, but so many at the end."""
