"""The first seconds after a start are the slowest: what every screen needs is read before the first reader comes."""

from __future__ import annotations

import gc
import logging
from datetime import datetime
from importlib import import_module
from pkgutil import iter_modules

import plotly.graph_objects as go

import ui
from analytics.board import board
from analytics.directory import halls
from charts.shared import SharedFigure
from charts.theme import LIGHT
from models.actor import machine_actor
from ui import answers, clock
from ui.board_component import finished
from ui.board_figures import arrivals, waits
from ui.board_words import board_said
from ui.drawing import settings
from ui.language import translator_of
from ui.wording import Language

_LOG = logging.getLogger(__name__)
_READER = machine_actor("warming")
_SCRIPTS = frozenset({"frame"})
"""What runs for a reader, and can't be loaded without one."""


def warm() -> None:
    """Read the translations, load what the screens are made of, and ask the live board's questions once.

    What stands then stays for good, and is left out of every garbage collection: those are of what comes and goes.
    """
    for language in Language:
        translator_of(language)
        settings(language)
    for module in iter_modules(ui.__path__):
        if module.name not in _SCRIPTS:
            import_module(f"ui.{module.name}")
    SharedFigure([go.Bar(x=[1], y=[1]), go.Scatter(x=[1], y=[1])], LIGHT.layout()).to_dict()
    try:
        _ask(clock.now())
    except Exception:  # the first reader asks it then, and is told what is wrong
        _LOG.exception("The live board could not be asked before its first reader")
    gc.collect()
    gc.freeze()


def _ask(now: datetime) -> None:
    """The live board of one hall with its figures: the statements are compiled and the database's pages read."""
    known = answers.fresh(halls, _READER)
    if not known:
        return
    shown = answers.fresh(board, _READER, branch_id=known[0].id, now=now)
    for language in Language:
        t = translator_of(language)
        finished(board_said(shown, t.plain))
        waits(shown, t, LIGHT).to_dict()
    arrivals(shown, LIGHT).to_dict()
