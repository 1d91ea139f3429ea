"""Incident templates, what follows from a kind of harm, moved times of work, watched alerts."""

import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from config.portal.trail import Together


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0006_rules_and_heartbeats"),
        ("rosters", "0008_planned_hand_over"),
    ]

    operations = [
        # Apart, so that on the way back the triggers are made as they were.
        pgtrigger.migrations.RemoveTrigger(
            model_name="impactclass",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="impactclass",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="impactclass",
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
        Together(
            [
                migrations.CreateModel(
                    name="IncidentTemplate",
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
                        ("name", models.CharField(max_length=80, verbose_name="what happens")),
                        (
                            "symptoms",
                            models.TextField(
                                blank=True, max_length=1000, verbose_name="how you notice"
                            ),
                        ),
                        (
                            "title",
                            models.CharField(max_length=80, verbose_name="title of the incident"),
                        ),
                        (
                            "summary",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="what customers notice"
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
                                verbose_name="usually this bad",
                            ),
                        ),
                        (
                            "personal_data",
                            models.CharField(
                                choices=[("no", "No"), ("yes", "Yes"), ("unsure", "Not sure")],
                                default="no",
                                max_length=8,
                                verbose_name="personal data at risk",
                            ),
                        ),
                        (
                            "containment",
                            models.TextField(
                                blank=True, max_length=2000, verbose_name="how to contain it"
                            ),
                        ),
                        (
                            "evidence",
                            models.TextField(
                                blank=True, max_length=2000, verbose_name="evidence to collect"
                            ),
                        ),
                        ("retired_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "impact",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="templates",
                                to="incidents.impactclass",
                                verbose_name="kind of harm",
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                blank=True,
                                help_text="Empty: it may happen to any service.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="templates",
                                to="rosters.service",
                            ),
                        ),
                        (
                            "stakeholders",
                            models.ManyToManyField(
                                blank=True,
                                related_name="templates",
                                to="rosters.stakeholderrole",
                                verbose_name="who wants to know",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("service", "name"),
                                name="incidents_template_name_once",
                                nulls_distinct=False,
                                violation_error_message="There is a template of this name for this service.",
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="IncidentTemplateEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("id", models.BigIntegerField()),
                        ("name", models.CharField(max_length=80, verbose_name="what happens")),
                        (
                            "symptoms",
                            models.TextField(
                                blank=True, max_length=1000, verbose_name="how you notice"
                            ),
                        ),
                        (
                            "title",
                            models.CharField(max_length=80, verbose_name="title of the incident"),
                        ),
                        (
                            "summary",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="what customers notice"
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
                                verbose_name="usually this bad",
                            ),
                        ),
                        (
                            "personal_data",
                            models.CharField(
                                choices=[("no", "No"), ("yes", "Yes"), ("unsure", "Not sure")],
                                default="no",
                                max_length=8,
                                verbose_name="personal data at risk",
                            ),
                        ),
                        (
                            "containment",
                            models.TextField(
                                blank=True, max_length=2000, verbose_name="how to contain it"
                            ),
                        ),
                        (
                            "evidence",
                            models.TextField(
                                blank=True, max_length=2000, verbose_name="evidence to collect"
                            ),
                        ),
                        ("retired_at", models.DateTimeField(blank=True, editable=False, null=True)),
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
                                verbose_name="kind of harm",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="incidents.incidenttemplate",
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                help_text="Empty: it may happen to any service.",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rosters.service",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="TemplateStakeholderEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "incidenttemplate",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                db_tablespace="",
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="incidents.incidenttemplate",
                            ),
                        ),
                        (
                            "stakeholderrole",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                db_tablespace="",
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rosters.stakeholderrole",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="WatchedAlert",
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
                        ("seen_at", models.DateTimeField()),
                        (
                            "alert",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="watched",
                                to="incidents.alert",
                            ),
                        ),
                        (
                            "rule",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="watched",
                                to="incidents.triggerrule",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("rule", "alert"), name="incidents_watched_once"
                            )
                        ]
                    },
                ),
                migrations.AddField(
                    model_name="impactclass",
                    name="is_restricted",
                    field=models.BooleanField(
                        default=False,
                        help_text="Its incidents vanish from the lists, searches and exports of everybody else.",
                        verbose_name="only for those with a part in it",
                    ),
                ),
                migrations.AddField(
                    model_name="impactclass",
                    name="told_role",
                    field=models.ForeignKey(
                        blank=True,
                        help_text="They are told when such an incident opens, beside the calls of its rule.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="rosters.stakeholderrole",
                        verbose_name="who is told at once",
                    ),
                ),
                migrations.AddField(
                    model_name="impactclass",
                    name="usual_severity",
                    field=models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[
                            (1, "SEV1 Critical"),
                            (2, "SEV2 Serious"),
                            (3, "SEV3 Minor"),
                            (4, "SEV4 Small"),
                        ],
                        help_text="Where neither a person, nor the rule, nor the sender says how bad it is.",
                        null=True,
                        verbose_name="usually this bad",
                    ),
                ),
                migrations.AddField(
                    model_name="impactclassevent",
                    name="is_restricted",
                    field=models.BooleanField(
                        default=False,
                        help_text="Its incidents vanish from the lists, searches and exports of everybody else.",
                        verbose_name="only for those with a part in it",
                    ),
                ),
                migrations.AddField(
                    model_name="impactclassevent",
                    name="told_role",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        help_text="They are told when such an incident opens, beside the calls of its rule.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="rosters.stakeholderrole",
                        verbose_name="who is told at once",
                    ),
                ),
                migrations.AddField(
                    model_name="impactclassevent",
                    name="usual_severity",
                    field=models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[
                            (1, "SEV1 Critical"),
                            (2, "SEV2 Serious"),
                            (3, "SEV3 Minor"),
                            (4, "SEV4 Small"),
                        ],
                        help_text="Where neither a person, nor the rule, nor the sender says how bad it is.",
                        null=True,
                        verbose_name="usually this bad",
                    ),
                ),
                migrations.AddField(
                    model_name="maintenancewindow",
                    name="exceptions",
                    field=models.JSONField(blank=True, default=dict, editable=False),
                ),
                migrations.AddField(
                    model_name="maintenancewindowevent",
                    name="exceptions",
                    field=models.JSONField(blank=True, default=dict, editable=False),
                ),
                migrations.AlterField(
                    model_name="impactclass",
                    name="is_customer_facing",
                    field=models.BooleanField(
                        default=False,
                        help_text="Otherwise it stands on no status page, and health stays “partly failing”.",
                        verbose_name="customers notice",
                    ),
                ),
                migrations.AlterField(
                    model_name="impactclassevent",
                    name="is_customer_facing",
                    field=models.BooleanField(
                        default=False,
                        help_text="Otherwise it stands on no status page, and health stays “partly failing”.",
                        verbose_name="customers notice",
                    ),
                ),
                migrations.AlterField(
                    model_name="timelineentry",
                    name="kind",
                    field=models.CharField(
                        choices=[
                            ("detected", "Detected"),
                            ("declared", "Declared"),
                            ("advised", "Severity considered"),
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
                pgtrigger.migrations.AddTrigger(
                    model_name="impactclass",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_impactclassevent" ("description", "id", "is_customer_facing", "is_restricted", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "told_role_id", "usual_severity") VALUES (NEW."description", NEW."id", NEW."is_customer_facing", NEW."is_restricted", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."slug", NEW."told_role_id", NEW."usual_severity"); RETURN NULL;',
                            hash="b9c9b8f4912e86035ed2cd9504d8ecbe99b6277a",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_fd58e",
                            table="incidents_impactclass",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="impactclass",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "incidents_impactclassevent" ("description", "id", "is_customer_facing", "is_restricted", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "told_role_id", "usual_severity") VALUES (NEW."description", NEW."id", NEW."is_customer_facing", NEW."is_restricted", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."slug", NEW."told_role_id", NEW."usual_severity"); RETURN NULL;',
                            hash="d4506ed9f87845555f51cbe7847ad46fce6a620d",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_06d5b",
                            table="incidents_impactclass",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="impactclass",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_impactclassevent" ("description", "id", "is_customer_facing", "is_restricted", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "told_role_id", "usual_severity") VALUES (OLD."description", OLD."id", OLD."is_customer_facing", OLD."is_restricted", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."slug", OLD."told_role_id", OLD."usual_severity"); RETURN NULL;',
                            hash="4d52919c58afc6c9138160c2d54c832aa40acae4",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_eeb7e",
                            table="incidents_impactclass",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="maintenancewindow",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_maintenancewindowevent" ("called_off_at", "customer_impact", "ends_at", "exceptions", "id", "labels", "mode", "owner_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "recurrence", "starts_at", "time_zone", "title", "until") VALUES (NEW."called_off_at", NEW."customer_impact", NEW."ends_at", NEW."exceptions", NEW."id", NEW."labels", NEW."mode", NEW."owner_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."reason", NEW."recurrence", NEW."starts_at", NEW."time_zone", NEW."title", NEW."until"); RETURN NULL;',
                            hash="ccffb078e49c508f5bf7ac658d2509a1df642b9f",
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
                            func='INSERT INTO "incidents_maintenancewindowevent" ("called_off_at", "customer_impact", "ends_at", "exceptions", "id", "labels", "mode", "owner_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "recurrence", "starts_at", "time_zone", "title", "until") VALUES (NEW."called_off_at", NEW."customer_impact", NEW."ends_at", NEW."exceptions", NEW."id", NEW."labels", NEW."mode", NEW."owner_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."reason", NEW."recurrence", NEW."starts_at", NEW."time_zone", NEW."title", NEW."until"); RETURN NULL;',
                            hash="400718126301ba84fe16263856f03a4776c4dd07",
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
                            func='INSERT INTO "incidents_maintenancewindowevent" ("called_off_at", "customer_impact", "ends_at", "exceptions", "id", "labels", "mode", "owner_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "recurrence", "starts_at", "time_zone", "title", "until") VALUES (OLD."called_off_at", OLD."customer_impact", OLD."ends_at", OLD."exceptions", OLD."id", OLD."labels", OLD."mode", OLD."owner_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."reason", OLD."recurrence", OLD."starts_at", OLD."time_zone", OLD."title", OLD."until"); RETURN NULL;',
                            hash="ba35c8c405fafaf057f92c8ab71cb3228918c199",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_6dc7c",
                            table="incidents_maintenancewindow",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddField(
                    model_name="incident",
                    name="template",
                    field=models.ForeignKey(
                        blank=True,
                        help_text="What it was declared from.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
                        to="incidents.incidenttemplate",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="incidenttemplate",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_incidenttemplateevent" ("containment", "evidence", "id", "impact_id", "name", "personal_data", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "retired_at", "service_id", "severity", "summary", "symptoms", "title") VALUES (NEW."containment", NEW."evidence", NEW."id", NEW."impact_id", NEW."name", NEW."personal_data", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."retired_at", NEW."service_id", NEW."severity", NEW."summary", NEW."symptoms", NEW."title"); RETURN NULL;',
                            hash="24bea6aa8ab9154eb8d5e56e729f286761223c5f",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_6da46",
                            table="incidents_incidenttemplate",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="incidenttemplate",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "incidents_incidenttemplateevent" ("containment", "evidence", "id", "impact_id", "name", "personal_data", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "retired_at", "service_id", "severity", "summary", "symptoms", "title") VALUES (NEW."containment", NEW."evidence", NEW."id", NEW."impact_id", NEW."name", NEW."personal_data", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."retired_at", NEW."service_id", NEW."severity", NEW."summary", NEW."symptoms", NEW."title"); RETURN NULL;',
                            hash="8585a454dd474b455a8f752a4e12f722e92e9f78",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_3b61a",
                            table="incidents_incidenttemplate",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="incidenttemplate",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_incidenttemplateevent" ("containment", "evidence", "id", "impact_id", "name", "personal_data", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "retired_at", "service_id", "severity", "summary", "symptoms", "title") VALUES (OLD."containment", OLD."evidence", OLD."id", OLD."impact_id", OLD."name", OLD."personal_data", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."retired_at", OLD."service_id", OLD."severity", OLD."summary", OLD."symptoms", OLD."title"); RETURN NULL;',
                            hash="a1b322f93f29b7133e4e6e1e105e7f96b76a3992",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_90eec",
                            table="incidents_incidenttemplate",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="TemplateStakeholder",
                    fields=[],
                    options={
                        "proxy": True,
                        "indexes": [],
                        "constraints": [],
                    },
                    bases=("incidents.incidenttemplate_stakeholders",),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="incidenttemplateevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="e6a7ecc013b0ed50696c71979dc1c0713b6320e2",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_49f38",
                            table="incidents_incidenttemplateevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="templatestakeholderevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="887b1652a6ca14f6ea25a611adc764486604d459",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_73af0",
                            table="incidents_templatestakeholderevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="templatestakeholder",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_templatestakeholderevent" ("id", "incidenttemplate_id", "pgh_context", "pgh_created_at", "pgh_label", "stakeholderrole_id") VALUES (NEW."id", NEW."incidenttemplate_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."stakeholderrole_id"); RETURN NULL;',
                            hash="d4bec665009e1c5be0ef05ec8b1030452bc794b2",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_ba6fa",
                            table="incidents_incidenttemplate_stakeholders",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="templatestakeholder",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "incidents_templatestakeholderevent" ("id", "incidenttemplate_id", "pgh_context", "pgh_created_at", "pgh_label", "stakeholderrole_id") VALUES (NEW."id", NEW."incidenttemplate_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."stakeholderrole_id"); RETURN NULL;',
                            hash="13df22f8016b9b2ec1f66d72474a82e58b7a7cef",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_3dbd1",
                            table="incidents_incidenttemplate_stakeholders",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="templatestakeholder",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_templatestakeholderevent" ("id", "incidenttemplate_id", "pgh_context", "pgh_created_at", "pgh_label", "stakeholderrole_id") VALUES (OLD."id", OLD."incidenttemplate_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."stakeholderrole_id"); RETURN NULL;',
                            hash="f8570199124011c9f40132b04f52ba0cebe67dc9",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_47808",
                            table="incidents_incidenttemplate_stakeholders",
                            when="AFTER",
                        ),
                    ),
                ),
            ]
        ),
    ]
