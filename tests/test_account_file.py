"""A file of accounts: the trial says what happens, taking it does that and no more, and twice is once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from sqlmodel import Session, select

from actions.accounts import close_account
from actions.credentials import matches
from actions.people import add_account
from actions.setup import add_branch, add_region
from ingest.account_file import AccountLine, day_of, read_account_file, roles_of
from ingest.account_plan import LineState, PlannedLine, What, plan_accounts
from ingest.account_sheets import password_sheet, template_sheet
from ingest.account_taking import Taken, take_accounts
from ingest.broken import BrokenFile
from models.actor import Actor, NotAllowed, actor_of, machine_actor
from models.store import Store
from models.tables import Account, AuditEvent, Credential, CredentialKind, RoleGrant, Staff
from standards.vocabulary import Role
from ui.account_import import template
from ui.language import translator_of
from ui.wording import Language

NOW = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
MACHINE = machine_actor("root")
HEADER = ("工号", "姓名", "厅", "岗位", "角色", "离岗（离职）日期")


@pytest.fixture
def region(empty_store: Store) -> Store:
    """The county with the halls TOWN and CITY, and FAR elsewhere; wang is a clerk of TOWN with the number 7."""
    with empty_store.writing() as session:
        for code, name in (("county", "示范县"), ("other", "别处")):
            add_region(session, MACHINE, code, name=code if code == "other" else name, name_en=f"{code} area", now=NOW)
        for code, name, parent in (
            ("TOWN", "城东厅", "county"),
            ("CITY", "城中厅", "county"),
            ("FAR", "远厅", "other"),
        ):
            add_branch(session, MACHINE, code, zone="Asia/Shanghai", name=name, name_en=code, region_id=parent, now=NOW)
        session.add(Staff(branch_id="TOWN", id="7", name="王芳"))
        session.flush()
        add_account(
            session,
            MACHINE,
            "wang",
            display_name="王芳",
            branch_id="TOWN",
            staff_id="7",
            roles=[(Role.CLERK, "TOWN")],
            now=NOW,
        )
    return empty_store


def a_file(*rows: Sequence[Any], header: Sequence[str] = HEADER) -> bytes:
    book = Workbook()
    for row in (header, *rows):
        book.worksheets[0].append(list(row))
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def tried(store: Store, content: bytes, actor: Actor = MACHINE) -> tuple[PlannedLine, ...]:
    with store.reading() as session:
        return plan_accounts(session, actor, read_account_file(content))


def took(store: Store, content: bytes, actor: Actor = MACHINE) -> Taken:
    return take_accounts(store, actor, read_account_file(content), "people.xlsx", now=NOW)


def account(session: Session, name: str) -> Account:
    return session.exec(select(Account).where(Account.name == name)).one()


def roles(session: Session, name: str) -> set[tuple[Role, str]]:
    held = session.exec(select(RoleGrant).where(RoleGrant.account_id == account(session, name).id))
    return {(row.role, row.scope) for row in held}


def an_administrator(store: Store, scope: str) -> Actor:
    with store.writing() as session:
        add_account(session, MACHINE, "admin", roles=[(Role.ADMINISTRATOR, scope)], now=NOW)
        return actor_of(session, account(session, "admin"))


def everything(store: Store) -> list[str]:
    with store.reading() as session:
        rows = [row for table in (Account, RoleGrant, Staff, Credential) for row in session.exec(select(table)).all()]
        return sorted(row.model_dump_json() for row in rows)


PEOPLE = a_file(
    (1017, "张敏", "城中厅", "综合柜员", "窗口人员、引导员", None),
    ("8", "李强", "TOWN；CITY", "班长", "Hall supervisor", date(2026, 12, 31)),
    ("M1", "陈刚", "示范县", "专责", "regional_manager", "2026年7月1日"),
    ("A1", "赵敏", "全部营业厅", "", "审计员", ""),
)


def test_new_people_get_a_staff_row_roles_and_a_password_each(region: Store) -> None:
    assert [line.state for line in tried(region, PEOPLE)] == [LineState.NEW] * 4
    taken = took(region, PEOPLE)
    with region.reading() as session:
        assert roles(session, "1017") == {(Role.CLERK, "CITY"), (Role.GUIDE, "CITY")}
        assert roles(session, "8") == {(Role.SUPERVISOR, "TOWN"), (Role.SUPERVISOR, "CITY")}
        assert roles(session, "M1") == {(Role.REGIONAL_MANAGER, "county")}
        assert roles(session, "A1") == {(Role.AUDITOR, "*")}
        assert session.get_one(Staff, ("CITY", "1017")).name == "张敏"
        lead = account(session, "8")
        assert (lead.branch_id, lead.staff_id, lead.leaving_on) == ("TOWN", "8", date(2026, 12, 31))
        assert account(session, "M1").branch_id is None
        for one in taken.handed[:2]:
            stored = session.get_one(Credential, (account(session, one.account).id, CredentialKind.PASSWORD))
            assert stored.temporary
            assert matches(CredentialKind.PASSWORD, stored.digest, one.password)
        told = "".join(event.model_dump_json() for event in session.exec(select(AuditEvent)))
    assert len({one.password for one in taken.handed}) == 4
    assert not any(one.password in told or one.password in repr(taken) for one in taken.handed)


def test_the_same_file_twice_changes_nothing(region: Store) -> None:
    took(region, PEOPLE)
    once = everything(region)
    assert {line.state for line in tried(region, PEOPLE)} == {LineState.UNCHANGED}
    again = took(region, PEOPLE)
    assert again.handed == ()
    assert everything(region) == once


def test_the_trial_writes_nothing_and_who_is_not_in_the_file_is_left_alone(region: Store) -> None:
    before = everything(region)
    tried(region, PEOPLE)
    assert everything(region) == before
    took(region, PEOPLE)
    assert set(before) <= set(everything(region))


def test_a_person_known_by_hall_and_number_is_not_made_anew(region: Store) -> None:
    (line,) = tried(region, a_file(("7", "王芳", "城东厅", "柜员", "窗口人员", "")))
    assert (line.state, line.account) == (LineState.CHANGED, "wang")
    assert [(one.what, one.after) for one in line.changes] == [(What.POST, "柜员")]


def test_a_line_with_a_role_says_all_roles_of_its_person(region: Store) -> None:
    moved = a_file(("wang", "王芳", "城中厅", "", "班长", ""))
    (line,) = tried(region, moved)
    assert {(one.what, one.before, one.after) for one in line.changes} == {
        (What.HALL, "TOWN", "CITY"),
        (What.ROLE_GIVEN, Role.SUPERVISOR, "CITY"),
        (What.ROLE_TAKEN, Role.CLERK, "TOWN"),
    }
    took(region, moved)
    with region.reading() as session:
        assert roles(session, "wang") == {(Role.SUPERVISOR, "CITY")}
        assert (account(session, "wang").branch_id, account(session, "wang").staff_id) == ("CITY", "7")
        assert session.get(Staff, ("CITY", "7")) is not None
        revoked = session.exec(select(AuditEvent).where(AuditEvent.action == "revoke")).one()
        assert revoked.reason == "people.xlsx"


def test_what_a_line_leaves_empty_stays(region: Store) -> None:
    (line,) = tried(region, a_file(("wang", "", "", "", "", "")))
    assert line.state is LineState.UNCHANGED


def test_administrators_and_auditors_keep_their_roles_whatever_a_file_says(region: Store) -> None:
    with region.writing() as session:
        add_account(session, MACHINE, "head", branch_id="TOWN", roles=[(Role.ADMINISTRATOR, "*")], now=NOW)
    took(region, a_file(("head", "主任", "TOWN", "", "引导员", "")))
    with region.reading() as session:
        assert roles(session, "head") == {(Role.ADMINISTRATOR, "*"), (Role.GUIDE, "TOWN")}
    leaving = a_file(("head", "主任", "", "", "", "2026-04-01"), ("wang", "王芳", "*", "", "系统管理员", "2026-04-01"))
    assert [line.state for line in tried(region, leaving)] == [LineState.REFUSED] * 2


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (("a b", "张敏", "TOWN", "", "引导员", ""), "is no staff number"),
        (("", "张敏", "TOWN", "", "引导员", ""), "The staff number is missing"),
        (("9", "", "TOWN", "", "引导员", ""), "A name must have"),
        (("9", "张敏", "Nowhere", "", "引导员", ""), "Nowhere is neither a hall nor a region"),
        (("9", "张敏", "TOWN", "", "国王", ""), "国王 is no role"),
        (("9", "张敏", "TOWN", "", "设备", ""), "let in by its token"),
        (("9", "张敏", "TOWN", "", "", ""), "A new account needs a role"),
        (("9", "张敏", "", "", "引导员", ""), "Write the hall of the role"),
        (("9", "张敏", "TOWN", "", "引导员", "soon"), "soon is no date"),
        (("9", "张敏", "TOWN", "", "引导员", "2026-02-30"), "2026-02-30 is no date"),
        (("wang", "王芳", "CITY", "", "", ""), "Write the role in the new hall"),
    ],
)
def test_a_line_that_can_t_be_is_refused_with_its_reason(region: Store, row: tuple[str, ...], why: str) -> None:
    before = everything(region)
    (line,) = tried(region, a_file(row))
    assert line.state is LineState.REFUSED
    assert why in str(line.refused)
    assert took(region, a_file(row)).handed == ()
    assert everything(region) == before


def test_the_good_lines_are_taken_beside_refused_ones(region: Store) -> None:
    content = a_file(
        ("9", "张敏", "TOWN", "", "引导员", ""), ("9", "张敏", "TOWN", "", "引导员", ""), ("10", "", "", "", "", "")
    )
    taken = took(region, content)
    assert [line.state for line in taken.lines] == [LineState.NEW, LineState.REFUSED, LineState.REFUSED]
    assert str(taken.lines[1].refused) == "The same person stands in line 2 already."


def test_a_number_stands_for_one_person_in_a_file(region: Store) -> None:
    lines = tried(region, a_file(("7", "王芳", "TOWN", "", "", ""), ("7", "张敏", "CITY", "", "引导员", "")))
    assert [(line.account, line.state) for line in lines] == [
        ("wang", LineState.UNCHANGED),
        ("7", LineState.REFUSED),
    ]


def test_a_region_s_administrator_takes_in_only_its_own(region: Store) -> None:
    actor = an_administrator(region, "county")
    content = a_file(
        ("20", "甲", "城中厅", "", "引导员", ""),
        ("21", "乙", "远厅", "", "引导员", ""),
        ("22", "丙", "全部", "", "系统管理员", ""),
        ("23", "丁", "示范县", "", "市公司专责", ""),
        ("admin", "我", "", "", "", "2027-01-01"),
    )
    states = [line.state for line in tried(region, content, actor)]
    assert states == [LineState.NEW, LineState.REFUSED, LineState.REFUSED, LineState.NEW, LineState.REFUSED]
    assert [line.state for line in took(region, content, actor).lines] == states
    with region.reading() as session:
        assert roles(session, "23") == {(Role.REGIONAL_MANAGER, "county")}


def test_a_closed_account_is_opened_by_hand_alone(region: Store) -> None:
    with region.writing() as session:
        close_account(session, MACHINE, account(session, "wang").id, reason="left", now=NOW)
    (line,) = tried(region, a_file(("wang", "王芳", "TOWN", "", "引导员", "")))
    assert line.state is LineState.REFUSED


def test_nobody_else_takes_a_file_in(region: Store) -> None:
    with region.writing() as session:
        add_account(session, MACHINE, "lead", branch_id="TOWN", roles=[(Role.SUPERVISOR, "TOWN")], now=NOW)
        lead = actor_of(session, account(session, "lead"))
    with pytest.raises(NotAllowed):
        took(region, PEOPLE, lead)


CELLS = st.tuples(
    st.sampled_from(["7", "8", "wang", "008", "=1+1", ""]),
    st.sampled_from(["王芳", "李强", "", "=cmd"]),
    st.sampled_from(["TOWN", "城中厅", "示范县", "TOWN、CITY", "*", "远厅", ""]),
    st.sampled_from(["", "柜员"]),
    st.sampled_from(["窗口人员", "guide", "班长，引导员", "审计员", "系统管理员", "", "?"]),
    st.sampled_from(["", "2026-03-02", "2026-09-01"]),
)


@given(st.lists(CELLS, min_size=1, max_size=5))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_whatever_the_trial_says_happens(region: Store, rows: list[tuple[str, ...]]) -> None:
    lines = tuple(AccountLine(nth, *(row[0], row[1], "", *row[2:])) for nth, row in enumerate(rows, 2))
    with region.reading() as session:
        said = [(line.state, line.changes) for line in plan_accounts(session, MACHINE, lines)]
    done = take_accounts(region, MACHINE, lines, "people.xlsx", now=NOW)
    assert [(line.state, line.changes) for line in done.lines] == said
    with region.reading() as session:
        again = plan_accounts(session, MACHINE, lines)
    # A line that was refused may be possible once another has moved somebody out of its way.
    taken = [after for before, after in zip(done.lines, again, strict=True) if before.state is not LineState.REFUSED]
    assert {line.state for line in taken} <= {LineState.UNCHANGED}


@pytest.mark.parametrize(
    "header",
    [
        ("Number", "Name", "Hall", "Post", "Role", "Leaving date"),
        (" 工号 ", "姓名", "营业厅", "职务", "角色", "离职日期"),
    ],
)
def test_headers_are_read_in_either_language_below_a_title(header: tuple[str, ...]) -> None:
    content = a_file(header, (17, "张敏", "TOWN", "", "guide", date(2026, 5, 1)), header=("人员名单",))
    assert read_account_file(content) == (AccountLine(3, "17", "张敏", "", "TOWN", "", "guide", "2026-05-01"),)


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 broken", "工号,姓名\n1,张敏".encode(), a_file(), a_file(("x",), header=("姓名", "厅"))],
)
def test_what_is_no_file_of_accounts_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(BrokenFile):
        read_account_file(content)


def test_roles_and_days_are_read_in_every_way_they_are_written() -> None:
    assert roles_of("班长（厅负责人）；Guide") == frozenset({Role.SUPERVISOR, Role.GUIDE})
    assert roles_of("clerk, 国王") is None
    assert all(roles_of(word) == frozenset({role}) for role in Role for word in (role.value, role.label))
    assert [day_of(text) for text in ("2026/2/3", "2026.02.03", "2026-02-03 00:00:00")] == [date(2026, 2, 3)] * 3
    assert day_of("46066") is None


def test_the_template_is_read_as_a_file_without_rows() -> None:
    with pytest.raises(BrokenFile, match="no rows"):
        read_account_file(template_sheet("账号", HEADER, ["说明"], "填写说明"))


@pytest.mark.parametrize("language", list(Language))
def test_the_product_s_own_template_is_read_back_in_each_language(language: Language) -> None:
    t, content = translator_of(language).plain, BytesIO()
    book = load_workbook(BytesIO(template(t)))
    for column, text in enumerate(("7", "王芳", "TOWN", "Teller", t.label(Role.CLERK), "2026-02-13"), 1):
        book.worksheets[0].cell(row=2, column=column).value = text
    book.save(content)
    (line,) = read_account_file(content.getvalue())
    assert (line.number, line.name, line.hall, line.post, line.leaving) == ("7", "王芳", "TOWN", "Teller", "2026-02-13")
    assert roles_of(line.role) == frozenset({Role.CLERK})


def test_a_name_that_looks_like_a_formula_stays_a_text_on_the_slip() -> None:
    content = password_sheet("临时密码", ("厅", "姓名", "说明"), [("=1+1", "@SUM(A1)")], "首次登录后修改")
    page = load_workbook(BytesIO(content)).worksheets[0]
    assert [(cell.value, cell.data_type) for cell in page[2]] == [
        ("=1+1", "s"),
        ("@SUM(A1)", "s"),
        ("首次登录后修改", "s"),
    ]
