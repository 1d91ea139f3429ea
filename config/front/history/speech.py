"""What was changed, in one sentence for people: names not ids, words not columns.

Pure: a kind says how its rows are spoken of, an event is one row before and after, and names are
looked up by whoever asks. Instants stay instants, for each reader's own zone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from config.portal import words
from config.portal.sentences import Param, Sentence
from incidents.logic import trigger_words
from incidents.logic.triggers import condition_of
from rosters.logic import holidays

Row = Mapping[str, Any]
Phrase = str | Callable[[Row], str]
Names = Callable[[str, Any], str]
Reference = tuple[str, Any]

PLAIN = frozenset(
    {
        "text",
        "words",
        "list",
        "labels",
        "conditions",
        "exceptions",
        "instant",
        "day",
        "time",
        "minutes",
        "yes_no",
        "choice",
        "zone",
        "region",
    }
)
NOBODY = "Somebody outside the portal"
SHORT = 80
FEW = 3


@dataclass(frozen=True)
class Part:
    """One column: its label as read before "of …", and what its values are.

    `of` is one of PLAIN, or the kind that the column points at. `words` are the values of a choice.
    `on` and `off` are whole phrases for a no that became a yes, and the other way round. `is_name`
    marks what the row is called, `is_it` what the row is about, so that its label goes unsaid.
    """

    label: str
    of: str = "text"
    words: Mapping[Any, str] = field(default_factory=dict)
    on: str = ""
    off: str = ""
    is_name: bool = False
    is_it: bool = False

    @property
    def points_at(self) -> str:
        return "" if self.of in PLAIN else self.of


@dataclass(frozen=True)
class Kind:
    """One sort of thing that people configure.

    `title` fits into a sentence ("the roster Payments on call"), `name` is how others speak of it.
    A column is named in braces, with an ending that tells what it holds; a column called "title" is
    {heading}. `changed` may word what belongs together, such as confirmed when and by whom, with
    values from before as {was_…}; `unseen` is said of a change whose value is not kept.
    """

    model: str
    plural: str
    title: Phrase
    name: Phrase
    parts: Mapping[str, Part]
    added: Phrase = "added {title}"
    removed: Phrase = "removed {title}"
    changed: Callable[[Row, Row, frozenset[str]], str] | None = None
    unseen: str = "changed {title}"


@dataclass(frozen=True)
class Event:
    """One kept change: "insert", "update" or "delete", the row, and the row before an update."""

    label: str
    row: Row
    before: Row | None = None


@dataclass(frozen=True)
class Line:
    """One column before and after; None where there was nothing."""

    label: str
    before: Sentence | None
    after: Sentence | None


@dataclass(frozen=True)
class Told:
    """The sentence, and what it leaves out."""

    sentence: Sentence
    lines: tuple[Line, ...]


def references(kind: Kind, rows: Iterable[Row | None]) -> set[Reference]:
    """What these rows point at, and so whose names are needed."""
    return {
        (part.points_at, row[column])
        for row in rows
        if row
        for column, part in kind.parts.items()
        if part.points_at and row.get(column) is not None
    }


def name_of(kind: Kind, row: Row, *, names: Names) -> str:
    """How others speak of this row, in plain text. Names hold no instants."""
    facts = _facts(kind, row, names)
    return _phrase(kind.name, row).format_map({key: _plain(value) for key, value in facts.items()})


def tell(kind: Kind, event: Event, *, who: str, names: Names, because: str = "") -> Told:
    """What `who` did and why, and every column before and after; nobody we know is empty."""
    spoken = _Speaker(kind, event, names)
    phrase, params = spoken.phrase()
    reason = because.strip().rstrip(".")
    why = ", because {because}" if reason else ""
    params |= {"who": who or NOBODY, "because": reason}
    sentence = Sentence(f"{{who}} {phrase}{why}.", params)
    return Told(sentence, tuple(spoken.lines()))


@dataclass(frozen=True)
class _Speaker:
    kind: Kind
    event: Event
    names: Names

    def phrase(self) -> tuple[str, dict[str, Param]]:
        row = self.event.row
        if self.event.label == "delete":
            return self._whole(self.kind.removed, row)
        if self.event.label != "update":
            return self._whole(self.kind.added, row)
        return self._update(row, self.event.before)

    def _whole(self, phrase: Phrase, row: Row) -> tuple[str, dict[str, Param]]:
        return self._titled(_phrase(phrase, row), row), _facts(self.kind, row, self.names)

    def _update(self, row: Row, before: Row | None) -> tuple[str, dict[str, Param]]:
        if before is None:
            return self._whole("changed {title}", row)
        columns = self.changed_columns()
        if not columns:
            return self._whole(self.kind.unseen, row)
        own = self.kind.changed
        special = own(before, row, frozenset(columns)) if own else ""
        if special:
            pattern, facts = self._whole(special, row)
            earlier = _facts(self.kind, before, self.names)
            return pattern, {**{f"was_{key}": value for key, value in earlier.items()}, **facts}
        if len(columns) == 1:
            return self._one(columns[0], row, before)
        return self._several(columns, row)

    def changed_columns(self) -> list[str]:
        row, before = self.event.row, self.event.before or {}
        return [column for column in self.kind.parts if row.get(column) != before.get(column)]

    def _one(self, column: str, row: Row, before: Row) -> tuple[str, dict[str, Param]]:
        part = self.kind.parts[column]
        if part.of == "yes_no" and (part.on or part.off):
            return self._whole(part.on if row[column] else part.off, row)
        was, now = before.get(column), row.get(column)
        values = {**self._value("before", part, was), **self._value("after", part, now)}
        titled = before if part.is_name else row
        pattern = self._titled(_pattern(part, was, now), titled)
        return pattern, {**_facts(self.kind, titled, self.names), **values}

    def _several(self, columns: list[str], row: Row) -> tuple[str, dict[str, Param]]:
        labels = [self.kind.parts[column].label for column in columns]
        if len(labels) > FEW:
            return self._whole(f"changed {len(labels)} things about {{title}}", row)
        *first, last = labels
        return self._whole(f"changed {', '.join(first)} and {last} of {{title}}", row)

    def _titled(self, phrase: str, row: Row) -> str:
        return phrase.replace("{title}", _phrase(self.kind.title, row))

    def _value(self, key: str, part: Part, raw: object) -> dict[str, Param]:
        return {} if _is_nothing(raw) else {_key(key, part): _spoken(part, raw, self.names)}

    def lines(self) -> Iterable[Line]:
        row, before = self.event.row, self.event.before
        if self.event.label == "update":
            columns = self.changed_columns() if before else []
        else:
            columns = [name for name in self.kind.parts if not _is_nothing(row.get(name))]
        was = {"delete": row, "update": before or {}}.get(self.event.label, {})
        now = {} if self.event.label == "delete" else row
        for column in columns:
            part = self.kind.parts[column]
            label = part.label.removeprefix("the ")
            yield Line(
                label[:1].upper() + label[1:],
                self._shown(part, was.get(column)),
                self._shown(part, now.get(column)),
            )

    def _shown(self, part: Part, raw: object) -> Sentence | None:
        if _is_nothing(raw):
            return None
        key = _key("value", part)
        value = _spoken(part, raw, self.names)
        return Sentence(f"{{{key}}}", {key: value.strip("“”") if isinstance(value, str) else value})


def _pattern(part: Part, was: object, now: object) -> str:
    before, after = f"{{{_key('before', part)}}}", f"{{{_key('after', part)}}}"
    what = "{title}" if part.is_it else f"{part.label} of {{title}}"
    if part.is_name and not _is_nothing(was) and not _is_nothing(now):
        return f"renamed {{title}} to {after}"
    if any(len(str(value)) > SHORT for value in (was, now)):
        return f"changed {what}"
    if _is_nothing(was):
        return f"set {what} to {after}"
    if _is_nothing(now):
        return f"emptied {what}, which was {before}"
    return f"changed {what} from {before} to {after}"


def _facts(kind: Kind, row: Row, names: Names) -> dict[str, Param]:
    """Every column as a value that a sentence may hold; nothing as empty text."""
    facts: dict[str, Param] = {}
    for column, part in kind.parts.items():
        raw = row.get(column)
        if not _is_nothing(raw):
            facts[_key(column, part)] = _spoken(part, raw, names)
        elif part.of not in {"instant", "minutes"}:
            facts[_key(column, part)] = ""
    return facts


def _key(name: str, part: Part) -> str:
    """The parameter's name, whose ending says what it holds."""
    if name == "title":
        return "heading"
    bare = name.removesuffix("_at").removesuffix("_minutes")
    endings = {"instant": "_at", "minutes": "_minutes", "time": "_time", "person": ""}
    if name in {"before", "after", "value"}:
        endings["person"] = "_person"
    return bare + endings.get(part.of, "")


