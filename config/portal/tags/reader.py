"""Whose eyes read: the portal in the context, or UTC where a page has none."""

from dataclasses import replace
from datetime import UTC

from django import template
from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, Parser, Token
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override

from config.portal import clock, languages
from config.portal.context import Portal

register = template.Library()


def viewer(context: Context) -> Portal:
    """The reader's ground, or UTC where a page has none."""
    found = context.get("portal")
    return found if isinstance(found, Portal) else Portal(zone=UTC, now=clock.show_now())


class Translated(Node):
    """The part of a template between in_my_language and endin_my_language."""

    def __init__(self, inner: NodeList) -> None:
        self.inner = inner

    def render(self, context: Context) -> SafeString:
        request = context.get("request")
        language = languages.known(getattr(getattr(request, "user", None), "language", ""))
        if language == get_language():
            return self.inner.render(context)
        with override(language), context.push(part_language=language):
            return self.inner.render(context)


@register.tag
def in_my_language(parser: Parser, token: Token) -> Translated:  # noqa: ARG001  # Django's signature
    """What is translated of a page that is not: its elements say so (`part_language`)."""
    inner = parser.parse(("endin_my_language",))
    parser.delete_first_token()
    return Translated(inner)


class ReadIn(Node):
    """The part of a template between read_in and endread_in."""

    def __init__(self, zone: FilterExpression, now: FilterExpression, inner: NodeList) -> None:
        self.zone, self.now, self.inner = zone, now, inner

    def render(self, context: Context) -> SafeString:
        zone, now = self.zone.resolve(context), self.now.resolve(context)
        with context.push(portal=replace(viewer(context), zone=zone, now=now)):
            return self.inner.render(context)


@register.tag
def read_in(parser: Parser, token: Token) -> ReadIn:
    """`{% read_in zone now %}…{% endread_in %}`: times inside are in somebody else's zone."""
    _, zone, now = token.split_contents()
    inner = parser.parse(("endread_in",))
    parser.delete_first_token()
    return ReadIn(parser.compile_filter(zone), parser.compile_filter(now), inner)
