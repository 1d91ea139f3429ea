"""What else names somebody, for pages below that hand over only a part of it."""

from django import template
from django.template import Context

from config.front.queries import leaver
from rosters.models import Person

register = template.Library()


@register.simple_tag(takes_context=True)
def named_elsewhere(context: Context, person: Person) -> int:
    """How many things name `person` besides the contacts, as far as the reader may know."""
    return leaver.besides_contacts(person, reader=context["user"], now=context["portal"].now)
