"""Charts as SVG: a label for who does not see them, and a table behind each."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.template import Context
from django.utils.translation import gettext, ngettext

from config.portal import drawing, words
from config.portal.drawing import Bar, LogAxis, Point, Row, StripDay
from config.portal.tags.reader import viewer

register = template.Library()


@register.inclusion_tag("components/strip_plot.html")
def strip_plot(
    rows: Sequence[Row], name: str, axis: LogAxis | None = None, *, numbers: bool = True
) -> dict[str, Any]:
    """One mark per incident; `axis` (config.portal.drawing.axis) is shared by plots side by side.

    `name` starts the label: "Time to contain". `numbers` is false where a table stands beside.
    """
    said = [f"{name}, {gettext('one mark per incident')}.", *(_row_words(row) for row in rows)]
    return {
        "plot": drawing.strip_plot(rows, on=axis),
        "name": name,
        "label": " ".join(said),
        "numbers": numbers,
    }


def _row_words(row: Row) -> str:
    if not row.marks:
        return gettext("{name}: no incidents.").format(name=row.name)
    parts = [counted_incidents(len(row.marks))]
    if row.median_minutes is not None:
        pattern = gettext("half within {time}") if len(row.measured) > 1 else "{time}"
        parts.append(pattern.format(time=words.short_minutes(row.median_minutes)))
    if row.open_count:
        parts.append(gettext("{n} still open").format(n=row.open_count))
    if row.target_minutes:
        parts.append(gettext("target {time}").format(time=words.short_minutes(row.target_minutes)))
    if row.missed:
        parts.append(gettext("{n} past the target").format(n=len(row.missed)))
    return f"{row.name}: {', '.join(parts)}."


@register.filter
def counted_incidents(number: int) -> str:
    """ "1 incident", "3 incidents"."""
    return ngettext("{n} incident", "{n} incidents", number).format(n=number)


@register.filter
def tick_word(minutes: int) -> str:
    """A time on an axis, as short as can be: "15m", "2h", "1d"."""
    if minutes < 60:
        return f"{minutes}m"
    return f"{minutes // 60}h" if minutes < 24 * 60 else f"{minutes // (24 * 60)}d"


@register.filter
def minutes_word(minutes: int) -> str:
    """A measured time: "54 min", "1 h 37"."""
    return words.short_minutes(minutes)


@register.inclusion_tag("components/unit_dots.html")
def unit_dots(
    number: int, total: int, good: str = "", bad: str = "", *, numbers: bool = True
) -> dict[str, Any]:
    """A dot for each of `total`, rings for those that are not among the `number`.

    `good` and `bad` name the two kinds: "in time", "late".
    """
    good, bad = good or gettext("as it should be"), bad or gettext("not")
    label = gettext("{number} of {total} {good}").format(number=number, total=total, good=good)
    if total > number:
        label = f"{label}, {total - number} {bad}"
    return {
        "drawn": drawing.unit_dots(number, total),
        "label": label,
        "rows": [(good, number), (bad, total - number)],
        "numbers": numbers,
    }


@register.inclusion_tag("components/sparkline.html")
def sparkline(
    points: Sequence[Point],
    name: str,
    target: float | None = None,
    unit: str = "",
    *,
    numbers: bool = True,
) -> dict[str, Any]:
    """A time series with its target. `unit` "minutes" writes values as times."""

    def worded(value: float | None) -> str:
        if value is None:
            return gettext("nothing measured")
        return words.short_minutes(round(value)) if unit == "minutes" else f"{value:g} {unit}"

    known = [point.value for point in points if point.value is not None]
    said = [f"{name}, {gettext('nothing measured')}."]
    if known:
        pattern = gettext("{name}, from {first} to {last}.")
        first, last = (worded(value).strip() for value in (known[0], known[-1]))
        said = [pattern.format(name=name, first=first, last=last)]
    if target is not None:
        said.append(gettext("The target is {target}.").format(target=worded(target).strip()))
    return {
        "drawn": drawing.sparkline(points, target=target),
        "label": " ".join(said),
        "name": name,
        "rows": [(point.label, worded(point.value).strip()) for point in points],
        "numbers": numbers,
    }


@register.inclusion_tag("components/day_strip.html", takes_context=True)
def day_strip(
    context: Context, days: Sequence[StripDay], name: str, *, numbers: bool = False
) -> dict[str, Any]:
    """One bar per day, as high as that day was bad; `name` is whose days they are.

    `numbers` puts the table behind it; in a table of many strips, day_strip_numbers stands below.
    """
    return {
        "drawn": drawing.day_strip(days),
        "label": _days_words(days, name),
        "strips": [_told(context, name, days)],
        "numbers": numbers,
    }


@register.inclusion_tag("components/day_strip_numbers.html", takes_context=True)
def day_strip_numbers(
    context: Context, strips: Sequence[tuple[str, Sequence[StripDay]]]
) -> dict[str, Any]:
    """The table behind several strips: (name, days) pairs."""
    return {"strips": [_told(context, name, days) for name, days in strips]}


def _days_words(days: Sequence[StripDay], name: str) -> str:
    hurt = [day for day in days if day.level is not None]
    start = ngettext("{name}, last {n} day", "{name}, last {n} days", len(days))
    start = start.format(name=name, n=len(days))
    if not hurt:
        return f"{start}: {gettext('no incidents')}"
    worst = min(day.level for day in hurt if day.level is not None)
    pattern = ngettext(
        "{start}: {n} day with incidents, the worst a SEV{worst}",
        "{start}: {n} days with incidents, the worst a SEV{worst}",
        len(hurt),
    )
    return pattern.format(start=start, n=len(hurt), worst=worst)


def _told(context: Context, name: str, days: Sequence[StripDay]) -> dict[str, Any]:
    reader = viewer(context)
    today = reader.now.astimezone(reader.zone).date()
    told = [
        (words.full_day(day.date, today=today), day.level, day.count)
        for day in reversed(days)
        if day.level is not None
    ]
    return {"name": name, "days": told, "length": len(days)}


@register.inclusion_tag("components/stacked_bar.html")
def stacked_bar(
    bars: Sequence[Bar], name: str, day: str = "", night: str = "", *, numbers: bool = True
) -> dict[str, Any]:
    """A bar for each line, its night part in ink, all on one scale.

    `day` and `night` are the words of the legend; a bar's own name may link (`href`).
    """
    return {
        "drawn": drawing.stacked_bars(bars),
        "name": name,
        "day": day or gettext("by day"),
        "night": night or gettext("at night"),
        "numbers": numbers,
    }
