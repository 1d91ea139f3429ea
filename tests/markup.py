"""A page as a tree, as far as forms and their mistakes are asked about."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset("area base br col embed hr img input link meta source track wbr use".split())  # noqa: SIM905  # reads better than a list
TYPED = frozenset({"text", "search", "url", "email", "tel", "number", "date", "time", "password"})
TYPED_LOCAL = TYPED | {"datetime-local", "month"}


@dataclass(eq=False)
class Element:
    """One element, with what stands in it."""

    name: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: list["Element"] = field(default_factory=list)
    text: str = ""

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")

    def has(self, kind: str) -> bool:
        return kind in self.get("class").split()

    def all(self, *names: str) -> Iterator["Element"]:
        """Itself and everything in it of these names, in the order of the page."""
        if not names or self.name in names:
            yield self
        for child in self.children:
            yield from child.all(*names)

    def outward(self) -> Iterator["Element"]:
        """Itself, and what it stands in."""
        yield self
        if self.parent:
            yield from self.parent.outward()

    def words(self) -> str:
        return " ".join(" ".join(one.text for one in self.all()).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.here = self.root = Element("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        new = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(new)
        if tag not in VOID:
            self.here = new

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        found = next((one for one in self.here.outward() if one.name == tag), None)
        if found is not None and found.parent is not None:
            self.here = found.parent

    def handle_data(self, data: str) -> None:
        self.here.text += data


def tree(page: str) -> Element:
    """The whole page; what is not closed ends with what it stands in."""
    reader = _Reader()
    reader.feed(page)
    return reader.root


def posted(form: Element, page: Element) -> list[tuple[str, str, str]]:
    """What the form sends as it stands: the kind of each field, its name and its value.

    Of the buttons only the first sends itself, as when somebody presses Enter.
    """
    name = form.get("id")
    outside = [
        one
        for one in page.all("input", "select", "textarea", "button")
        if name and one.get("form") == name
    ]
    inside = [
        one
        for one in form.all("input", "select", "textarea", "button")
        if "form" not in one.attributes
    ]
    found = []
    has_pressed = False
    for one in [*inside, *outside]:
        if "disabled" in one.attributes:
            continue
        kind = one.name if one.name != "input" else one.get("type") or "text"
        if one.name == "button":
            if has_pressed or one.get("type") not in ("", "submit"):
                continue
            has_pressed = True
        if not one.get("name"):
            continue
        if kind in ("radio", "checkbox") and "checked" not in one.attributes:
            continue
        found.append((kind, one.get("name"), _value(one)))
    return found


def _value(one: Element) -> str:
    if one.name == "textarea":
        return one.text
    if one.name != "select":
        return one.attributes.get("value", "on" if one.get("type") == "checkbox" else "")
    options = list(one.all("option"))
    chosen = next((o for o in options if "selected" in o.attributes), None)
    first = chosen or next(iter(options), None)
    return first.attributes.get("value", first.words()) if first else ""
