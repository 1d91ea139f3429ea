"""Queries whose SQL is made once.

Making the text of a query takes Django several times as long as the database takes to answer it:
with the wide rows of a page, two milliseconds of the processor and more. A page of sixty queries
did hardly anything else. The database plans each once for a connection, which took it longer than
to answer (`config.portal.prepared`). Rows come out as Django makes them: tuples of `values_list`,
or models with what `select_related` and `annotate` add to them.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Set
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, wraps
from typing import Any, Generic, ParamSpec, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet, prefetch_related_objects
from django.db.models.base import ModelState
from django.db.models.fields.related_descriptors import ForeignKeyDeferredAttribute
from django.db.models.query import ModelIterable, ValuesListIterable, get_related_populators
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import post_init, pre_init

from config.portal import prepared as statements
from rosters.queries.many import array, these

Asked = ParamSpec("Asked")
Found = TypeVar("Found")
FIRST_STAND_IN = datetime(1, 1, 1, tzinfo=UTC)
LOWEST_STAND_IN = -(10**12)
SHAPES = ("is_superuser",)
"""What a query may read of a person besides who they are; administrators see what others do not."""
PLACES = (DeferredAttribute, ForeignKeyDeferredAttribute)
"""How a model keeps the value of a field: in its `__dict__`, with nothing else to do."""
MOST_TEXTS = 100
"""Of one query, before they are made anew: some have as many texts as there are things to ask."""


def compiled(
    make: Callable[Asked, QuerySet[Any, Found]],
) -> Callable[Asked, list[Found]]:
    """The rows of the query that `make` makes of models, sets of ids, instants, days and texts.

    `make` is called once, with something that stands for each of those, and must do nothing but
    hand them to the query; of a model it can read no more than its key. Anything else that it is
    given is part of the text, and makes another one: a number of rows, a condition. An empty set of
    ids finds nothing; the database is asked all the same.
    """
    texts: dict[object, _Text[Found]] = {}

    @wraps(make)
    def rows(*asked: Asked.args, **_: Asked.kwargs) -> list[Found]:
        key = tuple(_shape(one) for one in asked)
        text = texts.get(key)
        if text is None:
            if len(texts) >= MOST_TEXTS:
                texts.clear()
            text = texts[key] = _Text(make, asked)
        return text.rows(asked)

    return rows


class _Text(Generic[Found]):
    """The SQL of one query, and which of its parameters is which of the values asked for."""

    def __init__(
        self, make: Callable[..., QuerySet[Any, Found]], asked: tuple[object, ...]
    ) -> None:
        marks = [_mark(number, one) for number, one in enumerate(asked)]
        self.queryset: Any = make(*(stand_in for stand_in, _ in marks))
        self.compiler = self.queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, self.parameters = self._made()
        self.columns = [column for column, _, _ in self.compiler.select or ()]
        self.converters = self.compiler.get_converters(self.columns)
        self.as_found = self._reader() if self.sql else list
        numbers = {mark: number for number, (_, mark) in enumerate(marks) if mark is not None}
        # A model may do without: administrators are asked nothing. It cannot be changed unseen.
        wanted = {number for number in numbers.values() if not isinstance(asked[number], Model)}
        self.places = [
            (place, numbers[one])
            for place, one in enumerate(self.parameters)
            if isinstance(one, Hashable) and one in numbers
        ]
        if self.sql and not wanted <= {number for _, number in self.places}:
            raise TypeError(f"{make.__name__}: a value is not in the query as it is")

    def rows(self, asked: tuple[object, ...]) -> list[Found]:
        if not self.sql:
            return []
        values = [_parameter(asked[number]) for _, number in self.places]
        found: Iterable[Any]
        if statements.has_room(self._statement):
            found = statements.ask_numbered(self._statement, values)
        else:
            found = statements.ask_by_django(self.sql, self._parameters(values))
        if self.converters:
            found = map(tuple, self.compiler.apply_converters(found, self.converters))
        return cast("list[Found]", self.as_found(found))

    def _parameters(self, values: Iterable[object]) -> list[object]:
        """All that Django's cursor wants: what is asked in its places, and the rest as it was."""
        all_of_them = list(self.parameters)
        for (place, _), value in zip(self.places, values, strict=True):
            all_of_them[place] = value
        return all_of_them

    @cached_property
    def _statement(self) -> bytes:
        """The text with what is asked left open and the rest written out, to be planned once.

        What is written out the planner may count on: an index of some rows is found by it.
        """
        marks = [f"place {number} of {len(self.places)}" for number in range(len(self.places))]
        made_for: Any = connection.ops  # PostgreSQL's, of which the types do not know
        text = str(made_for.compose_sql(self.sql, self._parameters(marks)))
        for number, (mark, (place, _)) in enumerate(zip(marks, self.places, strict=True), start=1):
            text = text.replace(f"'{mark}'", f"${number}{_kind(self.parameters[place])}")
        return text.encode()

    def _made(self) -> tuple[str, tuple[object, ...]]:
        """Nothing for a query that Django knows to find nothing."""
        try:
            sql, parameters = self.compiler.as_sql()
        except EmptyResultSet:
            return "", ()
        return sql, tuple(parameters)

    def _reader(self) -> Callable[[Iterable[Any]], list[Any]]:
        """How the rows of the database become those of the query."""
        kind = self.queryset._iterable_class  # noqa: SLF001  # Django has no public way to ask
        if kind is ValuesListIterable:
            return list
        if kind is not ModelIterable:
            raise TypeError("only models and `values_list` are read from a prepared query")
        return _models(self.queryset, self.compiler)


