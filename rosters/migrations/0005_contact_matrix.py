"""Roles say what they always do; cells hold at severities and hours; no two hold at once."""

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.comparison
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.models import Model

import config.portal.validators
from config.portal.trail import Together

OWNERS = {"Service owner": ("view", "add", "change", "delete")}
READERS = ("Commander", "Roster manager", "Auditor")
MODELS = {"namedhours": "named hours", "namedhoursspan": "span"}


def end_ties(apps: Apps, _editor: object) -> None:
    """Of two cells that hold at once for the same question, the older has answered: it stays.

    The other goes; the audit trail keeps it.
    """
    MatrixEntry = apps.get_model("rosters", "MatrixEntry")
    kept = {}
    for row in MatrixEntry.objects.order_by("pk"):
        place = (row.role_id, row.service_id, row.team_id, row.severity)
        if any(_meet(row, other) for other in kept.get(place, ())):
            row.delete()
        else:
            kept.setdefault(place, []).append(row)


def _meet(one: Model, other: Model) -> bool:
    is_before = one.valid_to and other.valid_from and one.valid_to <= other.valid_from
    is_after = other.valid_to and one.valid_from and other.valid_to <= one.valid_from
    return not is_before and not is_after


def let_owners_keep_hours(apps: Apps, _editor: object) -> None:
    """Service owners keep the named hours; whoever uses the admin may look at them."""
    Group = apps.get_model("auth", "Group")
    verbs_of = OWNERS | dict.fromkeys(READERS, ("view",))
    for name, verbs in verbs_of.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.add(
            *(_permission(apps, model, verb) for model in MODELS for verb in verbs)
        )


def _permission(apps: Apps, model: str, verb: str) -> Model:
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    kind, _ = ContentType.objects.get_or_create(app_label="rosters", model=model)
    permission, _ = Permission.objects.get_or_create(
        content_type=kind,
        codename=f"{verb}_{model}",
        defaults={"name": f"Can {verb} {MODELS[model]}"},
    )
    return permission


