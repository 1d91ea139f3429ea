"""Who changed what people configure, and who saw whose numbers, read in a constant few queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Count, F, Model, Q, QuerySet, Value

from config.front.history import KINDS
from config.front.queries.audit_rows import SEEN, Entry, kept_rows, load, row_column, told
from config.portal.trail import SET_UP
from incidents.models import Incident
from reviews.models import Review
from rosters.logic.roles import why_not_read_audit
from rosters.models import Person, Service
from rosters.queries import roles
from rosters.queries.compiled import compiled
from rosters.queries.many import Ids

BEGIN = "begin"
NAMED = ("person", "team", "service", "stakeholderrole", "roster", "escalationpolicy", "runbook")
"""The kinds that a search finds by name, to find what else was done about them."""
FAMILY: Mapping[str, tuple[tuple[str, str], ...]] = {
    "person": (
        ("contactpoint", "person"),
        ("contactrule", "person"),
        ("membership", "person"),
        ("persongroup", "person"),
    ),
    "team": (("membership", "team"),),
    "service": (("servicedependency", "service"), ("matrixentry", "service"), ("route", "service")),
    "roster": (("layer", "roster"), ("override", "roster")),
    "layer": (("rotation", "layer"), ("restriction", "layer")),
    "rotation": (("rotationmember", "rotation"),),
    "escalationpolicy": (("policyversion", "policy"), ("route", "policy")),
    "policyversion": (("escalationstep", "version"),),
    "escalationstep": (("steptarget", "step"),),
    "maintenancewindow": (
        ("maintainedservice", "maintenancewindow"),
        ("maintainedsource", "maintenancewindow"),
    ),
    "runbook": (("runbookversion", "runbook"),),
    "runbookversion": (("step", "version"),),
}
"""What belongs to a thing, so that its history tells of both."""


@dataclass(frozen=True)
class Asked:
    """What the reader wants to see. `who` is "people", "nobody", "all" or somebody's id."""

    who: str = "people"
    kind: str = ""
    row: Any = None
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""
    setting_up: bool | None = None
    """Only what was done to set Muster up, all but that, or (None) both."""


class Trail:
    """The events that match, newest first; a list as far as a paginator asks."""

    def __init__(self, reader: Person, asked: Asked) -> None:
        self.reader = reader
        self.asked = asked

    def count(self) -> int:
        """How many match."""
        who, (named, nameless) = self.asked.who, self._counted
        return {"people": named, "nobody": nameless}.get(who, named + nameless)

    @property
    def hidden(self) -> int:
        """How many more match under which nobody's name stands; none when they are shown."""
        return self._counted[1] if self.asked.who == "people" else 0

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[Entry]:
        if self._is_of_nothing:
            return []
        if self._is_usual and not part.start:
            newest = _newest(self.reader, _Shape.of(self.asked), part.stop)
        else:
            newest = list(_sorted(_asked_for(self.reader, self.asked), part))
        return told(load([(kind, key) for _, kind, key in newest]))

    @property
    def _is_of_nothing(self) -> bool:
        return self.asked.kind not in ("", *KINDS)

    @property
    def _is_usual(self) -> bool:
        """Most ask for everything that people did, or everything of one kind."""
        asked = self.asked
        return asked == _Shape.of(asked).asked and not asked.who.isdigit()

    @cached_property
    def _counted(self) -> tuple[int, int]:
        """How many match that somebody did, and how many that nobody is named for; one query."""
        if self._is_of_nothing:
            return 0, 0
        who = self.asked.who if self.asked.who.isdigit() else "all"
        if self._is_usual:
            rows = _numbers(self.reader, replace(_Shape.of(self.asked), who=who))
        else:
            rows = list(_counts(_asked_for(self.reader, replace(self.asked, who=who))))
        named: int = sum(number for has_name, number in rows if has_name)
        return named, sum(number for _, number in rows) - named


def entries(trail: Trail, *, most: int, at_once: int = 500) -> Iterable[Entry]:
    """Up to `most` entries, some at a time, for a file."""
    for start in range(0, most, at_once):
        found = trail[start : min(start + at_once, most)]
        yield from found
        if len(found) < at_once:
            return


def of_cells(service: Service, *, most: int) -> list[Entry]:
    """The last changes people made to who is called for a service, of its own and of its team's."""
    newest = _of_cells({service.pk}, {service.owner_team_id}, most)
    return told(load([("matrixentry", key) for (key,) in newest]))


@compiled
def _of_cells(services: Ids, teams: Ids, most: int) -> QuerySet[Any, Any]:
    about = Q(service_id__in=services) | Q(team_id__in=teams)
    rows = _events("matrixentry").filter(about, pgh_context__user__isnull=False)
    return rows.order_by("-pgh_created_at", "-pgh_id").values_list("pgh_id")[:most]


def is_kept(model: type[Model]) -> str:
    """The kind of a model whose changes are kept; empty for others."""
    label = model._meta.label  # noqa: SLF001  # public in spite of its name
    return next((key for key, kind in KINDS.items() if kind.model == label), "")


def why_not_read(person: Person) -> str | None:
    """Whether this person may read who changed and who saw what."""
    return why_not_read_audit(roles.of(person))


def administrators(*, now: datetime) -> list[str]:
    """Whom to ask, by name."""
    found = Person.objects.employed(now=now).filter(is_superuser=True, may_sign_in=True)
    return list(found.order_by("full_name").values_list("full_name", flat=True)[:3])


def _events(key: str) -> QuerySet[Any]:
    """What was done; how things stood when the trail began is no deed."""
    return kept_rows(key) if key == SEEN else kept_rows(key).exclude(pgh_label=BEGIN)


