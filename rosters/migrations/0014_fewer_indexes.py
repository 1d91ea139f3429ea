"""Columns that are nearly always empty, or lead another index, have none of their own.

A new row of theirs is then written into half as many places.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations.base import Operation


def without_index(model: str, name: str, index: str, field: models.ForeignKey) -> Operation:
    """The column's own index goes; its foreign key is left alone, and so not checked again."""
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                f"DROP INDEX IF EXISTS {index}",
                f"CREATE INDEX IF NOT EXISTS {index} ON rosters_{model} ({name}_id)",
            )
        ],
        state_operations=[migrations.AlterField(model, name, field)],
    )


class Migration(migrations.Migration):
    dependencies = [
        ("rosters", "0013_person_language"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("via__isnull", False)),
                fields=["via"],
                name="rosters_message_via",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("handled_by__isnull", False)),
                fields=["handled_by"],
                name="rosters_message_handled_by",
            ),
        ),
        without_index(
            "message",
            "handled_by",
            "rosters_message_handled_by_id_405234d9",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER INDEX IF EXISTS rosters_message_subject_key_4913aa7f"
                    " RENAME TO rosters_message_subject",
                    "ALTER INDEX IF EXISTS rosters_message_subject"
                    " RENAME TO rosters_message_subject_key_4913aa7f",
                ),
                migrations.RunSQL(  # for LIKE, which nobody asks
                    "DROP INDEX IF EXISTS rosters_message_subject_key_4913aa7f_like",
                    "CREATE INDEX IF NOT EXISTS rosters_message_subject_key_4913aa7f_like"
                    " ON rosters_message (subject_key varchar_pattern_ops)",
                ),
            ],
            state_operations=[
                migrations.AlterField("message", "subject_key", models.CharField(max_length=60)),
                migrations.AddIndex(
                    model_name="message",
                    index=models.Index(fields=["subject_key"], name="rosters_message_subject"),
                ),
            ],
        ),
        without_index(
            "message",
            "via",
            "rosters_message_via_id_83354c69",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="rosters.carrieraccount",
            ),
        ),
    ]
