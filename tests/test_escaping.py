"""Text that is not ours is shown as it was typed: in sentences, in figures, never escaped twice."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as any_

from ui.escaping import JOINER, Place, escaped, in_figure, in_markdown
from ui.language import Translator, translator_of
from ui.wording import Language

IMAGE = "![x](http://evil.test/x.png)"
TAG = "<img src=http://evil.test/y.png>"
ENGLISH = translator_of(Language.EN)


def read(markdown: str) -> str:
    """What a reader of markdown sees where every sign of markup is escaped."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown).replace(JOINER, "")


@given(any_.text(alphabet="ab 1.:/w*_`~[]()<>&$|!#+-=\\\n{}é组"))
def test_what_is_typed_is_what_is_read(typed: str) -> None:
    assert read(in_markdown(typed)) == re.sub(r"\n+", " ", typed).strip()


@given(any_.text(alphabet="ab 1.:/w*_`~[]()<>&$|!#+-=\\\n{}"))
def test_no_sign_of_markup_is_left_without_its_escape(typed: str) -> None:
    left = re.sub(r"\\[!-/:-@\[-`{-~]", "é", in_markdown(typed))
    assert not re.search(r"[\\`*_\[\]~$|<>&\n]|:[a-z/]{2}|www\.|^(?:#+|[+-]|\d+[.)])(?:\s|$)", left)


@pytest.mark.parametrize(
    "typed", ["DEMO-01", "A001", "10:31:04", "2026-03-02", "城中营业厅", "(n=3)", "-5", "O'Neil & Co"]
)
def test_usual_names_and_times_stay_readable(typed: str) -> None:
    assert in_markdown(typed).replace(r"\&", "&") == typed


def test_what_a_sentence_is_filled_with_is_escaped_once_however_deep_it_lies() -> None:
    t = ENGLISH
    name = t.name(IMAGE, IMAGE)
    assert t.words("Missed {missed} of {judged}: {names}", missed=1, judged=1, names=name).endswith(name)
    inner = t.words("Source: {source}", source=TAG)
    assert t.words("Priority: {reason}", reason=inner).endswith(inner)
    assert t.joined(" · ", [name, "", inner]) == f"{name} · {inner}"
    assert t.words("Source: {source}", source=t.words(", ").join([name, inner])).endswith(f"{name}, {inner}")


def test_our_own_markup_in_a_sentence_stays() -> None:
    assert ENGLISH.words("Narrowed to **{groups}**", groups="*").startswith("Narrowed to **")


@pytest.mark.parametrize("t", [ENGLISH, translator_of(Language.ZH)])
def test_a_select_and_a_figure_have_their_own_writing(t: Translator) -> None:
    assert t.plain.name(IMAGE, IMAGE) == IMAGE
    assert t.plain.words("Source: {source}", source=TAG).endswith(TAG)
    assert t.figure.name(TAG, TAG) == "&lt;img src=http://evil.test/y.png&gt;"
    assert t.figure.words("Source: {source}", source=t.figure.text("<b>&")).endswith("&lt;b&gt;&amp;")


@given(any_.text(), any_.sampled_from(Place))
def test_what_is_written_is_not_escaped_again(typed: str, place: Place) -> None:
    assert escaped(escaped(typed, place), place) == escaped(typed, place) or place is Place.PLAIN


@given(any_.text())
def test_a_figure_reads_no_html(typed: str) -> None:
    assert not re.search(r"[<>]|&(?!(?:amp|lt|gt);)", in_figure(typed))
