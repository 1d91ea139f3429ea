"""Tasks of the admin's index: links only to what the reader may see."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

register = template.Library()
CELLS = re.compile(r"<(td|th)\b")


@register.inclusion_tag("admin/_job.html", takes_context=True)
def job(
    context: Context, symbol: str, heading: str, text: str, links: str, **more: Any
) -> dict[str, Any]:
    """One task with its lists ("rosters_roster:Rosters"); what waits has a link of its own."""
    may_see: set[str] = context.get("may_see") or set()
    pairs = [entry.split(":") for entry in links.split(",")]
    found = [
        (reverse(f"admin:{name}_changelist"), label) for name, label in pairs if name in may_see
    ]
    if more.get("add"):
        name, label = str(more["add"]).split(":")
        found = [(reverse(f"admin:{name}_add"), label), *found] if name in may_see else found
    return {
        "symbol": symbol,
        "heading": heading,
        "text": text,
        "links": found,
        "count": more.get("count", 0),
        "note": more.get("note", ""),
        "address": _address(more.get("where", ""), more.get("filter", "")),
        "is_calm": bool(more.get("calm")),
    }


@register.inclusion_tag("admin/_chore.html", takes_context=True)
def chore(context: Context, count: int, words: str, where: str, narrowed: str) -> dict[str, Any]:
    """How many of one sort wait, in words for one and for many."""
    one, many = words.split(",")
    may_see = where in (context.get("may_see") or set())
    return {
        "count": count,
        "words": one if count == 1 else many,
        "address": _address(where, narrowed) if may_see else "",
    }


@register.filter
def count_of(counts: dict[str, int], model: dict[str, Any]) -> int | str:
    """How many rows there are of a model of Django's list of apps."""
    meta = model["model"]._meta  # noqa: SLF001  # public in spite of its name
    return counts.get(f"{meta.app_label}_{meta.model_name}", "")


def _address(where: str, narrowed: str) -> str:
    if not where:
        return ""
    return f"{reverse(f'admin:{where}_changelist')}{'?' if narrowed else ''}{narrowed}"


@register.filter
def labeled(cells: Iterable[SafeString], headers: Sequence[Mapping[str, Any]]) -> list[SafeString]:
    """The cells of a row of Django's list, each with the heading of its column: a card on a phone
    says it before the value. The roles stay when the display changes."""
    return [
        _labeled(cell, str(header.get("text", "")))
        for cell, header in zip(cells, headers, strict=False)
    ]


def _labeled(cell: SafeString, heading: str) -> SafeString:
    label = "" if "<input" in heading else f' data-label="{escape(capfirst(heading))}"'

    def named(found: re.Match[str]) -> str:
        role = "rowheader" if found[1] == "th" else "cell"
        return f'<{found[1]} role="{role}"{label}'

    return mark_safe(CELLS.sub(named, str(cell), count=1))  # noqa: S308  # Django made it, and the label is escaped
