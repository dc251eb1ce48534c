"""The reader's language: a translator is a value held by whoever speaks, never set for the whole process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, tzinfo
from functools import cache, cached_property

from standards.message import Message, Worded
from ui import reader, wording
from ui.catalogue import sentences
from ui.counted import one_as_one
from ui.escaping import Place, escaped, written
from ui.wording import Language

_SHARES = ("share", "low", "high", "target")


@dataclass(frozen=True)
class Translator:
    """Sentences, figures, days and times in one language; what is not translated stays English.

    Names and other texts that are filled in are escaped for the place that they are written for: markdown, unless
    `plain` (selects, tables of data, components) or `figure` is asked for.
    """

    language: Language
    sentences: Mapping[str, str] = field(compare=False)
    place: Place = Place.MARKDOWN

    @cached_property
    def plain(self) -> Translator:
        """The same for places that read no markup."""
        return replace(self, place=Place.PLAIN)

    @cached_property
    def figure(self) -> Translator:
        """The same for the texts of a figure."""
        return replace(self, place=Place.FIGURE)

    def text(self, typed: str) -> str:
        """A text that is not ours, to be shown as it was typed."""
        return escaped(typed, self.place)

    def joined(self, between: str, parts: Iterable[str]) -> str:
        """Parts that are escaped already, with something of ours between; empty ones are left out."""
        return written(between.join(part for part in parts if part), self.place)

    def words(self, text: str, /, **values: object) -> str:
        """A sentence with its `{places}` filled; `text` is a literal, the catalogue's key."""
        filled = {place: self._in_words(place, value) for place, value in values.items()}
        said = self.sentences.get(text) or one_as_one(text, filled)
        return written(said.format(**filled), self.place)

    def say(self, message: Message) -> str:
        """What a lower room said."""
        return self.words(message.text, **dict(message.values))

    def label(self, member: Worded) -> str:
        """The word for a member of a closed list."""
        return self.sentences.get(member.label, member.label)

    def name(self, chinese: str, english: str) -> str:
        """The name of a hall, a person or a standard, in the reader's language where it has one."""
        return self.text((chinese or english) if self.language is Language.ZH else (english or chinese))

    def duration(self, value: timedelta | None) -> str:
        """A time that was taken, rounded up: 12分05秒, 15.4 s."""
        if value is None:
            return self.words("No data")
        return self._duration(wording.rounded_up(value))

    def share(self, value: float | None, target: float | None = None) -> str:
        """92.4%; nothing judged is no data, never a nought."""
        return self.words("No data") if value is None else wording.percent(value, target)

    def sample(self, n: int) -> str:
        """(n=131), with the brackets of the language."""
        return self.words("(n={n})", n=f"{n:,}")

    def interval(self, low: float | None, high: float | None) -> str:
        """95%范围 88–96%; empty without data."""
        if low is None or high is None:
            return ""
        from_percent, to_percent = wording.whole_percents(low, high)
        return self.words("95% interval {from_percent}–{to_percent}%", from_percent=from_percent, to_percent=to_percent)

    def points(self, difference: float | None) -> str:
        """The change of a share in percentage points."""
        if difference is None:
            return self.words("No data")
        return self.words("{points} percentage points", points=wording.signed_points(difference))

    def number(self, value: float | None, decimals: int = 1) -> str:
        return self.words("No data") if value is None else wording.plain_number(value, decimals)

    def day(self, value: date) -> str:
        return wording.day(value, self.language)

    def short_day(self, value: date) -> str:
        return wording.short_day(value, self.language)

    def month(self, value: date) -> str:
        return wording.month(value, self.language)

    def weekday(self, value: date) -> str:
        return wording.weekday(value, self.language)

    def period(self, first_on: date, last_on: date) -> str:
        """Both days count."""
        if first_on == last_on:
            return self.day(first_on)
        return self.words("{first} to {last}", first=self.day(first_on), last=self.day(last_on))

    def time(self, at: datetime, zone: tzinfo | None = None) -> str:
        return wording.time_of_day(at, zone)

    def exact_time(self, at: datetime, zone: tzinfo | None = None) -> str:
        return wording.time_of_day(at, zone, seconds=True)

    def moment(self, at: datetime, zone: tzinfo | None = None) -> str:
        """Day and time of day in a zone, or in the time's own."""
        local = at.astimezone(zone or at.tzinfo)
        return f"{self.day(local.date())} {wording.time_of_day(local, seconds=True)}"

    def _duration(self, value: timedelta) -> str:
        if value < timedelta():
            return "−" + self._duration(-value)
        hours, minutes, seconds, tenths = wording.parts(value)
        two = f"{seconds:02d}"
        if hours:
            return self.words("{hours} h {minutes} min {seconds} s", hours=hours, minutes=f"{minutes:02d}", seconds=two)
        if minutes:
            return self.words("{minutes} min {seconds} s", minutes=minutes, seconds=two)
        return self.words("{seconds} s", seconds=f"{seconds}.{tenths}" if tenths else str(seconds))

    def _in_words(self, place: str, value: object) -> str:
        match value:
            case Worded():
                return self.label(value)
            case Message():
                return self.say(value)
            case timedelta():
                return self.duration(value)
            case datetime():
                return self.moment(value)
            case date():
                return self.day(value)
            case float():
                is_share = place in _SHARES or place.endswith("_share")
                return self.share(value) if is_share else self.number(value)
            case str():
                return self.text(value)
        return str(value)


@cache
def translator_of(language: Language) -> Translator:
    """The translator of a language."""
    return Translator(language, sentences("zh_CN") if language is Language.ZH else {})


def translator() -> Translator:
    """The translator of the reader's language."""
    return translator_of(reader.language())


def words(text: str, /, **values: object) -> str:
    """A sentence in the reader's language."""
    return translator().words(text, **values)


def say(message: Message) -> str:
    """What a lower room said, in the reader's language."""
    return translator().say(message)


def label(member: Worded) -> str:
    """The word for a member of a closed list, in the reader's language."""
    return translator().label(member)
