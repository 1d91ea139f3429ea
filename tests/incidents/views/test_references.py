"""A reference is never torn in two lines, and stays the same characters to copy and to search."""

import re
from pathlib import Path

from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR) / "templates"
ALONE = re.compile(r"<(a|span)((?:\s(?:[^<>]|{%[^%]*%})*?)?)>({{ [a-z_.]*reference }})</\1>")
LOOK = Path(settings.BASE_DIR) / "config/portal/static/portal/portal.css"


def test_wherever_a_reference_stands_alone_it_stays_in_one_line():
    found = [
        (str(path.relative_to(TEMPLATES)), match.group())
        for path in sorted(TEMPLATES.rglob("*.html"))
        for match in ALONE.finditer(path.read_text(encoding="utf-8"))
    ]

    assert len(found) > 20
    assert [one for one in found if not re.search(r'class="[^"]*\bref\b', one[1])] == []
    assert ".ref { white-space: nowrap; }" in LOOK.read_text(encoding="utf-8")
