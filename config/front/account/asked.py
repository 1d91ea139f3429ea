"""What a page asks, in the words that people read on it: for a form that came too late.

The page on which somebody typed is read once more, as the reader would get it now. It is only
looked at: nothing is sent, and no notice is used up.
"""

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

from django.contrib.messages.storage import default_storage
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import Resolver404, resolve

from config.front.account.adapters import LACKS_SECOND_STEP
from config.front.account.kept import Kept
from config.portal.refusals import Refused

SILENT = {"hint", "vh", "err"}
"""Classes of words inside a label that are not what it asks."""
VOID = {"input", "br", "img", "use", "path", "meta", "link", "hr"}
PICKED = {"radio", "checkbox"}
OK = 200


@dataclass(frozen=True)
class Asked:
    """The page's title, what each field is called, and what each of its choices says."""

    title: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[tuple[str, str], str] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()


def context(request: HttpRequest, late: Kept | None) -> dict[str, Any]:
    """What the page of a late form shows."""
    if late is None:
        return {"kept": None, "answers": [], "title": ""}
    asked = asked_on(request, late.page if late.page != "/" else late.path)
    return {"kept": late, "answers": answers(late, asked), "title": asked.title}


def answers(late: Kept, asked: Asked) -> list[tuple[str, str]]:
    """What somebody answered, each under the words of its field; without a page, under its name."""
    return [
        (_label(name, asked), _spoken(name, value, asked))
        for name, value in late.typed
        if name not in asked.hidden
    ]


def asked_on(request: HttpRequest, path: str) -> Asked:
    """What the page at `path` asks this reader; nothing when it cannot be read."""
    if request.session.get(LACKS_SECOND_STEP):
        return Asked()
    try:
        match = resolve(path.partition("?")[0])
    except Resolver404:
        return Asked()
    again = copy.copy(request)
    again.method, again.path, again.path_info = "GET", path, path
    again.GET, again.POST, again.resolver_match = QueryDict(), QueryDict(), match
    again._messages = default_storage(again)  # type: ignore[attr-defined]  # noqa: SLF001  # read, not used up
    try:
        answer = match.func(again, *match.args, **match.kwargs)
    except (Http404, ObjectDoesNotExist, PermissionDenied, Refused):
        return Asked()
    if not isinstance(answer, HttpResponse) or answer.status_code != OK:
        return Asked()
    if hasattr(answer, "render"):
        answer.render()
    return read(answer.content.decode())


def read(page: str) -> Asked:
    """What a page asks, from its markup."""
    reader = _Reader()
    reader.feed(page)
    return reader.asked()


def _label(name: str, asked: Asked) -> str:
    """A row that was added while typing is called as the first one."""
    said = asked.labels.get(name) or asked.labels.get(re.sub(r"-\d+-", "-0-", name))
    return said or name.replace("-", " ").replace("_", " ").capitalize()


def _spoken(name: str, value: str, asked: Asked) -> str:
    said = asked.choices.get((name, value)) or asked.choices.get(
        (re.sub(r"-\d+-", "-0-", name), value)
    )
    if said:
        return said
    if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d", value):
        at = datetime.fromisoformat(value)
        return f"{at:%a} {at.day} {at:%b %Y, %H:%M}"
    return value


class _Reader(HTMLParser):
    """Labels, legends, controls and the title of a page."""

    def __init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, bool]] = []
        self._said: dict[str, list[str]] = {}
        self._legends: list[str] = []
        self._select = self._option = self._label_for = ""
        self._controls: list[tuple[dict[str, str], str]] = []
        self._labels: dict[str, str] = {}
        self._title = ""
        self._choices: dict[tuple[str, str], str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        got = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._open.append((tag, bool(SILENT & set(got.get("class", "").split()))))
        if tag in ("h1", "label", "legend", "option"):
            self._said[tag] = []
        if tag == "label":
            self._label_for = got.get("for", "")
        elif tag == "fieldset":
            self._legends.append("")
        elif tag == "option":
            self._option = got.get("value", "")
        elif tag in ("input", "select", "textarea"):
            self._control(tag, got)

    def _control(self, tag: str, got: dict[str, str]) -> None:
        self._controls.append((got, self._legends[-1] if self._legends else ""))
        if "label" in self._said and not self._label_for:
            self._label_for = got.get("id", "")
        if tag == "select":
            self._select = got.get("name", "")

    def handle_data(self, data: str) -> None:
        if not any(is_silent for _, is_silent in self._open):
            for words in self._said.values():
                words.append(data)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag == "fieldset" and self._legends:
            self._legends.pop()
        if tag not in self._said:
            return
        said = " ".join(" ".join(self._said.pop(tag)).split()).rstrip(" :")
        said = re.sub(r" ([.,:;?])", r"\1", said)
        if tag == "h1":
            self._title = said
        elif tag == "legend" and self._legends:
            self._legends[-1] = said
        elif tag == "label":
            self._labels[self._label_for] = said
        elif tag == "option":
            self._choices[self._select, self._option] = said

    def asked(self) -> Asked:
        labels: dict[str, str] = {}
        hidden = set()
        for got, legend in self._controls:
            name, own = got.get("name", ""), self._labels.get(got.get("id", ""), "")
            if got.get("type") == "hidden":
                hidden.add(name)
            elif got.get("type") in PICKED:
                labels[name] = legend or own
                self._choices[name, got.get("value", "on")] = own if legend else "Yes"
            elif own:
                labels[name] = own
        return Asked(self._title, labels, self._choices, frozenset(hidden - set(labels)))
