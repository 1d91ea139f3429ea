"""What could happen, one scenario a row."""

from typing import Any, ClassVar

import django_tables2 as tables

from config.portal.columns import FragmentColumn


def _cell(name: str, heading: str, **options: Any) -> FragmentColumn:
    options.setdefault("orderable", False)
    template = f"incidents/templates/_cell_scenario_{name}.html"
    return FragmentColumn(template_name=template, verbose_name=heading, empty_values=(), **options)


class ScenarioTable(tables.Table):  # type: ignore[misc]  # published untyped
    """What happens, who leads, who hears of it, and what to open."""

    name = _cell("name", "What could happen", orderable=True, order_by=("name", "pk"))
    severity = _cell("severity", "Usually", orderable=True, order_by=("severity", "name"))
    leads = _cell("leads", "Who leads")
    informed = _cell("informed", "Who hears of it")
    runbook = _cell("runbook", "Runbook")
    tools = _cell("tools", "Tools")

    class Meta:
        empty_text = "No scenario matches. Clear the filters."
        attrs: ClassVar = {"caption": "What could happen, one scenario a row"}
