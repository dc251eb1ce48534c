"""What stands on our own pages, said by the reader's translator."""

from __future__ import annotations

from actions.credentials import SHORTEST_PASSWORD
from ui.language import Translator


def sign_in_words(t: Translator, said: str) -> dict[str, str]:
    """`said` is what the address says has just happened."""
    return {
        "title": t.words("Sign in"),
        "said": t.words("You are signed out.") if said == "out" else "",
        "name": t.words("Account's name"),
        "password": t.words("Password"),
        "forgotten": t.words("Password forgotten? Your administrator gives you a new one."),
        "first": t.words("Nobody administers yet: make the first administrator"),
        "company": t.words("Sign in with the company's account"),
        "choice": t.words("Go on without signing in: choose an account of the demo region"),
    }


def company_words(t: Translator) -> dict[str, str]:
    return {
        "title": t.words("Not signed in"),
        "again": t.words("Sign in with the company's account"),
        "otherwise": t.words("Sign in with name and password"),
    }


def sign_out_words(t: Translator) -> dict[str, str]:
    return {"title": t.words("Sign out"), "back": t.words("Stay signed in")}


def password_words(t: Translator, *, must: bool) -> dict[str, str]:
    """`must`: the present password is a temporary one."""
    temporary = t.words("Your password is a temporary one. Choose one of your own before you go on.")
    ends = t.words("Where you are signed in elsewhere, you will be signed out.")
    return {
        "title": t.words("Change password"),
        "lead": temporary if must else ends,
        "old": t.words("Temporary password") if must else t.words("Present password"),
        "new": t.words("New password"),
        "again": t.words("New password, once more"),
        "hint": _rule(t),
        "press": t.words("Change password"),
        "done": t.words("Your password is changed."),
        "back": t.words("Go back"),
        "out": t.words("Sign out"),
    }


def first_words(t: Translator, file: str) -> dict[str, str]:
    """`file` is the name of the file with the token."""
    return {
        "title": t.words("First administrator"),
        "lead": t.words(
            "Nobody administers this installation yet. The account that you make here gives out all others."
        ),
        "token": t.words("One-time token"),
        "where": t.words(
            "It stands in the file {file}, in the folder of the data; the application's log says where.", file=file
        ),
        "name": t.words("Account's name"),
        "display_name": t.words("Your name"),
        "new": t.words("Password"),
        "again": t.words("Password, once more"),
        "hint": _rule(t),
        "press": t.words("Make the account"),
        "sign_in": t.words("Sign in"),
    }


def _rule(t: Translator) -> str:
    return t.words(
        "At least {fewest} characters, unlike your name and nothing that is easily guessed.", fewest=SHORTEST_PASSWORD
    )
