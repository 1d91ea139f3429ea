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
                f"CREATE INDEX IF NOT EXISTS {index} ON incidents_{model} ({name}_id)",
            )
        ],
        state_operations=[migrations.AlterField(model, name, field)],
    )


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0019_first_acknowledged"),
        ("rosters", "0014_fewer_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("impact__isnull", False)),
                fields=["impact"],
                name="incidents_incident_impact",
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("policy__isnull", False)),
                fields=["policy"],
                name="incidents_incident_policy",
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("template__isnull", False)),
                fields=["template"],
                name="incidents_incident_template",
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("declared_by__isnull", False)),
                fields=["declared_by"],
                name="incidents_incident_declared",
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("acknowledged_by__isnull", False)),
                fields=["acknowledged_by"],
                name="incidents_incident_acknowledge",
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("contained_by__isnull", False)),
                fields=["contained_by"],
                name="incidents_incident_contained",
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("resolved_by__isnull", False)),
                fields=["resolved_by"],
                name="incidents_incident_resolved",
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("reviewed_by__isnull", False)),
                fields=["reviewed_by"],
                name="incidents_incident_reviewed",
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("cause_known_by__isnull", False)),
                fields=["cause_known_by"],
                name="incidents_incident_cause_known",
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("asked_by__isnull", False)),
                fields=["asked_by"],
                name="incidents_notification_by_hand",
            ),
        ),
        migrations.AddIndex(
            model_name="rawreceipt",
            index=models.Index(
                condition=models.Q(("replayed_by__isnull", False)),
                fields=["replayed_by"],
                name="incidents_receipt_replayed",
            ),
        ),
        migrations.AddIndex(
            model_name="responseclock",
            index=models.Index(
                condition=models.Q(("role__isnull", False)),
                fields=["role"],
                name="incidents_clock_role",
            ),
        ),
        migrations.AddIndex(
            model_name="responseclock",
            index=models.Index(
                condition=models.Q(("approval__isnull", False)),
                fields=["approval"],
                name="incidents_clock_approval",
            ),
        ),
        migrations.AddIndex(
            model_name="timelineentry",
            index=models.Index(
                condition=models.Q(("by__isnull", False)),
                fields=["by"],
                name="incidents_timeline_by",
            ),
        ),
        without_index(
            "alert",
            "incident",
            "incidents_alert_incident_id_de5c827a",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="alerts",
                to="incidents.incident",
            ),
        ),
        without_index(
            "alert",
            "rule",
            "incidents_alert_rule_id_0c732018",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="alerts",
                to="incidents.triggerrule",
            ),
        ),
        without_index(
            "incident",
            "acknowledged_by",
            "incidents_incident_acknowledged_by_id_825dc53a",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        without_index(
            "incident",
            "cause_known_by",
            "incidents_incident_cause_known_by_id_1057f484",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        without_index(
            "incident",
            "contained_by",
            "incidents_incident_contained_by_id_db74f9af",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        without_index(
            "incident",
            "declared_by",
            "incidents_incident_declared_by_id_df2912d8",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="declared_incidents",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        without_index(
            "incident",
            "impact",
            "incidents_incident_impact_id_a2495049",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="incidents",
                to="incidents.impactclass",
            ),
        ),
        without_index(
            "incident",
            "policy",
            "incidents_incident_policy_id_3f48db29",
            models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="Set by a trigger rule; otherwise the routes choose.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="incidents",
                to="incidents.escalationpolicy",
            ),
        ),
        without_index(
            "incident",
            "resolved_by",
            "incidents_incident_resolved_by_id_81c9e29b",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        without_index(
            "incident",
            "reviewed_by",
            "incidents_incident_reviewed_by_id_7e247df6",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        without_index(
            "incident",
            "service",
            "incidents_incident_service_id_a8801d6e",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="incidents",
                to="rosters.service",
            ),
        ),
        without_index(
            "incident",
            "template",
            "incidents_incident_template_id_638f58ba",
            models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="What it was declared from.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="incidents",
                to="incidents.incidenttemplate",
            ),
        ),
        without_index(
            "incidentkey",
            "source",
            "incidents_incidentkey_source_id_9fca44c2",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="incidents.alertsource",
            ),
        ),
        without_index(
            "notification",
            "asked_by",
            "incidents_notification_asked_by_id_62a4a49e",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        without_index(
            "notification",
            "run",
            "incidents_notification_run_id_3e177b2b",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notifications",
                to="incidents.escalationrun",
            ),
        ),
        without_index(
            "rawreceipt",
            "replayed_by",
            "incidents_rawreceipt_replayed_by_id_b5d9f333",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        without_index(
            "rawreceipt",
            "source",
            "incidents_rawreceipt_source_id_f5694c87",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="receipts",
                to="incidents.alertsource",
            ),
        ),
        without_index(
            "responseclock",
            "approval",
            "incidents_responseclock_approval_id_7f814068",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="clocks",
                to="incidents.approval",
            ),
        ),
        without_index(
            "responseclock",
            "role",
            "incidents_responseclock_role_id_1bb71bac",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="rosters.stakeholderrole",
            ),
        ),
        without_index(
            "stepfiring",
            "run",
            "incidents_stepfiring_run_id_5499ac8d",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="firings",
                to="incidents.escalationrun",
            ),
        ),
        without_index(
            "timelineentry",
            "by",
            "incidents_timelineentry_by_id_c9fb720b",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        without_index(
            "timelineentry",
            "incident",
            "incidents_timelineentry_incident_id_1647aff9",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="timeline",
                to="incidents.incident",
            ),
        ),
        migrations.RunSQL(  # an incident changes half a dozen times: beside itself, not elsewhere
            "ALTER TABLE incidents_incident SET (fillfactor = 70)",
            "ALTER TABLE incidents_incident RESET (fillfactor)",
        ),
    ]