def _models(queryset: Any, compiler: Any) -> Callable[[Iterable[Any]], list[Any]]:  # noqa: ANN401  # Django's own, without types
    """As Django's ModelIterable makes them, but with what it works out for each query kept."""
    kind = compiler.klass_info
    model, fields = kind["model"], kind["select_fields"]
    begins, ends = fields[0], fields[-1] + 1
    names = [column.target.attname for column, _, _ in compiler.select[begins:ends]]
    populators: Any = get_related_populators  # its types are those of another version
    related = populators(kind, compiler.select, DEFAULT_DB_ALIAS)
    _make_plainly(related)
    maker = _maker(model)
    added = list((compiler.annotation_col_map or {}).items())
    fetched = queryset._prefetch_related_lookups  # noqa: SLF001  # no public way

    def made(rows: Iterable[Any]) -> Iterator[Any]:
        for row in rows:
            one = maker.from_db(DEFAULT_DB_ALIAS, names, row[begins:ends])
            for each in related:
                each.populate(row, one)
            for name, place in added:
                setattr(one, name, row[place])
            yield one

    def read(rows: Iterable[Any]) -> list[Any]:
        found = list(made(rows))
        if fetched:
            prefetch_related_objects(found, *fetched)
        return found

    return read


def _make_plainly(populators: Iterable[Any]) -> None:
    """What `select_related` adds is made so, too, and what that adds."""
    for each in populators:
        each.model_cls = _maker(each.model_cls)
        _make_plainly(each.related_populators)


def _maker(model: Any) -> Any:  # noqa: ANN401  # a model, or what stands for it
    """What makes objects of rows: the model itself, unless that only puts values in their places.

    Django asks for each value of each row whether something else may be done with it.
    """
    is_plain = (
        model.__init__ is Model.__init__
        and model.from_db.__func__ is vars(Model)["from_db"].__func__
        and not pre_init.has_listeners(model)
        and not post_init.has_listeners(model)
        and all(
            type(getattr(model, field.attname)) in PLACES
            for field in model._meta.concrete_fields  # noqa: SLF001  # as in `_nobody`
        )
    )
    return _Plain(model) if is_plain else model


class _Plain:
    """Objects of one model, from values for the names of its fields."""

    def __init__(self, model: type[Model]) -> None:
        self.model = model

    def from_db(self, database: str, names: Iterable[str], values: Iterable[object]) -> Model:
        """As `Model.from_db`: fields without a value are asked of the database when read."""
        one = self.model.__new__(self.model)
        one._state = state = ModelState()  # noqa: SLF001  # as Django's own from_db
        state.adding, state.db = False, database
        one.__dict__.update(zip(names, values, strict=True))
        return one


def _shape(value: object) -> object:
    """What of a value is part of the text: all of it, unless something can stand for it."""
    if isinstance(value, Model):
        return value.__class__, tuple(getattr(value, name, None) for name in SHAPES)
    if isinstance(value, datetime):
        return datetime
    if isinstance(value, date):
        return date
    if isinstance(value, str):
        return str
    return Set if isinstance(value, Set) else (type(value), value)


def _mark(number: int, value: object) -> tuple[object, object]:
    """What stands for the value in the query, and how it is found among the parameters."""
    if isinstance(value, Model):
        return _nobody(value, LOWEST_STAND_IN - number), LOWEST_STAND_IN - number
    if isinstance(value, Set):
        ids = {LOWEST_STAND_IN - number}
        return these(ids), array(ids)
    if isinstance(value, datetime):
        instant = FIRST_STAND_IN + timedelta(days=number)
        return instant, instant
    if isinstance(value, date):
        day = FIRST_STAND_IN.date() + timedelta(days=number)
        return day, day
    if isinstance(value, str):
        return f"what is asked, {number}", f"what is asked, {number}"
    return value, None


def _nobody(like: Model, key: int) -> Model:
    """One of its kind with this key; whoever reads more of it asks the database, and is refused."""
    known = {name: getattr(like, name) for name in SHAPES if hasattr(like, name)}
    options: Any = like._meta  # noqa: SLF001  # Django's description, public in spite of it
    names, values = [options.pk.attname, *known], [key, *known.values()]
    return like.__class__.from_db(DEFAULT_DB_ALIAS, names, values)  # the class also of a lazy one


def _kind(stand_in: object) -> str:
    """What the database is told of a value's kind, as it reads from the value itself otherwise."""
    if isinstance(stand_in, datetime):
        return "::timestamptz"
    if isinstance(stand_in, date):
        return "::date"
    return "::bigint" if isinstance(stand_in, int) else ""


def _parameter(value: object) -> object:
    if isinstance(value, Model):
        return value.pk
    return array(value) if isinstance(value, Set) else value
