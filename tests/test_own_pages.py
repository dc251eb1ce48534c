"""Our own pages as a browser gets them: cookies, languages, what is kept of what was typed, the first administrator."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette

from actions.passwords import reset_password
from models.actor import actor_of
from models.store import Store
from tests import small_region as small
from tests.asked import Answered, a_scope, ask
from tests.signing_in import PASSWORD, a_session, account_of, put_region
from web import first, first_token, own_pages, password, sign_in
from web.client import Proxies, trusted_proxies

PAGES = Starlette(routes=[*sign_in.ROUTES, *password.ROUTES, *first.ROUTES, *own_pages.LAST])
NEW = "seven-loud-Bitterns"


@pytest.fixture
def region(embedded_store: Store) -> Store:
    with embedded_store.writing() as session:
        put_region(session, now=datetime.now(UTC))
    return embedded_store


def got(path: str, **headers: str) -> Answered:
    path, _, query = path.partition("?")
    return ask(
        Proxies(PAGES, trusted_proxies("10.0.0.1")), {**a_scope(path, **headers), "query_string": query.encode()}
    )


def sent(path: str, typed: dict[str, str], *, client: str = "127.0.0.1", **headers: str) -> Answered:
    path, _, query = path.partition("?")
    headers = {"content_type": "application/x-www-form-urlencoded", **headers}
    scope = a_scope(path, "POST", **headers)
    scope |= {"query_string": query.encode(), "client": (client, 50_000)}
    return ask(Proxies(PAGES, trusted_proxies("10.0.0.1")), scope, [urlencode(typed).encode()])


def cookie(answer: Answered) -> str:
    return answer.headers["set-cookie"].split(";")[0]


@pytest.mark.usefixtures("region")
def test_who_signs_in_goes_on_with_a_cookie_that_no_script_reads() -> None:
    answer = sent("/auth/sign-in?next=/visit%3Fsearch%3D1", {"name": f" {small.CLERK} ", "password": PASSWORD})
    assert (answer.status, answer.headers["location"]) == (303, "/visit?search=1")
    said = answer.headers["set-cookie"]
    assert said.startswith("monitor_session=")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(said.split("; "))
    assert "Max-Age" not in said


@pytest.mark.usefixtures("region")
def test_behind_https_the_cookie_is_secure_and_of_this_host_alone() -> None:
    typed = {"name": small.CLERK, "password": PASSWORD}
    answer = sent("/auth/sign-in", typed, client="10.0.0.1", x_forwarded_proto="https", x_forwarded_for="8.8.8.8")
    assert answer.headers["set-cookie"].startswith("__Host-monitor_session=")
    assert "Secure" in answer.headers["set-cookie"].split("; ")


@pytest.mark.usefixtures("region")
def test_what_was_typed_is_kept_and_escaped_but_never_the_password() -> None:
    answer = sent("/auth/sign-in?lang=en", {"name": "\"><script>alert('x')</script>", "password": "a-secret-guess"})
    assert answer.status == 401
    assert "Name and password do not match." in answer.text
    assert "&gt;&lt;script&gt;" in answer.text
    assert "<script" not in answer.text
    assert "a-secret-guess" not in answer.text


@pytest.mark.usefixtures("region")
@pytest.mark.parametrize(
    ("typed", "said"),
    [({"name": "", "password": "x"}, "Type your account&#39;s name."), ({"name": "x"}, "Type your password.")],
)
def test_what_is_missing_is_said_beside_its_field(typed: dict[str, str], said: str) -> None:
    answer = sent("/auth/sign-in?lang=en", typed)
    assert answer.status == 422
    assert said in answer.text
    assert 'aria-invalid="true"' in answer.text


@pytest.mark.usefixtures("embedded_store")
def test_the_language_is_the_addresss_then_the_one_chosen_before_then_the_browsers() -> None:
    chosen = got("/auth/sign-in?lang=en", accept_language="zh-CN")
    assert '<html lang="en">' in chosen.text
    assert cookie(chosen) == "lang=en"
    assert '<html lang="en">' in got("/auth/sign-in", cookie="lang=en", accept_language="zh-CN").text
    assert '<html lang="en">' in got("/auth/sign-in", accept_language="de-DE,de;q=0.9").text
    assert '<html lang="zh-CN">' in got("/auth/sign-in", accept_language="zh-TW").text
    assert '<html lang="zh-CN">' in got("/auth/sign-in?lang=xx").text


def test_signing_out_takes_the_cookie_back_and_ends_what_it_opened(region: Store) -> None:
    mine = a_session(region, small.CLERK, now=datetime.now(UTC))
    assert got("/auth/password", cookie=mine).status == 200
    answer = sent("/auth/sign-out", {}, cookie=mine)
    assert (answer.status, answer.headers["location"]) == (303, "/auth/sign-in?said=out")
    assert 'monitor_session=""' in answer.headers["set-cookie"]
    assert got("/auth/password", cookie=mine).headers["location"].startswith("/auth/sign-in")


def test_a_new_sign_in_ends_the_session_that_the_browser_had(region: Store) -> None:
    before = a_session(region, small.GUIDE, now=datetime.now(UTC))
    after = cookie(sent("/auth/sign-in", {"name": small.CLERK, "password": PASSWORD}, cookie=before))
    assert got("/auth/password", cookie=before).status == 303
    assert got("/auth/password", cookie=after).status == 200


def test_a_temporary_password_is_changed_before_anything_else(region: Store) -> None:
    with region.reading() as session:
        keeper, clerk = actor_of(session, account_of(session, small.ADMINISTRATOR)), account_of(session, small.CLERK).id
    temporary = reset_password(region, keeper, clerk, now=datetime.now(UTC))
    begun = sent("/auth/sign-in?next=/counter-desk", {"name": small.CLERK, "password": temporary})
    assert begun.headers["location"] == "/auth/password?next=%2Fcounter-desk"
    mine, page = cookie(begun), "/auth/password?next=/counter-desk&lang=en"
    assert "Your password is a temporary one." in got(page, cookie=mine).text
    uneven = sent(page, {"old": temporary, "new": NEW, "again": "another"}, cookie=mine)
    assert "The two are not the same." in uneven.text
    weak = sent(page, {"old": temporary, "new": "1234567890", "again": "1234567890"}, cookie=mine)
    assert "This password is too easy to guess" in weak.text
    done = sent(page, {"old": temporary, "new": NEW, "again": NEW}, cookie=mine)
    assert (done.status, done.headers["location"]) == (303, "/counter-desk")


def test_the_first_administrator_is_made_by_the_token_from_the_file(embedded_store: Store) -> None:
    first_token.offer(embedded_store)
    file = first_token.token_file(embedded_store)
    token = file.read_text("ascii").strip()
    first_token.offer(embedded_store)
    assert file.read_text("ascii").strip() == token, "a second start keeps the token"
    assert file.stat().st_mode & 0o777 == 0o600
    typed = {"name": "li.jing", "display_name": "李静", "new": NEW, "again": NEW}
    wrong = sent("/auth/first?lang=en", {**typed, "token": "a guess"})
    assert (wrong.status, file.exists()) == (422, True)
    assert "This is not the token in the file." in wrong.text
    assert 'value="李静"' in wrong.text
    made = sent("/auth/first", {**typed, "token": token})
    assert (made.status, made.headers["location"], file.exists()) == (303, "/", False)
    assert got("/auth/password", cookie=cookie(made)).status == 200
    assert got("/auth/first").headers["location"] == "/auth/sign-in"
    assert sent("/auth/first", {**typed, "name": "second", "token": token}).headers["location"] == "/auth/sign-in"


def test_a_file_that_is_not_needed_any_more_is_taken_away_at_the_start(region: Store) -> None:
    file = first_token.token_file(region)
    file.write_text("of an earlier time\n")
    first_token.offer(region)
    assert not file.exists()


@pytest.mark.usefixtures("embedded_store")
def test_what_is_no_form_of_ours_is_refused_and_there_is_no_page_beside_ours() -> None:
    assert sent("/auth/sign-in", {"name": "x" * 20_000}).status == 400
    assert sent("/auth/sign-in", {"name": "x"}, content_type="application/json").status == 400
    assert sent("/auth/sign-in", {"name": "x\x00y", "password": "x"}).status == 422
    assert got("/auth/no-such-page").status == 404
    assert got("/auth/assets/../sign_in.py").status == 404
