"""`{% url %}`, with addresses that are remembered: a page of a list has hundreds."""

from django import template
from django.template import Context
from django.template.base import Parser, Token
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as parse_url
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape

from config.portal.addresses import address

register = template.Library()


class LinkNode(URLNode):
    """Django's own but for the memory; what it is given by name it leaves to Django."""

    def render(self, context: Context) -> str:
        if self.kwargs:
            return super().render(context)
        view = self.view_name.resolve(context)
        args = [one.resolve(context) for one in self.args]
        try:
            found = address(view, *args, current_app=_current_app(context))
        except NoReverseMatch:
            if self.asvar is None:
                raise
            found = ""
        if self.asvar:
            context[self.asvar] = found
            return ""
        return conditional_escape(found) if context.autoescape else found


def _current_app(context: Context) -> str | None:
    """As Django's own tag asks for it: which of several instances of an app this page is of."""
    request = getattr(context, "request", None)
    match = getattr(request, "resolver_match", None)
    return getattr(request, "current_app", match.namespace if match else None)


@register.tag
def url(parser: Parser, token: Token) -> LinkNode:
    """As Django's own: `{% url "rosters:person" person.pk as person_url %}`."""
    node = parse_url(parser, token)
    return LinkNode(node.view_name, node.args, node.kwargs, node.asvar)
