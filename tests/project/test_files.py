"""What must not stand in a tracked file, and what must stand in the requirement files."""

import re

import pytest

from config import identity_provider
from tests.project.sources import ROOT, tracked_files

# Each pattern is written so that it does not find itself here.
FORBIDDEN = {
    "a path of one machine": re.compile(r"(?<![\w.-])/(?:wor[k]|roo[t]|hom[e]/\w+|tmp/muste[r])/"),
    "a package registry's host": re.compile(
        r"pyp[i]\.org|pythonhoste[d]\.org|npmj[s]\.(?:org|com)|crate[s]\.io|deb\.debia[n]\.org"
    ),
}
TEXT = {
    ".py",
    ".md",
    ".html",
    ".toml",
    ".txt",
    ".css",
    ".js",
    ".svg",
    ".yaml",
    ".yml",
    ".example",
    "",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_tracked_file_names(what: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number} {line.strip()[:80]}"
        for path in tracked_files()
        if path.suffix in TEXT
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if FORBIDDEN[what].search(line)
    ]

    assert found == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_pinned_and_hashed_and_hold_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    pins = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]

    assert "://" not in text
    assert [pin.split()[0] for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


def test_tools_do_not_change_what_runs() -> None:
    def pinned(name: str) -> set[str]:
        return set(re.findall(r"^(\S+==\S+)", (ROOT / name).read_text(), re.MULTILINE))

    assert pinned("requirements.txt") <= pinned("requirements-dev.txt")


def settings_variables() -> set[str]:
    files = ("settings.py", "identity_provider.py")
    text = "".join((ROOT / "config" / name).read_text() for name in files)
    asked = re.findall(r"""(?:env\.\w+|required)\(\s*"([A-Z_]+)\"""", text)
    return {*asked, *identity_provider.NEEDED}


@pytest.mark.parametrize("page", [".env.example", "docs/settings.md"])
def test_every_setting_is_documented(page: str) -> None:
    text = (ROOT / page).read_text()

    assert {name for name in settings_variables() if name not in text} == {"DEBUG"}
