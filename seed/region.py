"""The demo region on paper: its prefectures, halls and people, invented, and how the halls differ."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random
from zoneinfo import ZoneInfo

from standards.derive import Opening
from standards.vocabulary import HallClass

ZONE = ZoneInfo("Asia/Shanghai")
PROVINCE = ("linjiang", "临江省", "Linjiang Province")
PREFECTURES = (
    ("linjiang-yunchuan", "云川市", "Yunchuan"),
    ("linjiang-anlan", "安澜市", "Anlan"),
    ("linjiang-songze", "松泽市", "Songze"),
)
PEOPLES_COUNTER = 1  # of each hall: the demo clerk's, so nobody simulated ever stands there on the day in progress


@dataclass(frozen=True, slots=True, kw_only=True)
class HallPlan:
    """A demo hall and its ways.

    `per_day` is the customers of an ordinary weekday; `crowding` the share of the manned counters' time that its
    planners mean to fill; `pace` multiplies service times, `prompt_seconds` is the median from counter to greeting,
    `slips` the share of customers greeted far too late; `mix` multiplies the weights of business types. `fails` marks
    the hall whose systems failed, `short_day` the one that closes early on a coming day, `tiny` one without a queue;
    `trainee` is the number of somebody who learns there, from the colleague with the number before.
    """

    code: str = ""
    region: str = PREFECTURES[0][0]
    name: str
    name_en: str
    hall_class: HallClass
    counters: int
    per_day: float
    hours: tuple[tuple[int, int], ...] = ((510, 1050),)
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    crowding: float = 0.86
    pace: float = 1.0
    prompt_seconds: float = 6.0
    slips: float = 0.06
    walking_seconds: float = 20.0
    walk_ins: float = 0.03
    mix: dict[str, float] = field(default_factory=dict, hash=False)
    payments_only: int = 0
    calls_a_day: float = 10.0
    calls_by_device: bool = False
    stamps_arrival: bool = False
    door_greetings: float = 0.0
    rating_devices: bool = True
    round_the_clock: bool = False
    declines: bool = False
    loses_line: bool = False
    fails: bool = False
    short_day: bool = False
    tiny: bool = False
    trainee: int = 0

    @property
    def openings(self) -> tuple[Opening, ...]:
        """The week's opening intervals by day."""
        return tuple(Opening(day, opens, closes) for day in self.weekdays for opens, closes in self.hours)

    @property
    def clerk_id(self) -> str:
        """The staff number of the demo clerk."""
        return f"{self.code}-01"

    @property
    def staff_ids(self) -> tuple[str, ...]:
        """Everybody who serves at a counter, the demo clerk first; three shifts where the hall never closes."""
        people = 1 + (self.counters - 1) * (3 if self.round_the_clock else 1) + 2
        return tuple(f"{self.code}-{number:02d}" for number in range(1, people + 1))

    @property
    def trainee_id(self) -> str | None:
        """The staff number of the hall's trainee, if there is one."""
        return f"{self.code}-{self.trainee:02d}" if self.trainee else None

    def mentor_of(self, staff_id: str | None) -> str | None:
        """Who guides a member of the staff, where that is a trainee."""
        return f"{self.code}-{self.trainee - 1:02d}" if staff_id and staff_id == self.trainee_id else None

    @property
    def supervisor_id(self) -> str:
        """The staff number of the supervisor, who covers a counter now and then."""
        return f"{self.code}-80"

    @property
    def guide_id(self) -> str:
        """The staff number of the guide at the door."""
        return f"{self.code}-70"

    @property
    def telephone_id(self) -> str:
        """Who answers the hall's telephone, away from the counters."""
        return f"{self.code}-90"


A, B, C, D = HallClass.A, HallClass.B, HallClass.C, HallClass.D
BREAK = ((510, 720), (840, 1050))
SIX_DAYS, FIVE_DAYS = (0, 1, 2, 3, 4, 5), (0, 1, 2, 3, 4)
_YUNCHUAN, _ANLAN, _SONGZE = (code for code, _, _ in PREFECTURES)

