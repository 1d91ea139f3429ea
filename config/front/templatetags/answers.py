"""What the search answers, for pages below that ask whom to call."""

from typing import Any

from django import template
from django.template import Context

from config.front.queries import search
from config.front.queries.found import Found

register = template.Library()
KEY = "searched"


@register.simple_tag(takes_context=True)
def searched(context: Context, typed: str) -> Found:
    """What the page of the search says of `typed` to whoever reads this page; asked once."""
    kept: Any = context.render_context  # its type says what Django keeps there
    known: dict[str, Found] = kept.setdefault(KEY, {})
    if typed not in known:
        known[typed] = search.search(typed, reader=context["user"], now=context["portal"].now)
    return known[typed]