def _asked_for(reader: Person, asked: Asked) -> dict[str, QuerySet[Any]]:
    """The events of each kind that match."""
    chosen = _of_row(asked) if asked.row is not None else _of_kind(asked)
    named = _found_by_name(asked.text) if asked.text else {}
    matching = {}
    for key, rows in chosen.items():
        narrowed = _by_whom(key, rows, asked.who)
        narrowed = _in_time(key, narrowed, asked)
        if asked.text:
            narrowed = narrowed.filter(_says(key, asked.text, named))
        if asked.setting_up is not None:
            narrowed = _by_reason(key, narrowed, is_kept=asked.setting_up)
        matching[key] = _visible(key, narrowed, reader)
    return matching


def _of_kind(asked: Asked) -> dict[str, QuerySet[Any]]:
    return {key: _events(key) for key in KINDS if asked.kind in ("", key)}


def _of_row(asked: Asked) -> dict[str, QuerySet[Any]]:
    own = {asked.kind: _events(asked.kind).filter(**{row_column(asked.kind): asked.row})}
    parts = {
        key: _events(key).filter(**{f"{column}_id": asked.row})
        for key, column in FAMILY.get(asked.kind, ())
    }
    return own | parts


def _by_whom(key: str, rows: QuerySet[Any], who: str) -> QuerySet[Any]:
    if who == "all":
        return rows
    if key == SEEN:
        people = rows.none() if who == "nobody" else rows
        return people.filter(viewer=int(who)) if who.isdigit() else people
    if who.isdigit():
        return rows.filter(pgh_context__user=int(who))
    return rows.filter(pgh_context__user__isnull=who != "people")


def _by_reason(key: str, rows: QuerySet[Any], *, is_kept: bool) -> QuerySet[Any]:
    """What was done to set Muster up, or all but that; looking at numbers was neither."""
    if key == SEEN:
        return rows.none() if is_kept else rows
    named = Q(pgh_context__reason=SET_UP)
    return rows.filter(named if is_kept else Q(pgh_context__reason__isnull=True) | ~named)


def _in_time(key: str, rows: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
    column = "at" if key == SEEN else "pgh_created_at"
    if asked.since:
        rows = rows.filter(**{f"{column}__gte": asked.since})
    return rows.filter(**{f"{column}__lt": asked.until}) if asked.until else rows


def _says(key: str, text: str, named: Mapping[str, list[Any]]) -> Q:
    """Its own words, what it points at, why it was done, and the file that it came from."""
    says = Q(pk__in=[])
    if key != SEEN:
        why = Q(pgh_context__reason__icontains=text)
        says = why | Q(pgh_context__file__icontains=text)
    for column, part in KINDS[key].parts.items():
        if part.of in ("text", "words"):
            says |= Q(**{f"{column}__icontains": text})
        elif named.get(part.points_at):
            says |= Q(**{f"{column}_id__in": named[part.points_at]})
    return says


def _visible(key: str, rows: QuerySet[Any], reader: Person) -> QuerySet[Any]:
    """Actions of a restricted incident exist only for those who may see it."""
    if key != "actionitem":
        return rows
    visible = Incident.objects.visible_to(reader)
    return rows.filter(review__in=Review.objects.filter(incident__in=visible).values("pk"))


def _found_by_name(text: str) -> dict[str, list[Any]]:
    """The rows that are or were called so, of the kinds that everything else is about."""
    found: dict[str, list[Any]] = {key: [] for key in NAMED}
    parts = []
    for key in NAMED:
        name = next(column for column, part in KINDS[key].parts.items() if part.is_name)
        rows = kept_rows(key)
        rows = rows.filter(**{f"{name}__icontains": text})
        parts.append(
            rows.annotate(of_kind=Value(key), of_row=F("pgh_obj_id")).values("of_kind", "of_row")
        )
    for line in parts[0].union(*parts[1:]):
        found[line["of_kind"]].append(line["of_row"])
    return found


@dataclass(frozen=True)
class _Shape:
    """What is part of a query's text: whose events of which kind, and done for what."""

    who: str
    kind: str
    setting_up: bool | None

    @classmethod
    def of(cls, asked: Asked) -> "_Shape":
        return cls(asked.who, asked.kind, asked.setting_up)

    @property
    def asked(self) -> Asked:
        return Asked(who=self.who, kind=self.kind, setting_up=self.setting_up)


@compiled
def _newest(reader: Person, shape: _Shape, most: int) -> QuerySet[Any, Any]:
    return _sorted(_asked_for(reader, shape.asked), slice(None, most))


@compiled
def _numbers(reader: Person, shape: _Shape) -> QuerySet[Any, Any]:
    return _counts(_asked_for(reader, shape.asked))


def _sorted(matching: Mapping[str, QuerySet[Any]], part: slice) -> QuerySet[Any, Any]:
    """When, the kind and the key of these events, the newest first."""
    parts = [
        rows.annotate(
            moment=F("at" if key == SEEN else "pgh_created_at"), of_kind=Value(key), key=F("pk")
        ).values_list("moment", "of_kind", "key")
        for key, rows in matching.items()
    ]
    every: QuerySet[Any, Any] = parts[0].union(*parts[1:], all=True)
    return every.order_by("-moment", "of_kind", "-key")[part]


def _counts(matching: Mapping[str, QuerySet[Any]]) -> QuerySet[Any, Any]:
    """Whether somebody did it, and how many of those there are, for each kind of event."""
    parts: list[QuerySet[Any, Any]] = []
    for key, rows in matching.items():
        column = "viewer" if key == SEEN else "pgh_context__user"
        told = rows.annotate(has_name=Q(**{f"{column}__isnull": False}))
        parts.append(told.values("has_name").annotate(n=Count("pk")).values_list("has_name", "n"))
    return parts[0].union(*parts[1:], all=True)
