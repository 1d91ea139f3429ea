"""Thousands of small rows behind a table, sorted at once; the page shown is read in full."""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from django_tables2 import Table
from django_tables2.data import TableListData
from django_tables2.utils import OrderBy


class Listed(TableListData):  # type: ignore[misc]  # published untyped
    """What a table sorts: each row has, by their names, the values that its columns sort by.

    The library looks both values up again each time that it compares two of thousands of rows.
    """

    def __init__(self, rows: Iterable[Any]) -> None:
        super().__init__(list(rows))

    def order_by(self, aliases: Iterable[str]) -> None:
        wanted: list[OrderBy] = []
        for alias in aliases:
            column = self.table.columns[OrderBy(alias).bare]
            is_turned = alias[0] != column.order_by_alias[0]
            wanted += column.order_by.opposite if is_turned else column.order_by
        for one in reversed(wanted):
            key = attrgetter(one.bare.replace(OrderBy.QUERYSET_SEPARATOR, "."))
            self.data.sort(key=key, reverse=one.is_descending)


def fill_page(table: Table, read: Callable[[list[Any]], list[Any]]) -> None:
    """The rows of the page that is shown are what `read` makes of them, in their order."""
    shown = table.page.object_list
    shown.data = read(list(shown.data))