class Migration(migrations.Migration):
    dependencies = [
        ("rosters", "0004_roles"),
    ]

    operations = [
        Together(
            [
                pgtrigger.migrations.RemoveTrigger(
                    model_name="matrixentry",
                    name="insert_insert",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="matrixentry",
                    name="update_update",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="matrixentry",
                    name="delete_delete",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="stakeholderrole",
                    name="insert_insert",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="stakeholderrole",
                    name="update_update",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="stakeholderrole",
                    name="delete_delete",
                ),
            ]
        ),
        migrations.CreateModel(
            name="NamedHours",
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
                    "name",
                    models.CharField(
                        help_text="As read after “during”: Berlin office hours",
                        max_length=60,
                        unique=True,
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(
                        max_length=64,
                        validators=[config.portal.validators.validate_time_zone],
                    ),
                ),
            ],
            options={
                "verbose_name": "named hours",
                "verbose_name_plural": "named hours",
            },
        ),
        migrations.CreateModel(
            name="NamedHoursEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "name",
                    models.CharField(
                        help_text="As read after “during”: Berlin office hours",
                        max_length=60,
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(
                        max_length=64,
                        validators=[config.portal.validators.validate_time_zone],
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="NamedHoursSpan",
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
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ]
                    ),
                ),
                ("starts_at", models.TimeField(verbose_name="from")),
                ("ends_at", models.TimeField(verbose_name="until")),
            ],
            options={
                "verbose_name": "span",
            },
        ),
        migrations.CreateModel(
            name="NamedHoursSpanEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ]
                    ),
                ),
                ("starts_at", models.TimeField(verbose_name="from")),
                ("ends_at", models.TimeField(verbose_name="until")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="matrixentry",
            name="and_worse",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="At this severity and at every worse one.",
                verbose_name="and worse",
            ),
        ),
        migrations.AddField(
            model_name="matrixentryevent",
            name="and_worse",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="At this severity and at every worse one.",
                verbose_name="and worse",
            ),
        ),
        migrations.AddField(
            model_name="stakeholderrole",
            name="actions",
            field=models.TextField(
                blank=True,
                db_default="",
                help_text="What whoever fills it always does, one a line.",
                max_length=1000,
                verbose_name="non-negotiable actions",
            ),
        ),
        migrations.AddField(
            model_name="stakeholderrole",
            name="is_needed",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="If nobody fills it for a service, that is shown as a vacancy.",
                verbose_name="every service needs one",
            ),
        ),
        migrations.AddField(
            model_name="stakeholderrole",
            name="order",
            field=models.PositiveSmallIntegerField(
                db_default=100,
                default=100,
                help_text="Where it stands in the grid: lower comes first.",
            ),
        ),
        migrations.AddField(
            model_name="stakeholderroleevent",
            name="actions",
            field=models.TextField(
                blank=True,
                db_default="",
                help_text="What whoever fills it always does, one a line.",
                max_length=1000,
                verbose_name="non-negotiable actions",
            ),
        ),
        migrations.AddField(
            model_name="stakeholderroleevent",
            name="is_needed",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="If nobody fills it for a service, that is shown as a vacancy.",
                verbose_name="every service needs one",
            ),
        ),
        migrations.AddField(
            model_name="stakeholderroleevent",
            name="order",
            field=models.PositiveSmallIntegerField(
                db_default=100,
                default=100,
                help_text="Where it stands in the grid: lower comes first.",
            ),
        ),
        migrations.AlterField(
            model_name="stakeholderrole",
            name="description",
            field=models.CharField(
                blank=True,
                help_text="One plain sentence that everybody may read.",
                max_length=300,
            ),
        ),
        migrations.AlterField(
            model_name="stakeholderroleevent",
            name="description",
            field=models.CharField(
                blank=True,
                help_text="One plain sentence that everybody may read.",
                max_length=300,
            ),
        ),
        migrations.AddField(
            model_name="matrixentry",
            name="hours",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: day and night.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="matrix_entries",
                to="rosters.namedhours",
            ),
        ),
        migrations.AddField(
            model_name="matrixentryevent",
            name="hours",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                help_text="Empty: day and night.",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="rosters.namedhours",
            ),
        ),
        migrations.AddField(
            model_name="namedhoursevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="rosters.namedhours",
            ),
        ),
        migrations.AddField(
            model_name="namedhoursspan",
            name="hours",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="spans",
                to="rosters.namedhours",
            ),
        ),
        migrations.AddField(
            model_name="namedhoursspanevent",
            name="hours",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="rosters.namedhours",
            ),
        ),
        migrations.AddField(
            model_name="namedhoursspanevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="rosters.namedhoursspan",
            ),
        ),
        migrations.AddConstraint(
            model_name="matrixentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("and_worse", False), ("severity__isnull", False), _connector="OR"
                ),
                name="rosters_matrixentry_worse_than_what",
                violation_error_message="“And worse” needs a severity.",
            ),
        ),
        migrations.AddConstraint(
            model_name="namedhoursspan",
            constraint=models.UniqueConstraint(
                fields=("hours", "weekday", "starts_at"),
                name="rosters_namedhoursspan_once",
                violation_error_message="These hours begin at that time already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="namedhoursspan",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekday__lte", 6)),
                name="rosters_namedhoursspan_weekday",
            ),
        ),
        Together(
            [
                pgtrigger.migrations.AddTrigger(
                    model_name="matrixentry",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_matrixentryevent" ("and_worse", "backup_id", "confirmed_at", "confirmed_by_id", "hours_id", "id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "role_id", "roster_id", "service_id", "severity", "team_id", "valid_from", "valid_to") VALUES (NEW."and_worse", NEW."backup_id", NEW."confirmed_at", NEW."confirmed_by_id", NEW."hours_id", NEW."id", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."role_id", NEW."roster_id", NEW."service_id", NEW."severity", NEW."team_id", NEW."valid_from", NEW."valid_to"); RETURN NULL;',
                            hash="13011f31a8cc22156b5e61685ffed468c11cd5ad",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_c02a1",
                            table="rosters_matrixentry",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="matrixentry",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "rosters_matrixentryevent" ("and_worse", "backup_id", "confirmed_at", "confirmed_by_id", "hours_id", "id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "role_id", "roster_id", "service_id", "severity", "team_id", "valid_from", "valid_to") VALUES (NEW."and_worse", NEW."backup_id", NEW."confirmed_at", NEW."confirmed_by_id", NEW."hours_id", NEW."id", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."role_id", NEW."roster_id", NEW."service_id", NEW."severity", NEW."team_id", NEW."valid_from", NEW."valid_to"); RETURN NULL;',
                            hash="1a1a8d4bef015e794cf4b35c2f35caaea89263fe",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_15ed9",
                            table="rosters_matrixentry",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="matrixentry",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_matrixentryevent" ("and_worse", "backup_id", "confirmed_at", "confirmed_by_id", "hours_id", "id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "role_id", "roster_id", "service_id", "severity", "team_id", "valid_from", "valid_to") VALUES (OLD."and_worse", OLD."backup_id", OLD."confirmed_at", OLD."confirmed_by_id", OLD."hours_id", OLD."id", OLD."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."role_id", OLD."roster_id", OLD."service_id", OLD."severity", OLD."team_id", OLD."valid_from", OLD."valid_to"); RETURN NULL;',
                            hash="5967466c42a650589999dbb28d2686846f47df14",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_417e2",
                            table="rosters_matrixentry",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="stakeholderrole",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_stakeholderroleevent" ("actions", "description", "id", "is_needed", "name", "order", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") VALUES (NEW."actions", NEW."description", NEW."id", NEW."is_needed", NEW."name", NEW."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."slug"); RETURN NULL;',
                            hash="3cb5a1205cbd2a9629d3fb6b5da86c346fe51c03",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_f1c5d",
                            table="rosters_stakeholderrole",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="stakeholderrole",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "rosters_stakeholderroleevent" ("actions", "description", "id", "is_needed", "name", "order", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") VALUES (NEW."actions", NEW."description", NEW."id", NEW."is_needed", NEW."name", NEW."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."slug"); RETURN NULL;',
                            hash="19e79fd6128ed0049529da1e4466df5369eaf636",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_1c066",
                            table="rosters_stakeholderrole",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="stakeholderrole",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_stakeholderroleevent" ("actions", "description", "id", "is_needed", "name", "order", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") VALUES (OLD."actions", OLD."description", OLD."id", OLD."is_needed", OLD."name", OLD."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."slug"); RETURN NULL;',
                            hash="6cad3baa7d74901519f08edf8a42965e09dfb560",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_408d9",
                            table="rosters_stakeholderrole",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="namedhours",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_namedhoursevent" ("id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "time_zone") VALUES (NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."time_zone"); RETURN NULL;',
                            hash="5c95566dade76bfa97cf6e00b173e35b102e4509",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_d84de",
                            table="rosters_namedhours",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="namedhours",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "rosters_namedhoursevent" ("id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "time_zone") VALUES (NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."time_zone"); RETURN NULL;',
                            hash="aca30d41b469a602b605ad6ada501ba844b2e563",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_754b3",
                            table="rosters_namedhours",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="namedhours",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_namedhoursevent" ("id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "time_zone") VALUES (OLD."id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."time_zone"); RETURN NULL;',
                            hash="448fd4b7f6ff903a57e5d31b91fb952f719c0d5f",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_2395a",
                            table="rosters_namedhours",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="namedhoursevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="373605d631a49414f1e73a11ede70938e35de6d1",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_7cba1",
                            table="rosters_namedhoursevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="namedhoursspan",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_namedhoursspanevent" ("ends_at", "hours_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_at", "weekday") VALUES (NEW."ends_at", NEW."hours_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."starts_at", NEW."weekday"); RETURN NULL;',
                            hash="e21eca6f0b8d21819a2184ab698ea931783f0250",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_4e8ef",
                            table="rosters_namedhoursspan",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="namedhoursspan",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "rosters_namedhoursspanevent" ("ends_at", "hours_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_at", "weekday") VALUES (NEW."ends_at", NEW."hours_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."starts_at", NEW."weekday"); RETURN NULL;',
                            hash="f2e20eb79aa0f0481e380ab7f27087b442db1bbe",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_88d8b",
                            table="rosters_namedhoursspan",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="namedhoursspan",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_namedhoursspanevent" ("ends_at", "hours_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_at", "weekday") VALUES (OLD."ends_at", OLD."hours_id", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."starts_at", OLD."weekday"); RETURN NULL;',
                            hash="76df0fef48229b11b13647ac95d3804731db39f9",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_d11ea",
                            table="rosters_namedhoursspan",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="namedhoursspanevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="2ab811075cb5aa28262dc7f90c577ae2063797b8",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_899ca",
                            table="rosters_namedhoursspanevent",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        ),
        migrations.RunPython(end_ties, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="matrixentry",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (
                        models.Func(
                            django.db.models.functions.comparison.Coalesce(
                                models.F("role"), 0, output_field=models.BigIntegerField()
                            ),
                            django.db.models.functions.comparison.Coalesce(
                                models.F("role"), 0, output_field=models.BigIntegerField()
                            ),
                            models.Value("[]"),
                            function="int8range",
                        ),
                        "&&",
                    ),
                    (
                        models.Func(
                            django.db.models.functions.comparison.Coalesce(
                                models.F("service"), 0, output_field=models.BigIntegerField()
                            ),
                            django.db.models.functions.comparison.Coalesce(
                                models.F("service"), 0, output_field=models.BigIntegerField()
                            ),
                            models.Value("[]"),
                            function="int8range",
                        ),
                        "&&",
                    ),
                    (
                        models.Func(
                            django.db.models.functions.comparison.Coalesce(
                                models.F("team"), 0, output_field=models.BigIntegerField()
                            ),
                            django.db.models.functions.comparison.Coalesce(
                                models.F("team"), 0, output_field=models.BigIntegerField()
                            ),
                            models.Value("[]"),
                            function="int8range",
                        ),
                        "&&",
                    ),
                    (
                        models.Func(
                            django.db.models.functions.comparison.Coalesce(
                                models.F("hours"), 0, output_field=models.BigIntegerField()
                            ),
                            django.db.models.functions.comparison.Coalesce(
                                models.F("hours"), 0, output_field=models.BigIntegerField()
                            ),
                            models.Value("[]"),
                            function="int8range",
                        ),
                        "&&",
                    ),
                    (
                        models.Func(
                            models.Case(
                                models.When(and_worse=True, then=models.Value(1)),
                                default=django.db.models.functions.comparison.Coalesce(
                                    models.F("severity"), 0, output_field=models.BigIntegerField()
                                ),
                                output_field=models.BigIntegerField(),
                            ),
                            django.db.models.functions.comparison.Coalesce(
                                models.F("severity"), 0, output_field=models.BigIntegerField()
                            ),
                            models.Value("[]"),
                            function="int8range",
                        ),
                        "&&",
                    ),
                    (models.Func("valid_from", "valid_to", function="tstzrange"), "&&"),
                ],
                name="rosters_matrixentry_one_at_a_time",
                violation_error_message="Another cell of this role holds at the same time. End that one first.",
            ),
        ),
        migrations.RunPython(let_owners_keep_hours, migrations.RunPython.noop),
    ]
