"""Columns of list pages."""

from typing import Any

import django_tables2 as tables
from django.template import Context, Engine


class FragmentColumn(tables.TemplateColumn):  # type: ignore[misc]  # published without types
    """A cell drawn by a template in the context of the page around it.

    django-tables2's own template column makes a request context for every cell, so context
    processors would ask the database once a cell instead of once a page.
    """

    def render(
        self,
        record: object,
        table: tables.Table,
        value: object,
        bound_column: object,
        **kwargs: Any,
    ) -> str:
        cell = self.get_context_data(
            record=record, table=table, value=value, bound_column=bound_column, **kwargs
        )
        return self.draw(table, **cell)

    def draw(self, table: tables.Table, **cell: object) -> str:
        """The template with the page around it, and with these."""
        page = getattr(table, "context", None) or Context()
        with page.push(**cell):
            return Engine.get_default().get_template(self.template_name).render(page)
