"""Files that are taken from a screen: made when they are asked for, and written into the audit trail with that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from actions.access import Matter, note_export
from models.actor import Actor
from ui import answers, clock


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file is about, as the trail keeps it: whose halls, by which filters, how many rows.

    `rows` may be asked for once the file is made.
    """

    who: Actor
    halls: tuple[str, ...]
    what: Matter
    rows: int | Callable[[], int]
    filters: Mapping[str, Any] = field(default_factory=dict)


def draw_download(
    place: Any,
    label: str,
    make: Callable[[], bytes],
    name: str,
    mime: str,
    *,
    key: str,
    taken: Taken | None,
    **look: Any,
) -> None:
    """The one button for files. `make` runs outside of the page's run: it asks for nothing that a reader has chosen
    since, and the file is given only once its line stands in the trail. Without `taken` it is an empty form, in which
    nothing of anybody's stands.
    """

    def given() -> bytes:
        content = make()
        if taken is None:
            return content
        rows = taken.rows if isinstance(taken.rows, int) else taken.rows()
        named = {"branch_ids": taken.halls, "what": taken.what, "filters": taken.filters, "rows": rows}
        answers.order(note_export, taken.who, **named, now=clock.now())
        return content

    place.download_button(label, given, name, mime, key=key, on_click="ignore", **look)
