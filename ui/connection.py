"""What every screen says, in both languages, while the server is away; Streamlit's own dialog speaks English alone."""

from __future__ import annotations

import json
from functools import cache

from ui.component import component
from ui.keys import Key
from ui.language import translator_of
from ui.wording import Language

_banner = component("connection")
# The frame's look: the banner takes no room of the page's column, and no dialog lies over it, for our own words are the
# only ones to say that the connection is lost. A table's own export would write formulas that somebody typed as they
# are, and nobody would know of it: what leaves the application leaves by our own buttons.
ASIDE = f"""<style>
[data-testid="stDialog"] {{ display: none; }}
.st-key-{Key.CONNECTION} {{ position: fixed; left: 0; bottom: 0; width: 0; height: 0; z-index: 1000001; }}
[data-testid="stElementToolbarButton"]:has(button[aria-label*="Download as CSV"]) {{ display: none; }}
</style>"""


def watch_connection() -> None:
    """Stand ready to say that the server is away, and since when, and that nothing pressed is lost."""
    _banner(key=Key.CONNECTION, data=_sentences())


@cache
def _sentences() -> str:
    """Written once: Streamlit would look through them on every run of every screen."""
    said = [{"lang": language, "text": _sentence(language)} for language in Language]
    return json.dumps(said, ensure_ascii=False)


def _sentence(language: Language) -> str:
    return translator_of(language).words(
        "Connection lost since {time}. Nothing that was taken is lost; whether the last press was, the screen shows "
        "when the line is back. Trying again.",
        time="{time}",
    )
