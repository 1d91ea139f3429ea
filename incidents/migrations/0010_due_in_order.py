from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0009_judgment_and_policies")]
    operations = [
        migrations.AddIndex(
            model_name="escalationrun",
            index=models.Index(
                condition=models.Q(("finished_at__isnull", True)),
                fields=["next_due_at", "id"],
                name="incidents_run_due_in_order",
            ),
        ),
        migrations.RemoveIndex(model_name="escalationrun", name="incidents_run_due"),
    ]
