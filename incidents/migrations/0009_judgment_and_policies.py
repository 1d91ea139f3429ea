import django.core.validators
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from config.portal.trail import Together

# Whoever sets where calls go leaves a mark, as 0008 has it for every other setting.
MARK = """
CREATE TRIGGER incidents_leave_mark AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE
ON incidents_routingoverride FOR EACH STATEMENT EXECUTE FUNCTION incidents_leave_mark();
"""
FENCE = "INSERT INTO incidents_enginefence (version) VALUES (1);"


class Migration(migrations.Migration):
    dependencies = [("incidents", "0008_marks_of_settings"), ("rosters", "0008_planned_hand_over")]
    operations = [  # first those of triggers, so that on the way back they are made as they were
        pgtrigger.migrations.RemoveTrigger(model_name="escalationstep", name="insert_insert"),
        pgtrigger.migrations.RemoveTrigger(model_name="escalationstep", name="update_update"),
        pgtrigger.migrations.RemoveTrigger(model_name="escalationstep", name="delete_delete"),
        pgtrigger.migrations.RemoveTrigger(model_name="impactclass", name="insert_insert"),
        pgtrigger.migrations.RemoveTrigger(model_name="impactclass", name="update_update"),
        pgtrigger.migrations.RemoveTrigger(model_name="impactclass", name="delete_delete"),
        pgtrigger.migrations.RemoveTrigger(model_name="policyversion", name="insert_insert"),
        pgtrigger.migrations.RemoveTrigger(model_name="policyversion", name="update_update"),
        pgtrigger.migrations.RemoveTrigger(model_name="policyversion", name="delete_delete"),
        Together(
            [
                migrations.CreateModel(
                    name="DecisionKind",
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
                                help_text="As read after “may”: shut the service down",
                                max_length=80,
                                unique=True,
                            ),
                        ),
                        ("slug", models.SlugField(unique=True)),
                        (
                            "description",
                            models.CharField(
                                blank=True,
                                help_text="What it means, in one plain sentence.",
                                max_length=200,
                            ),
                        ),
                        (
                            "order",
                            models.PositiveSmallIntegerField(
                                default=100, help_text="Lower comes first."
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="DecisionRight",
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
                            "within_minutes",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Then the backup of whoever must agree is asked too.",
                                null=True,
                                validators=[django.core.validators.MinValueValidator(1)],
                                verbose_name="minutes to answer",
                            ),
                        ),
                        (
                            "approver",
                            models.ForeignKey(
                                blank=True,
                                help_text="Empty: the role decides alone.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rosters.stakeholderrole",
                                verbose_name="who must agree",
                            ),
                        ),
                        (
                            "decision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rights",
                                to="incidents.decisionkind",
                            ),
                        ),
                        (
                            "role",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="decision_rights",
                                to="rosters.stakeholderrole",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("role", "decision"),
                                name="incidents_right_once",
                                violation_error_message="It is said already what this role may decide there.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("approver__isnull", True), ("within_minutes__isnull", True)
                                    ),
                                    models.Q(
                                        ("approver__isnull", False), ("within_minutes__gte", 1)
                                    ),
                                    _connector="OR",
                                ),
                                name="incidents_right_agreed_in_time",
                                violation_error_message="Say who must agree and within how many minutes, or leave both empty.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("approver__isnull", True),
                                    models.Q(("approver", models.F("role")), _negated=True),
                                    _connector="OR",
                                ),
                                name="incidents_right_agreed_by_another",
                                violation_error_message="Another role must agree: nobody agrees with themselves.",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="Approval",
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
                        ("detail", models.CharField(blank=True, max_length=300)),
                        ("asked_at", models.DateTimeField()),
                        ("ask_key", models.UUIDField(unique=True)),
                        (
                            "answer",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("approved", "Approved"),
                                    ("declined", "Declined"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("answered_at", models.DateTimeField(blank=True, null=True)),
                        ("note", models.CharField(blank=True, max_length=300)),
                        (
                            "answered_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "approver",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rosters.stakeholderrole",
                            ),
                        ),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="approvals",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "decision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.decisionkind",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("answer", "")),
                                fields=("incident", "decision"),
                                name="incidents_approval_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("answer", ""),
                                        ("answered_at__isnull", True),
                                        ("answered_by__isnull", True),
                                    ),
                                    models.Q(
                                        models.Q(("answer", ""), _negated=True),
                                        ("answered_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="incidents_approval_answered_whole",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="Decision",
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
                        ("text", models.CharField(max_length=300, verbose_name="what was decided")),
                        ("decided_at", models.DateTimeField()),
                        ("decide_key", models.UUIDField(unique=True)),
                        (
                            "approval",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="outcome",
                                to="incidents.approval",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="decisions",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "decision",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.decisionkind",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Hold",
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
                            "kind",
                            models.CharField(
                                choices=[
                                    ("hold", "Hold: every call of the incident waits"),
                                    ("snooze", "Snooze: the calls to acknowledge it wait"),
                                ],
                                max_length=6,
                            ),
                        ),
                        ("reason", models.CharField(max_length=300)),
                        ("starts_at", models.DateTimeField()),
                        ("until", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="holds",
                                to="incidents.incident",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=["until"],
                                name="incidents_hold_open",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=("incident", "kind"),
                                name="incidents_hold_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("until__gt", models.F("starts_at"))),
                                name="incidents_hold_ends_later",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RoutingOverride",
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
                        ("reason", models.CharField(max_length=300)),
                        ("starts_at", models.DateTimeField()),
                        ("until", models.DateTimeField()),
                        ("created_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="routing_overrides",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "policy",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.escalationpolicy",
                            ),
                        ),
                        (
                            "roster",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rosters.roster",
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="routing_overrides",
                                to="rosters.service",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=["until"],
                                name="incidents_override_open",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("incident__isnull", True), ("service__isnull", False)
                                    ),
                                    models.Q(
                                        ("incident__isnull", False), ("service__isnull", True)
                                    ),
                                    _connector="OR",
                                ),
                                name="incidents_override_of_one",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("person__isnull", False),
                                        ("policy__isnull", True),
                                        ("roster__isnull", True),
                                    ),
                                    models.Q(
                                        ("person__isnull", True),
                                        ("policy__isnull", True),
                                        ("roster__isnull", False),
                                    ),
                                    models.Q(
                                        ("person__isnull", True),
                                        ("policy__isnull", False),
                                        ("roster__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="incidents_override_to_one",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("until__gt", models.F("starts_at"))),
                                name="incidents_override_ends_later",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EngineFence",
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
                        ("version", models.PositiveIntegerField()),
                    ],
                ),
                migrations.CreateModel(
                    name="StepFiring",
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
                        ("position", models.PositiveIntegerField()),
                        ("due_at", models.DateTimeField()),
                        ("fired_at", models.DateTimeField()),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("told", "Somebody was told"),
                                    ("nobody", "Nobody to tell"),
                                    ("condition", "Its condition did not hold"),
                                    ("known", "Everybody it tells knew already"),
                                    ("jumped", "Skipped by a person"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("why", models.CharField(blank=True, max_length=40)),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="firings",
                                to="incidents.escalationrun",
                            ),
                        ),
                        (
                            "step",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.escalationstep",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("run", "position"), name="incidents_firing_once"
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="DecisionKindEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "name",
                            models.CharField(
                                help_text="As read after “may”: shut the service down",
                                max_length=80,
                            ),
                        ),
                        ("slug", models.SlugField(db_index=False)),
                        (
                            "description",
                            models.CharField(
                                blank=True,
                                help_text="What it means, in one plain sentence.",
                                max_length=200,
                            ),
                        ),
                        (
                            "order",
                            models.PositiveSmallIntegerField(
                                default=100, help_text="Lower comes first."
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="incidents.decisionkind",
                            ),
                        ),
                    ],
                    options={"abstract": False},
                ),
                migrations.CreateModel(
                    name="DecisionRightEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "within_minutes",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Then the backup of whoever must agree is asked too.",
                                null=True,
                                validators=[django.core.validators.MinValueValidator(1)],
                                verbose_name="minutes to answer",
                            ),
                        ),
                        (
                            "approver",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                help_text="Empty: the role decides alone.",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rosters.stakeholderrole",
                                verbose_name="who must agree",
                            ),
                        ),
                        (
                            "decision",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="incidents.decisionkind",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="incidents.decisionright",
                            ),
                        ),
                        (
                            "role",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rosters.stakeholderrole",
                            ),
                        ),
                    ],
                    options={"abstract": False},
                ),
                migrations.CreateModel(
                    name="StepDecisionEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "decisionkind",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                db_tablespace="",
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="incidents.decisionkind",
                            ),
                        ),
                        (
                            "escalationstep",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                db_tablespace="",
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="incidents.escalationstep",
                            ),
                        ),
                    ],
                    options={"abstract": False},
                ),
                migrations.RemoveConstraint(
                    model_name="responseclock", name="incidents_clock_one_open_per_promise"
                ),
                migrations.RemoveConstraint(
                    model_name="steptarget", name="incidents_target_names_its_kind"
                ),
                migrations.AddField(
                    model_name="escalationstep",
                    name="ack_mode",
                    field=models.CharField(
                        choices=[
                            ("any", "One of them is enough"),
                            ("all", "Each of them must acknowledge"),
                        ],
                        db_default="any",
                        default="any",
                        max_length=3,
                        verbose_name="who must acknowledge",
                    ),
                ),
                migrations.AddField(
                    model_name="escalationstep",
                    name="alerts_within_minutes",
                    field=models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="within so many minutes",
                    ),
                ),
                migrations.AddField(
                    model_name="escalationstep",
                    name="hours",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="rosters.namedhours",
                        verbose_name="only during these hours",
                    ),
                ),
                migrations.AddField(
                    model_name="escalationstep",
                    name="hours_read_in",
                    field=models.CharField(
                        choices=[
                            ("hours", "The hours' own time zone"),
                            ("service", "The time zone of the service's team"),
                            ("recipient", "The time zone of whoever is called"),
                        ],
                        db_default="hours",
                        default="hours",
                        max_length=9,
                        verbose_name="hours are read in",
                    ),
                ),
                migrations.AddField(
                    model_name="escalationstep",
                    name="impact",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.impactclass",
                        verbose_name="only for this kind of harm",
                    ),
                ),
                migrations.AddField(
                    model_name="escalationstep",
                    name="least_alerts",
                    field=models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(2)],
                        verbose_name="only after so many alerts",
                    ),
                ),
                migrations.AddField(
                    model_name="escalationstep",
                    name="mildest_severity",
                    field=models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[
                            (1, "SEV1 Critical"),
                            (2, "SEV2 Serious"),
                            (3, "SEV3 Minor"),
                            (4, "SEV4 Small"),
                        ],
                        null=True,
                        verbose_name="only for incidents this bad or worse",
                    ),
                ),
                migrations.AddField(
                    model_name="escalationstepevent",
                    name="ack_mode",
                    field=models.CharField(
                        choices=[
                            ("any", "One of them is enough"),
                            ("all", "Each of them must acknowledge"),
                        ],
                        db_default="any",
                        default="any",
                        max_length=3,
                        verbose_name="who must acknowledge",
                    ),
                ),
                migrations.AddField(
                    model_name="escalationstepevent",
                    name="alerts_within_minutes",
                    field=models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="within so many minutes",
                    ),
                ),
                migrations.AddField(
                    model_name="escalationstepevent",
                    name="hours",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="rosters.namedhours",
                        verbose_name="only during these hours",
                    ),
                ),
                migrations.AddField(
                    model_name="escalationstepevent",
                    name="hours_read_in",
                    field=models.CharField(
                        choices=[
                            ("hours", "The hours' own time zone"),
                            ("service", "The time zone of the service's team"),
                            ("recipient", "The time zone of whoever is called"),
                        ],
                        db_default="hours",
                        default="hours",
                        max_length=9,
                        verbose_name="hours are read in",
                    ),
                ),
                migrations.AddField(
                    model_name="escalationstepevent",
                    name="impact",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="incidents.impactclass",
                        verbose_name="only for this kind of harm",
                    ),
                ),
                migrations.AddField(
                    model_name="escalationstepevent",
                    name="least_alerts",
                    field=models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(2)],
                        verbose_name="only after so many alerts",
                    ),
                ),
                migrations.AddField(
                    model_name="escalationstepevent",
                    name="mildest_severity",
                    field=models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[
                            (1, "SEV1 Critical"),
                            (2, "SEV2 Serious"),
                            (3, "SEV3 Minor"),
                            (4, "SEV4 Small"),
                        ],
                        null=True,
                        verbose_name="only for incidents this bad or worse",
                    ),
                ),
                migrations.AddField(
                    model_name="impactclass",
                    name="authority",
                    field=models.CharField(
                        blank=True,
                        db_default="",
                        help_text="As read after “tell”: the data protection authority",
                        max_length=120,
                        verbose_name="the authority",
                    ),
                ),
                migrations.AddField(
                    model_name="impactclass",
                    name="statutory_hours",
                    field=models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="As a law sets them: 72 under the GDPR. Empty: no authority must be told.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="hours to tell an authority",
                    ),
                ),
                migrations.AddField(
                    model_name="impactclassevent",
                    name="authority",
                    field=models.CharField(
                        blank=True,
                        db_default="",
                        help_text="As read after “tell”: the data protection authority",
                        max_length=120,
                        verbose_name="the authority",
                    ),
                ),
                migrations.AddField(
                    model_name="impactclassevent",
                    name="statutory_hours",
                    field=models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="As a law sets them: 72 under the GDPR. Empty: no authority must be told.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="hours to tell an authority",
                    ),
                ),
                migrations.AddField(
                    model_name="incident",
                    name="cause",
                    field=models.CharField(
                        blank=True, db_default="", max_length=600, verbose_name="root cause"
                    ),
                ),
                migrations.AddField(
                    model_name="incident",
                    name="cause_known_at",
                    field=models.DateTimeField(blank=True, null=True),
                ),
                migrations.AddField(
                    model_name="incident",
                    name="cause_known_by",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="incident",
                    name="is_canary",
                    field=models.BooleanField(db_default=False, default=False),
                ),
                migrations.AddField(
                    model_name="notification",
                    name="asked_by",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="notification",
                    name="note",
                    field=models.CharField(blank=True, db_default="", max_length=300),
                ),
                migrations.AddField(
                    model_name="policyversion",
                    name="based_on",
                    field=models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.policyversion",
                    ),
                ),
                migrations.AddField(
                    model_name="policyversion",
                    name="repeat_from",
                    field=models.PositiveSmallIntegerField(
                        db_default=1,
                        default=1,
                        help_text="1 repeats all of them.",
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="repeats from step",
                    ),
                ),
                migrations.AddField(
                    model_name="policyversion",
                    name="until_acknowledged",
                    field=models.BooleanField(
                        db_default=False,
                        default=False,
                        verbose_name="repeats until somebody acknowledges",
                    ),
                ),
                migrations.AddField(
                    model_name="policyversionevent",
                    name="based_on",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="incidents.policyversion",
                    ),
                ),
                migrations.AddField(
                    model_name="policyversionevent",
                    name="repeat_from",
                    field=models.PositiveSmallIntegerField(
                        db_default=1,
                        default=1,
                        help_text="1 repeats all of them.",
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="repeats from step",
                    ),
                ),
                migrations.AddField(
                    model_name="policyversionevent",
                    name="until_acknowledged",
                    field=models.BooleanField(
                        db_default=False,
                        default=False,
                        verbose_name="repeats until somebody acknowledges",
                    ),
                ),
                migrations.AddField(
                    model_name="responseclock",
                    name="role",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="rosters.stakeholderrole",
                    ),
                ),
                migrations.AlterField(
                    model_name="escalationstep",
                    name="clock",
                    field=models.CharField(
                        choices=[
                            ("acknowledge", "Acknowledge"),
                            ("fill_role", "Fill a role"),
                            ("contain", "Contain"),
                            ("resolve", "Resolve"),
                            ("root_cause", "Find the root cause"),
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
                            ("root_cause", "Find the root cause"),
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
                    model_name="notification",
                    name="answer",
                    field=models.CharField(
                        blank=True,
                        choices=[
                            ("acknowledged", "Acknowledged"),
                            ("passed", "Passed on"),
                            ("released", "No longer needed"),
                        ],
                        max_length=12,
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
                            ("root_cause", "Find the root cause"),
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
                            ("root_cause", "Find the root cause"),
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
                            ("root_cause", "Find the root cause"),
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
                    model_name="steptarget",
                    name="choose",
                    field=models.CharField(
                        choices=[
                            ("on_call", "Whoever is on call"),
                            ("backup", "The backup"),
                            ("next", "Whoever is on call next"),
                            ("all", "Everybody"),
                        ],
                        default="on_call",
                        max_length=8,
                    ),
                ),
                migrations.AlterField(
                    model_name="steptarget",
                    name="kind",
                    field=models.CharField(
                        choices=[
                            ("role", "A role in the contact matrix"),
                            ("roster", "A roster"),
                            ("person", "A person"),
                            ("team", "A team"),
                            ("asked", "The role that the clock asks"),
                        ],
                        max_length=8,
                    ),
                ),
                migrations.AlterField(
                    model_name="steptargetevent",
                    name="choose",
                    field=models.CharField(
                        choices=[
                            ("on_call", "Whoever is on call"),
                            ("backup", "The backup"),
                            ("next", "Whoever is on call next"),
                            ("all", "Everybody"),
                        ],
                        default="on_call",
                        max_length=8,
                    ),
                ),
                migrations.AlterField(
                    model_name="steptargetevent",
                    name="kind",
                    field=models.CharField(
                        choices=[
                            ("role", "A role in the contact matrix"),
                            ("roster", "A roster"),
                            ("person", "A person"),
                            ("team", "A team"),
                            ("asked", "The role that the clock asks"),
                        ],
                        max_length=8,
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
                            ("role_filled", "Role filled"),
                            ("severity_changed", "Severity changed"),
                            ("held", "Calls held"),
                            ("snoozed", "Calls snoozed"),
                            ("calls_resumed", "Calls go on"),
                            ("rerouted", "Calls go to somebody else"),
                            ("reroute_ended", "Calls go where they went before"),
                            ("jumped", "Skipped to a step"),
                            ("expert_called", "Expert called"),
                            ("help_asked", "Help asked for"),
                            ("help_answered", "Help answered"),
                            ("stood_down", "Stood down"),
                            ("decided", "Decided"),
                            ("approval_asked", "Approval asked for"),
                            ("approval_answered", "Approval answered"),
                            ("approval_passed_on", "Approval went to the backup"),
                            ("attention_asked", "Asked whether somebody is still on it"),
                            ("attention_given", "Still on it"),
                            ("attention_lost", "Nobody is on it any more"),
                            ("cause_known", "Root cause found"),
                            ("restricted", "Closed to others"),
                            ("authority_told", "Authority told"),
                            ("version_moved", "Moved to another version of its rule"),
                            ("note", "Note"),
                        ],
                        max_length=24,
                    ),
                ),
                migrations.AddConstraint(
                    model_name="incident",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("cause_known_at__isnull", True), ("cause_known_by__isnull", True)
                            ),
                            models.Q(
                                ("cause_known_at__isnull", False), ("cause_known_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="incidents_incident_cause_pair",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="steptarget",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "role"),
                                ("person", None),
                                ("role__isnull", False),
                                ("roster", None),
                                ("team", None),
                            ),
                            models.Q(
                                ("kind", "roster"),
                                ("person", None),
                                ("role", None),
                                ("roster__isnull", False),
                                ("team", None),
                            ),
                            models.Q(
                                ("kind", "person"),
                                ("person__isnull", False),
                                ("role", None),
                                ("roster", None),
                                ("team", None),
                            ),
                            models.Q(
                                ("kind", "team"),
                                ("person", None),
                                ("role", None),
                                ("roster", None),
                                ("team__isnull", False),
                            ),
                            models.Q(
                                ("kind", "asked"),
                                ("person", None),
                                ("role", None),
                                ("roster", None),
                                ("team", None),
                            ),
                            _connector="OR",
                        ),
                        name="incidents_target_names_its_kind",
                        violation_error_message="Fill in the one field that the kind of target names.",
                    ),
                ),
                migrations.AddField(
                    model_name="responseclock",
                    name="approval",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="clocks",
                        to="incidents.approval",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="responseclock",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("met_at__isnull", True), ("stopped_at__isnull", True)),
                        fields=("incident", "promise", "role", "approval"),
                        name="incidents_clock_one_open_per_promise",
                        nulls_distinct=False,
                    ),
                ),
                migrations.AddConstraint(
                    model_name="responseclock",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("approval__isnull", True),
                                ("promise", "fill_role"),
                                ("role__isnull", False),
                            ),
                            models.Q(
                                ("approval__isnull", False),
                                ("promise", "decide"),
                                ("role__isnull", False),
                            ),
                            models.Q(
                                models.Q(("promise__in", ["fill_role", "decide"]), _negated=True),
                                ("approval__isnull", True),
                                ("role__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="incidents_clock_asks_what_it_is_for",
                    ),
                ),
                migrations.AddField(
                    model_name="escalationstep",
                    name="decisions",
                    field=models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="incidents.decisionkind",
                        verbose_name="what whoever is told may decide alone",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="escalationstep",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("alerts_within_minutes__isnull", True),
                                ("least_alerts__isnull", True),
                            ),
                            models.Q(
                                ("alerts_within_minutes__isnull", False),
                                ("least_alerts__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="incidents_step_alerts_pair",
                        violation_error_message="Say how many alerts and within how many minutes, or leave both empty.",
                    ),
                ),
                migrations.CreateModel(
                    name="StepDecision",
                    fields=[],
                    options={"proxy": True, "indexes": [], "constraints": []},
                    bases=("incidents.escalationstep_decisions",),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="escalationstep",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_escalationstepevent" ("ack_mode", "alerts_within_minutes", "anchor", "clock", "hours_id", "hours_read_in", "id", "impact_id", "least_alerts", "mildest_severity", "order", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "urgency", "version_id", "wait_minutes") VALUES (NEW."ack_mode", NEW."alerts_within_minutes", NEW."anchor", NEW."clock", NEW."hours_id", NEW."hours_read_in", NEW."id", NEW."impact_id", NEW."least_alerts", NEW."mildest_severity", NEW."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."urgency", NEW."version_id", NEW."wait_minutes"); RETURN NULL;',
                            hash="94049537cdd90cfcf2c61c815d14cb6fda00a298",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_87815",
                            table="incidents_escalationstep",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="escalationstep",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "incidents_escalationstepevent" ("ack_mode", "alerts_within_minutes", "anchor", "clock", "hours_id", "hours_read_in", "id", "impact_id", "least_alerts", "mildest_severity", "order", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "urgency", "version_id", "wait_minutes") VALUES (NEW."ack_mode", NEW."alerts_within_minutes", NEW."anchor", NEW."clock", NEW."hours_id", NEW."hours_read_in", NEW."id", NEW."impact_id", NEW."least_alerts", NEW."mildest_severity", NEW."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."urgency", NEW."version_id", NEW."wait_minutes"); RETURN NULL;',
                            hash="83ab7319cf5b3f9bc46f304caad18e69b4b5091e",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_f552b",
                            table="incidents_escalationstep",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="escalationstep",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_escalationstepevent" ("ack_mode", "alerts_within_minutes", "anchor", "clock", "hours_id", "hours_read_in", "id", "impact_id", "least_alerts", "mildest_severity", "order", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "urgency", "version_id", "wait_minutes") VALUES (OLD."ack_mode", OLD."alerts_within_minutes", OLD."anchor", OLD."clock", OLD."hours_id", OLD."hours_read_in", OLD."id", OLD."impact_id", OLD."least_alerts", OLD."mildest_severity", OLD."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."urgency", OLD."version_id", OLD."wait_minutes"); RETURN NULL;',
                            hash="b8d46194e0c824bab9101c9b243436c71245ffcf",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_e8a13",
                            table="incidents_escalationstep",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="impactclass",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_impactclassevent" ("authority", "description", "id", "is_customer_facing", "is_restricted", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "statutory_hours", "told_role_id", "usual_severity") VALUES (NEW."authority", NEW."description", NEW."id", NEW."is_customer_facing", NEW."is_restricted", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."slug", NEW."statutory_hours", NEW."told_role_id", NEW."usual_severity"); RETURN NULL;',
                            hash="4d821c21f94a6770c855eec1de2a9718b53ff3c2",
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
                            func='INSERT INTO "incidents_impactclassevent" ("authority", "description", "id", "is_customer_facing", "is_restricted", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "statutory_hours", "told_role_id", "usual_severity") VALUES (NEW."authority", NEW."description", NEW."id", NEW."is_customer_facing", NEW."is_restricted", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."slug", NEW."statutory_hours", NEW."told_role_id", NEW."usual_severity"); RETURN NULL;',
                            hash="c7f62e20d03343c521ff9f57f8435c659f104972",
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
                            func='INSERT INTO "incidents_impactclassevent" ("authority", "description", "id", "is_customer_facing", "is_restricted", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "statutory_hours", "told_role_id", "usual_severity") VALUES (OLD."authority", OLD."description", OLD."id", OLD."is_customer_facing", OLD."is_restricted", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."slug", OLD."statutory_hours", OLD."told_role_id", OLD."usual_severity"); RETURN NULL;',
                            hash="735a745294c8956e99fc90ac231f7e6964ce0daf",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_eeb7e",
                            table="incidents_impactclass",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="policyversion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_policyversionevent" ("based_on_id", "catch_all_minutes", "catch_all_rounds", "id", "loop_minutes", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_id", "published_at", "published_by_id", "rationale", "repeat_from", "repeats", "until_acknowledged") VALUES (NEW."based_on_id", NEW."catch_all_minutes", NEW."catch_all_rounds", NEW."id", NEW."loop_minutes", NEW."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."policy_id", NEW."published_at", NEW."published_by_id", NEW."rationale", NEW."repeat_from", NEW."repeats", NEW."until_acknowledged"); RETURN NULL;',
                            hash="fd3cc9297382654f427478494fe7f0673a3e7717",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_4e7a4",
                            table="incidents_policyversion",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="policyversion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "incidents_policyversionevent" ("based_on_id", "catch_all_minutes", "catch_all_rounds", "id", "loop_minutes", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_id", "published_at", "published_by_id", "rationale", "repeat_from", "repeats", "until_acknowledged") VALUES (NEW."based_on_id", NEW."catch_all_minutes", NEW."catch_all_rounds", NEW."id", NEW."loop_minutes", NEW."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."policy_id", NEW."published_at", NEW."published_by_id", NEW."rationale", NEW."repeat_from", NEW."repeats", NEW."until_acknowledged"); RETURN NULL;',
                            hash="9ed4927db2a4065a1aed7371bf82143401bd86b3",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_0948b",
                            table="incidents_policyversion",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="policyversion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_policyversionevent" ("based_on_id", "catch_all_minutes", "catch_all_rounds", "id", "loop_minutes", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_id", "published_at", "published_by_id", "rationale", "repeat_from", "repeats", "until_acknowledged") VALUES (OLD."based_on_id", OLD."catch_all_minutes", OLD."catch_all_rounds", OLD."id", OLD."loop_minutes", OLD."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."policy_id", OLD."published_at", OLD."published_by_id", OLD."rationale", OLD."repeat_from", OLD."repeats", OLD."until_acknowledged"); RETURN NULL;',
                            hash="f7b11ad130d34f9cf6e5c767dc87ec44f0a09afd",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_c90ca",
                            table="incidents_policyversion",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="decisionkind",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_decisionkindevent" ("description", "id", "name", "order", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") VALUES (NEW."description", NEW."id", NEW."name", NEW."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."slug"); RETURN NULL;',
                            hash="0e3b416e0e4d2514e45f7a0b54f02a27e8e02fe4",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_dd456",
                            table="incidents_decisionkind",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="decisionkind",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "incidents_decisionkindevent" ("description", "id", "name", "order", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") VALUES (NEW."description", NEW."id", NEW."name", NEW."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."slug"); RETURN NULL;',
                            hash="c62be3587264dc9d8a2b266a697ff2a882d103b8",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_ca23a",
                            table="incidents_decisionkind",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="decisionkind",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_decisionkindevent" ("description", "id", "name", "order", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") VALUES (OLD."description", OLD."id", OLD."name", OLD."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."slug"); RETURN NULL;',
                            hash="57549ebf75cb22f09f3b1a294a48a4061efa415f",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_855b8",
                            table="incidents_decisionkind",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="decisionkindevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="50c5a4119743a8ccd9cb979fc1fa2438b94a7dc5",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_f23d1",
                            table="incidents_decisionkindevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="decisionright",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_decisionrightevent" ("approver_id", "decision_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "role_id", "within_minutes") VALUES (NEW."approver_id", NEW."decision_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."role_id", NEW."within_minutes"); RETURN NULL;',
                            hash="0263fafad3c939b0d5e831ea755654c59efc8bd0",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_fa237",
                            table="incidents_decisionright",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="decisionright",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "incidents_decisionrightevent" ("approver_id", "decision_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "role_id", "within_minutes") VALUES (NEW."approver_id", NEW."decision_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."role_id", NEW."within_minutes"); RETURN NULL;',
                            hash="fb407743bb5ad26c876f04abc77ba26fc52305d8",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_352dd",
                            table="incidents_decisionright",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="decisionright",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_decisionrightevent" ("approver_id", "decision_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "role_id", "within_minutes") VALUES (OLD."approver_id", OLD."decision_id", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."role_id", OLD."within_minutes"); RETURN NULL;',
                            hash="3e448468f3379bf6c10634efb921069ba36990d4",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_1e843",
                            table="incidents_decisionright",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="decisionrightevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="a676c57b3867356ae5d8d813b5216a48dd1677c7",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_c1a64",
                            table="incidents_decisionrightevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="stepdecisionevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="269a4b694563a385f7a6a89af685607995a59b81",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_57efc",
                            table="incidents_stepdecisionevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="stepdecision",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_stepdecisionevent" ("decisionkind_id", "escalationstep_id", "id", "pgh_context", "pgh_created_at", "pgh_label") VALUES (NEW."decisionkind_id", NEW."escalationstep_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\'); RETURN NULL;',
                            hash="bd4b6d559798f9ece9a578ae5b541b8dc9c67acc",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_3fd4f",
                            table="incidents_escalationstep_decisions",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="stepdecision",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "incidents_stepdecisionevent" ("decisionkind_id", "escalationstep_id", "id", "pgh_context", "pgh_created_at", "pgh_label") VALUES (NEW."decisionkind_id", NEW."escalationstep_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\'); RETURN NULL;',
                            hash="ddb602b54eb1b47d94d039656ef3e2ba2ce9b3cd",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_a8edd",
                            table="incidents_escalationstep_decisions",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="stepdecision",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "incidents_stepdecisionevent" ("decisionkind_id", "escalationstep_id", "id", "pgh_context", "pgh_created_at", "pgh_label") VALUES (OLD."decisionkind_id", OLD."escalationstep_id", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\'); RETURN NULL;',
                            hash="4f7f783157a73b4f9cc2bf330e26802e0116cf2e",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_bce9c",
                            table="incidents_escalationstep_decisions",
                            when="AFTER",
                        ),
                    ),
                ),
            ]
        ),
        migrations.RunSQL(MARK, "DROP TRIGGER incidents_leave_mark ON incidents_routingoverride;"),
        migrations.RunSQL(FENCE, "DELETE FROM incidents_enginefence;"),
    ]
