"""Layers with a beginning and an end, turns of several, swaps, coverage, the log, calendars."""

import datetime

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.constraints
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import config.portal.validators
from config.portal.trail import Together


class Migration(migrations.Migration):
    dependencies = [
        ("rosters", "0006_reach_imports_and_tokens"),
    ]

    operations = [
        Together(
            [
                pgtrigger.migrations.RemoveTrigger(
                    model_name="layer",
                    name="insert_insert",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="layer",
                    name="update_update",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="layer",
                    name="delete_delete",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="override",
                    name="insert_insert",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="override",
                    name="update_update",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="override",
                    name="delete_delete",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="roster",
                    name="insert_insert",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="roster",
                    name="update_update",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="roster",
                    name="delete_delete",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="rotation",
                    name="insert_insert",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="rotation",
                    name="update_update",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="rotation",
                    name="delete_delete",
                ),
                migrations.CreateModel(
                    name="CalendarFeed",
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
                        ("sealed_url", models.TextField()),
                        (
                            "host",
                            models.CharField(
                                help_text="Where it is read from, to show.", max_length=253
                            ),
                        ),
                        ("next_read_at", models.DateTimeField(db_index=True)),
                        ("tried_at", models.DateTimeField(blank=True, null=True)),
                        ("read_at", models.DateTimeField(blank=True, null=True)),
                        ("failure", models.CharField(blank=True, max_length=300)),
                        ("unknown_names", models.JSONField(blank=True, default=list)),
                        (
                            "layer",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="feed",
                                to="rosters.layer",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="CoverageTarget",
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
                                    ("always", "Day and night, every day"),
                                    ("hours", "At certain hours"),
                                    ("none", "Never, by design"),
                                ],
                                default="always",
                                max_length=8,
                            ),
                        ),
                        (
                            "levels",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="1: somebody is on call. 2: somebody is behind them, too.",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(4),
                                ],
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=200)),
                        (
                            "roster",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="coverage",
                                to="rosters.roster",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "none"), _negated=True),
                                    models.Q(("reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="rosters_coveragetarget_none_has_a_reason",
                                violation_error_message="Say why nobody needs to be on call.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CoverageHours",
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
                                blank=True,
                                choices=[
                                    (0, "Monday"),
                                    (1, "Tuesday"),
                                    (2, "Wednesday"),
                                    (3, "Thursday"),
                                    (4, "Friday"),
                                    (5, "Saturday"),
                                    (6, "Sunday"),
                                ],
                                help_text="Empty: every day.",
                                null=True,
                            ),
                        ),
                        ("starts_at", models.TimeField()),
                        ("ends_at", models.TimeField()),
                        (
                            "target",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="hours",
                                to="rosters.coveragetarget",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "coverage hours",
                    },
                ),
                migrations.CreateModel(
                    name="FeedToken",
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
                                blank=True, help_text="Where it is used: my phone.", max_length=60
                            ),
                        ),
                        ("token_hash", models.CharField(max_length=64, unique=True)),
                        (
                            "hint",
                            models.CharField(
                                help_text="Its first characters, to tell it apart.", max_length=8
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("last_used_at", models.DateTimeField(blank=True, null=True)),
                        ("revoked_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="feed_tokens",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "revoked_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "roster",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="feed_tokens",
                                to="rosters.roster",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="HandoverNote",
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
                        ("about_at", models.DateTimeField()),
                        ("text", models.TextField(max_length=4000)),
                        ("written_at", models.DateTimeField()),
                        ("read_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "read_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "roster",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="handover_notes",
                                to="rosters.roster",
                            ),
                        ),
                        (
                            "written_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="handover_notes_written",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["roster", "about_at"], name="rosters_handovernote_time"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImportedShift",
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
                        ("starts_at", models.DateTimeField()),
                        ("ends_at", models.DateTimeField()),
                        (
                            "feed",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="shifts",
                                to="rosters.calendarfeed",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="imported_shifts",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["feed", "ends_at"], name="rosters_importedshift_window"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                                name="rosters_importedshift_valid_period",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ShiftLog",
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
                            "level",
                            models.PositiveSmallIntegerField(
                                validators=[django.core.validators.MinValueValidator(1)]
                            ),
                        ),
                        ("starts_at", models.DateTimeField()),
                        ("ends_at", models.DateTimeField()),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("turn", "Their turn"),
                                    ("override", "In place of somebody"),
                                    ("temporary", "Temporary schedule"),
                                    ("moved_up", "Moved up for somebody away"),
                                ],
                                default="turn",
                                max_length=10,
                            ),
                        ),
                        ("roster_name", models.CharField(max_length=80)),
                        ("person_name", models.CharField(max_length=120)),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="shift_logs",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "roster",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="shift_logs",
                                to="rosters.roster",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["roster", "starts_at"], name="rosters_shiftlog_roster_time"
                            ),
                            models.Index(
                                fields=["person", "starts_at"], name="rosters_shiftlog_person_time"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("roster", "level", "person", "starts_at"),
                                name="rosters_shiftlog_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                                name="rosters_shiftlog_valid_period",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ShiftSwap",
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
                        ("starts_at", models.DateTimeField()),
                        ("ends_at", models.DateTimeField()),
                        (
                            "wants_return",
                            models.BooleanField(
                                default=False,
                                help_text="They want a shift of the taker in exchange.",
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=200)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("asked", "Nobody has taken it yet"),
                                    ("agreed", "Agreed, waits for a lead"),
                                    ("done", "Done"),
                                    ("refused", "Refused"),
                                    ("withdrawn", "Withdrawn"),
                                    ("expired", "Nobody took it in time"),
                                ],
                                default="asked",
                                max_length=10,
                            ),
                        ),
                        ("asked_at", models.DateTimeField()),
                        ("reminded_at", models.DateTimeField(blank=True, null=True)),
                        ("agreed_at", models.DateTimeField(blank=True, null=True)),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "answer",
                            models.CharField(
                                blank=True, help_text="Why it was refused.", max_length=200
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
                            "asked_of",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="swaps_asked_of",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                help_text="Whose shift it is.",
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="swaps",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "roster",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="swaps",
                                to="rosters.roster",
                            ),
                        ),
                        (
                            "taker",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="swaps_taken",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["asked", "agreed"])),
                                fields=["ends_at"],
                                name="rosters_shiftswap_open",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                                name="rosters_shiftswap_valid_period",
                                violation_error_message="It must end after it starts.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["agreed", "done"]), _negated=True),
                                    models.Q(
                                        ("agreed_at__isnull", False), ("taker__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="rosters_shiftswap_agreed_has_a_taker",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ShiftOffer",
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
                        ("returns_starts_at", models.DateTimeField(blank=True, null=True)),
                        ("returns_ends_at", models.DateTimeField(blank=True, null=True)),
                        ("note", models.CharField(blank=True, max_length=200)),
                        ("offered_at", models.DateTimeField()),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                        ("accepted_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="shift_offers",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "swap",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="offers",
                                to="rosters.shiftswap",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("swap", "person"), name="rosters_shiftoffer_once_per_person"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("returns_ends_at__isnull", True),
                                        ("returns_starts_at__isnull", True),
                                    ),
                                    ("returns_ends_at__gt", models.F("returns_starts_at")),
                                    _connector="OR",
                                ),
                                name="rosters_shiftoffer_return_period",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ShiftWish",
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
                                    ("rather_not", "Rather not on call"),
                                    ("gladly", "Gladly on call"),
                                ],
                                default="rather_not",
                                max_length=10,
                            ),
                        ),
                        ("first_day", models.DateField()),
                        ("last_day", models.DateField()),
                        ("reason", models.CharField(blank=True, max_length=200)),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="shift_wishes",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "shift wishes",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("last_day__gte", models.F("first_day"))),
                                name="rosters_shiftwish_valid_period",
                                violation_error_message="The last day cannot be before the first.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TemporarySchedule",
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
                        ("name", models.CharField(max_length=60)),
                        ("starts_at", models.DateTimeField()),
                        ("ends_at", models.DateTimeField()),
                        ("reason", models.CharField(blank=True, max_length=200)),
                        (
                            "created_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "roster",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="temporary_schedules",
                                to="rosters.roster",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["roster", "ends_at"], name="rosters_temporary_window"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                                name="rosters_temporaryschedule_valid_period",
                                violation_error_message="It must end after it starts.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TemporaryShift",
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
                            "level",
                            models.PositiveSmallIntegerField(
                                default=1, validators=[django.core.validators.MinValueValidator(1)]
                            ),
                        ),
                        ("starts_at", models.DateTimeField()),
                        ("ends_at", models.DateTimeField()),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="temporary_shifts",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "schedule",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="shifts",
                                to="rosters.temporaryschedule",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                                name="rosters_temporaryshift_valid_period",
                                violation_error_message="It must end after it starts.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CalendarFeedEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "host",
                            models.CharField(
                                help_text="Where it is read from, to show.", max_length=253
                            ),
                        ),
                        (
                            "layer",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rosters.layer",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="rosters.calendarfeed",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="CoverageHoursEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "weekday",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                choices=[
                                    (0, "Monday"),
                                    (1, "Tuesday"),
                                    (2, "Wednesday"),
                                    (3, "Thursday"),
                                    (4, "Friday"),
                                    (5, "Saturday"),
                                    (6, "Sunday"),
                                ],
                                help_text="Empty: every day.",
                                null=True,
                            ),
                        ),
                        ("starts_at", models.TimeField()),
                        ("ends_at", models.TimeField()),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="rosters.coveragehours",
                            ),
                        ),
                        (
                            "target",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rosters.coveragetarget",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="CoverageTargetEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("always", "Day and night, every day"),
                                    ("hours", "At certain hours"),
                                    ("none", "Never, by design"),
                                ],
                                default="always",
                                max_length=8,
                            ),
                        ),
                        (
                            "levels",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="1: somebody is on call. 2: somebody is behind them, too.",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(4),
                                ],
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=200)),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="rosters.coveragetarget",
                            ),
                        ),
                        (
                            "roster",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rosters.roster",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="FeedTokenEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "name",
                            models.CharField(
                                blank=True, help_text="Where it is used: my phone.", max_length=60
                            ),
                        ),
                        (
                            "hint",
                            models.CharField(
                                help_text="Its first characters, to tell it apart.", max_length=8
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("revoked_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "person",
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
                                to="rosters.feedtoken",
                            ),
                        ),
                        (
                            "revoked_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "roster",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rosters.roster",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ShiftSwapEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("id", models.BigIntegerField()),
                        ("starts_at", models.DateTimeField()),
                        ("ends_at", models.DateTimeField()),
                        (
                            "wants_return",
                            models.BooleanField(
                                default=False,
                                help_text="They want a shift of the taker in exchange.",
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=200)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("asked", "Nobody has taken it yet"),
                                    ("agreed", "Agreed, waits for a lead"),
                                    ("done", "Done"),
                                    ("refused", "Refused"),
                                    ("withdrawn", "Withdrawn"),
                                    ("expired", "Nobody took it in time"),
                                ],
                                default="asked",
                                max_length=10,
                            ),
                        ),
                        ("asked_at", models.DateTimeField()),
                        ("agreed_at", models.DateTimeField(blank=True, null=True)),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "answer",
                            models.CharField(
                                blank=True, help_text="Why it was refused.", max_length=200
                            ),
                        ),
                        (
                            "asked_by",
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
                            "asked_of",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                help_text="Whose shift it is.",
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
                                to="rosters.shiftswap",
                            ),
                        ),
                        (
                            "roster",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rosters.roster",
                            ),
                        ),
                        (
                            "taker",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="TemporaryScheduleEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("id", models.BigIntegerField()),
                        ("name", models.CharField(max_length=60)),
                        ("starts_at", models.DateTimeField()),
                        ("ends_at", models.DateTimeField()),
                        ("reason", models.CharField(blank=True, max_length=200)),
                        (
                            "created_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                null=True,
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
                                to="rosters.temporaryschedule",
                            ),
                        ),
                        (
                            "roster",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rosters.roster",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="TemporaryShiftEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "level",
                            models.PositiveSmallIntegerField(
                                default=1, validators=[django.core.validators.MinValueValidator(1)]
                            ),
                        ),
                        ("starts_at", models.DateTimeField()),
                        ("ends_at", models.DateTimeField()),
                        (
                            "person",
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
                                to="rosters.temporaryshift",
                            ),
                        ),
                        (
                            "schedule",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rosters.temporaryschedule",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.RemoveConstraint(
                    model_name="layer",
                    name="rosters_layer_once_per_roster",
                ),
                migrations.RemoveConstraint(
                    model_name="override",
                    name="rosters_override_people_fit_kind",
                ),
                migrations.RemoveConstraint(
                    model_name="rotationmember",
                    name="rosters_rotationmember_place_once",
                ),
                migrations.AddField(
                    model_name="layer",
                    name="is_shadow",
                    field=models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="Rides along to learn: shown, but never called and never counted.",
                    ),
                ),
                migrations.AddField(
                    model_name="layer",
                    name="time_zone",
                    field=models.CharField(
                        blank=True,
                        db_default="",
                        help_text="In which it hands over and keeps its hours. Empty: the roster's.",
                        max_length=64,
                        validators=[config.portal.validators.validate_time_zone],
                    ),
                ),
                migrations.AddField(
                    model_name="layer",
                    name="valid_from",
                    field=models.DateTimeField(blank=True, editable=False, null=True),
                ),
                migrations.AddField(
                    model_name="layer",
                    name="valid_until",
                    field=models.DateTimeField(blank=True, editable=False, null=True),
                ),
                migrations.AddField(
                    model_name="layerevent",
                    name="is_shadow",
                    field=models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="Rides along to learn: shown, but never called and never counted.",
                    ),
                ),
                migrations.AddField(
                    model_name="layerevent",
                    name="time_zone",
                    field=models.CharField(
                        blank=True,
                        db_default="",
                        help_text="In which it hands over and keeps its hours. Empty: the roster's.",
                        max_length=64,
                        validators=[config.portal.validators.validate_time_zone],
                    ),
                ),
                migrations.AddField(
                    model_name="layerevent",
                    name="valid_from",
                    field=models.DateTimeField(blank=True, editable=False, null=True),
                ),
                migrations.AddField(
                    model_name="layerevent",
                    name="valid_until",
                    field=models.DateTimeField(blank=True, editable=False, null=True),
                ),
                migrations.AddField(
                    model_name="person",
                    name="shift_reminder",
                    field=models.DurationField(
                        blank=True,
                        default=datetime.timedelta(seconds=43200),
                        help_text="How long before a shift begins we remind them. Empty: not at all.",
                        null=True,
                    ),
                ),
                migrations.AddField(
                    model_name="roster",
                    name="is_draft",
                    field=models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="Nobody is called by a draft: publish it when it is right.",
                    ),
                ),
                migrations.AddField(
                    model_name="roster",
                    name="logged_until",
                    field=models.DateTimeField(blank=True, editable=False, null=True),
                ),
                migrations.AddField(
                    model_name="roster",
                    name="rest_hours",
                    field=models.PositiveSmallIntegerField(
                        db_default=11,
                        default=11,
                        help_text="Rest between two shifts, in hours. Less is shown as a hint, never refused.",
                        validators=[django.core.validators.MaxValueValidator(72)],
                    ),
                ),
                migrations.AddField(
                    model_name="roster",
                    name="swaps_need_approval",
                    field=models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="A lead of the team approves every swap before it holds.",
                    ),
                ),
                migrations.AddField(
                    model_name="rosterevent",
                    name="is_draft",
                    field=models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="Nobody is called by a draft: publish it when it is right.",
                    ),
                ),
                migrations.AddField(
                    model_name="rosterevent",
                    name="rest_hours",
                    field=models.PositiveSmallIntegerField(
                        db_default=11,
                        default=11,
                        help_text="Rest between two shifts, in hours. Less is shown as a hint, never refused.",
                        validators=[django.core.validators.MaxValueValidator(72)],
                    ),
                ),
                migrations.AddField(
                    model_name="rosterevent",
                    name="swaps_need_approval",
                    field=models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="A lead of the team approves every swap before it holds.",
                    ),
                ),
                migrations.AddField(
                    model_name="rotation",
                    name="first",
                    field=models.PositiveSmallIntegerField(
                        db_default=0,
                        default=0,
                        help_text="Which turn in the list begins, counted from 0.",
                    ),
                ),
                migrations.AddField(
                    model_name="rotation",
                    name="weekdays",
                    field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(
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
                        blank=True,
                        db_default=[],
                        default=list,
                        help_text="Only on these days; empty means every day.",
                        size=None,
                    ),
                ),
                migrations.AddField(
                    model_name="rotationevent",
                    name="first",
                    field=models.PositiveSmallIntegerField(
                        db_default=0,
                        default=0,
                        help_text="Which turn in the list begins, counted from 0.",
                    ),
                ),
                migrations.AddField(
                    model_name="rotationevent",
                    name="weekdays",
                    field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(
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
                        blank=True,
                        db_default=[],
                        default=list,
                        help_text="Only on these days; empty means every day.",
                        size=None,
                    ),
                ),
                migrations.AlterField(
                    model_name="digest",
                    name="kind",
                    field=models.CharField(
                        choices=[
                            ("contacts", "Contacts that need somebody"),
                            ("coverage", "Rosters that need somebody"),
                            ("outlook", "The week ahead on call"),
                        ],
                        max_length=20,
                    ),
                ),
                migrations.AlterField(
                    model_name="override",
                    name="kind",
                    field=models.CharField(
                        choices=[
                            ("replace", "One person instead of another"),
                            ("add", "One more person"),
                            ("remove", "One person fewer"),
                            ("shadow", "Rides along, is not called"),
                        ],
                        default="replace",
                        max_length=8,
                    ),
                ),
                migrations.AlterField(
                    model_name="overrideevent",
                    name="kind",
                    field=models.CharField(
                        choices=[
                            ("replace", "One person instead of another"),
                            ("add", "One more person"),
                            ("remove", "One person fewer"),
                            ("shadow", "Rides along, is not called"),
                        ],
                        default="replace",
                        max_length=8,
                    ),
                ),
                migrations.AlterField(
                    model_name="restriction",
                    name="weekday",
                    field=models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ],
                        help_text="Empty: every day.",
                        null=True,
                    ),
                ),
                migrations.AlterField(
                    model_name="restrictionevent",
                    name="weekday",
                    field=models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ],
                        help_text="Empty: every day.",
                        null=True,
                    ),
                ),
                migrations.AddConstraint(
                    model_name="layer",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("valid_until__isnull", True)),
                        fields=("roster", "name"),
                        name="rosters_layer_once_per_roster",
                        violation_error_message="This roster has a layer of that name already.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="layer",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__isnull", True),
                            ("valid_until__isnull", True),
                            ("valid_until__gt", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="rosters_layer_valid_period",
                        violation_error_message="It must end after it starts.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="rotation",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("weekdays", []), ("unit__in", ["day", "week"]), _connector="OR"
                        ),
                        name="rosters_rotation_weekdays_fit_unit",
                        violation_error_message="Only turns of days or weeks can keep to weekdays.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="rotationmember",
                    constraint=models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("rotation", "order", "person"),
                        name="rosters_rotationmember_once_per_turn",
                    ),
                ),
                migrations.AddField(
                    model_name="override",
                    name="swap",
                    field=models.ForeignKey(
                        blank=True,
                        editable=False,
                        help_text="The swap that made it.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="overrides",
                        to="rosters.shiftswap",
                    ),
                ),
                migrations.AddField(
                    model_name="overrideevent",
                    name="swap",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        help_text="The swap that made it.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="rosters.shiftswap",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="override",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "replace"), ("person__isnull", False)),
                            models.Q(
                                ("instead_of__isnull", True),
                                ("kind__in", ["add", "shadow"]),
                                ("person__isnull", False),
                            ),
                            models.Q(
                                ("instead_of__isnull", False),
                                ("kind", "remove"),
                                ("person__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="rosters_override_people_fit_kind",
                        violation_error_message="“Instead” names who comes and may name who goes; “one more” names only who comes; “one fewer” names only who goes.",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="layer",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_layerevent" ("id", "is_shadow", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "priority", "roster_id", "time_zone", "valid_from", "valid_until") VALUES (NEW."id", NEW."is_shadow", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."priority", NEW."roster_id", NEW."time_zone", NEW."valid_from", NEW."valid_until"); RETURN NULL;',
                            hash="b05a37d03fdaadbf8aa4a91eb140a7daed1d7123",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_e8523",
                            table="rosters_layer",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="layer",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "rosters_layerevent" ("id", "is_shadow", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "priority", "roster_id", "time_zone", "valid_from", "valid_until") VALUES (NEW."id", NEW."is_shadow", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."priority", NEW."roster_id", NEW."time_zone", NEW."valid_from", NEW."valid_until"); RETURN NULL;',
                            hash="6b7300b8f35e7f80d8802e681a67968a3778d2b7",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_b4d5a",
                            table="rosters_layer",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="layer",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_layerevent" ("id", "is_shadow", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "priority", "roster_id", "time_zone", "valid_from", "valid_until") VALUES (OLD."id", OLD."is_shadow", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."priority", OLD."roster_id", OLD."time_zone", OLD."valid_from", OLD."valid_until"); RETURN NULL;',
                            hash="ea522451e58790818d406b9e2b1b88186fef7c3d",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_1529c",
                            table="rosters_layer",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="override",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_overrideevent" ("covers_id", "created_by_id", "ends_at", "id", "instead_of_id", "kind", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "roster_id", "starts_at", "swap_id") VALUES (NEW."covers_id", NEW."created_by_id", NEW."ends_at", NEW."id", NEW."instead_of_id", NEW."kind", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."reason", NEW."roster_id", NEW."starts_at", NEW."swap_id"); RETURN NULL;',
                            hash="0ce2b9124f2ab181c15016d2c003ebeef4698095",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_5bcfd",
                            table="rosters_override",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="override",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "rosters_overrideevent" ("covers_id", "created_by_id", "ends_at", "id", "instead_of_id", "kind", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "roster_id", "starts_at", "swap_id") VALUES (NEW."covers_id", NEW."created_by_id", NEW."ends_at", NEW."id", NEW."instead_of_id", NEW."kind", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."reason", NEW."roster_id", NEW."starts_at", NEW."swap_id"); RETURN NULL;',
                            hash="b0c6f3fa709354f8e2ede98e994c52405a9bccf0",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_7731b",
                            table="rosters_override",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="override",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_overrideevent" ("covers_id", "created_by_id", "ends_at", "id", "instead_of_id", "kind", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "roster_id", "starts_at", "swap_id") VALUES (OLD."covers_id", OLD."created_by_id", OLD."ends_at", OLD."id", OLD."instead_of_id", OLD."kind", OLD."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."reason", OLD."roster_id", OLD."starts_at", OLD."swap_id"); RETURN NULL;',
                            hash="e0a8b1533365ac68f139f680af6f901d9cfe2dbc",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_0eee0",
                            table="rosters_override",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="roster",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_rosterevent" ("id", "is_draft", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "rest_hours", "slug", "swaps_need_approval", "team_id", "time_zone") VALUES (NEW."id", NEW."is_draft", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."rest_hours", NEW."slug", NEW."swaps_need_approval", NEW."team_id", NEW."time_zone"); RETURN NULL;',
                            hash="6fc35d5300aca1f8a05ce4f871a4668ff01b268c",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_756ec",
                            table="rosters_roster",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="roster",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_draft" IS DISTINCT FROM (NEW."is_draft") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."rest_hours" IS DISTINCT FROM (NEW."rest_hours") OR OLD."slug" IS DISTINCT FROM (NEW."slug") OR OLD."swaps_need_approval" IS DISTINCT FROM (NEW."swaps_need_approval") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id") OR OLD."time_zone" IS DISTINCT FROM (NEW."time_zone"))',
                            func='INSERT INTO "rosters_rosterevent" ("id", "is_draft", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "rest_hours", "slug", "swaps_need_approval", "team_id", "time_zone") VALUES (NEW."id", NEW."is_draft", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."rest_hours", NEW."slug", NEW."swaps_need_approval", NEW."team_id", NEW."time_zone"); RETURN NULL;',
                            hash="a9c85c2dc0e9bd401853ee876e6adb679e25942a",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_86237",
                            table="rosters_roster",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="roster",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_rosterevent" ("id", "is_draft", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "rest_hours", "slug", "swaps_need_approval", "team_id", "time_zone") VALUES (OLD."id", OLD."is_draft", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."rest_hours", OLD."slug", OLD."swaps_need_approval", OLD."team_id", OLD."time_zone"); RETURN NULL;',
                            hash="7832bb6bdc6b51faca3adb9f8442c57aac6736d0",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_d2b13",
                            table="rosters_roster",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="rotation",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_rotationevent" ("ends_on", "first", "handover_at", "id", "layer_id", "length", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_on", "unit", "weekdays") VALUES (NEW."ends_on", NEW."first", NEW."handover_at", NEW."id", NEW."layer_id", NEW."length", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."starts_on", NEW."unit", NEW."weekdays"); RETURN NULL;',
                            hash="78b2750dbc528431c6a665d0cf86f5139e83b459",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_f1b3a",
                            table="rosters_rotation",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="rotation",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "rosters_rotationevent" ("ends_on", "first", "handover_at", "id", "layer_id", "length", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_on", "unit", "weekdays") VALUES (NEW."ends_on", NEW."first", NEW."handover_at", NEW."id", NEW."layer_id", NEW."length", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."starts_on", NEW."unit", NEW."weekdays"); RETURN NULL;',
                            hash="b3ac74fa135e5c3b12ed4e411ca0f06c27195603",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_24747",
                            table="rosters_rotation",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="rotation",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_rotationevent" ("ends_on", "first", "handover_at", "id", "layer_id", "length", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_on", "unit", "weekdays") VALUES (OLD."ends_on", OLD."first", OLD."handover_at", OLD."id", OLD."layer_id", OLD."length", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."starts_on", OLD."unit", OLD."weekdays"); RETURN NULL;',
                            hash="55d5754c316e3a992a8eb9730a1d8f47767c62a5",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_2fd02",
                            table="rosters_rotation",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="calendarfeed",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_calendarfeedevent" ("host", "id", "layer_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."host", NEW."id", NEW."layer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id"); RETURN NULL;',
                            hash="56667f298408dcc47d8679b18f2242269c7ba95f",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_66def",
                            table="rosters_calendarfeed",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="calendarfeed",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."host" IS DISTINCT FROM (NEW."host") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."layer_id" IS DISTINCT FROM (NEW."layer_id") OR OLD."sealed_url" IS DISTINCT FROM (NEW."sealed_url"))',
                            func='INSERT INTO "rosters_calendarfeedevent" ("host", "id", "layer_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."host", NEW."id", NEW."layer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id"); RETURN NULL;',
                            hash="2379691030375df0ea9d2ad7b85a66f21604c76f",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_2dfda",
                            table="rosters_calendarfeed",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="calendarfeed",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_calendarfeedevent" ("host", "id", "layer_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."host", OLD."id", OLD."layer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id"); RETURN NULL;',
                            hash="086adcceae1b5dfa4b2ff9fae85ef4ef4c7b322c",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_80af2",
                            table="rosters_calendarfeed",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="calendarfeedevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="92460d0374f6d96b7fd4c4ff0418c5e4cbc8d008",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_2466b",
                            table="rosters_calendarfeedevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="coveragetarget",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_coveragetargetevent" ("id", "kind", "levels", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "roster_id") VALUES (NEW."id", NEW."kind", NEW."levels", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."reason", NEW."roster_id"); RETURN NULL;',
                            hash="c6d692ddf042fcaa118ce7feefc62e5751fc1495",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_1d47e",
                            table="rosters_coveragetarget",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="coveragetarget",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "rosters_coveragetargetevent" ("id", "kind", "levels", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "roster_id") VALUES (NEW."id", NEW."kind", NEW."levels", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."reason", NEW."roster_id"); RETURN NULL;',
                            hash="3c014817c44223c58661f9091a0c0cd43ae25041",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_1d2b4",
                            table="rosters_coveragetarget",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="coveragetarget",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_coveragetargetevent" ("id", "kind", "levels", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "roster_id") VALUES (OLD."id", OLD."kind", OLD."levels", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."reason", OLD."roster_id"); RETURN NULL;',
                            hash="43823e4c16f720b9f3f07eaad483ae6b6f1db4ff",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_a34a5",
                            table="rosters_coveragetarget",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="coveragehoursevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="a74686f19f419046068c67b8dd8f17e555d14107",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_abde2",
                            table="rosters_coveragehoursevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="coveragehours",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_coveragehoursevent" ("ends_at", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_at", "target_id", "weekday") VALUES (NEW."ends_at", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."starts_at", NEW."target_id", NEW."weekday"); RETURN NULL;',
                            hash="264804ab6921d8b7ea444131649a0f9c0a58d3b5",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_1d26b",
                            table="rosters_coveragehours",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="coveragehours",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "rosters_coveragehoursevent" ("ends_at", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_at", "target_id", "weekday") VALUES (NEW."ends_at", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."starts_at", NEW."target_id", NEW."weekday"); RETURN NULL;',
                            hash="d422644cc4cb3ba8147008cddfc0612c26f864e0",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_9856f",
                            table="rosters_coveragehours",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="coveragehours",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_coveragehoursevent" ("ends_at", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_at", "target_id", "weekday") VALUES (OLD."ends_at", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."starts_at", OLD."target_id", OLD."weekday"); RETURN NULL;',
                            hash="a24909d97a993c1aba330a656851abb113e054d6",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_6137c",
                            table="rosters_coveragehours",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="coveragetargetevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="156f6b632079f56f5140d4a4da4cf197e9415a62",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_d023a",
                            table="rosters_coveragetargetevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="feedtoken",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_feedtokenevent" ("created_at", "hint", "id", "name", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "revoked_by_id", "roster_id") VALUES (NEW."created_at", NEW."hint", NEW."id", NEW."name", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."revoked_at", NEW."revoked_by_id", NEW."roster_id"); RETURN NULL;',
                            hash="3d9e25405d35b0f6ad683d48362b43cc7259244f",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_89789",
                            table="rosters_feedtoken",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="feedtoken",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."hint" IS DISTINCT FROM (NEW."hint") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."revoked_at" IS DISTINCT FROM (NEW."revoked_at") OR OLD."revoked_by_id" IS DISTINCT FROM (NEW."revoked_by_id") OR OLD."roster_id" IS DISTINCT FROM (NEW."roster_id") OR OLD."token_hash" IS DISTINCT FROM (NEW."token_hash"))',
                            func='INSERT INTO "rosters_feedtokenevent" ("created_at", "hint", "id", "name", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "revoked_by_id", "roster_id") VALUES (NEW."created_at", NEW."hint", NEW."id", NEW."name", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."revoked_at", NEW."revoked_by_id", NEW."roster_id"); RETURN NULL;',
                            hash="3cb44a8ad050c11f0cebed7bec00119f29d69b4b",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_2794d",
                            table="rosters_feedtoken",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="feedtoken",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_feedtokenevent" ("created_at", "hint", "id", "name", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "revoked_by_id", "roster_id") VALUES (OLD."created_at", OLD."hint", OLD."id", OLD."name", OLD."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."revoked_at", OLD."revoked_by_id", OLD."roster_id"); RETURN NULL;',
                            hash="8700f4a9693b89358a81694596481d482d075404",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_88c1a",
                            table="rosters_feedtoken",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="feedtokenevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="537f58a71e1230cc8111ea10c07fb677b7502642",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_0075e",
                            table="rosters_feedtokenevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="shiftswap",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_shiftswapevent" ("agreed_at", "answer", "asked_at", "asked_by_id", "asked_of_id", "decided_at", "decided_by_id", "ends_at", "id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "roster_id", "starts_at", "state", "taker_id", "wants_return") VALUES (NEW."agreed_at", NEW."answer", NEW."asked_at", NEW."asked_by_id", NEW."asked_of_id", NEW."decided_at", NEW."decided_by_id", NEW."ends_at", NEW."id", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."reason", NEW."roster_id", NEW."starts_at", NEW."state", NEW."taker_id", NEW."wants_return"); RETURN NULL;',
                            hash="07a60eb34e30a724c9b4ad5bb614bb35d4907a7e",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_b0780",
                            table="rosters_shiftswap",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="shiftswap",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."agreed_at" IS DISTINCT FROM (NEW."agreed_at") OR OLD."answer" IS DISTINCT FROM (NEW."answer") OR OLD."asked_at" IS DISTINCT FROM (NEW."asked_at") OR OLD."asked_by_id" IS DISTINCT FROM (NEW."asked_by_id") OR OLD."asked_of_id" IS DISTINCT FROM (NEW."asked_of_id") OR OLD."decided_at" IS DISTINCT FROM (NEW."decided_at") OR OLD."decided_by_id" IS DISTINCT FROM (NEW."decided_by_id") OR OLD."ends_at" IS DISTINCT FROM (NEW."ends_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."roster_id" IS DISTINCT FROM (NEW."roster_id") OR OLD."starts_at" IS DISTINCT FROM (NEW."starts_at") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."taker_id" IS DISTINCT FROM (NEW."taker_id") OR OLD."wants_return" IS DISTINCT FROM (NEW."wants_return"))',
                            func='INSERT INTO "rosters_shiftswapevent" ("agreed_at", "answer", "asked_at", "asked_by_id", "asked_of_id", "decided_at", "decided_by_id", "ends_at", "id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "roster_id", "starts_at", "state", "taker_id", "wants_return") VALUES (NEW."agreed_at", NEW."answer", NEW."asked_at", NEW."asked_by_id", NEW."asked_of_id", NEW."decided_at", NEW."decided_by_id", NEW."ends_at", NEW."id", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."reason", NEW."roster_id", NEW."starts_at", NEW."state", NEW."taker_id", NEW."wants_return"); RETURN NULL;',
                            hash="c7b2fba03f1fd77f5b0aa456db87d3528c5b3735",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_edfc2",
                            table="rosters_shiftswap",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="shiftswap",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_shiftswapevent" ("agreed_at", "answer", "asked_at", "asked_by_id", "asked_of_id", "decided_at", "decided_by_id", "ends_at", "id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "roster_id", "starts_at", "state", "taker_id", "wants_return") VALUES (OLD."agreed_at", OLD."answer", OLD."asked_at", OLD."asked_by_id", OLD."asked_of_id", OLD."decided_at", OLD."decided_by_id", OLD."ends_at", OLD."id", OLD."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."reason", OLD."roster_id", OLD."starts_at", OLD."state", OLD."taker_id", OLD."wants_return"); RETURN NULL;',
                            hash="3d0b726dad64511acd37206853912d8b907b83ed",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_8d2d8",
                            table="rosters_shiftswap",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="shiftswapevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="960247b9a6598e10446b7e00f522e76bc3bf57c4",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_f1983",
                            table="rosters_shiftswapevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="temporaryschedule",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_temporaryscheduleevent" ("created_by_id", "ends_at", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "roster_id", "starts_at") VALUES (NEW."created_by_id", NEW."ends_at", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."reason", NEW."roster_id", NEW."starts_at"); RETURN NULL;',
                            hash="3dd8e34f409ee22f606a343c1266e44e1f7249a1",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_b94be",
                            table="rosters_temporaryschedule",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="temporaryschedule",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "rosters_temporaryscheduleevent" ("created_by_id", "ends_at", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "roster_id", "starts_at") VALUES (NEW."created_by_id", NEW."ends_at", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."reason", NEW."roster_id", NEW."starts_at"); RETURN NULL;',
                            hash="0b64f0f99faf23719e18f36416587de6a21c570c",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_15ef3",
                            table="rosters_temporaryschedule",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="temporaryschedule",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_temporaryscheduleevent" ("created_by_id", "ends_at", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "roster_id", "starts_at") VALUES (OLD."created_by_id", OLD."ends_at", OLD."id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."reason", OLD."roster_id", OLD."starts_at"); RETURN NULL;',
                            hash="96c7e8c8ad31ca3f0d1661dfa5c5b86a6129c10e",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_264ed",
                            table="rosters_temporaryschedule",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="temporaryscheduleevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="ae39b5e1293adb5df00c22a9e93fee38178d9dbc",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_90914",
                            table="rosters_temporaryscheduleevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="temporaryshift",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_temporaryshiftevent" ("ends_at", "id", "level", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "schedule_id", "starts_at") VALUES (NEW."ends_at", NEW."id", NEW."level", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."schedule_id", NEW."starts_at"); RETURN NULL;',
                            hash="32345899307f6ea9689b033f1bc4ba0da4e1e695",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_bf1a3",
                            table="rosters_temporaryshift",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="temporaryshift",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "rosters_temporaryshiftevent" ("ends_at", "id", "level", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "schedule_id", "starts_at") VALUES (NEW."ends_at", NEW."id", NEW."level", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."schedule_id", NEW."starts_at"); RETURN NULL;',
                            hash="996c359f5a4ca928ea36752061775dd7c1070b5e",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_ac56a",
                            table="rosters_temporaryshift",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="temporaryshift",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_temporaryshiftevent" ("ends_at", "id", "level", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "schedule_id", "starts_at") VALUES (OLD."ends_at", OLD."id", OLD."level", OLD."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."schedule_id", OLD."starts_at"); RETURN NULL;',
                            hash="f9978da28d5a2e9e9125e6a32640792fdb636eba",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_c4d76",
                            table="rosters_temporaryshift",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="temporaryshiftevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="8a0a0b6c5870e53cc2fcd1723c75decdfac8afba",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_b51a2",
                            table="rosters_temporaryshiftevent",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        ),
    ]
