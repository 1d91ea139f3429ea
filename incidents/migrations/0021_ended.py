"""What ended lately is found without reading all that ever happened.

A new incident is written into neither: it has not ended.
"""

import django.db.models.functions.comparison
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("incidents", "0020_fewer_indexes")]

    operations = [
        AddIndexConcurrently(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("resolved_at__isnull", False)),
                fields=["-resolved_at", "-id"],
                name="incidents_incident_ended",
            ),
        ),
        AddIndexConcurrently(
            model_name="incident",
            index=models.Index(
                django.db.models.functions.comparison.Coalesce("contained_at", "resolved_at"),
                condition=models.Q(
                    ("contained_at__isnull", False), ("resolved_at__isnull", False), _connector="OR"
                ),
                name="incidents_incident_hurt",
            ),
        ),
    ]
