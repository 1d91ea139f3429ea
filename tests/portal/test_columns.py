"""A fragment column draws in the page's own context."""

import django_tables2 as tables
import pytest
from django.template import Context, Template

from config.portal.columns import FragmentColumn


@pytest.fixture
def fragment(tmp_path, settings):
    (tmp_path / "cell.html").write_text("{{ ground }}: {{ record.name }} {{ extra }} {{ value }}")
    engine = dict(settings.TEMPLATES[0], DIRS=[tmp_path])
    settings.TEMPLATES = [engine]
    return "cell.html"


def test_cells_share_the_context_of_the_page(fragment):
    class People(tables.Table):
        name = FragmentColumn(template_name=fragment, extra_context={"extra": "<i>"})

    table = People([{"name": "Mei & Ben"}])
    table.context = Context({"ground": "page"})
    Template("").render(table.context)

    assert table.rows[0].get_cell("name") == "page: Mei &amp; Ben &lt;i&gt; Mei &amp; Ben"
    assert "record" not in table.context


def test_a_cell_without_a_page_still_draws(fragment):
    class People(tables.Table):
        name = FragmentColumn(template_name=fragment)

    assert "Mei" in People([{"name": "Mei"}]).rows[0].get_cell("name")
