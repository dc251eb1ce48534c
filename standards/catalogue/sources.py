"""The sources of the catalogue, each with the grade that it was read in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from standards.catalogue.origin import Origin
from standards.vocabulary import Grade, Issuer

UNDATED = "undated"
FROM_JANUARY = "The source prints no day: in force from 1 January of the edition's year."
NO_YEAR = "The copy prints no year."


def training(title: str) -> Origin:
    """Training material: in force always, never a regulation."""
    return Origin(Issuer.TRAINING, UNDATED, None, f"培训教材《{title}》", None, Grade.S)


SERVICE_COURSE = training("客户服务与客户满意度管理")
TELEPHONE_COURSE = training("客服电话服务须知")
COUNTER_COURSE = training("供电营销窗口人员优质服务训练营")

QUALITY_2010 = Origin(
    Issuer.STATE_GRID,
    "2010",
    date(2010, 1, 1),
    "国家电网公司供电服务质量标准(国家电网科〔2010〕341号)",
    "http://sokaoti.com/c/s38965/sNAH8IK1.html",
    Grade.B,
    FROM_JANUARY,
)
PROMISES_2005 = Origin(
    Issuer.STATE_GRID,
    "2005",
    date(2005, 1, 1),
    "国家电网公司供电服务“十项承诺”(2005年,临汾新闻网转载)",
    None,
    Grade.B,
    FROM_JANUARY,
)
PROMISES_2011 = Origin(
    Issuer.STATE_GRID,
    "2011",
    date(2011, 1, 1),
    "国家电网公司供电服务“十项承诺”(新“三个十条”,国家电网办〔2011〕1493号)",
    "http://juduo.cc",
    Grade.B,
    FROM_JANUARY,
)
PROMISES_2022 = Origin(
    Issuer.STATE_GRID,
    "2022",
    date(2022, 1, 1),
    "国家电网有限公司供电服务“十项承诺”(修订版,烟台市政府网站2023-12-08)",
    "https://www.yantai.gov.cn:446/art/2023/12/8/art_68404_3033506.html",
    Grade.A,
    "The page does not print the edition's year, which is recalled: in force from 1 January 2022.",
)
JIANGSU_2021 = Origin(
    Issuer.STATE_GRID,
    "2021",
    date(2021, 1, 1),
    "国网江苏电力投诉举报处理公告(2021-09-25)",
    "http://www.js.sgcc.com.cn/html/hagdgs/col2880/2021-09/25/20210925165206179136777_1.html",
    Grade.A,
    "The notice of one State Grid unit, not the national text; in force from 1 January of its year.",
)
SOUTHERN_GRID_2017 = Origin(
    Issuer.SOUTHERN_GRID,
    "2017",
    date(2017, 1, 1),
    "中国南方电网公司服务承诺(2017年)",
    "http://shadafang.com/c/tj1205C11132017.html",
    Grade.B,
    FROM_JANUARY,
)
OWN = Origin(Issuer.OWN, UNDATED, None, "本系统设定", None, Grade.I)
FIRST_ASKED = Origin(
    Issuer.STATE_GRID,
    UNDATED,
    None,
    "首问负责制(襄阳长虹营业厅;青岛2001年承诺)",
    "http://dianbiao.com",
    Grade.B,
    "Read on a hall's own page, which prints no year.",
)
TOLD_ONCE = Origin(
    Issuer.STATE_GRID,
    "2019",
    date(2019, 1, 1),
    "一次性告知制度(修武);供电营业窗口群众满意服务标准“九不准”第4条(2019-05-18转载)",
    "http://ncdqh.com.cn",
    Grade.B,
    f"A local list; the year is that of the copy. {FROM_JANUARY}",
)
THREE_VOICES = Origin(
    Issuer.OWN,
    UNDATED,
    None,
    "供电营业窗口群众满意服务标准;“三声”服务(zxfzsj.com)",
    "http://zxfzsj.com",
    Grade.B,
    "A local list that prints no year and names no issuer.",
)
NINE_DONTS = Origin(
    Issuer.OWN,
    "2019",
    date(2019, 1, 1),
    "供电营业窗口群众满意服务标准“九不准”第8条(2019-05-18转载)",
    None,
    Grade.B,
    f"A local list that names no issuer; the year is that of the copy. {FROM_JANUARY}",
)
RATING_LEVELS = Origin(
    Issuer.OWN,
    UNDATED,
    None,
    "政务服务“好差评”五级评价(国办发〔2019〕51号)",
    None,
    Grade.B,
    "The five levels are from the source; that level 4 or better counts as satisfied is our own setting (grade I).",
)

SEATS_95598 = Origin(
    Issuer.STATE_GRID,
    UNDATED,
    None,
    "95598客户代表服务规范(99xueshu.com)",
    "http://99xueshu.com",
    Grade.B,
    NO_YEAR,
)
CONTACT_2022 = replace(
    JIANGSU_2021,
    edition="2022",
    in_force_from=date(2022, 1, 1),
    note="Read in a State Grid unit's notice of 2021; the national text is recalled: in force from 1 January 2022.",
)
ANSWER_2022 = Origin(
    Issuer.STATE_GRID,
    "2022",
    date(2022, 1, 1),
    "国家电网有限公司供电服务“十项承诺”第9条",
    "http://xnnu.com/302805",
    Grade.C,
    "Read on a weak page and recalled; Southern Grid's rule has the same number. In force from 1 January 2022.",
)
SOUTHERN_GRID_COMPLAINTS = Origin(
    Issuer.SOUTHERN_GRID,
    UNDATED,
    None,
    "南方电网服务质量投诉处理规定(shititong.cn)",
    "http://shititong.cn",
    Grade.B,
    NO_YEAR,
)
SUPERVISION_RULES = Origin(
    Issuer.LAW,
    "2009",
    date(2010, 1, 1),
    "供电监管办法(2009年)",
    "http://bjx.com.cn",
    Grade.B,
    "The day on which it came into force is recalled.",
)
QUALITY_ENQUIRIES = replace(
    QUALITY_2010, source="国家电网公司供电服务质量标准第6条(shititong.cn)", source_url="http://shititong.cn"
)
ORDERS_95598 = Origin(
    Issuer.STATE_GRID,
    UNDATED,
    None,
    "95598投诉工单派发要求(woaishuati.com)",
    "http://woaishuati.com/question/165386",
    Grade.B,
    NO_YEAR,
)
BAD_REVIEWS_DEZHOU = Origin(
    Issuer.OWN,
    UNDATED,
    None,
    "“好差评”差评整改时限(德州,ceirp.cn)",
    "http://ceirp.cn",
    Grade.B,
    "Cities differ (another prints 15 working days): set your own.",
)
NAMED_BAD_REVIEWS = Origin(
    Issuer.LAW,
    "2019",
    date(2019, 12, 3),
    "政务服务“好差评”(国办发〔2019〕51号,地方文本转述)",
    "http://ceirp.cn",
    Grade.B,
)
RECALLED_LAW = "Read on a weak page and recalled from the supervision rules."
LEGAL_FLOOR = Origin(
    Issuer.LAW, UNDATED, None, "供电监管办法时限(jilinnxwh.com)", "http://jilinnxwh.com", Grade.C, RECALLED_LAW
)
ORDINANCE = Origin(
    Issuer.LAW,
    UNDATED,
    None,
    "某供电条例第三十一条(标题不可见,78911.com.cn)",
    "http://78911.com.cn",
    Grade.B,
    "An ordinance whose title is not visible in the copy.",
)
DESIGN_REVIEW = Origin(
    Issuer.STATE_GRID,
    UNDATED,
    None,
    "受电工程设计审查时限(shititong.cn)",
    "http://shititong.cn",
    Grade.B,
    NO_YEAR,
)
HIGH_VOLTAGE_2014 = Origin(
    Issuer.STATE_GRID,
    "2014",
    date(2014, 1, 1),
    "高压业扩时限(taowenge.com)",
    "http://taowenge.com",
    Grade.B,
    FROM_JANUARY,
)
HIGH_VOLTAGE_STEPS = replace(HIGH_VOLTAGE_2014, edition=UNDATED, in_force_from=None, note=NO_YEAR)
SERVICE_REQUESTS = Origin(
    Issuer.STATE_GRID,
    UNDATED,
    None,
    "95598服务申请工单内部时限(m.sosoti.cn 题库)",
    "http://m.sosoti.cn/question-nMkqrv",
    Grade.B,
    "Options of an exam question whose key is not shown: plausible, not confirmed.",
)
