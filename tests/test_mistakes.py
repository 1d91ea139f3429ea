"""Every form there is, sent with mistakes: each is listed with a link, and marked where it is.

The forms are found on the pages of the URLconf (`tests.pages`), not in a list of ours.
"""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from config.portal import clock
from rosters.models import Person
from tests.markup import TYPED_LOCAL, Element, posted, tree
from tests.pages import Everything, addresses, one_of_everything
from tests.world import build, make_person

pytestmark = pytest.mark.django_db

MANY = 80
"""Fewer answers than this mean that forms were not found, not that they are right."""
WAYS: dict[str, Callable[[str, str], str]] = {
    "empty": lambda kind, value: "",
    "garbled": lambda kind, value: "é?" if kind not in ("select",) else value,
}


def browser(person: Person) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


def is_page(answer: Any) -> bool:
    kind = answer.headers.get("Content-Type", "")
    return answer.status_code in (200, 422) and "text/html" in kind


def forms(client: Client, paths: list[str]) -> dict[str, tuple[Element, Element]]:
    """The forms of these pages that something is typed into, by where they are sent."""
    found: dict[str, tuple[Element, Element]] = {}
    for path in paths:
        answer = client.get(path)
        if not is_page(answer):
            continue
        page = tree(answer.content.decode())
        for form in page.all("form"):
            to = form.get("action") or path
            kinds = {kind for kind, _, _ in posted(form, page)}
            if form.get("method") == "post" and kinds - {"hidden", "button"} and to not in found:
                found[to] = (form, page)
    return found


def wrong(form: Element, page: Element, way: Callable[[str, str], str]) -> dict[str, list[str]]:
    """What the form sends when everything typed is replaced by a mistake."""
    body: dict[str, list[str]] = {}
    for kind, name, value in posted(form, page):
        is_typed = kind in TYPED_LOCAL or kind in ("textarea", "select")
        body.setdefault(name, []).append(way(kind, value) if is_typed else value)
    return body


def is_typed_into(field: Element) -> bool:
    return field.name in ("select", "textarea") or (
        field.name == "input" and (field.get("type") or "text") in TYPED_LOCAL
    )


def is_marked(field: Element, by_id: dict[str, Element]) -> bool:
    """A screen reader hears that it is wrong, and why."""
    said = [by_id[one] for one in field.get("aria-describedby").split() if one in by_id]
    return field.get("aria-invalid") == "true" and any(one.has("err") for one in said)


def faults(page: Element) -> Iterator[str]:
    """What is wrong with how this page lists its mistakes."""
    by_id = {one.get("id"): one for one in page.all() if one.get("id")}
    lists = [one for one in page.all() if "data-error-summary" in one.attributes]
    if len(lists) > 1:
        yield "more than one list of mistakes"
    for line in (item for one in lists for item in one.all("li")):
        if fault := fault_of(line, by_id):
            yield f"{fault}: {line.words()}"
    main = by_id.get("main")
    for said in (one for one in main.all("p") if one.has("err")) if main else ():
        if not lists:
            yield f"no list of mistakes: {said.words()}"
        if not any(said.all("svg")):
            yield f"a mistake without its sign: {said.words()}"


def fault_of(line: Element, by_id: dict[str, Element]) -> str:
    """What is wrong with one line of the list; nothing where it leads to a marked field."""
    link = next(line.all("a"), None)
    if link is None:
        return "no link"
    target = by_id.get(link.get("href").removeprefix("#"))
    if target is None:
        return f"a link to nothing, {link.get('href')}"
    if not any(one.has("has-err") for one in target.outward()):
        return f"no frame around {link.get('href')}"
    if is_typed_into(target) and not is_marked(target, by_id):
        return f"{link.get('href')} is not marked"
    return ""


@pytest.fixture
def everything() -> Everything:
    now = clock.act_now()
    return one_of_everything(build(now), now=now)


def test_every_mistake_has_a_link_and_a_mark(everything: Everything) -> None:
    people = (everything.world.alice, make_person("Grace", is_administrator=True))
    paths = sorted(set(addresses(everything).values()))
    found: dict[str, list[str]] = {}
    seen = 0
    for person in people:
        client = browser(person)
        asked = forms(client, paths)
        for to, way in itertools.product(asked, WAYS.values()):
            client.force_login(person)
            answer = client.post(to, wrong(*asked[to], way))
            if is_page(answer):
                seen += 1
                if said := list(faults(tree(answer.content.decode()))):
                    found[to] = said

    assert not found, "\n".join(f"{to}: {said}" for to, every in found.items() for said in every)
    assert seen > MANY
