"""The words that Muster uses, put into the glossary."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from django.db import transaction
from django.utils.text import slugify

from runbooks.models import GlossaryTerm

SHIPPED = Path(__file__).resolve().parent.parent / "glossary.toml"
FIELDS = ("meaning", "example", "instead_of")


def shipped() -> list[Mapping[str, str]]:
    """The words that come with Muster: term, meaning, example, instead_of."""
    terms: list[Mapping[str, str]] = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["term"]
    return terms


@transaction.atomic
def load(*, renew: bool) -> int:
    """Every shipped word is in the glossary; returns how many rows that wrote.

    A word that is there already keeps what your company wrote, unless `renew`. Safe to repeat.
    """
    rows = [GlossaryTerm(slug=slugify(one["term"]), **one) for one in shipped()]
    known = set(GlossaryTerm.objects.values_list("slug", flat=True))
    if renew:
        GlossaryTerm.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["slug"], update_fields=["term", *FIELDS]
        )
        return len(rows)
    fresh = [row for row in rows if row.slug not in known]
    return len(GlossaryTerm.objects.bulk_create(fresh))