def _spoken(part: Part, raw: Any, names: Names) -> Param:  # noqa: ANN401  # a value out of JSON
    if part.points_at:
        return names(part.points_at, raw)
    if part.of == "choice":
        return str(part.words.get(raw, raw))
    if part.of == "yes_no":
        return "yes" if raw else "no"
    if part.of == "minutes":
        return int(raw)
    if part.of == "list":
        return ", ".join(str(part.words.get(one, one)) for one in raw)
    simple: dict[str, Callable[[Any], str]] = {
        "day": _day,
        "time": _time,
        "words": _quoted,
        "labels": _labels,
        "conditions": _conditions,
        "exceptions": _exceptions,
        "zone": words.zone_words,
        "region": holidays.region_name,
    }
    return simple.get(part.of, str)(raw)


def _day(raw: str) -> str:
    on = date.fromisoformat(raw)
    return f"{on.day} {on:%B %Y}"


def _time(raw: str) -> str:
    return raw[:5]


def _labels(raw: Mapping[str, str] | str) -> str:
    if isinstance(raw, str):
        return raw
    return ", ".join(f"{name} = {value}" for name, value in raw.items())


def _conditions(raw: Sequence[Mapping[str, Any]] | str) -> str:
    if isinstance(raw, str):
        return raw
    return trigger_words.conditions([condition_of(one) for one in raw])


def _exceptions(raw: Mapping[str, Mapping[str, str]] | str) -> str:
    if isinstance(raw, str):
        return raw
    moved = {True: "moved", False: "left out"}
    return ", ".join(f"{_day(on)} {moved['starts_at' in one]}" for on, one in sorted(raw.items()))


def _quoted(raw: str) -> str:
    return f"“{raw.removesuffix('.')}”"


def _is_nothing(raw: object) -> bool:
    return raw is None or raw == "" or raw in ([], {})


def _phrase(phrase: Phrase, row: Row) -> str:
    return phrase if isinstance(phrase, str) else phrase(row)


def _plain(value: Param) -> str:
    return value if isinstance(value, str) else str(value)
