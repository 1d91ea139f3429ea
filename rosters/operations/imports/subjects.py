"""What each subject of an import is compared with, checked by and written with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from rosters.enums import ImportSubject
from rosters.logic.imports import contact_points as point_logic
from rosters.logic.imports import matrix as matrix_logic
from rosters.logic.imports import people as people_logic
from rosters.logic.imports import services as service_logic
from rosters.logic.imports.sheet import Checked, Record
from rosters.models import Person
from rosters.operations.imports import contact_points, matrix, people, services
from rosters.queries import importing


class Check(Protocol):
    def __call__(
        self,
        records: Sequence[Record],
        known: Any,  # noqa: ANN401  # what `load` of the same subject gives
        *,
        now: datetime,
        tell: Callable[[int], None],
    ) -> Checked[Any]: ...


class Load(Protocol):
    def __call__(self, reader: Person, /, *, now: datetime) -> Any: ...  # noqa: ANN401


class Write(Protocol):
    def __call__(self, plans: Sequence[Any], *, by: Person, now: datetime) -> None: ...


@dataclass(frozen=True)
class Way:
    """How one subject comes in."""

    load: Load
    check: Check
    lock: Callable[[], None]
    write: Write


WAYS: Mapping[str, Way] = {
    ImportSubject.MATRIX: Way(importing.matrix, matrix_logic.check, matrix.lock, matrix.write),
    ImportSubject.CONTACT_POINTS: Way(
        importing.contact_points, point_logic.check, contact_points.lock, contact_points.write
    ),
    ImportSubject.PEOPLE: Way(importing.company, people_logic.check, people.lock, people.write),
    ImportSubject.SERVICES: Way(
        importing.catalogue, service_logic.check, services.lock, services.write
    ),
}
