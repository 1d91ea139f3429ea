"""What is past its time is late: the word that said it before goes, unless somebody edited it."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

BEFORE = {
    "term": "overdue",
    "slug": "overdue",
    "meaning": "Not done, and past its time. What was done after its time is late.",
    "example": "Contain by 10:25: 21 min overdue.",
    "instead_of": "breached, out of SLA",
}
NOW = {
    "term": "late",
    "slug": "late",
    "meaning": "Past its time: not done yet, or done after it.",
    "example": "Contain by 10:25: 21 min late.",
    "instead_of": "overdue, breached, out of SLA",
}


def say_late(apps: Apps, _editor: BaseDatabaseSchemaEditor | None) -> None:
    """The shipped row becomes today's, or goes where that is there already."""
    terms = apps.get_model("runbooks", "GlossaryTerm").objects
    as_shipped = terms.filter(**BEFORE)
    if terms.filter(slug=NOW["slug"]).exists() or terms.filter(term=NOW["term"]).exists():
        as_shipped.delete()
    else:
        as_shipped.update(**NOW)


class Migration(migrations.Migration):
    dependencies = [("runbooks", "0003_history")]
    operations = [migrations.RunPython(say_late, migrations.RunPython.noop)]
