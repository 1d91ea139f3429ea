"""Kept events read out: the rows before and after, and the names of all they point at."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group
from django.db.models import F, JSONField, Model, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, JSONObject

from config.front.history import KINDS, Event, Line, name_of, references, tell
from config.front.history.speech import Row
from config.portal.sentences import Sentence
from reviews.models import Review
from rosters.models import ContactView
from rosters.queries.compiled import compiled
from rosters.queries.many import Ids

SEEN = "contactview"
GONE = "something that is gone"
ROUNDS = 5


@dataclass(frozen=True)
class Entry:
    """One change as people read it."""

    at: datetime
    who: str
    sentence: Sentence
    lines: tuple[Line, ...]
    kind: str
    plural: str
    row: Any
    page: str
    request: str


@dataclass(frozen=True)
class _Kept:
    """One event as the database keeps it."""

    kind: str
    row: Any
    at: datetime
    event: Event
    context: Mapping[str, Any]


def model_of(key: str) -> type[Model]:
    """Where the events of one kind are kept; who saw numbers has its own table."""
    return ContactView if key == SEEN else apps.get_model(f"{KINDS[key].model}Event")


def kept_rows(key: str) -> QuerySet[Any]:
    """Every event of one kind. The library's own manager builds another SQL; this is Django's."""
    return QuerySet(model_of(key))


def row_column(key: str) -> str:
    has_own = key != SEEN and any(f.name == "pgh_obj" for f in _fields(key))
    return "pgh_obj_id" if has_own else "id"


def _fields(key: str) -> list[Any]:
    return list(model_of(key)._meta.fields)  # noqa: SLF001  # public in spite of its name


def _data(key: str) -> JSONObject:
    kept = {field.name: field.attname for field in _fields(key)}
    return JSONObject(**{column: kept[column] for column in KINDS[key].parts})


def load(keys: list[tuple[str, Any]]) -> list[_Kept]:
    """These events with the row before each, in the same order, in one query."""
    rows = _of_each_kind(_events, keys)
    found = {(kind, key): _kept(kind, *row) for kind, key, *row in rows}
    return [found[key] for key in keys if key in found]


def _of_each_kind(read: Callable[..., list[Any]], keys: Iterable[tuple[str, Any]]) -> list[Any]:
    """What `read` finds of the kinds, each with its keys; nothing of none."""
    by_kind: dict[str, set[Any]] = {}
    for kind, key in sorted(keys):
        by_kind.setdefault(kind, set()).add(key)
    return read(tuple(by_kind), *by_kind.values()) if by_kind else []


@compiled
def _events(kinds: tuple[str, ...], *keys: Ids) -> QuerySet[Any, Any]:
    parts = [_with_data(kind, ids) for kind, ids in zip(kinds, keys, strict=True)]
    return parts[0].union(*parts[1:], all=True)


def _with_data(key: str, ids: Ids) -> QuerySet[Any, Any]:
    columns = ("of_kind", "key", "of_row", "moment", "done", "context", "data", "before")
    if key == SEEN:
        seen = kept_rows(SEEN).filter(pk__in=ids)
        read: QuerySet[Any, Any] = seen.annotate(
            moment=F("at"),
            of_kind=Value(key),
            key=F("pk"),
            of_row=F("pk"),
            done=Value("insert", output_field=TextField()),
            context=JSONObject(user="viewer_id"),
            data=_data(key),
            before=Cast(Value(None), JSONField()),
        ).values_list(*columns)
        return read
    before: Any = Cast(Value(None), JSONField())
    rows = kept_rows(key).filter(pk__in=ids)
    if row_column(key) == "pgh_obj_id":
        earlier = kept_rows(key).filter(
            pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id")
        )
        before = Subquery(earlier.order_by("-pgh_id").annotate(data=_data(key)).values("data")[:1])
    kept: QuerySet[Any, Any] = rows.annotate(
        moment=F("pgh_created_at"),
        of_kind=Value(key),
        key=F("pk"),
        of_row=F(row_column(key)),
        done=F("pgh_label"),
        context=F("pgh_context"),
        data=_data(key),
        before=before,
    ).values_list(*columns)
    return kept


def _kept(
    kind: str,
    row: Any,  # noqa: ANN401  # a key of any kind
    at: datetime,
    done: str,
    context: Mapping[str, Any] | None,
    data: Row,
    before: Row,
) -> _Kept:
    return _Kept(kind, row, at, Event(done, data, before), context or {})


def told(kept: list[_Kept]) -> list[Entry]:
    names = _names(kept)
    return [_entry(one, names) for one in kept]


def _entry(one: _Kept, names: Callable[[str, Any], str]) -> Entry:
    kind = KINDS[one.kind]
    user = one.context.get("user")
    who = names("person", user) if user else ""
    if who and one.context.get("token"):
        who = f"{who} through {one.context['token']}"
    because = str(one.context.get("reason", ""))
    told = tell(kind, one.event, who=who, names=names, because=because)
    return Entry(
        one.at,
        who,
        told.sentence,
        told.lines,
        one.kind,
        kind.plural,
        one.row,
        str(one.context.get("url", "")),
        str(one.context.get("request", "")),
    )


def _names(kept: list[_Kept]) -> Callable[[str, Any], str]:
    """What everything these events point at is called, as it was called last."""
    wanted = {("person", one.context["user"]) for one in kept if one.context.get("user")}
    for one in kept:
        wanted |= references(KINDS[one.kind], (one.event.row, one.event.before))
    rows: dict[tuple[str, Any], Any] = {}
    for _ in range(ROUNDS):
        missing = {ref for ref in wanted if ref not in rows and ref[0] in KINDS}
        if not missing:
            break
        rows |= dict.fromkeys(missing) | _latest(missing)
        for kind, pk in missing:
            wanted |= references(KINDS[kind], (rows[kind, pk],))
    others = _untracked(wanted)

    def name(kind: str, pk: Any) -> str:  # noqa: ANN401  # a key out of JSON
        row = rows.get((kind, pk))
        if row is not None:
            return name_of(KINDS[kind], row, names=name)
        return others.get((kind, pk), GONE)

    return name


def _latest(wanted: Iterable[tuple[str, Any]]) -> dict[tuple[str, Any], Any]:
    """The last kept row of each of these, in one query; deleted rows have one too."""
    return {(kind, row): data for kind, row, data in _of_each_kind(_last_rows, wanted)}


@compiled
def _last_rows(kinds: tuple[str, ...], *keys: Ids) -> QuerySet[Any, Any]:
    parts: list[QuerySet[Any, Any]] = []
    for kind, ids in zip(kinds, keys, strict=True):
        rows = kept_rows(kind).filter(pgh_obj_id__in=ids)
        last = rows.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
        named = last.annotate(of_kind=Value(kind), of_row=F("pgh_obj_id"), data=_data(kind))
        parts.append(named.values_list("of_kind", "of_row", "data"))
    return parts[0].union(*parts[1:], all=True)


def _untracked(wanted: Iterable[tuple[str, Any]]) -> dict[tuple[str, Any], str]:
    """Names of what is pointed at and not kept itself."""
    groups = {pk for kind, pk in wanted if kind == "group"}
    reviews = {pk for kind, pk in wanted if kind == "review"}
    found: dict[tuple[str, Any], str] = {}
    if groups:
        found |= {("group", group.pk): group.name for group in Group.objects.filter(pk__in=groups)}
    if reviews:
        rows = Review.objects.filter(pk__in=reviews).select_related("incident")
        found |= {("review", one.pk): f"the review of {one.incident.reference}" for one in rows}
    return found
