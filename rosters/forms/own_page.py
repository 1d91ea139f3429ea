"""All that can be typed on the page of how somebody is reached, whichever button is pressed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from config.portal.refusals import Refused
from rosters.enums import Urgency
from rosters.forms.numbers import CodeForm, OwnPointForm
from rosters.forms.reaching import ReachForm
from rosters.models import ContactPoint, Person
from rosters.operations.own_page import OwnPage
from rosters.queries.own_contacts import OwnPoint, Ways


@dataclass(frozen=True)
class DrawnPoint:
    """One number as the page draws it, with what was typed of it and refused."""

    one: OwnPoint
    changing: OwnPointForm | None = None
    typing: CodeForm | None = None


class Typed:
    """The lists and the quiet hours, one more number, changes of others, and codes that arrived.

    It is one form to the summary of mistakes. What was left as it is, is not looked at; the press
    says what must be there all the same: `is_adding`, or the number it is `about`.
    """

    def __init__(
        self,
        person: Person,
        lists: tuple[Ways, ...],
        posted: QueryDict,
        *,
        is_adding: bool = False,
        changing: int = 0,
        verifying: int = 0,
        without: int = 0,
    ) -> None:
        self.reach = ReachForm(person, lists, posted)
        has_new = "channel" in posted and bool(posted.get("address", "").strip())
        self.adding = OwnPointForm(posted, auto_id="new_%s") if is_adding or has_new else None
        points = next((tuple(part.points.values()) for part in self.reach.parts), ())
        points = tuple(one for one in points if one.pk != without)
        self.changes = {
            point.pk: form
            for point in points
            if (form := _change(point, posted, is_pressed=changing == point.pk))
        }
        self.codes = {
            point.pk: code
            for point in points
            if (code := _code(point, posted, is_pressed=verifying == point.pk))
        }

    @property
    def forms(self) -> tuple[forms.Form, ...]:
        new = (self.adding,) if self.adding else ()
        return (*self.codes.values(), *self.changes.values(), *new, self.reach)

    @property
    def errors(self) -> list[str]:
        return [name for form in self.forms for name in form.errors]

    @property
    def places(self) -> Mapping[str, str]:
        return self.reach.places

    def non_field_errors(self) -> list[str]:
        return [str(error) for form in self.forms for error in form.non_field_errors()]

    def __iter__(self) -> Iterator[BoundField]:
        return (field for form in self.forms for field in form)

    def is_valid(self) -> bool:
        """Whether all of it was understood; each form says what of it was not."""
        return sum(not form.is_valid() for form in self.forms) == 0  # each of them is asked

    def wanted(self) -> OwnPage:
        """All of it, for the operation."""
        changes = {pk: form.wanted() for pk, form in self.changes.items()}
        new = self.adding.wanted() if self.adding else None
        return OwnPage(self.reach.lists(), self.reach.hours(), changes, new)

    def refuse(self, refused: Refused) -> None:
        """The operation refused; its reason stands at what has to be another one."""
        named: dict[str, forms.Form] = {f"change{pk}": form for pk, form in self.changes.items()}
        if self.adding:
            named["new"] = self.adding
        form = named.get(refused.about, self.reach)
        form.add_error(None if form is self.reach else "address", str(refused))


def _change(point: ContactPoint, posted: QueryDict, *, is_pressed: bool) -> OwnPointForm | None:
    prefix = f"change{point.pk}"
    if is_pressed and f"{prefix}-address" not in posted:  # as it was sent before it had a prefix
        new = {name: posted.get(name, "") for name in ("address", "label")}
    else:
        kept = {"address": point.address, "label": point.label}
        new = {name: posted.get(f"{prefix}-{name}", kept[name]) for name in kept}
        if not is_pressed and all(new[name].strip() == kept[name] for name in kept):
            return None
    typed = {f"{prefix}-{name}": value for name, value in new.items()}
    typed[f"{prefix}-channel"] = point.channel
    form = OwnPointForm(typed, prefix=prefix, auto_id="%s")
    said = f"Write a number or an address in place of {point.address}."
    form.fields["address"].error_messages["required"] = said
    return form


def _code(point: ContactPoint, posted: QueryDict, *, is_pressed: bool) -> CodeForm | None:
    prefix = f"code{point.pk}"
    code = posted.get(f"{prefix}-code", posted.get("code", "") if is_pressed else "")
    if not (is_pressed or code.strip()):
        return None
    return CodeForm({f"{prefix}-code": code}, prefix=prefix, auto_id="%s")


def as_now(posted: QueryDict, urgency: str) -> QueryDict:
    """What a page of before sent for one of its lists, or for the quiet hours, in today's names."""
    now = posted.copy()
    if urgency not in Urgency.values:
        return now
    now.setlist(f"{urgency}-point", posted.getlist("point"))
    for name in posted:
        if name == "new" or name.startswith("delay-"):
            now[f"{urgency}-{name}"] = posted.get(name, "")
    now["do"] = f"{urgency}:{posted.get('do', '')}"
    return now
