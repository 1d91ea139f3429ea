"""Navigation, addresses, pages of a list and links into forms."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.http import QueryDict
from django.template import Context, Engine
from django.urls import NoReverseMatch
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django_tables2 import Table
from django_tables2.columns import BoundColumn
from django_tables2.rows import BoundRow
from django_tables2.utils import Accessor

from config.portal import undo, words
from config.portal.addresses import address
from config.portal.columns import FragmentColumn
from config.portal.tags.reader import viewer

register = template.Library()


@register.simple_tag
def undo_address(message: Message) -> str:
    """Where the Undo of this notice posts to; empty for most."""
    return undo.address_in(message.extra_tags or "")


@register.simple_tag
def undo_word(message: Message) -> str:
    """What the button of this notice says."""
    return undo.word_in(message.extra_tags or "")


@register.simple_tag(takes_context=True)
def can_undo(context: Context, done_at: datetime) -> bool:
    """Whether what was done then can still be undone."""
    return undo.is_open(done_at, now=viewer(context).now)


@register.inclusion_tag("components/nav_link.html", takes_context=True)
def nav(
    context: Context, view: str, symbol: str, label: str, also: str = "", count: int | None = None
) -> dict[str, object]:
    """One link of the navigation; nothing while its page does not exist.

    It is current on its own view and on those that start with a word of `also`.
    """
    try:
        target = address(view)
    except NoReverseMatch:
        return {"address": ""}
    match = getattr(context.get("request"), "resolver_match", None)
    shown = match.view_name if match else ""
    starts = tuple(also.split())
    return {
        "address": target,
        "symbol": symbol,
        "label": words.translated(label),
        "count": context.get(count) if count else None,
        "is_current": shown == view or (bool(starts) and shown.startswith(starts)),
    }


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> SafeString:
    """The groups of pages, at the side and in the menu of a phone: drawn once for both."""
    drawn = vars(context)
    if "navigation" not in drawn:
        menu = Engine.get_default().get_template("components/navigation.html")
        drawn["navigation"] = menu.render(context)
    return SafeString(drawn["navigation"])


@register.simple_tag
def person_link(name: str, pk: int) -> SafeString:
    """A name that leads to its person's page; only the name while people have none."""
    try:
        target = address("rosters:person", pk)
    except NoReverseMatch:
        return format_html('<span class="who">{}</span>', name)
    return format_html('<a class="quiet who" href="{}">{}</a>', target, name)


@register.simple_tag
def whom_to_ask(people: Iterable[Any]) -> SafeString:
    """People by name, each leading to their page: "Ada or Ben"; without any, an administrator."""
    links = [(address("rosters:person", one.pk), one.full_name) for one in people]
    if not links:
        return SafeString("an administrator")
    return format_html_join(SafeString(" or "), '<a href="{}">{}</a>', links)


@register.simple_tag(takes_context=True)
def address_with(context: Context, field: str, value: object, dropped: str = "") -> str:
    """This page's query with one field set and another dropped: "?sort=-title"."""
    request = context.get("request")
    query = request.GET.copy() if request else QueryDict(mutable=True)
    query.pop(dropped, None)
    query[field] = str(value)
    return f"?{query.urlencode()}"


@dataclass(frozen=True)
class Head:
    """What each cell of a column repeats: its label, and the classes it has by its column."""

    label: str
    look: str


@register.simple_tag(takes_context=True)
def draw_table(context: Context, table: Table) -> SafeString:
    """A table within its page's own context.

    django-tables2's own tag makes a second one, and asks the context processors all over again.
    """
    table.context = context
    with context.push(table=table):
        return Engine.get_default().get_template("components/table.html").render(context)


@register.filter
def heads(table: Table) -> list[Head]:
    """Of its columns, in their order."""
    return [
        Head(column.header, column.column.attrs.get("td", {}).get("class", ""))
        for column in table.columns
    ]


@register.filter
def cells(row: BoundRow, of: Iterable[Head]) -> Iterator[tuple[Head, object]]:
    """The head of each column of a table with the row's cell in it.

    django-tables2's own `items` finds out for every cell what its column wants to be told. A
    fragment wants the row, and its own value if it has one; without a value it is not drawn.
    """
    for head, column in zip(of, row.table.columns, strict=True):
        yield head, _cell(row, column)


def _cell(row: BoundRow, column: BoundColumn) -> object:
    made = column.column
    if not isinstance(made, FragmentColumn):
        return row.get_cell(column.name)
    if made.accessor is None:
        return made.draw(row.table, record=row.record)
    value = _value(row, column)
    if value in made.empty_values:
        return column.default
    return made.draw(row.table, record=row.record, value=value)


def _value(row: BoundRow, column: BoundColumn) -> object:
    """None where the row has no such thing, as django-tables2 has it."""
    try:
        return Accessor(column.accessor).resolve(row.record)
    except ValueError:
        return None


@register.filter
def page_range(page: Page[object]) -> list[int | None]:
    """The numbers to show for one page of many; None for a gap."""
    ends = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [number if isinstance(number, int) else None for number in ends]


@register.simple_tag
def place_of(form: BaseForm, error: str) -> str:
    """The id of the field in which a mistake of several fields is mended; nothing if none is."""
    places: Mapping[str, str] = getattr(form, "places", {})
    return places.get(str(error), "")


@register.simple_tag
def mistake_at(form: BaseForm, *place: object) -> str:
    """What is said of the input with this id, where it stands in a row and is no field itself."""
    wanted = "".join(map(str, place))
    places: Mapping[str, str] = getattr(form, "places", {})
    return next((said for said, one in places.items() if one == wanted), "")


@register.filter
def first_input(field: BoundField) -> str:
    """The id that a link to this field's answer must name; the first choice of several."""
    return field.id_for_label or f"{field.auto_id}_0"
