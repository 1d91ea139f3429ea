"""`{% part %}`: components whose words are written where they stand, and nowhere by hand."""

import re
from pathlib import Path

import pytest
from django.template import Context, Engine, Template, TemplateSyntaxError
from django.template.loader import render_to_string

ROOT = Path(__file__).resolve().parents[2] / "templates"
COMPONENTS = ROOT / "components"
PAGES = sorted(
    str(path.relative_to(ROOT)) for path in ROOT.rglob("*.html") if path.parent != COMPONENTS
)
USE = re.compile(r"\{% part \"(\w+)\"([^%]*)%\}|\{% (slot) \"(\w+)\" %\}|\{% endpart %\}")

BY_HAND = {
    "page_head": re.compile(r"<h1\b|class=\"(?:lead|sub)\""),
    "rail_list": re.compile(r"rail-list"),
    "summary": re.compile(r"<dl(?! class=\"(?:duty|panel)\")"),
    "filter_bar": re.compile(r"class=\"filters"),
    "scope_bar": re.compile(r"filterbar"),
    "disclosure": re.compile(r"<details\b"),
    "gap_note": re.compile(r"class=\"gap-note"),
    "empty": re.compile(r"class=\"panel empty|include \"components/empty"),
}
"""What a page would hold if it wrote the component again."""

LEFT = {
    # Django's own pages of the admin: their heads and filters follow its templates.
    "page_head": re.compile(r"^admin/|^incidents/_rule_none\.html$"),
    "empty": re.compile(r"^incidents/_rule_none\.html$"),  # it has a heading of its own
    "filter_bar": re.compile(r"^admin/search_form\.html$"),
    "disclosure": re.compile(r"^admin/(?:filter|index)\.html$"),
}
"""Where something else wears the same clothes."""


def draw(text: str, **values: object) -> str:
    return Template("{% load portal %}" + text).render(Context(values))


def test_a_part_is_drawn_with_the_words_of_the_page() -> None:
    html = draw(
        '{% part "page_head" %}{{ n }} open{% slot "lead" %}For {{ who }}.{% endpart %}',
        n=2,
        who="<Mei>",
    )

    assert "<h1>2 open</h1>" in html
    assert '<p class="lead">For &lt;Mei&gt;.</p>' in html


def test_a_part_sees_only_what_it_is_given() -> None:
    html = draw('{% part "page_head" %}Open{% endpart %}', lead="of the page", look="x")

    assert html.strip() == "<h1>Open</h1>"


def test_an_empty_slot_is_nothing() -> None:
    html = draw('{% part "page_head" %}Open{% slot "lead" %}  {% if x %}no{% endif %}{% endpart %}')

    assert "lead" not in html


def test_parts_stand_inside_parts() -> None:
    html = draw(
        '{% part "rail_list" %}{% for one in names %}'
        '{% part "rail_item" url="/x/" %}{{ one }}{% slot "end" %}late{% endpart %}'
        "{% endfor %}{% endpart %}",
        names=["A", "B"],
    )

    assert html.count("<li>") == 2
    assert '<a class="k quiet" href="/x/">B</a><span class="e">late</span>' in html


@pytest.mark.parametrize(
    "text",
    [
        "{% part %}{% endpart %}",
        "{% part name %}{% endpart %}",
        '{% part "summary" loud %}{% endpart %}',
        '{% part "page_head" %}{% slot lead %}{% endpart %}',
        '{% part "page_head" %}{% slot "lead" %}{% slot "lead" %}{% endpart %}',
        '{% part "summary" %}',
    ],
    ids=["no name", "no quotes", "no value", "slot without quotes", "twice", "never ended"],
)
def test_a_part_that_is_written_wrong_does_not_compile(text: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        draw(text)


@pytest.mark.parametrize("name", PAGES)
def test_no_page_writes_a_component_again(name: str) -> None:
    text = re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", _text(name), flags=re.S)

    again = [
        part
        for part, pattern in BY_HAND.items()
        if pattern.search(text) and not (part in LEFT and LEFT[part].search(name))
    ]

    assert again == [], 'use {% part "…" %}; the living page shows them'


@pytest.mark.parametrize("name", [*PAGES, *(f"components/{p.name}" for p in COMPONENTS.iterdir())])
def test_parts_are_given_what_they_know(name: str) -> None:
    unknown = [f"{part}: {word}" for part, word in _given(_text(name)) if word not in _known(part)]

    assert unknown == []


def _given(text: str) -> list[tuple[str, str]]:
    given, inside = [], []
    for found in USE.finditer(text):
        part, values, is_slot, slot = found.groups()
        if part:
            inside.append(part)
            given += [(part, value) for value in re.findall(r"(\w+)=", values)]
        elif is_slot:
            given.append((inside[-1], slot))
        else:
            inside.pop()
    return given


def _known(part: str) -> set[str]:
    return set(
        re.findall(r"\w+", Engine.get_default().get_template(f"components/{part}.html").source)
    )


def _text(name: str) -> str:
    return (ROOT / name).read_text()


def test_a_disclosure_is_open_only_when_it_is_told() -> None:
    folded = draw('{% part "disclosure" summary="More" fold_id="more" %}Inside{% endpart %}')
    opened = draw('{% part "disclosure" summary="More" is_open=True %}Inside{% endpart %}')

    assert '<details class="disclose" id="more"><summary>' in folded
    assert '<details class="disclose" open>' in opened


def test_an_error_in_a_filter_stands_above_its_field() -> None:
    html = render_to_string(
        "components/filter_field.html",
        {"label": "From", "input_id": "id_since", "body": "<input>", "error": "Enter a date."},
    )

    assert html.index("Enter a date.") < html.index("&lt;input&gt;")
    assert 'id="id_since_error"' in html
