"""Words of the glossary that explain themselves where they stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import Context
from django.utils.html import format_html
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@dataclass
class Explained:
    """What the glossary says, by slug, and what this page has explained already."""

    meanings: Mapping[str, str]
    told: set[str] = field(default_factory=set)


ENGLISH = SafeString(' lang="en"')
"""The glossary is: it says so on a page that is not."""


@register.simple_tag(takes_context=True)
def term(context: Context, slug: str, words: str) -> str:
    """`words`, and what they mean for whoever presses them: once on a page, then plain.

    Plain too where the glossary does not know the word, and outside a page. It works without
    script: the browser itself opens what stands behind a `popovertarget`.
    """
    known = _known(context.get("request"))
    meaning = known.meanings.get(slug, "")
    if not meaning or slug in known.told:
        return words
    known.told.add(slug)
    return format_html(
        '<button type="button" class="term" popovertarget="means-{0}">{1}</button>'
        '<span class="means" id="means-{0}" popover{4}>{2}'
        ' <a href="{3}#{0}">All our words</a></span>',
        slug,
        words,
        meaning,
        settings.GLOSSARY_PAGE,
        ENGLISH if get_language() != "en" else "",
    )


def _known(request: HttpRequest | None) -> Explained:
    if request is None:
        return Explained({})
    kept = vars(request)
    if "explained" not in kept:
        kept["explained"] = Explained(import_string(settings.GLOSSARY)())
    found: Explained = kept["explained"]
    return found
