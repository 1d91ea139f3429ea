"""Every template of ours compiles, says what it needs and keeps to the Content-Security-Policy."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parents[2] / "templates"
NAMES = sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("*.html"))
FORBIDDEN = {
    "a style attribute": re.compile(r"\sstyle\s*="),
    "a style element": re.compile(r"<style\b"),
    "a script of its own": re.compile(r"<script(?![^>]*\bsrc=)"),
    "a handler attribute": re.compile(r"\son[a-z]+\s*=(?![^{<>]*%\})"),  # not within a tag of ours
    "an htmx expression": re.compile(r"hx-on|hx-vals=.js:|hx-trigger=\"[^\"]*\["),
    "a conflict": re.compile(r"^(<{7}|={7}|>{7})", re.MULTILINE),
    "a comment over several lines": re.compile(r"\{#(?:(?!#\}).)*\n"),
}


@pytest.mark.parametrize("name", NAMES)
def test_template_compiles(name):
    assert get_template(name)


@pytest.mark.parametrize("name", NAMES)
def test_template_says_what_it_needs(name):
    text = (ROOT / name).read_text()
    assert re.search(r"\{#|\{% comment %\}", text), "a comment names context and blocks"
    assert "Context" in text


@pytest.mark.parametrize("name", NAMES)
def test_template_keeps_to_the_policy(name):
    text = (ROOT / name).read_text()
    found = [what for what, pattern in FORBIDDEN.items() if pattern.search(text)]
    assert not found


@pytest.mark.parametrize("name", NAMES)
def test_icons_exist(name):
    symbols = set(re.findall(r'id="i-([\w-]+)"', _sprite()))
    used = set(re.findall(r'\{% icon "([\w-]+)"', (ROOT / name).read_text()))
    assert used <= symbols


def _sprite() -> str:
    return (ROOT.parent / "config/portal/static/portal/icons.svg").read_text()