# The halls with a story come first, so that a small region has them too.
_HALLS = (
    HallPlan(name="城东供电营业厅", name_en="Chengdong Hall", hall_class=A, counters=10, per_day=330,
             round_the_clock=True, stamps_arrival=True, calls_by_device=True, calls_a_day=26, door_greetings=0.35,
             prompt_seconds=5.5, slips=0.05, payments_only=1, trainee=12,
             mix={"payment": 0.55, "new_connection": 1.7, "change": 1.6, "meter": 1.6}),
    HallPlan(region=_ANLAN, name="临港供电营业厅", name_en="Lingang Hall", hall_class=B, counters=5, per_day=184,
             declines=True, fails=True, door_greetings=0.2, calls_a_day=14),
    HallPlan(name="高新供电营业厅", name_en="Gaoxin Hall", hall_class=B, counters=6, per_day=196, loses_line=True,
             pace=0.95, calls_by_device=True, calls_a_day=16, payments_only=1, short_day=True),
    HallPlan(name="古渡供电营业厅", name_en="Gudu Hall", hall_class=D, counters=2, per_day=15, weekdays=FIVE_DAYS,
             hours=BREAK, walk_ins=1.0, tiny=True, rating_devices=False, calls_a_day=2, walking_seconds=0.0,
             mix={"payment": 2.0}),
    HallPlan(region=_ANLAN, name="安澜中心供电营业厅", name_en="Anlan Central Hall", hall_class=A, counters=8,
             per_day=270, crowding=0.82, prompt_seconds=4.5, slips=0.03, door_greetings=0.4, calls_a_day=22,
             calls_by_device=True, stamps_arrival=True, payments_only=1),
    HallPlan(region=_SONGZE, name="松泽中心供电营业厅", name_en="Songze Central Hall", hall_class=A, counters=7,
             per_day=240, crowding=0.92, pace=1.05, slips=0.09, calls_a_day=20, door_greetings=0.15, payments_only=1),
    HallPlan(name="城西供电营业厅", name_en="Chengxi Hall", hall_class=B, counters=6, per_day=192, crowding=0.9,
             slips=0.13, prompt_seconds=7.5, calls_a_day=12),
    HallPlan(region=_ANLAN, name="北苑供电营业厅", name_en="Beiyuan Hall", hall_class=C, counters=4, per_day=104,
             hours=BREAK, weekdays=SIX_DAYS, pace=0.9, slips=0.03, prompt_seconds=5.0, calls_a_day=7),
    HallPlan(region=_SONGZE, name="南湖供电营业厅", name_en="Nanhu Hall", hall_class=B, counters=5, per_day=152,
             pace=1.12, calls_a_day=11, stamps_arrival=True, calls_by_device=True),
    HallPlan(name="河滨供电营业厅", name_en="Hebin Hall", hall_class=C, counters=5, per_day=154, weekdays=SIX_DAYS,
             crowding=0.83, mix={"payment": 1.4}, calls_a_day=9),
    HallPlan(region=_ANLAN, name="石桥供电营业厅", name_en="Shiqiao Hall", hall_class=C, counters=4, per_day=104,
             hours=BREAK, weekdays=SIX_DAYS, crowding=0.93, slips=0.1, prompt_seconds=7.0, calls_a_day=6,
             rating_devices=False),
    HallPlan(region=_SONGZE, name="茶岭供电营业厅", name_en="Chaling Hall", hall_class=C, counters=4, per_day=90,
             hours=BREAK, weekdays=FIVE_DAYS, pace=0.97, walk_ins=0.1, calls_a_day=5),
)  # fmt: skip

