"""Sentences written out for one reader, as text or as HTML."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, tzinfo

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from config.portal.sentences import PLACEHOLDER, Param, Sentence
from config.portal.words.catalogue import in_words, translated
from config.portal.words.days import moment, utc
from config.portal.words.quantities import people
from config.portal.words.spans import bound, duration, short_minutes

AT_INSTANT = re.compile(r"\b([Aa]t|[Uu]m) (?=\{([a-z][a-z0-9_]*)\})")
ON_DAY = {"at": "on", "At": "On", "um": "am", "Um": "Am"}
"""The preposition of a clock time, and of a day: English and German."""
PEOPLE = frozenset({"who", "backup", "person"})


def as_text(
    said: Sentence | Iterable[Sentence],
    *,
    zone: tzinfo,
    now: datetime,
    minutes: Callable[[int], str] = duration,
) -> str:
    """The words for a message or a title. Several sentences are set one after the other."""

    def write(key: str, value: Param) -> str:
        if isinstance(value, datetime):
            return moment(value, zone=zone, now=now)
        return _written(key, value, minutes)

    return " ".join(
        _filled(_on_or_at(translated(one.msgid), one, zone=zone, now=now), one, write)
        for one in _each(said)
    )


def as_html(
    said: Sentence | Iterable[Sentence],
    *,
    zone: tzinfo,
    now: datetime,
    minutes: Callable[[int], str] = duration,
) -> SafeString:
    """The same words, escaped; instants as `time` elements with UTC in the title, people marked."""

    def write(key: str, value: Param) -> str:
        if isinstance(value, datetime):
            return time_element(value, moment(value, zone=zone, now=now))
        text = _written(key, value, minutes)
        if isinstance(value, int):
            return escape(bound(text))
        if key.rsplit("_", 1)[-1] in PEOPLE:
            return format_html('<span class="who">{}</span>', text)
        return escape(text)

    filled = " ".join(
        _filled(_on_or_at(escape(translated(one.msgid)), one, zone=zone, now=now), one, write)
        for one in _each(said)
    )
    return mark_safe(filled)  # noqa: S308  # the pattern and every value are escaped above


def time_element(at: datetime, text: str, *, title: str = "") -> SafeString:
    """`text` as a `time` element: the instant for machines, UTC for a curious reader."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.astimezone(UTC).isoformat(timespec="seconds"),
        title or utc(at),
        text,
    )


def _each(said: Sentence | Iterable[Sentence]) -> Iterable[Sentence]:
    return (said,) if isinstance(said, Sentence) else said


def _on_or_at(pattern: str, said: Sentence, *, zone: tzinfo, now: datetime) -> str:
    """ "at 14:05" of today is "on Tue 17 Nov, 14:05" of another day; "um" is "am"."""

    def choose(match: re.Match[str]) -> str:
        value = said.params.get(match[2])
        if not isinstance(value, datetime) or "," not in moment(value, zone=zone, now=now):
            return match[0]
        return f"{ON_DAY[match[1]]} "

    return AT_INSTANT.sub(choose, pattern)


def _filled(pattern: str, said: Sentence, write: Callable[[str, Param], str]) -> str:
    def fill(match: re.Match[str]) -> str:
        key = match[1]
        return write(key, said.params[key]) if key in said.params else match[0]

    return PLACEHOLDER.sub(fill, pattern)


def _written(key: str, value: Param, minutes: Callable[[int], str]) -> str:
    if isinstance(value, int):
        return short_minutes(value) if key.endswith("_age_minutes") else minutes(value)
    if isinstance(value, str):
        return in_words(value)
    return people(value if isinstance(value, tuple) else ())
