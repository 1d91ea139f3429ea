"""Trigger rules, heartbeats, webhooks, and what a source, an alert and planned work say more."""

import uuid

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import incidents.intake.kinds
from config.portal.trail import Together

OF_ITS_INCIDENT = """
UPDATE incidents_alert AS alert
   SET source_id = incident.source_id,
       group_key = incident.alert_key,
       service_id = incident.service_id,
       severity = incident.severity
  FROM incidents_incident AS incident
 WHERE incident.id = alert.incident_id;
INSERT INTO incidents_incidentkey (source_id, key, incident_id)
SELECT source_id, alert_key, id
  FROM incidents_incident
 WHERE source_id IS NOT NULL AND alert_key <> '' AND resolved_at IS NULL;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0005_search_and_restricted_indexes"),
        ("rosters", "0007_rosters_never_wrong"),
    ]

    operations = [
        Together(
            [
                pgtrigger.migrations.RemoveTrigger(
                    model_name="alertsource",
                    name="insert_insert",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="alertsource",
                    name="update_update",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="alertsource",
                    name="delete_delete",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="maintenancewindow",
                    name="insert_insert",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="maintenancewindow",
                    name="update_update",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="maintenancewindow",
                    name="delete_delete",
                ),
                migrations.CreateModel(
                    name="CallVerdict",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("was_worth_it", models.BooleanField()),
                        ("said_at", models.DateTimeField()),
                        (
                            "incident",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="verdict",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "said_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Heartbeat",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("name", models.CharField(max_length=80, unique=True)),
                        ("slug", models.SlugField(unique=True)),
                        (
                            "severity",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "SEV1 Critical"),
                                    (2, "SEV2 Serious"),
                                    (3, "SEV3 Minor"),
                                    (4, "SEV4 Small"),
                                ],
                                default=3,
                            ),
                        ),
                        (
                            "every_minutes",
                            models.PositiveIntegerField(
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(44640),
                                ],
                                verbose_name="calls in every",
                            ),
                        ),
                        (
                            "grace_minutes",
                            models.PositiveIntegerField(
                                default=5,
                                validators=[django.core.validators.MaxValueValidator(10080)],
                                verbose_name="may be late by",
                            ),
                        ),
                        (
                            "last_seen_at",
                            models.DateTimeField(blank=True, editable=False, null=True),
                        ),
                        ("due_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "silent_since",
                            models.DateTimeField(blank=True, editable=False, null=True),
                        ),
                        ("muted_until", models.DateTimeField(blank=True, null=True)),
                        ("mute_reason", models.CharField(blank=True, max_length=300)),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="heartbeats",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="heartbeats",
                                to="rosters.service",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="heartbeats",
                                to="incidents.alertsource",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(
                                    ("due_at__isnull", False), ("silent_since__isnull", True)
                                ),
                                fields=["due_at"],
                                name="incidents_heartbeat_due",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("muted_until__isnull", True),
                                    models.Q(("mute_reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="incidents_heartbeat_mute_has_reason",
                                violation_error_message="Say why it is muted.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IncidentKey",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("key", models.CharField(max_length=64)),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="keys",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="incidents.alertsource",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("source", "key"), name="incidents_key_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TriggerRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("name", models.CharField(max_length=120, unique=True)),
                        ("position", models.PositiveIntegerField(default=100)),
                        (
                            "mode",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft: it does nothing"),
                                    ("watch", "Watching: it only notes what it would do"),
                                    ("active", "Active: it decides"),
                                ],
                                default="draft",
                                max_length=8,
                            ),
                        ),
                        ("conditions", models.JSONField(default=list)),
                        (
                            "action",
                            models.CharField(
                                choices=[
                                    ("incident", "Open an incident"),
                                    ("if_impact", "Open an incident once impact is shown"),
                                    ("suppress", "Keep it quietly"),
                                ],
                                default="incident",
                                max_length=10,
                            ),
                        ),
                        (
                            "severity",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                choices=[
                                    (1, "SEV1 Critical"),
                                    (2, "SEV2 Serious"),
                                    (3, "SEV3 Minor"),
                                    (4, "SEV4 Small"),
                                ],
                                null=True,
                            ),
                        ),
                        (
                            "title",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="title of the incident"
                            ),
                        ),
                        ("reason", models.CharField(max_length=300, verbose_name="why it is so")),
                        ("review_on", models.DateField(verbose_name="look at it again on")),
                        (
                            "impact",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="trigger_rules",
                                to="incidents.impactclass",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="trigger_rules",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "policy",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="trigger_rules",
                                to="incidents.escalationpolicy",
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="trigger_rules",
                                to="rosters.service",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rules",
                                to="incidents.alertsource",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["position", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="WebhookEndpoint",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("name", models.CharField(max_length=80, unique=True)),
                        ("sealed_url", models.TextField(editable=False)),
                        (
                            "host",
                            models.CharField(
                                editable=False, help_text="Whose address it is.", max_length=253
                            ),
                        ),
                        ("sealed_secret", models.TextField(editable=False)),
                        (
                            "events",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("incident.opened", "An incident opened"),
                                        ("incident.acknowledged", "Somebody is looking at it"),
                                        ("incident.escalated", "More people were called"),
                                        ("incident.contained", "It is contained"),
                                        ("incident.updated", "An update was posted"),
                                        ("incident.resolved", "It is resolved"),
                                        ("incident.reviewed", "Its review is published"),
                                    ],
                                    max_length=24,
                                ),
                                size=None,
                            ),
                        ),
                        (
                            "severity_from",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "SEV1 Critical"),
                                    (2, "SEV2 Serious"),
                                    (3, "SEV3 Minor"),
                                    (4, "SEV4 Small"),
                                ],
                                default=4,
                                verbose_name="this severity or worse",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True)),
                        ("created_at", models.DateTimeField(editable=False)),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="webhooks",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "services",
                            models.ManyToManyField(
                                blank=True,
                                help_text="Empty: all services.",
                                related_name="webhooks",
                                to="rosters.service",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="WebhookDelivery",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "event",
                            models.CharField(
                                choices=[
                                    ("incident.opened", "An incident opened"),
                                    ("incident.acknowledged", "Somebody is looking at it"),
                                    ("incident.escalated", "More people were called"),
                                    ("incident.contained", "It is contained"),
                                    ("incident.updated", "An update was posted"),
                                    ("incident.resolved", "It is resolved"),
                                    ("incident.reviewed", "Its review is published"),
                                ],
                                max_length=24,
                            ),
                        ),
                        (
                            "message_id",
                            models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                        ),
                        (
                            "purpose_key",
                            models.CharField(help_text="One event is planned once.", max_length=80),
                        ),
                        ("payload", models.JSONField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("planned", "Waits to be sent"),
                                    ("sending", "On its way"),
                                    ("delivered", "Taken"),
                                    ("dead", "Given up"),
                                ],
                                default="planned",
                                max_length=10,
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("planned_at", models.DateTimeField()),
                        ("next_attempt_at", models.DateTimeField(blank=True, null=True)),
                        ("lease_until", models.DateTimeField(blank=True, null=True)),
                        ("lease_token", models.UUIDField(blank=True, null=True)),
                        ("last_status", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("last_problem", models.CharField(blank=True, max_length=200)),
                        ("finished_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="webhook_deliveries",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "endpoint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="deliveries",
                                to="incidents.webhookendpoint",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "webhook deliveries",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("next_attempt_at__isnull", False)),
                                fields=["next_attempt_at"],
                                name="incidents_delivery_due",
                            ),
                            models.Index(
                                fields=["endpoint", "-planned_at"], name="incidents_delivery_newest"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("endpoint", "purpose_key"), name="incidents_delivery_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HeartbeatEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("id", models.BigIntegerField()),
                        ("name", models.CharField(max_length=80)),
                        ("slug", models.SlugField(db_index=False)),
                        (
                            "severity",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "SEV1 Critical"),
                                    (2, "SEV2 Serious"),
                                    (3, "SEV3 Minor"),
                                    (4, "SEV4 Small"),
                                ],
                                default=3,
                            ),
                        ),
                        (
                            "every_minutes",
                            models.PositiveIntegerField(
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(44640),
                                ],
                                verbose_name="calls in every",
                            ),
                        ),
                        (
                            "grace_minutes",
                            models.PositiveIntegerField(
                                default=5,
                                validators=[django.core.validators.MaxValueValidator(10080)],
                                verbose_name="may be late by",
                            ),
                        ),
                        ("muted_until", models.DateTimeField(blank=True, null=True)),
                        ("mute_reason", models.CharField(blank=True, max_length=300)),
                        (
                            "owner",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="incidents.heartbeat",
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rosters.service",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="incidents.alertsource",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="TriggerRuleEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("id", models.BigIntegerField()),
                        ("name", models.CharField(max_length=120)),
                        ("position", models.PositiveIntegerField(default=100)),
                        (
                            "mode",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft: it does nothing"),
                                    ("watch", "Watching: it only notes what it would do"),
                                    ("active", "Active: it decides"),
                                ],
                                default="draft",
                                max_length=8,
                            ),
                        ),
                        ("conditions", models.JSONField(default=list)),
                        (
                            "action",
                            models.CharField(
                                choices=[
                                    ("incident", "Open an incident"),
                                    ("if_impact", "Open an incident once impact is shown"),
                                    ("suppress", "Keep it quietly"),
                                ],
                                default="incident",
                                max_length=10,
                            ),
                        ),
                        (
                            "severity",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                choices=[
                                    (1, "SEV1 Critical"),
                                    (2, "SEV2 Serious"),
                                    (3, "SEV3 Minor"),
                                    (4, "SEV4 Small"),
                                ],
                                null=True,
                            ),
                        ),
                        (
                            "title",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="title of the incident"
                            ),
                        ),
                        ("reason", models.CharField(max_length=300, verbose_name="why it is so")),
                        ("review_on", models.DateField(verbose_name="look at it again on")),
                        (
                            "impact",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="incidents.impactclass",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="incidents.triggerrule",
                            ),
                        ),
                        (
                            "policy",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="incidents.escalationpolicy",
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rosters.service",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="incidents.alertsource",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="WebhookEndpointEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("id", models.BigIntegerField()),
                        ("name", models.CharField(max_length=80)),
                        (
                            "host",
                            models.CharField(
                                editable=False, help_text="Whose address it is.", max_length=253
                            ),
                        ),
                        (
                            "events",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("incident.opened", "An incident opened"),
                                        ("incident.acknowledged", "Somebody is looking at it"),
                                        ("incident.escalated", "More people were called"),
                                        ("incident.contained", "It is contained"),
                                        ("incident.updated", "An update was posted"),
                                        ("incident.resolved", "It is resolved"),
                                        ("incident.reviewed", "Its review is published"),
                                    ],
                                    max_length=24,
                                ),
                                size=None,
                            ),
                        ),
                        (
                            "severity_from",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "SEV1 Critical"),
                                    (2, "SEV2 Serious"),
                                    (3, "SEV3 Minor"),
                                    (4, "SEV4 Small"),
                                ],
                                default=4,
                                verbose_name="this severity or worse",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True)),
                        ("created_at", models.DateTimeField(editable=False)),
                        (
                            "owner",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="incidents.webhookendpoint",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.RemoveConstraint(
                    model_name="incident",
                    name="incidents_incident_contained_pair",
                ),
                migrations.RemoveConstraint(
                    model_name="incident",
                    name="incidents_incident_resolved_pair",
                ),
                migrations.AddField(
                    model_name="alert",
                    name="group_key",
                    field=models.CharField(blank=True, max_length=64),
                ),
                migrations.AddField(
                    model_name="alert",
                    name="held_until",
                    field=models.DateTimeField(blank=True, null=True),
                ),
                migrations.AddField(
                    model_name="alert",
                    name="outcome",
                    field=models.CharField(
                        choices=[
                            ("created", "Opened an incident"),
                            ("grouped", "Joined an open incident"),
                            ("reopened", "Opened its incident again"),
                            ("resolved", "Noted as resolved by its source"),
                            ("suppressed", "Kept quietly, by a rule or a maintenance window"),
                            ("held", "Waits: it opens an incident later if it is still firing"),
                            ("noted", "Understood; it needs no incident"),
                            ("ignored", "Nothing to do"),
                            ("rejected", "Could not be read"),
                        ],
                        default="created",
                        max_length=10,
                    ),
                ),
                migrations.AddField(
                    model_name="alert",
                    name="recent_at",
                    field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateTimeField(), blank=True, default=list, size=None
                    ),
                ),
                migrations.AddField(
                    model_name="alert",
                    name="service",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alerts",
                        to="rosters.service",
                    ),
                ),
                migrations.AddField(
                    model_name="alert",
                    name="severity",
                    field=models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[
                            (1, "SEV1 Critical"),
                            (2, "SEV2 Serious"),
                            (3, "SEV3 Minor"),
                            (4, "SEV4 Small"),
                        ],
                        null=True,
                    ),
                ),
                migrations.AddField(
                    model_name="alert",
                    name="source",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alerts",
                        to="incidents.alertsource",
                    ),
                ),
                migrations.AddField(
                    model_name="alertsource",
                    name="grouping_minutes",
                    field=models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Minutes for which other alerts of the same service join an incident. 0: never.",
                        validators=[django.core.validators.MaxValueValidator(1440)],
                        verbose_name="join within",
                    ),
                ),
                migrations.AddField(
                    model_name="alertsource",
                    name="joins_causes",
                    field=models.BooleanField(
                        default=True,
                        help_text="Alerts of a service that needs a failing one join the incident of that one.",
                        verbose_name="join the incident of what is needed",
                    ),
                ),
                migrations.AddField(
                    model_name="alertsource",
                    name="keep_days",
                    field=models.PositiveSmallIntegerField(
                        default=30,
                        help_text="Days.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(366),
                        ],
                        verbose_name="keep raw requests for",
                    ),
                ),
                migrations.AddField(
                    model_name="alertsource",
                    name="owner_team",
                    field=models.ForeignKey(
                        blank=True,
                        help_text="Whom to ask about what it sends.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alert_sources",
                        to="rosters.team",
                    ),
                ),
                migrations.AddField(
                    model_name="alertsource",
                    name="quiet_minutes",
                    field=models.PositiveIntegerField(
                        blank=True,
                        help_text="Minutes without a firing signal. Empty: a person resolves.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(43200),
                        ],
                        verbose_name="resolve by itself after",
                    ),
                ),
                migrations.AddField(
                    model_name="alertsource",
                    name="rate_per_minute",
                    field=models.PositiveIntegerField(
                        default=600,
                        help_text="Above it, new alerts join the open incident of their service. None is refused.",
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="requests a minute",
                    ),
                ),
                migrations.AddField(
                    model_name="alertsource",
                    name="reopen_minutes",
                    field=models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Minutes after which the same alert is a new incident. 0: always a new one.",
                        validators=[django.core.validators.MaxValueValidator(10080)],
                        verbose_name="open again within",
                    ),
                ),
                migrations.AddField(
                    model_name="alertsource",
                    name="sealed_secret",
                    field=models.TextField(blank=True, editable=False),
                ),
                migrations.AddField(
                    model_name="alertsourceevent",
                    name="grouping_minutes",
                    field=models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Minutes for which other alerts of the same service join an incident. 0: never.",
                        validators=[django.core.validators.MaxValueValidator(1440)],
                        verbose_name="join within",
                    ),
                ),
                migrations.AddField(
                    model_name="alertsourceevent",
                    name="joins_causes",
                    field=models.BooleanField(
                        default=True,
                        help_text="Alerts of a service that needs a failing one join the incident of that one.",
                        verbose_name="join the incident of what is needed",
                    ),
                ),
                migrations.AddField(
                    model_name="alertsourceevent",
                    name="keep_days",
                    field=models.PositiveSmallIntegerField(
                        default=30,
                        help_text="Days.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(366),
                        ],
                        verbose_name="keep raw requests for",
                    ),
                ),
                migrations.AddField(
                    model_name="alertsourceevent",
                    name="owner_team",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        help_text="Whom to ask about what it sends.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="rosters.team",
                    ),
                ),
                migrations.AddField(
                    model_name="alertsourceevent",
                    name="quiet_minutes",
                    field=models.PositiveIntegerField(
                        blank=True,
                        help_text="Minutes without a firing signal. Empty: a person resolves.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(43200),
                        ],
                        verbose_name="resolve by itself after",
                    ),
                ),
                migrations.AddField(
                    model_name="alertsourceevent",
                    name="rate_per_minute",
                    field=models.PositiveIntegerField(
                        default=600,
                        help_text="Above it, new alerts join the open incident of their service. None is refused.",
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="requests a minute",
                    ),
                ),
                migrations.AddField(
                    model_name="alertsourceevent",
                    name="reopen_minutes",
                    field=models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Minutes after which the same alert is a new incident. 0: always a new one.",
                        validators=[django.core.validators.MaxValueValidator(10080)],
                        verbose_name="open again within",
                    ),
                ),
                migrations.AddField(
                    model_name="change",
                    name="key",
                    field=models.CharField(blank=True, max_length=64),
                ),
                migrations.AddField(
                    model_name="change",
                    name="made_by_name",
                    field=models.CharField(
                        blank=True,
                        help_text="As the sender names them.",
                        max_length=120,
                        verbose_name="made by",
                    ),
                ),
                migrations.AddField(
                    model_name="change",
                    name="source",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="incidents.alertsource",
                    ),
                ),
                migrations.AddField(
                    model_name="incident",
                    name="policy",
                    field=models.ForeignKey(
                        blank=True,
                        help_text="Set by a trigger rule; otherwise the routes choose.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
                        to="incidents.escalationpolicy",
                    ),
                ),
                migrations.AddField(
                    model_name="maintenancewindow",
                    name="called_off_at",
                    field=models.DateTimeField(blank=True, editable=False, null=True),
                ),
                migrations.AddField(
                    model_name="maintenancewindow",
                    name="labels",
                    field=models.JSONField(blank=True, default=dict),
                ),
                migrations.AddField(
                    model_name="maintenancewindow",
                    name="mode",
                    field=models.CharField(
                        choices=[
                            ("tell", "Only tell readers: alerts call as always"),
                            (
                                "hold",
                                "Hold alerts: those still firing at the end open an incident then",
                            ),
                            ("log", "Log only: alerts are kept and nobody is called"),
                            ("pause", "Pause the steps: incidents open, calls wait for the end"),
                        ],
                        default="tell",
                        max_length=8,
                        verbose_name="alerts and calls",
                    ),
                ),
                migrations.AddField(
                    model_name="maintenancewindow",
                    name="reason",
                    field=models.CharField(blank=True, max_length=300, verbose_name="why"),
                ),
                migrations.AddField(
                    model_name="maintenancewindow",
                    name="recurrence",
                    field=models.CharField(
                        choices=[
                            ("once", "Once"),
                            ("daily", "Every day"),
                            ("weekly", "Every week"),
                            ("monthly", "Every month"),
                        ],
                        default="once",
                        max_length=8,
                        verbose_name="comes again",
                    ),
                ),
                migrations.AddField(
                    model_name="maintenancewindow",
                    name="sources",
                    field=models.ManyToManyField(
                        blank=True, related_name="maintenance", to="incidents.alertsource"
                    ),
                ),
                migrations.AddField(
                    model_name="maintenancewindow",
                    name="time_zone",
                    field=models.CharField(default="UTC", max_length=64),
                ),
                migrations.AddField(
                    model_name="maintenancewindow",
                    name="until",
                    field=models.DateField(blank=True, null=True, verbose_name="last day"),
                ),
                migrations.AddField(
                    model_name="maintenancewindowevent",
                    name="called_off_at",
                    field=models.DateTimeField(blank=True, editable=False, null=True),
                ),
                migrations.AddField(
                    model_name="maintenancewindowevent",
                    name="labels",
                    field=models.JSONField(blank=True, default=dict),
                ),
                migrations.AddField(
                    model_name="maintenancewindowevent",
                    name="mode",
                    field=models.CharField(
                        choices=[
                            ("tell", "Only tell readers: alerts call as always"),
                            (
                                "hold",
                                "Hold alerts: those still firing at the end open an incident then",
                            ),
                            ("log", "Log only: alerts are kept and nobody is called"),
                            ("pause", "Pause the steps: incidents open, calls wait for the end"),
                        ],
                        default="tell",
                        max_length=8,
                        verbose_name="alerts and calls",
                    ),
                ),
                migrations.AddField(
                    model_name="maintenancewindowevent",
                    name="reason",
                    field=models.CharField(blank=True, max_length=300, verbose_name="why"),
                ),
                migrations.AddField(
                    model_name="maintenancewindowevent",
                    name="recurrence",
                    field=models.CharField(
                        choices=[
                            ("once", "Once"),
                            ("daily", "Every day"),
                            ("weekly", "Every week"),
                            ("monthly", "Every month"),
                        ],
                        default="once",
                        max_length=8,
                        verbose_name="comes again",
                    ),
                ),
                migrations.AddField(
                    model_name="maintenancewindowevent",
                    name="time_zone",
                    field=models.CharField(default="UTC", max_length=64),
                ),
                migrations.AddField(
                    model_name="maintenancewindowevent",
                    name="until",
                    field=models.DateField(blank=True, null=True, verbose_name="last day"),
                ),
                migrations.AddField(
                    model_name="rawreceipt",
                    name="headers",
                    field=models.JSONField(default=dict),
                ),
                migrations.AddField(
                    model_name="rawreceipt",
                    name="replayed_at",
                    field=models.DateTimeField(blank=True, null=True),
                ),
                migrations.AddField(
                    model_name="rawreceipt",
                    name="replayed_by",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="rawreceipt",
                    name="status",
                    field=models.PositiveSmallIntegerField(default=202),
                ),
                migrations.AlterField(
                    model_name="alert",
                    name="incident",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="alerts",
                        to="incidents.incident",
                    ),
                ),
                migrations.AlterField(
                    model_name="alertsource",
                    name="kind",
                    field=models.CharField(choices=incidents.intake.kinds.choices, max_length=20),
                ),
                migrations.AlterField(
                    model_name="alertsourceevent",
                    name="kind",
                    field=models.CharField(choices=incidents.intake.kinds.choices, max_length=20),
                ),
                migrations.AlterField(
                    model_name="timelineentry",
                    name="kind",
                    field=models.CharField(
                        choices=[
                            ("detected", "Detected"),
                            ("declared", "Declared"),
                            ("alerts_joined", "Alerts joined"),
                            ("reopened", "Opened again"),
                            ("resolved_by_itself", "Resolved by itself"),
                            ("steps_paused", "Steps paused"),
                            ("signals_resolved", "All signals resolved"),
                            ("signals_firing", "Signals firing again"),
                            ("told", "Told"),
                            ("escalated", "Escalated"),
                            ("step_skipped", "Step skipped"),
                            ("ran_late", "Ran late"),
                            ("exhausted", "Everybody called"),
                            ("nobody_called", "Nobody called"),
                            ("unreached", "Could not be reached"),
                            ("acknowledged", "Acknowledged"),
                            ("acknowledged_by_link", "Acknowledged by link"),
                            ("handed_back", "Handed back"),
                            ("passed", "Passed on"),
                            ("contained", "Contained"),
                            ("resolved", "Resolved"),
                            ("reviewed", "Reviewed"),
                            ("updated", "Update posted"),
                            ("command_taken", "Command taken"),
                            ("note", "Note"),
                        ],
                        max_length=24,
                    ),
                ),
                migrations.AddIndex(
                    model_name="rawreceipt",
                    index=models.Index(
                        fields=["source", "-received_at"], name="incidents_receipt_newest"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="change",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(
                            ("source__isnull", False), models.Q(("key", ""), _negated=True)
                        ),
                        fields=("source", "key"),
                        name="incidents_change_once_per_source",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="incident",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("contained_at__isnull", True), ("contained_by__isnull", True)
                            ),
                            models.Q(
                                ("contained_at__isnull", False), ("contained_by__isnull", False)
                            ),
                            models.Q(
                                ("contained_at__isnull", False),
                                ("resolved_at__isnull", False),
                                ("resolved_by__isnull", True),
                                ("signals_resolved_at__isnull", False),
                                ("source__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="incidents_incident_contained_pair",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="incident",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("resolved_at__isnull", True), ("resolved_by__isnull", True)),
                            models.Q(
                                ("resolved_at__isnull", False), ("resolved_by__isnull", False)
                            ),
                            models.Q(
                                ("contained_at__isnull", False),
                                ("resolved_at__isnull", False),
                                ("resolved_by__isnull", True),
                                ("signals_resolved_at__isnull", False),
                                ("source__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="incidents_incident_resolved_pair",
                    ),
                ),
                migrations.AddField(
                    model_name="alert",
                    name="rule",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="alerts",
                        to="incidents.triggerrule",
                    ),
                ),
                migrations.AddIndex(
                    model_name="alert",
                    index=models.Index(fields=["-last_received_at"], name="incidents_alert_newest"),
                ),
                migrations.AddIndex(
                    model_name="alert",
                    index=models.Index(
                        condition=models.Q(("rule__isnull", False)),
                        fields=["rule", "-last_received_at"],
                        name="incidents_alert_rule",
                    ),
                ),
                migrations.AddIndex(
                    model_name="alert",
                    index=models.Index(
                        condition=models.Q(("held_until__isnull", False)),
                        fields=["held_until"],
                        name="incidents_alert_held",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="alert",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("incident__isnull", True)),
                        fields=("source", "key"),
                        name="incidents_alert_once_without_incident",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="alertsource",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_alertsourceevent" ("default_service_id", "default_severity", "grouping_minutes", "id", "is_active", "joins_causes", "keep_days", "kind", "name", "owner_team_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "quiet_minutes", "rate_per_minute", "reopen_minutes", "slug") VALUES (NEW."default_service_id", NEW."default_severity", NEW."grouping_minutes", NEW."id", NEW."is_active", NEW."joins_causes", NEW."keep_days", NEW."kind", NEW."name", NEW."owner_team_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."quiet_minutes", NEW."rate_per_minute", NEW."reopen_minutes", NEW."slug"); RETURN NULL;',
                            hash="6792f139dcfe9e0501e8a91139aba4c10aee64cf",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_c49b7",
                            table="incidents_alertsource",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="alertsource",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "incidents_alertsourceevent" ("default_service_id", "default_severity", "grouping_minutes", "id", "is_active", "joins_causes", "keep_days", "kind", "name", "owner_team_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "quiet_minutes", "rate_per_minute", "reopen_minutes", "slug") VALUES (NEW."default_service_id", NEW."default_severity", NEW."grouping_minutes", NEW."id", NEW."is_active", NEW."joins_causes", NEW."keep_days", NEW."kind", NEW."name", NEW."owner_team_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."quiet_minutes", NEW."rate_per_minute", NEW."reopen_minutes", NEW."slug"); RETURN NULL;',
                            hash="f573c208787931a8ed8c8cb21969cc1ba9adacaf",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_984bb",
                            table="incidents_alertsource",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="alertsource",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_alertsourceevent" ("default_service_id", "default_severity", "grouping_minutes", "id", "is_active", "joins_causes", "keep_days", "kind", "name", "owner_team_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "quiet_minutes", "rate_per_minute", "reopen_minutes", "slug") VALUES (OLD."default_service_id", OLD."default_severity", OLD."grouping_minutes", OLD."id", OLD."is_active", OLD."joins_causes", OLD."keep_days", OLD."kind", OLD."name", OLD."owner_team_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."quiet_minutes", OLD."rate_per_minute", OLD."reopen_minutes", OLD."slug"); RETURN NULL;',
                            hash="a1cecd2ee9733254ec452240f98cd00f22634e2f",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_a96ca",
                            table="incidents_alertsource",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="maintenancewindow",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_maintenancewindowevent" ("called_off_at", "customer_impact", "ends_at", "id", "labels", "mode", "owner_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "recurrence", "starts_at", "time_zone", "title", "until") VALUES (NEW."called_off_at", NEW."customer_impact", NEW."ends_at", NEW."id", NEW."labels", NEW."mode", NEW."owner_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."reason", NEW."recurrence", NEW."starts_at", NEW."time_zone", NEW."title", NEW."until"); RETURN NULL;',
                            hash="bf2a202fe592d367fe07d1e1662e5fe312c40d15",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_6d938",
                            table="incidents_maintenancewindow",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="maintenancewindow",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "incidents_maintenancewindowevent" ("called_off_at", "customer_impact", "ends_at", "id", "labels", "mode", "owner_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "recurrence", "starts_at", "time_zone", "title", "until") VALUES (NEW."called_off_at", NEW."customer_impact", NEW."ends_at", NEW."id", NEW."labels", NEW."mode", NEW."owner_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."reason", NEW."recurrence", NEW."starts_at", NEW."time_zone", NEW."title", NEW."until"); RETURN NULL;',
                            hash="6b8267fba938a1f6ee9c0d56cc33eacfef66abef",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_973d6",
                            table="incidents_maintenancewindow",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="maintenancewindow",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_maintenancewindowevent" ("called_off_at", "customer_impact", "ends_at", "id", "labels", "mode", "owner_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "recurrence", "starts_at", "time_zone", "title", "until") VALUES (OLD."called_off_at", OLD."customer_impact", OLD."ends_at", OLD."id", OLD."labels", OLD."mode", OLD."owner_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."reason", OLD."recurrence", OLD."starts_at", OLD."time_zone", OLD."title", OLD."until"); RETURN NULL;',
                            hash="b17e1e67ea0e306bda1307737b5eff8018d1dc0e",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_6dc7c",
                            table="incidents_maintenancewindow",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="heartbeat",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_heartbeatevent" ("every_minutes", "grace_minutes", "id", "mute_reason", "muted_until", "name", "owner_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "service_id", "severity", "slug", "source_id") VALUES (NEW."every_minutes", NEW."grace_minutes", NEW."id", NEW."mute_reason", NEW."muted_until", NEW."name", NEW."owner_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."service_id", NEW."severity", NEW."slug", NEW."source_id"); RETURN NULL;',
                            hash="d9a15d006b14b266c0e88605548773f6601979e8",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_e5c7f",
                            table="incidents_heartbeat",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="heartbeat",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."every_minutes" IS DISTINCT FROM (NEW."every_minutes") OR OLD."grace_minutes" IS DISTINCT FROM (NEW."grace_minutes") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."mute_reason" IS DISTINCT FROM (NEW."mute_reason") OR OLD."muted_until" IS DISTINCT FROM (NEW."muted_until") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."owner_id" IS DISTINCT FROM (NEW."owner_id") OR OLD."service_id" IS DISTINCT FROM (NEW."service_id") OR OLD."severity" IS DISTINCT FROM (NEW."severity") OR OLD."slug" IS DISTINCT FROM (NEW."slug") OR OLD."source_id" IS DISTINCT FROM (NEW."source_id"))',
                            func='INSERT INTO "incidents_heartbeatevent" ("every_minutes", "grace_minutes", "id", "mute_reason", "muted_until", "name", "owner_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "service_id", "severity", "slug", "source_id") VALUES (NEW."every_minutes", NEW."grace_minutes", NEW."id", NEW."mute_reason", NEW."muted_until", NEW."name", NEW."owner_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."service_id", NEW."severity", NEW."slug", NEW."source_id"); RETURN NULL;',
                            hash="95ac218e6313b4d35b403ae2071bc48398174e53",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_39ad0",
                            table="incidents_heartbeat",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="heartbeat",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_heartbeatevent" ("every_minutes", "grace_minutes", "id", "mute_reason", "muted_until", "name", "owner_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "service_id", "severity", "slug", "source_id") VALUES (OLD."every_minutes", OLD."grace_minutes", OLD."id", OLD."mute_reason", OLD."muted_until", OLD."name", OLD."owner_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."service_id", OLD."severity", OLD."slug", OLD."source_id"); RETURN NULL;',
                            hash="2b79cb347b05310bda8b70fdb81566fceac3da6b",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_55801",
                            table="incidents_heartbeat",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="heartbeatevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="073b0afa1505cd75ddbbfd365e0e0af2559799a0",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_6601b",
                            table="incidents_heartbeatevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="triggerrule",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_triggerruleevent" ("action", "conditions", "id", "impact_id", "mode", "name", "owner_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_id", "position", "reason", "review_on", "service_id", "severity", "source_id", "title") VALUES (NEW."action", NEW."conditions", NEW."id", NEW."impact_id", NEW."mode", NEW."name", NEW."owner_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."policy_id", NEW."position", NEW."reason", NEW."review_on", NEW."service_id", NEW."severity", NEW."source_id", NEW."title"); RETURN NULL;',
                            hash="cbf8d507d2234b9c683fdca8f35ee512a1d282d3",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_fc656",
                            table="incidents_triggerrule",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="triggerrule",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "incidents_triggerruleevent" ("action", "conditions", "id", "impact_id", "mode", "name", "owner_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_id", "position", "reason", "review_on", "service_id", "severity", "source_id", "title") VALUES (NEW."action", NEW."conditions", NEW."id", NEW."impact_id", NEW."mode", NEW."name", NEW."owner_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."policy_id", NEW."position", NEW."reason", NEW."review_on", NEW."service_id", NEW."severity", NEW."source_id", NEW."title"); RETURN NULL;',
                            hash="3462ebf936111266409823de2265a5eb11b9e46e",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_50b87",
                            table="incidents_triggerrule",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="triggerrule",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_triggerruleevent" ("action", "conditions", "id", "impact_id", "mode", "name", "owner_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_id", "position", "reason", "review_on", "service_id", "severity", "source_id", "title") VALUES (OLD."action", OLD."conditions", OLD."id", OLD."impact_id", OLD."mode", OLD."name", OLD."owner_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."policy_id", OLD."position", OLD."reason", OLD."review_on", OLD."service_id", OLD."severity", OLD."source_id", OLD."title"); RETURN NULL;',
                            hash="5a8da8cb8bae6bb390fe6a7d2dc3f527b716d47b",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_9b3fd",
                            table="incidents_triggerrule",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="triggerruleevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="d644c53c814fa1e1c6c71d03efa18a64f067e7c6",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_3ad72",
                            table="incidents_triggerruleevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="webhookendpoint",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_webhookendpointevent" ("created_at", "events", "host", "id", "is_active", "name", "owner_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "severity_from") VALUES (NEW."created_at", NEW."events", NEW."host", NEW."id", NEW."is_active", NEW."name", NEW."owner_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."severity_from"); RETURN NULL;',
                            hash="d83afda8933a5fa9960ef2ddaf9a16351ed91b2e",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_65dcd",
                            table="incidents_webhookendpoint",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="webhookendpoint",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "incidents_webhookendpointevent" ("created_at", "events", "host", "id", "is_active", "name", "owner_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "severity_from") VALUES (NEW."created_at", NEW."events", NEW."host", NEW."id", NEW."is_active", NEW."name", NEW."owner_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."severity_from"); RETURN NULL;',
                            hash="edcf91f9138a629f6e2d086988856bde3aca0be8",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_6a9da",
                            table="incidents_webhookendpoint",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="webhookendpoint",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_webhookendpointevent" ("created_at", "events", "host", "id", "is_active", "name", "owner_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "severity_from") VALUES (OLD."created_at", OLD."events", OLD."host", OLD."id", OLD."is_active", OLD."name", OLD."owner_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."severity_from"); RETURN NULL;',
                            hash="ebb0398955b10227c6cdf86a5cba0b87facf207f",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_14d2c",
                            table="incidents_webhookendpoint",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="webhookendpointevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="d5a6ccf13e5ffb0a8ec1d46e5e4d3ee50320c793",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_fff03",
                            table="incidents_webhookendpointevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="MaintainedSourceEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "alertsource",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                db_tablespace="",
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="incidents.alertsource",
                            ),
                        ),
                        (
                            "maintenancewindow",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                db_tablespace="",
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="incidents.maintenancewindow",
                            ),
                        ),
                    ],
                    options={"abstract": False},
                ),
                migrations.CreateModel(
                    name="MaintainedSource",
                    fields=[],
                    options={"proxy": True, "indexes": [], "constraints": []},
                    bases=("incidents.maintenancewindow_sources",),
                ),
                migrations.AddField(
                    model_name="alert",
                    name="held_at",
                    field=models.DateTimeField(blank=True, null=True),
                ),
                migrations.AddField(
                    model_name="alert",
                    name="held_by",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="held_alerts",
                        to="incidents.maintenancewindow",
                    ),
                ),
                migrations.AddIndex(
                    model_name="alert",
                    index=models.Index(
                        condition=models.Q(("held_by__isnull", False)),
                        fields=["held_by", "held_until"],
                        name="incidents_alert_held_by",
                    ),
                ),
                migrations.AlterField(
                    model_name="maintenancewindow",
                    name="services",
                    field=models.ManyToManyField(
                        blank=True, related_name="maintenance", to="rosters.service"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="maintainedsource",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_maintainedsourceevent" ("alertsource_id", "id", "maintenancewindow_id", "pgh_context", "pgh_created_at", "pgh_label") VALUES (NEW."alertsource_id", NEW."id", NEW."maintenancewindow_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\'); RETURN NULL;',
                            hash="d38f3badf4aeecfdf05d0df9b68d5cedefe8d19f",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_14058",
                            table="incidents_maintenancewindow_sources",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="maintainedsource",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "incidents_maintainedsourceevent" ("alertsource_id", "id", "maintenancewindow_id", "pgh_context", "pgh_created_at", "pgh_label") VALUES (NEW."alertsource_id", NEW."id", NEW."maintenancewindow_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\'); RETURN NULL;',
                            hash="83d0cd0218533cc2a8647d5b197831a0954c5b7d",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_4a75b",
                            table="incidents_maintenancewindow_sources",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="maintainedsource",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_maintainedsourceevent" ("alertsource_id", "id", "maintenancewindow_id", "pgh_context", "pgh_created_at", "pgh_label") VALUES (OLD."alertsource_id", OLD."id", OLD."maintenancewindow_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\'); RETURN NULL;',
                            hash="4eed30a3b8b4cc6c481307a4d056652b3fb06e2b",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_ff1cd",
                            table="incidents_maintenancewindow_sources",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="maintainedsourceevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="cd84c045025c5416b6942f5f1683da48185185c7",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_d0128",
                            table="incidents_maintainedsourceevent",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        ),
        migrations.RunSQL(OF_ITS_INCIDENT, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="alert",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="alerts",
                to="incidents.alertsource",
            ),
        ),
    ]
