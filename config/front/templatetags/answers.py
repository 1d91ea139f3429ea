"""What the search answers, for pages below that ask whom to call."""

from django import template
from django.template import Context

from config.front.queries import search
from config.front.queries.found import Found

register = template.Library()


@register.simple_tag(takes_context=True)
def searched(context: Context, typed: str) -> Found:
    """What the page of the search says of `typed` to whoever reads this page."""
    return search.search(typed, reader=context["user"], now=context["portal"].now)
