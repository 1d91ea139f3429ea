"""The first acknowledgement of an incident stays known when nobody is on it any more."""

from typing import ClassVar

from django.db import migrations, models

FILL = """
UPDATE incidents_incident SET first_acknowledged_at = acknowledged_at
WHERE acknowledged_at IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("incidents", "0018_rules_agreed_and_followed")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="incident",
            name="first_acknowledged_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
