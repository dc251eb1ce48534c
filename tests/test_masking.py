"""Numbers that tell who somebody is are masked wherever they stand; everything else stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.masking import STAR, masked, masked_line, masked_value

WORDS = st.text(alphabet="客户来电要求回复，。 ()", max_size=12)
MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
DAYS = st.dates().map(lambda day: f"{day:%Y%m%d}" if day.year > 999 else "19800101")


def with_check(seventeen: str) -> str:
    """An ID card number with the check that GB 11643 gives it: worked out otherwise than the product does."""
    value = 0
    for digit in seventeen:
        value = (value + int(digit)) * 2 % 11
    check = (12 - value) % 11
    return seventeen + ("X" if check == 10 else str(check))


def with_luhn(digits: str) -> str:
    """A bank card number with its check digit: the one of the ten that the sum of table values allows."""
    table = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
    total = sum(table[int(d)] if at % 2 == 0 else int(d) for at, d in enumerate(reversed(digits)))
    return digits + str(-total % 10)


ID_CARDS = st.builds(
    lambda place, day, order: with_check(f"{place}{day}{order:03}"), st.integers(110000, 659999), DAYS,
    st.integers(0, 999),
)  # fmt: skip
BANK_CARDS = st.builds(lambda rest: with_luhn(f"62{rest}"), st.from_regex(r"[0-9]{13,16}", fullmatch=True))


@given(WORDS, MOBILES | ID_CARDS | BANK_CARDS, WORDS)
def test_a_number_is_masked_and_the_words_about_it_stay(before: str, number: str, after: str) -> None:
    said = f"{before} {number} {after}"
    hidden = masked(said)
    assert number not in hidden
    assert len(hidden) == len(said)
    assert hidden.startswith(before)
    assert hidden.endswith(after)
    assert hidden.count(STAR) >= 4


@given(st.text(max_size=80))
def test_masking_twice_is_masking_once_and_never_changes_a_text_s_length(text: str) -> None:
    assert masked(masked(text)) == masked(text)
    assert len(masked(text)) == len(text)


@given(st.uuids())
def test_identifiers_are_left_alone(identifier: object) -> None:
    assert masked(f"visit {identifier}.") == f"visit {identifier}."


@given(st.from_regex(r"[A-Z]?[0-9]{1,6}", fullmatch=True), st.datetimes(), st.decimals(0, 999_999_999, places=2))
def test_tickets_numbers_times_and_sums_are_left_alone(code: str, at: object, total: object) -> None:
    said = f"票号 {code}，{at}，共 {total} 元"
    assert masked(said) == said


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        ("回电 13812345678", "回电 138****5678"),
        ("回电138-1234-5678。", "回电138-****-5678。"),
        ("+86 13812345678 急", "+86 138****5678 急"),
        ("tel13812345678", "tel138****5678"),
        ("13812345678,13987654321", "138****5678,139****4321"),
        ("电话 0571-87654321", "电话 0571-*****321"),
        ("(010) 8765 4321-801", "(010) 8*** *321-801"),
        ("电话：87654321", "电话：87****21"),
        ("１３８１２３４５６７８", "１３８****５６７８"),
        ("zhang.san@example.com 来信", "z********@example.com 来信"),
        ("身份证11010519491231002X", "身份证110***********002X"),
        ("旧证110105491231002", "旧证110*********002"),
        ("卡 6222 0212 3456 7890 128", "卡 6222 **** **** ***0 128"),
    ],
)
def test_each_kind_keeps_its_beginning_and_its_end(said: str, hidden: str) -> None:
    assert masked(said) == hidden


@pytest.mark.parametrize(
    "said",
    [
        "A012 3号窗口 工号 20230117",
        "2026-03-02 10:15:31 至 11:00",
        "用电 1380.50 度, 1,234,567.89 元, 12345678.90",
        "08:30-12:00, 13:00-17:30",
        "户号 0012345678",
        "95598 热线",
        "110105194912310021 不是证件",  # its check does not fit
        "sha 13812345678901234567890",
    ],
)
def test_what_is_nobodys_number_stays(said: str) -> None:
    assert masked(said) == said


def test_a_rejected_line_hides_the_columns_that_tell_of_a_customer() -> None:
    line = {"票号": "A012", "客户姓名": "王小明", "联系电话": "87654321", "备注": "回电13812345678", "业务名称": "交费"}
    assert masked_line(line) == {
        "票号": "A012",
        "客户姓名": "王**",
        "联系电话": "8*******",
        "备注": "回电138****5678",
        "业务名称": "交费",
    }
    assert (
        masked_line({"customer_name": "Li Lei", "staff_name": "Han", "id": "7", "note": ""})["customer_name"]
        == "L*****"
    )


def test_a_json_value_is_masked_at_any_depth() -> None:
    value = {"a": ["13812345678", {"b": 13812345678, "n": 12, "yes": True, "none": None}]}
    hidden = "138****5678"
    assert masked_value(value) == {"a": [hidden, {"b": hidden, "n": 12, "yes": True, "none": None}]}
