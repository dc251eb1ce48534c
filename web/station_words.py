"""What stands on the pages of stations, screens and PINs, said by the reader's translator."""

from __future__ import annotations

from actions.credentials import LONGEST_PIN, SHORTEST_PIN
from ui.language import Translator


def pairing_words(t: Translator, here: str) -> dict[str, str]:
    """`here` names the station or screen that this browser is, if it is one."""
    return {
        "title": t.words("Pair this browser"),
        "lead": t.words(
            "A supervisor or administrator makes the code on the page Stations and PINs. Whoever has this browser "
            "afterwards may do no more than a station or screen does."
        ),
        "code": t.words("Code of 8 characters"),
        "press": t.words("Pair"),
        "here": t.words("This browser is {name}.", name=here) if here else "",
        "on": t.words("Go on"),
        "forget": t.words("Unpair this browser"),
        "missing": t.words("Type the code."),
    }


def sign_on_words(t: Translator, name: str, number: int | None) -> dict[str, str]:
    """`number` is the counter's, where the station stands at one."""
    counter = "" if number is None else t.words("Counter {counter}", counter=number)
    return {
        "title": t.words("Sign on"),
        "where": " · ".join(part for part in (counter, name) if part),
        "who": t.words("Who are you?"),
        "pin": t.words("PIN"),
        "press": t.words("Sign on"),
        "rub_out": t.words("Delete the last digit"),
        "number_pad": t.words("Number pad: + and − choose the person, then the digits and Enter."),
        "nobody": t.words("Nobody of this hall has a PIN yet: a supervisor gives them on the page Stations and PINs."),
        "password": t.words("No PIN? Sign in with the password"),
        "choose": t.words("Choose your name."),
        "missing": t.words("Type your PIN."),
        "others": t.words("Everybody else"),
    }


def pin_words(t: Translator, *, must: bool, at_station: bool) -> dict[str, str]:
    """`must`: the present PIN is a temporary one; at a station the present PIN is asked for, else the password."""
    temporary = t.words("Your PIN is a temporary one. Choose one of your own before you go on.")
    usual = t.words("With it you sign on at a counter's station of your hall, and open your own results there.")
    return {
        "title": t.words("Set PIN"),
        "lead": temporary if must else usual,
        "shown": t.words("Present PIN") if at_station else t.words("Password"),
        "new": t.words("New PIN"),
        "again": t.words("New PIN, once more"),
        "hint": t.words(
            "{fewest} to {most} digits, no row and not all the same.", fewest=SHORTEST_PIN, most=LONGEST_PIN
        ),
        "rub_out": t.words("Delete the last digit"),
        "press": t.words("Set PIN"),
        "done": t.words("Your PIN is set."),
        "back": t.words("Go back"),
        "out": t.words("Sign off"),
        "not_here": t.words("Only who serves in a hall has a PIN."),
    }
