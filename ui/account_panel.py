"""Who is signed in, with the way to their password and out; and what stands there when nobody is."""

from __future__ import annotations

from html import escape
from urllib.parse import quote, urlencode, urlsplit

import streamlit as st

from analytics.accounts import called
from models.actor import Actor
from models.sessions import at_station
from models.store import store
from ui import leaving, reader
from ui.doorkeeping import came_in
from ui.keeping import Kept
from ui.language import translator, words

# The links are relative, as all of ours: every screen lies right below the root.
SIGN_IN, SIGN_OUT, PASSWORD, PIN = "auth/sign-in", "auth/sign-out", "auth/password", "auth/pin"
HIDDEN_MENU = '<style>[data-testid="stMainMenu"] { display: none; }</style>'
LOOK = """<style>
.monitor-account { line-height: 1.5; margin-bottom: 0.25rem; }
.monitor-account b { font-weight: 600; }
.monitor-account .roles { opacity: 0.75; font-size: 0.9em; }
.monitor-account .ways { display: flex; flex-wrap: wrap; gap: 0.25rem 1.1rem; margin-top: 0.35rem; font-size: 0.9em; }
.monitor-account a, a.monitor-way { color: inherit; text-underline-offset: 0.2em; }
.monitor-way { display: inline-block; margin-top: 0.5rem; padding: 0.5rem 1.5rem; border: 1px solid currentColor;
  border-radius: 0.5rem; text-decoration: none; }
</style>"""
_names = Kept(60, most=500)


def draw_panel(who: Actor) -> None:
    """The reader's name and roles, the links to change the password and to sign out."""
    t = translator().plain
    chinese, english = _called(who.name)
    roles = dict.fromkeys(grant.role for grant in who.grants)
    told = " · ".join(t.label(role) for role in roles)
    ways = [_link(PASSWORD, words("Change password"))] if not at_station(who) else []
    if who.staff_id is not None:
        ways.append(_link(PIN, words("Set PIN")))
    ways.append(_link(SIGN_OUT, words("Sign out")))
    st.html(
        f'{LOOK}<div class="monitor-account"><b>{escape(t.name(chinese, english))}</b>'
        f'<div class="roles">{escape(told)}</div><div class="ways">{"".join(ways)}</div></div>'
    )


def draw_signed_out() -> None:
    """All that a screen shows whose reader is signed out: that they are, and the way back in."""
    if came_in().at_station:
        st.header(words("Signed off"))
        st.html(f"{LOOK}{_link(leaving.SIGN_ON, words('Sign on'), 'monitor-way')}")
        leaving.go_to_sign_on()
        return
    st.header(words("You are signed out."))
    st.html(f"{LOOK}{_link(SIGN_IN, words('Sign in'), 'monitor-way')}")


def draw_no_role() -> None:
    """For an account that nobody has given a role yet."""
    st.info(words("Your account has no role yet: ask your administrator for one."))
    st.html(f"{LOOK}{_link(SIGN_OUT, words('Sign out'), 'monitor-way')}")


def _link(path: str, text: str, look: str = "") -> str:
    """A link to one of our plain pages, in this tab, with the way back."""
    parts = urlsplit(st.context.url or "/")
    here = f"/{parts.path.rsplit('/', 1)[-1]}"
    onward = here + ("?" + urlencode(st.query_params.to_dict()) if st.query_params else "")
    asked = f"next={quote(onward)}&{reader.LANGUAGE_PARAMETER}={reader.language()}"
    return f'<a class="{look}" href="{path}?{escape(asked)}" target="_self">{escape(text)}</a>'


def _called(name: str) -> tuple[str, str]:
    def asked() -> tuple[str, str]:
        with store().reading() as session:
            return called(session, [name])[name]

    found: tuple[str, str] = _names.value((store().url, name), asked)
    return found
