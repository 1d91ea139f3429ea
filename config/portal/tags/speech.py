"""Sentences, names and numbers in words."""

from collections.abc import Iterable, Mapping

from django import template
from django.forms import BoundField
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.portal import form_words, words
from config.portal.sentences import Sentence
from config.portal.tags.reader import viewer

register = template.Library()

EMPTY = SafeString("")


@register.simple_tag(takes_context=True)
def say(context: Context, said: Sentence | Iterable[Sentence] | str | None) -> SafeString:
    """A sentence for this reader. Plain text is escaped, None is nothing."""
    if said is None or isinstance(said, str):
        return format_html("{}", words.in_words(said or ""))
    reader = viewer(context)
    return words.as_html(said, zone=reader.zone, now=reader.now)


@register.simple_tag(takes_context=True)
def say_short(context: Context, said: Sentence | None) -> SafeString:
    """The same with minutes as "3 min", where room is short."""
    if said is None:
        return EMPTY
    reader = viewer(context)
    return words.as_html(said, zone=reader.zone, now=reader.now, minutes=words.short_minutes)


@register.filter
def in_words(said: str) -> str:
    """A phrase in the reader's language, for an attribute or another filter."""
    return words.in_words(said)


@register.filter
def web_address(text: str) -> str:
    """An address that came from outside, if a browser may open it; else nothing."""
    return text if text.startswith(("https://", "http://")) else ""


@register.filter
def dialable(number: str) -> str:
    """A phone number as a phone dials it: digits and a plus, "+493055501"."""
    return "".join(sign for sign in number if sign.isdigit() or sign == "+")


@register.filter
def of(found: Mapping[object, object], key: object) -> object:
    """What a table holds for one key, or nothing."""
    return found.get(key)


@register.filter
def people(names: Iterable[str]) -> str:
    """ "Mei, Ben and 3 others"."""
    return words.people([str(name) for name in names])


@register.filter
def of_field(error: str, field: BoundField) -> str:
    """A mistake as the summary names it: what says nothing of its field begins with its label.

    So does what is said of several fields: else the summary has the same line several times.
    """
    others = (one.errors for one in field.form if one.name != field.name)
    is_unclear = error == form_words.REQUIRED or any(error in errors for errors in others)
    return f"{field.label}: {error}" if is_unclear else error


@register.filter
def counted(number: int, forms: str) -> str:
    """A heading that counts: `3|counted:"Nothing is open,incident is open,incidents are open"`."""
    none, one, many = forms.split(",")
    return f"{words.count_word(number)} {one if number == 1 else many}" if number else none


@register.filter
def count_word(number: int) -> str:
    """ "One" to "Nine", then digits."""
    return words.count_word(number)


@register.filter
def about(number: int) -> str:
    """ "about 300"."""
    return words.about(number)


@register.filter
def with_article(noun: str) -> str:
    """ "an absence", "a roster"; for a button that adds one."""
    return f"{'an' if str(noun)[:1] in 'aeiou' else 'a'} {noun}"
