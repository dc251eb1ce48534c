"""C rows: complaints, reports, bad reviews and enquiries, judged case by case.

A route that a case came in by is 95598, 12398, 12345 or other; its kinds are complaint, report, bad_review, enquiry
and the rest of the case list.
"""

from __future__ import annotations

from standards.catalogue.origin import HOUR, KIND, MINUTE, PROMPT, RELIABLE, Judged, standard
from standards.catalogue.sources import (
    ANSWER_2022,
    BAD_REVIEWS_DEZHOU,
    CONTACT_2022,
    JIANGSU_2021,
    NAMED_BAD_REVIEWS,
    ORDERS_95598,
    PROMISES_2011,
    QUALITY_ENQUIRIES,
    SOUTHERN_GRID_COMPLAINTS,
    SUPERVISION_RULES,
)
from standards.standard import Scope
from standards.vocabulary import Aggregation, Basis, Measure, Subject, Unit

CONTACTED = Judged(Subject.CASE, Measure.CONTACT, Basis.CASE, Aggregation.DEADLINE)
DISPATCHED = Judged(Subject.CASE, Measure.DISPATCH, Basis.CASE, Aggregation.DEADLINE)
ANSWERED = Judged(Subject.CASE, Measure.ANSWER, Basis.CASE, Aggregation.DEADLINE)
CALLED_BACK = Judged(Subject.CASE, Measure.FOLLOW_UP, Basis.CASE, Aggregation.BOOLEAN)
CHECKED = Judged(Subject.CASE, Measure.OBSERVATION, Basis.CASE, Aggregation.BOOLEAN)

COMPLAINTS = Scope(case_kinds=("complaint",))
COMPLAINTS_95598 = Scope(case_channels=("95598",), case_kinds=("complaint",))
REPORTS_95598 = Scope(case_channels=("95598",), case_kinds=("report",))
BAD_REVIEWS = Scope(case_kinds=("bad_review",))
ENQUIRIES = Scope(case_kinds=("enquiry",))

WORKING, DAYS = Unit.WORKING_DAY, Unit.DAY
CONTACT = ("C01", "投诉联系客户", "First contact after complaint", CONTACTED, PROMPT)
PUBLIC = ("C03", "投诉处理答复(对外承诺)", "Complaint answered, public promise", ANSWERED, RELIABLE)
REGULATOR = ("C05", "12398 转办", "Regulator hotline case closed", ANSWERED, RELIABLE)

_CLOCKS = (
    standard(PROMISES_2011, *CONTACT, 1, WORKING, scope=COMPLAINTS_95598),
    standard(CONTACT_2022, *CONTACT, 24 * HOUR, scope=COMPLAINTS_95598),
    standard(
        JIANGSU_2021,
        "C02",
        "投诉处理答复(内部)",
        "Complaint handled and answered, internal",
        ANSWERED,
        RELIABLE,
        4,
        WORKING,
        scope=COMPLAINTS_95598,
    ),
    standard(PROMISES_2011, *PUBLIC, 7, WORKING, scope=COMPLAINTS),
    standard(ANSWER_2022, *PUBLIC, 5, WORKING, scope=COMPLAINTS),
    standard(SOUTHERN_GRID_COMPLAINTS, *PUBLIC, 5, WORKING, scope=COMPLAINTS),
    standard(
        JIANGSU_2021,
        "C04",
        "举报答复(内部)",
        "Misconduct report answered, internal",
        ANSWERED,
        RELIABLE,
        9,
        WORKING,
        scope=REPORTS_95598,
    ),
    standard(JIANGSU_2021, *REGULATOR, 10, WORKING, scope=Scope(case_channels=("12398",))),
    standard(SUPERVISION_RULES, *REGULATOR, 10, WORKING, scope=Scope(case_channels=("12398",))),
    standard(
        JIANGSU_2021,
        "C06",
        "12345 转办",
        "Government hotline case closed",
        ANSWERED,
        RELIABLE,
        7,
        DAYS,
        scope=Scope(case_channels=("12345",)),
    ),
    standard(
        JIANGSU_2021,
        "C07",
        "其他渠道",
        "Other channel closed",
        ANSWERED,
        RELIABLE,
        10,
        DAYS,
        scope=Scope(case_channels=("other",)),
        note="Every channel but 95598, 12398 and 12345.",
    ),
    standard(
        QUALITY_ENQUIRIES,
        "C08",
        "咨询未即时答复",
        "Enquiry not answered on the spot",
        ANSWERED,
        RELIABLE,
        5,
        WORKING,
        scope=ENQUIRIES,
    ),
    standard(
        ORDERS_95598,
        "C09",
        "投诉派单",
        "Complaint work order dispatched (call centre)",
        DISPATCHED,
        PROMPT,
        20 * MINUTE,
        scope=COMPLAINTS_95598,
        on=False,
    ),
)

_REVIEWS = (
    standard(
        BAD_REVIEWS_DEZHOU, "C10", "差评整改", "Bad review handled", ANSWERED, RELIABLE, 5, WORKING, scope=BAD_REVIEWS
    ),
    standard(
        NAMED_BAD_REVIEWS,
        "C11",
        "实名差评回访率",
        "Named bad reviews called back",
        CALLED_BACK,
        KIND,
        1,
        Unit.ITEM,
        scope=BAD_REVIEWS,
        note="Bad reviews that carry a name.",
    ),
    standard(
        JIANGSU_2021,
        "C12",
        "重大投诉上报",
        "Major complaint reported to leaders",
        CHECKED,
        RELIABLE,
        1,
        Unit.ITEM,
        scope=COMPLAINTS,
        note='Major complaints only. "At once" cannot be judged by a clock: a checklist item.',
    ),
)

CASES = _CLOCKS + _REVIEWS
