"""What comes with Muster, put beside what the company has: decisions, rights, promised times."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from incidents.enums import TargetUnit
from incidents.models import DecisionKind, DecisionRight, ResponseTarget
from rosters.models import StakeholderRole

HERE = Path(__file__).resolve().parent.parent
UNITS = {"minutes": TargetUnit.MINUTES, "working_days": TargetUnit.WORKING_DAYS}


def _read(name: str, key: str) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = tomllib.loads((HERE / name).read_text(encoding="utf-8"))[key]
    return found


@transaction.atomic
def load_decisions() -> int:
    """Every shipped kind of decision is there; returns how many are new.

    A kind that is there already keeps its name and its rights as the company has them. A right
    whose roles the company does not have is left out. Safe to repeat.
    """
    known = {text for pair in DecisionKind.objects.values_list("slug", "name") for text in pair}
    shipped = [
        one
        for one in _read("decisions.toml", "decision")
        if one["name"] not in known and slugify(one["name"]) not in known
    ]
    kinds = DecisionKind.objects.bulk_create(
        DecisionKind(
            name=one["name"],
            slug=slugify(one["name"]),
            description=one["description"],
            order=one["order"],
        )
        for one in shipped
    )
    roles = dict(StakeholderRole.objects.values_list("slug", "pk"))
    DecisionRight.objects.bulk_create(
        right
        for kind, one in zip(kinds, shipped, strict=True)
        for right in _rights(kind, one["rights"], roles)
    )
    return len(kinds)


def _rights(
    kind: DecisionKind, rights: Sequence[Mapping[str, Any]], roles: Mapping[str, int]
) -> Iterator[DecisionRight]:
    for right in rights:
        approver = right.get("approver")
        if right["role"] in roles and (approver is None or approver in roles):
            yield DecisionRight(
                decision=kind,
                role_id=roles[right["role"]],
                approver_id=roles[approver] if approver else None,
                within_minutes=right.get("within_minutes"),
            )


@transaction.atomic
def load_targets() -> int:
    """Every shipped time is there where the company has set none; returns how many are new."""
    known = set(ResponseTarget.objects.values_list("promise", "severity", "tier"))
    fresh = [row for row in _targets() if (row.promise, row.severity, row.tier) not in known]
    return len(ResponseTarget.objects.bulk_create(fresh))


def _targets() -> Iterator[ResponseTarget]:
    for one in _read("promises.toml", "target"):
        for key, unit in UNITS.items():
            for severity, amount in enumerate(one.get(key, ()), start=1):
                yield ResponseTarget(
                    promise=one["promise"],
                    severity=severity,
                    tier=one.get("tier"),
                    amount=amount,
                    unit=unit,
                )
