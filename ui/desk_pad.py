"""The number pad: its keys press the buttons that stand on the screen, digits after `*` and `/` are a number."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from actions.marking import MOST_ITEMS, set_items
from ui.component import component
from ui.desk import DeskView
from ui.desk_found import NUMBER
from ui.desk_keys import PRESSES, Pad
from ui.keys import Key
from ui.language import words

_pad = component("number_pad")
_LOOK = """{all} {{ padding-left: 2.1rem; position: relative; }}
{caps} {{
  position: absolute; left: 0.5rem; top: 50%; transform: translateY(-50%); min-width: 1.15rem; padding: 0 0.2rem;
  border: 1px solid currentColor; border-radius: 0.25rem; font-size: 0.75rem; line-height: 1.15rem; opacity: 0.65;
}}"""


def draw_keycaps() -> None:
    """Beside each press its key on the number pad, where there is a keyboard at all."""
    faces = {name: pad for pad in reversed(Pad) for name in PRESSES.get(pad, ())} | {"finish": Pad.FINISH}
    rules = [f'{_button(name)}::after {{ content: "{pad}"; }}' for name, pad in faces.items()]
    rules.append(f'{_button("finish", "[kind=primary]")}::after {{ content: "{Pad.NEXT}"; }}')
    every = [_button(name) for name in faces]
    look = _LOOK.format(all=", ".join(every), caps=", ".join(f"{button}::after" for button in every))
    st.html(f"<style>@media (any-hover: hover) {{ {look} {' '.join(rules)} }}</style>")


def _named(name: str) -> str:
    """How the page names the buttons of a press, whatever the counter's version."""
    return f"st-key-{Key.DESK_PRESS}-{name}-"


def _button(name: str, kind: str = "") -> str:
    return f'[class*="{_named(name)}"] button{kind}'


def draw_pad(view: DeskView) -> None:
    """Listen to the number pad; a typed number means items while somebody is served, else a customer's number."""
    items, number = _asked(view)
    _pad(
        key=Key.DESK_PAD,
        data={
            "presses": {pad.code: [_named(name) for name in names] for pad, names in PRESSES.items()},
            "begins": {pad.code: said for pad, said in ((Pad.ITEMS, items), (Pad.NUMBER, number)) if said},
        },
        on_typed_change=_typed(view),
    )


def _asked(view: DeskView) -> tuple[str, str]:
    """What the two keys ask for as things stand; empty where there is nothing to type."""
    here = view.desk.present
    items = "" if here is None else words("Items")
    number = "" if here is not None or view.desk.tiny else words("Find a customer by number")
    return items, number


def _typed(view: DeskView) -> Callable[[], None]:
    def take() -> None:
        typed = st.session_state[Key.DESK_PAD].typed
        if not typed or not str(typed.get("digits", "")).isdecimal():
            return
        digits = str(typed["digits"])
        if typed.get("key") == Pad.NUMBER.code:
            st.session_state[NUMBER] = digits
        elif view.desk.present is not None:
            view.give(set_items, "items", Pad.ITEMS, items=min(int(digits), MOST_ITEMS + 1))

    return take
