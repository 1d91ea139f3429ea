"""Kinds of harm with what follows from each."""

from dataclasses import dataclass

from config.portal.sentences import Sentence
from incidents.logic.harm_words import Defaults, effects
from incidents.models import ImpactClass

LONGEST_NUMBER = 12


@dataclass(frozen=True)
class Kind:
    """One kind of harm, and what happens to its incidents by itself."""

    row: ImpactClass

    @property
    def effects(self) -> tuple[Sentence, ...]:
        one = self.row
        return effects(
            Defaults(
                one.is_customer_facing,
                one.is_restricted,
                str(one.told_role or ""),
                one.usual_severity,
            )
        )


def kinds() -> list[Kind]:
    """Every kind of harm, those that customers notice first; one query."""
    rows = ImpactClass.objects.select_related("told_role")
    return [Kind(row) for row in rows.order_by("-is_customer_facing", "is_restricted", "name")]


def chosen(number: str) -> ImpactClass | None:
    """The kind of harm of this number, as a form names it."""
    if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER):
        return None
    return ImpactClass.objects.select_related("told_role").filter(pk=int(number)).first()