_PLACES = (
    ("望江", "Wangjiang"), ("青石", "Qingshi"), ("白鹭", "Bailu"), ("云栖", "Yunqi"), ("竹溪", "Zhuxi"),
    ("长桥", "Changqiao"), ("柳堤", "Liudi"), ("梅园", "Meiyuan"), ("松岗", "Songgang"), ("平湖", "Pinghu"),
    ("金堂", "Jintang"), ("沙洲", "Shazhou"), ("凤鸣", "Fengming"), ("龙津", "Longjin"), ("玉泉", "Yuquan"),
    ("紫荆", "Zijing"), ("东门", "Dongmen"), ("西岭", "Xiling"), ("南屏", "Nanping"), ("北仓", "Beicang"),
    ("和平", "Heping"), ("新桥", "Xinqiao"), ("海棠", "Haitang"), ("清溪", "Qingxi"),
)  # fmt: skip
MOST_HALLS = len(_HALLS) + len(_PLACES)


def plans(halls: int) -> tuple[HallPlan, ...]:
    """The first `halls` halls of the region, with codes H01, H02 and on; ValueError beyond MOST_HALLS."""
    if not 1 <= halls <= MOST_HALLS:
        raise ValueError(f"a demo region has 1 to {MOST_HALLS} halls")
    listed = list(_HALLS[:halls])
    for number, (zh, en) in enumerate(_PLACES[: max(0, halls - len(_HALLS))]):
        like = _HALLS[6 + number % 6]
        listed.append(replace(like, name=f"{zh}供电营业厅", name_en=f"{en} Hall"))
    return tuple(replace(plan, code=f"H{number:02d}") for number, plan in enumerate(listed, 1))


_FAMILY = (
    ("王", "Wang"), ("李", "Li"), ("张", "Zhang"), ("刘", "Liu"), ("陈", "Chen"), ("杨", "Yang"), ("赵", "Zhao"),
    ("黄", "Huang"), ("周", "Zhou"), ("吴", "Wu"), ("徐", "Xu"), ("孙", "Sun"), ("胡", "Hu"), ("朱", "Zhu"),
    ("高", "Gao"), ("林", "Lin"), ("何", "He"), ("郭", "Guo"), ("马", "Ma"), ("罗", "Luo"), ("梁", "Liang"),
    ("宋", "Song"), ("郑", "Zheng"), ("谢", "Xie"), ("韩", "Han"), ("唐", "Tang"), ("冯", "Feng"), ("于", "Yu"),
    ("董", "Dong"), ("萧", "Xiao"), ("程", "Cheng"), ("曹", "Cao"), ("袁", "Yuan"), ("邓", "Deng"), ("许", "Xu"),
    ("傅", "Fu"), ("沈", "Shen"), ("曾", "Zeng"), ("彭", "Peng"), ("吕", "Lyu"),
)  # fmt: skip
_GIVEN = (
    ("敏", "Min"), ("静", "Jing"), ("丽", "Li"), ("强", "Qiang"), ("磊", "Lei"), ("洋", "Yang"), ("艳", "Yan"),
    ("勇", "Yong"), ("杰", "Jie"), ("娟", "Juan"), ("涛", "Tao"), ("超", "Chao"), ("霞", "Xia"), ("平", "Ping"),
    ("刚", "Gang"), ("玲", "Ling"), ("婷婷", "Tingting"), ("雪梅", "Xuemei"), ("志远", "Zhiyuan"), ("文博", "Wenbo"),
    ("晓燕", "Xiaoyan"), ("海峰", "Haifeng"), ("思远", "Siyuan"), ("雨桐", "Yutong"), ("佳怡", "Jiayi"),
    ("建华", "Jianhua"), ("国庆", "Guoqing"), ("美玲", "Meiling"), ("子涵", "Zihan"), ("欣然", "Xinran"),
)  # fmt: skip


def person(number: int, seed: int) -> tuple[str, str]:
    """The name of the region's n-th person, in Chinese and in Latin letters; no two of a region share one."""
    order = list(range(len(_FAMILY) * len(_GIVEN)))
    Random(seed).shuffle(order)
    family, given = divmod(order[number % len(order)], len(_GIVEN))
    (zh, en), (given_zh, given_en) = _FAMILY[family], _GIVEN[given]
    return zh + given_zh, f"{given_en} {en}"
