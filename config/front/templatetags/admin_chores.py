"""Tasks of the admin's index: links only to what the reader may see."""

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse

register = template.Library()


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
