"""F rows: field work and supply, for reference and all off. One row for each value, with the place or customer."""

from __future__ import annotations

from collections.abc import Mapping

from standards.catalogue.origin import HOUR, MINUTE, PROMPT, RELIABLE, Judged, Origin, Quality, standard
from standards.catalogue.sources import (
    DESIGN_REVIEW,
    HIGH_VOLTAGE_2014,
    HIGH_VOLTAGE_STEPS,
    LEGAL_FLOOR,
    ORDINANCE,
    PROMISES_2005,
    PROMISES_2011,
    PROMISES_2022,
    SERVICE_REQUESTS,
    SOUTHERN_GRID_2017,
)
from standards.standard import Standard
from standards.vocabulary import Aggregation, Basis, Measure, Subject, Unit

ON_AVERAGE = Judged(Subject.SUPPLY, Measure.SUPPLY, Basis.CASE, Aggregation.MEAN)
DUE = Judged(Subject.SUPPLY, Measure.SUPPLY, Basis.CASE, Aggregation.DEADLINE)

VARIANTS = {
    "city": ("城市", "city"),
    "rural": ("农村", "rural"),
    "remote": ("特殊边远地区", "remote"),
    "residential": ("居民", "residential"),
    "low": ("低压", "low voltage"),
    "high": ("高压", "high voltage"),
    "high-single": ("高压单电源", "high voltage, one supply"),
    "high-double": ("高压双电源", "high voltage, two supplies"),
}

ARRIVAL = {"city": 45 * MINUTE, "rural": 90 * MINUTE, "remote": 120 * MINUTE}
ARRIVAL_AVERAGE = ("F01", "抢修到达现场(平均)", "Repair crew on site, average")
ARRIVAL_EACH = ("F01", "抢修到达现场", "Repair crew on site")
RESTORED = ("F02", "到达后恢复供电(平均)", "Supply restored after arrival, average")
ARRIVAL_FLOOR = ("F03", "抢修到达法定时限", "Repair crew on site, legal floor")
NOTICE = ("F04-planned", "计划检修停电公告", "Notice of planned outage")
NOTICE_ARREARS = ("F04-arrears", "欠费停电通知", "Notice of cut-off for arrears")
NOTICE_KEY = ("F04-key-users", "临时检修停电通知重要客户", "Notice of urgent outage to key customers")
CONNECTION = ("F05", "业扩供电企业各环节合计", "New connection, all the company's steps")
RESIDENTS = ("F06", "居民全过程办电", "Residential connection, the whole process")
METER_TEST = ("F07-test", "电能表校验结果", "Result of a meter test")
METER_READING = ("F07-reading", "电表数据异常答复", "Answer on doubtful meter data")
PLAN = ("F08", "供电方案答复", "Supply plan answered")
METER = ("F09", "装表接电", "Meter installed and connected")
RECONNECTED = ("F10", "欠费复电", "Reconnected after payment")
DESIGN = ("F11", "受电工程设计审查", "Design review of the customer's installation")
MIDWAY = ("F12-midway", "中间检查", "Inspection during works")
COMPLETION = ("F12-completion", "竣工检验", "Inspection on completion")
METERED = ("F12-meter", "检验后装表", "Meter installed after inspection")
REQUEST_RESTORE = ("F13-restore", "服务申请:复电", "Service request: reconnection")
REQUEST_RESTORE_REPLY = ("F13-restore-reply", "服务申请:复电后答复", "Service request: reply after reconnection")
REQUEST_DAMAGE = ("F13-damage", "服务申请:电器损坏到场", "Service request: on site for damage")
REQUEST_DAMAGE_REPLY = ("F13-damage-reply", "服务申请:电器损坏答复", "Service request: reply on damage")
REQUEST_METER = ("F13-meter", "服务申请:电能表异常", "Service request: meter fault")
REQUEST_READING = ("F13-reading", "服务申请:抄表数据异常", "Service request: doubtful meter reading")
REQUEST_OTHER = ("F13-other", "服务申请:其他", "Service request: other")

SHARED_OUT = "The source prints one range: which value is whose is inferred (grade I)."
OTHERS = "The source prints one value for all customers but residents."
AHEAD = "At least so long ahead."
FOLLOWED_BY_ALL_STEPS = "The 2022 edition promises all steps together instead (F05, F06)."

Named = tuple[str, str, str]


def _row(
    origin: Origin,
    named: Named,
    limit: int,
    unit: Unit = Unit.WORKING_DAY,
    judged: Judged = DUE,
    quality: Quality = RELIABLE,
    note: str | None = None,
) -> Standard:
    return standard(origin, *named, judged, quality, limit, unit, on=False, note=note)


def _each(
    origin: Origin,
    named: Named,
    limits: Mapping[str, int],
    unit: Unit = Unit.WORKING_DAY,
    judged: Judged = DUE,
    quality: Quality = RELIABLE,
    note: str | None = None,
) -> tuple[Standard, ...]:
    """A row for each variant of a limit."""
    code, zh, en = named
    return tuple(
        _row(
            origin,
            (f"{code}-{variant}", f"{zh}({VARIANTS[variant][0]})", f"{en} ({VARIANTS[variant][1]})"),
            limit,
            unit,
            judged,
            quality,
            note,
        )
        for variant, limit in limits.items()
    )


