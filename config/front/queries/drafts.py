"""Where a form that keeps drafts stands, for those who may see what it is about."""

from django.urls import reverse

from config.front.logic.drafts import Form, form_called
from incidents.models import Incident
from reviews.queries import waiting
from rosters.models import Person


def form_for(person: Person, name: str) -> Form | None:
    """The form of this name, if this person may know of what it is about."""
    form = form_called(name)
    if form is None or not form.kind.about:
        return form
    rows = {"incident": Incident.objects.visible_to, "review": waiting.visible_reviews}
    return form if rows[form.kind.about](person).filter(pk=form.number).exists() else None


def page_of(form: Form) -> str:
    """The address of the page on which the form stands."""
    if form.name.startswith("grid/"):
        return reverse("admin:rosters_matrixentry_grid")
    if form.kind.about == "review":
        return reverse("reviews:detail", args=[form.number])
    if form.kind.about == "incident":
        page = form.name.rsplit("/", 1)[-1]
        name = "detail" if page == "note" else page
        return reverse(f"incidents:{name}", args=[f"INC-{form.number}"])
    return reverse("incidents:declare")
