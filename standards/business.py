"""The kinds of business that a power hall does, as they are shipped; a hall may add its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from standards.vocabulary import Channel


@dataclass(frozen=True, slots=True)
class Business:
    """A business type 业务类型: its code, names, the letter of its tickets and what one item usually takes.

    `expected` serves expected waits alone, it is no limit. `channel` None means at the counter and by telephone.
    """

    code: str
    name_zh: str
    name_en: str
    ticket_letter: str
    expected: timedelta
    channel: Channel | None = None


def _takes(minutes: int) -> timedelta:
    return timedelta(minutes=minutes)


# Letters and names are neutral: counters are open, and customers read the screen and the ticket over a shoulder.
BUSINESS_TYPES: tuple[Business, ...] = (
    Business("payment", "收费", "Payment", "A", _takes(3), Channel.COUNTER),
    Business("new_connection", "报装", "New connection", "B", _takes(15)),
    Business("change", "变更用电", "Change of supply", "C", _takes(12)),
    Business("enquiry", "咨询查询", "Enquiry", "D", _takes(4)),
    Business("invoice", "发票", "Invoice", "E", _takes(4), Channel.COUNTER),
    Business("meter", "校表计量", "Meter check", "F", _takes(10)),
    Business("repair", "报修", "Fault report", "G", _takes(5)),
    Business("complaint", "诉求受理", "Case intake", "H", _takes(15)),
    Business("suggestion", "意见建议", "Opinion or suggestion", "J", _takes(8)),
    Business("other", "其他", "Other", "K", _takes(8)),
)
