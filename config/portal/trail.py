"""The audit trail of what people configure: kept by the database's own triggers.

Triggers see bulk changes and raw SQL too, and cost nothing where nothing is kept. Each event holds
the row as it was then, and who did it from which page.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

import pghistory
import pgtrigger
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.http import HttpRequest, HttpResponse
from pghistory.models import Event

from config.portal.redaction import redact
from config.portal.request_log import request_id

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
NOTHING: frozenset[str] = frozenset()
SET_UP = "Muster was set up"
"""The reason of whatever was there when it began."""


def keep(
    model: type[models.Model],
    *,
    silent: Iterable[str] = NOTHING,
    secret: Iterable[str] = NOTHING,
    has_own_row: bool = True,
) -> type[Event]:
    """The model of the events of `model`: added, changed and removed rows, for ever.

    `silent` fields are neither kept nor noticed; of a `secret` field it is kept that it changed,
    never what it holds. A table of pairs has no row of its own to point at.
    """
    silent, secret = frozenset(silent), frozenset(secret)
    noticed = [f.name for f in _options(model).concrete_fields if f.name not in silent]
    own_row = pghistory.ObjForeignKey(related_name="+", db_index=True) if has_own_row else None
    made = pghistory.create_event_model(
        model,
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(condition=pgtrigger.AnyChange(*noticed)),
        pghistory.DeleteEvent(),
        exclude=sorted(silent | secret),
        context_field=pghistory.ContextJSONField(),
        context_id_field=None,  # type: ignore[arg-type]  # None is documented
        append_only=True,
        abstract=False,
        obj_field=own_row,  # type: ignore[arg-type]  # None is documented
    )
    return cast("type[Event]", made)


def remember_who(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: what a signed-in person changes is kept with their name, page and request.

    Only where something may change, and only for people: reading, the doors of alerts and the
    engine run as if there were no trail.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method not in UNSAFE or not request.user.is_authenticated:
            return get_response(request)
        with pghistory.context(
            user=request.user.pk, url=redact(request.path)[:300], request=request_id()
        ):
            return get_response(request)

    return middleware


class Together(Operation):
    """Operations of a migration whose models are rendered once, not anew for each of them.

    Every kept table points at the tables in the middle of the house, so that each new one would
    render all models again: on a fresh database that took longer than all other migrations.
    """

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # a cached property: the next who asks renders it
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,  # noqa: ARG002  # before, when what is undone here did not exist
    ) -> None:
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, from_state)

    def describe(self) -> str:
        return "Keep the audit trail"


def begin_with_what_is(app: str, *names: str) -> migrations.RunPython:
    """The step of a migration that keeps every row as it is now, so that the next has a before."""

    def copy_rows(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        for name in names:
            _copy_rows(apps.get_model(app, name), apps.get_model(app, f"{name}Event"), editor)

    return migrations.RunPython(copy_rows, migrations.RunPython.noop)


def _copy_rows(
    model: type[models.Model], event: type[models.Model], editor: BaseDatabaseSchemaEditor
) -> None:
    row, kept = _options(model), _options(event)
    own = {field.column for field in row.concrete_fields}
    quote = editor.quote_name
    copied = {str(f.column): quote(str(f.column)) for f in kept.fields if f.column in own}
    copied |= {"pgh_created_at": "now()", "pgh_label": "'begin'"}
    if any(field.name == "pgh_obj" for field in kept.fields):
        copied["pgh_obj_id"] = quote(str(row.pk.column))
    columns = ", ".join(quote(column) for column in copied)
    editor.execute(
        f"INSERT INTO {quote(kept.db_table)} ({columns})"  # noqa: S608  # names of our own
        f" SELECT {', '.join(copied.values())} FROM {quote(row.db_table)}"
    )


def _options(model: type[models.Model]) -> Any:  # noqa: ANN401  # Django's, without a name in 5.2
    """Django's description of a model, which is public in spite of its name."""
    return model._meta  # noqa: SLF001