def _plans(residential: int, low: int, single: int, double: int) -> dict[str, int]:
    return {"residential": residential, "low": low, "high-single": single, "high-double": double}


def _customers(residential: int, low: int, high: int) -> dict[str, int]:
    return {"residential": residential, "low": low, "high": high}


CLOCK = Unit.MILLISECOND

_REPAIRS = (
    *_each(PROMISES_2005, ARRIVAL_EACH, ARRIVAL, CLOCK, DUE, PROMPT),
    *_each(PROMISES_2011, ARRIVAL_EACH, ARRIVAL, CLOCK, DUE, PROMPT),
    *_each(PROMISES_2022, ARRIVAL_AVERAGE, ARRIVAL, CLOCK, ON_AVERAGE, PROMPT),
    *_each(SOUTHERN_GRID_2017, ARRIVAL_AVERAGE, ARRIVAL, CLOCK, ON_AVERAGE, PROMPT),
    *_each(PROMISES_2022, RESTORED, {"city": 3 * HOUR, "rural": 4 * HOUR}, CLOCK, ON_AVERAGE, PROMPT),
    *_each(SOUTHERN_GRID_2017, RESTORED, {"city": 4 * HOUR, "rural": 5 * HOUR}, CLOCK, ON_AVERAGE, PROMPT),
    *_each(ORDINANCE, ARRIVAL_FLOOR, {"city": HOUR, "rural": 2 * HOUR, "remote": 4 * HOUR}, CLOCK, DUE, PROMPT),
)

_NOTICES = (
    *(_row(origin, NOTICE, 7, Unit.DAY, note=AHEAD) for origin in (PROMISES_2005, PROMISES_2011, PROMISES_2022)),
    *(_row(origin, NOTICE_ARREARS, 7, Unit.DAY, note=AHEAD) for origin in (PROMISES_2005, PROMISES_2011)),
    _row(PROMISES_2022, NOTICE_KEY, 24 * HOUR, CLOCK, note=AHEAD),
)

_CONNECTIONS = (
    *_each(PROMISES_2022, CONNECTION, {"low": 6, "high-single": 22, "high-double": 32}),
    _row(PROMISES_2022, RESIDENTS, 5),
    *_each(PROMISES_2005, PLAN, _plans(3, 7, 15, 30)),
    *_each(PROMISES_2011, PLAN, _plans(3, 7, 15, 30), note=FOLLOWED_BY_ALL_STEPS),
    *_each(SOUTHERN_GRID_2017, PLAN, _plans(2, 5, 15, 30)),
    *_each(LEGAL_FLOOR, PLAN, _plans(3, 8, 20, 45)),
    *_each(PROMISES_2005, METER, _customers(3, 5, 5), note=OTHERS),
    *_each(PROMISES_2011, METER, _customers(3, 5, 5), note=OTHERS),
    *_each(SOUTHERN_GRID_2017, METER, _customers(2, 3, 5)),
    *_each(LEGAL_FLOOR, METER, _customers(3, 5, 7)),
    *_each(DESIGN_REVIEW, DESIGN, {"low": 8, "high": 20}),
    *_each(HIGH_VOLTAGE_2014, DESIGN, {"high": 10}),
    *_each(HIGH_VOLTAGE_STEPS, MIDWAY, {"high": 5}),
    *_each(HIGH_VOLTAGE_STEPS, COMPLETION, {"high": 5}),
    *_each(HIGH_VOLTAGE_STEPS, METERED, {"high": 5}),
    *_each(LEGAL_FLOOR, MIDWAY, {"low": 3, "high": 5}, note=SHARED_OUT),
    *_each(LEGAL_FLOOR, COMPLETION, {"low": 5, "high": 7}, note=SHARED_OUT),
    *_each(LEGAL_FLOOR, METERED, _customers(3, 5, 7), note=SHARED_OUT),
)

_REQUESTS = (
    _row(PROMISES_2011, METER_TEST, 5),
    _row(PROMISES_2022, METER_TEST, 5),
    _row(PROMISES_2011, METER_READING, 7),
    _row(PROMISES_2022, METER_READING, 5),
    _row(PROMISES_2011, RECONNECTED, 24 * HOUR, CLOCK),
    _row(SOUTHERN_GRID_2017, RECONNECTED, 12 * HOUR, CLOCK),
    _row(SERVICE_REQUESTS, REQUEST_RESTORE, 24 * HOUR, CLOCK),
    _row(SERVICE_REQUESTS, REQUEST_RESTORE_REPLY, 1),
    _row(SERVICE_REQUESTS, REQUEST_DAMAGE, 24 * HOUR, CLOCK),
    _row(SERVICE_REQUESTS, REQUEST_DAMAGE_REPLY, 1),
    _row(SERVICE_REQUESTS, REQUEST_METER, 4),
    _row(SERVICE_REQUESTS, REQUEST_READING, 6),
    _row(SERVICE_REQUESTS, REQUEST_OTHER, 5),
)

SUPPLY = _REPAIRS + _NOTICES + _CONNECTIONS + _REQUESTS
