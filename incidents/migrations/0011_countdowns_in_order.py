from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0010_due_in_order")]
    operations = [
        migrations.AddIndex(
            model_name="responseclock",
            index=models.Index(
                condition=models.Q(
                    ("met_at__isnull", True),
                    ("promise", "report"),
                    ("stopped_at__isnull", True),
                ),
                fields=["at_risk_at"],
                name="incidents_clock_open_report",
            ),
        )
    ]
