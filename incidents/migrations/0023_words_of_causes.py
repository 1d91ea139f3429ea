"""There is never one root cause: only words change, nothing in the tables."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0022_runbook_steps"),
    ]

    operations = [
        migrations.AlterField(
            model_name="escalationstep",
            name="clock",
            field=models.CharField(
                choices=[
                    ("acknowledge", "Acknowledge"),
                    ("fill_role", "Fill a role"),
                    ("contain", "Contain"),
                    ("resolve", "Resolve"),
                    ("root_cause", "Write down the cause"),
                    ("update", "Post an update"),
                    ("review", "Publish the review"),
                    ("decide", "Decide what was asked"),
                    ("attention", "Say that you are still on it"),
                    ("report", "Tell the authority"),
                ],
                default="acknowledge",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="escalationstepevent",
            name="clock",
            field=models.CharField(
                choices=[
                    ("acknowledge", "Acknowledge"),
                    ("fill_role", "Fill a role"),
                    ("contain", "Contain"),
                    ("resolve", "Resolve"),
                    ("root_cause", "Write down the cause"),
                    ("update", "Post an update"),
                    ("review", "Publish the review"),
                    ("decide", "Decide what was asked"),
                    ("attention", "Say that you are still on it"),
                    ("report", "Tell the authority"),
                ],
                default="acknowledge",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="incident",
            name="cause",
            field=models.CharField(
                blank=True, db_default="", max_length=600, verbose_name="what made it possible"
            ),
        ),
        migrations.AlterField(
            model_name="responseclock",
            name="promise",
            field=models.CharField(
                choices=[
                    ("acknowledge", "Acknowledge"),
                    ("fill_role", "Fill a role"),
                    ("contain", "Contain"),
                    ("resolve", "Resolve"),
                    ("root_cause", "Write down the cause"),
                    ("update", "Post an update"),
                    ("review", "Publish the review"),
                    ("decide", "Decide what was asked"),
                    ("attention", "Say that you are still on it"),
                    ("report", "Tell the authority"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="responsetarget",
            name="promise",
            field=models.CharField(
                choices=[
                    ("acknowledge", "Acknowledge"),
                    ("fill_role", "Fill a role"),
                    ("contain", "Contain"),
                    ("resolve", "Resolve"),
                    ("root_cause", "Write down the cause"),
                    ("update", "Post an update"),
                    ("review", "Publish the review"),
                    ("decide", "Decide what was asked"),
                    ("attention", "Say that you are still on it"),
                    ("report", "Tell the authority"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="responsetargetevent",
            name="promise",
            field=models.CharField(
                choices=[
                    ("acknowledge", "Acknowledge"),
                    ("fill_role", "Fill a role"),
                    ("contain", "Contain"),
                    ("resolve", "Resolve"),
                    ("root_cause", "Write down the cause"),
                    ("update", "Post an update"),
                    ("review", "Publish the review"),
                    ("decide", "Decide what was asked"),
                    ("attention", "Say that you are still on it"),
                    ("report", "Tell the authority"),
                ],
                max_length=12,
            ),
        ),
    ]
