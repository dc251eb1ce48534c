"""T rows: what is judged on the telephone."""

from __future__ import annotations

from dataclasses import replace

from standards.catalogue.origin import (
    ABLE_SPEECH,
    KIND,
    PROMPT,
    RELIABLE,
    SECOND,
    Judged,
    standard,
)
from standards.catalogue.sources import QUALITY_2010, SEATS_95598, TELEPHONE_COURSE
from standards.standard import Scope
from standards.vocabulary import Aggregation, Basis, Channel, Measure, Subject, Unit

ON_TELEPHONE = Scope(channels=(Channel.TELEPHONE,))
PICKED_UP = Judged(Subject.INTERACTION, Measure.WAIT, Basis.DEVICE, Aggregation.WITHIN)
OBSERVED = Judged(Subject.INTERACTION, Measure.OBSERVATION, Basis.OBSERVED, Aggregation.BOOLEAN)
PROMISED = Judged(Subject.INTERACTION, Measure.PROMISE, Basis.CLOCK, Aggregation.DEADLINE)
RINGS = "From call records and test calls alone; a ring is taken as 3 s (grade I)."

TELEPHONE = (
    standard(
        TELEPHONE_COURSE,
        "T01",
        "三声内接听",
        "Hall phone picked up within 3 rings",
        PICKED_UP,
        PROMPT,
        9 * SECOND,
        scope=ON_TELEPHONE,
        target=0.9,
        note=RINGS,
    ),
    standard(
        replace(QUALITY_2010, source=f"{QUALITY_2010.source}第5条"),
        "T02",
        "95598振铃4声(12秒)内接听",
        "95598 seat answers within 4 rings (12 s)",
        PICKED_UP,
        PROMPT,
        12 * SECOND,
        scope=ON_TELEPHONE,
        target=0.9,
        on=False,
        note="For a call centre, from call records and test calls alone.",
    ),
    standard(
        SEATS_95598,
        "T03",
        "超过4声致歉",
        "Apology when later than 4 rings",
        OBSERVED,
        KIND,
        1,
        Unit.ITEM,
        scope=ON_TELEPHONE,
    ),
    standard(
        TELEPHONE_COURSE,
        "T04",
        "标准问候/结束语、后挂机",
        "Standard opening and closing; customer hangs up first",
        OBSERVED,
        ABLE_SPEECH,
        3,
        Unit.ITEM,
        scope=ON_TELEPHONE,
        target=0.95,
    ),
    standard(
        TELEPHONE_COURSE,
        "T05",
        "当场未决给确切时间",
        "Unsolved on the call: exact time promised and kept",
        PROMISED,
        RELIABLE,
        0,
        scope=ON_TELEPHONE,
        note="The limit is the time that was promised, with nothing added.",
    ),
)
