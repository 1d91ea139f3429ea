"""What the one style sheet must not do to parts that are used everywhere."""

import re

from django.conf import settings

SHEET = settings.BASE_DIR / "config" / "portal" / "static" / "portal" / "portal.css"
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
COLOUR = re.compile(r"(?:^|[;\s])color:")


def _colouring() -> list[str]:
    """Every selector that sets the colour of words."""
    text = re.sub(r"/\*.*?\*/", "", SHEET.read_text(), flags=re.DOTALL)
    return [
        one.strip()
        for selectors, body in RULE.findall(text)
        if COLOUR.search(body)
        for one in selectors.split(",")
    ]


def test_a_button_keeps_its_colour_wherever_it_stands() -> None:
    found = _colouring()
    assert ".btn.primary" in found

    notes = [one for one in found if re.fullmatch(r"\.(gap-note|gap-line|notice|said) a", one)]
    places = [one for one in found if re.search(r"\s\.btn$", one)]

    assert notes == []
    assert places == []
