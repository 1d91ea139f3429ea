"""Whether numbers work, who covers whom, files on their way in, tokens of the API."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from config.portal.trail import Together


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("rosters", "0005_contact_matrix"),
    ]

    operations = [
        Together(
            [
                pgtrigger.migrations.RemoveTrigger(
                    model_name="contactpoint",
                    name="insert_insert",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="contactpoint",
                    name="update_update",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="contactpoint",
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
                    model_name="person",
                    name="insert_insert",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="person",
                    name="update_update",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="person",
                    name="delete_delete",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="service",
                    name="insert_insert",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="service",
                    name="update_update",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="service",
                    name="delete_delete",
                ),
                migrations.CreateModel(
                    name="ApiToken",
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
                            models.CharField(help_text="What uses it: HR sync.", max_length=60),
                        ),
                        (
                            "scopes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("read", "Read people, services and the contact matrix"),
                                        (
                                            "read_numbers",
                                            "Read numbers and addresses, each view logged",
                                        ),
                                        ("write", "Change people, services and the contact matrix"),
                                    ],
                                    max_length=20,
                                ),
                                size=None,
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
                        ("expires_at", models.DateTimeField(blank=True, null=True)),
                        ("last_used_at", models.DateTimeField(blank=True, null=True)),
                        ("revoked_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="api_tokens",
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
                    ],
                    options={
                        "verbose_name": "API token",
                    },
                ),
                migrations.CreateModel(
                    name="ConfirmationRequest",
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
                        ("asked_at", models.DateTimeField(db_index=True)),
                        ("expires_at", models.DateTimeField()),
                        ("token_hash", models.CharField(max_length=64, unique=True)),
                        ("is_right", models.BooleanField(blank=True, null=True)),
                        ("note", models.CharField(blank=True, max_length=300)),
                        ("answered_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "asked_by",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="confirmation_requests",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("answered_at__isnull", True), ("is_right__isnull", True)
                                    ),
                                    models.Q(
                                        ("answered_at__isnull", False), ("is_right__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="rosters_confirmationrequest_answer_has_a_time",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("answered_at__isnull", True)),
                                fields=("person",),
                                name="rosters_confirmationrequest_one_open",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CoverRequest",
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
                        ("asked_at", models.DateTimeField()),
                        ("agreed", models.BooleanField(blank=True, null=True)),
                        ("answered_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "absence",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="cover_requests",
                                to="rosters.absence",
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
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cover_requests",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("absence", "person"),
                                name="rosters_coverrequest_once_per_person",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("agreed__isnull", True), ("answered_at__isnull", True)
                                    ),
                                    models.Q(
                                        ("agreed__isnull", False), ("answered_at__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="rosters_coverrequest_answer_has_a_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Digest",
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
                                choices=[("contacts", "Contacts that need somebody")], max_length=20
                            ),
                        ),
                        ("day", models.DateField()),
                        ("made_at", models.DateTimeField()),
                        (
                            "findings",
                            models.PositiveIntegerField(
                                default=0, help_text="How much there was to say."
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="digests",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("person", "kind", "day"), name="rosters_digest_once_a_day"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImportRun",
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
                            "subject",
                            models.CharField(
                                choices=[
                                    ("people", "People"),
                                    ("contact_points", "Numbers and addresses"),
                                    ("services", "Services"),
                                    ("matrix", "Contact matrix"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("file_name", models.CharField(max_length=200)),
                        ("content", models.BinaryField(blank=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Waiting to be checked"),
                                    ("checking", "Being checked"),
                                    ("checked", "Checked, nothing changed yet"),
                                    ("refused", "Has mistakes, nothing changed"),
                                    ("applying", "Being applied"),
                                    ("applied", "Applied"),
                                    ("withdrawn", "Withdrawn, nothing changed"),
                                ],
                                default="waiting",
                                max_length=10,
                            ),
                        ),
                        ("uploaded_at", models.DateTimeField(db_index=True)),
                        ("reason", models.CharField(blank=True, max_length=200)),
                        ("rows_total", models.PositiveIntegerField(default=0)),
                        ("rows_done", models.PositiveIntegerField(default=0)),
                        ("mistakes", models.JSONField(blank=True, default=list)),
                        ("differences", models.JSONField(blank=True, default=list)),
                        ("unchanged", models.PositiveIntegerField(default=0)),
                        ("fingerprint", models.CharField(blank=True, max_length=64)),
                        ("lease_until", models.DateTimeField(blank=True, null=True)),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "uploaded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(
                                    ("state__in", ["waiting", "checking", "applying"])
                                ),
                                fields=["uploaded_at"],
                                name="rosters_importrun_under_way",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="VerificationCode",
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
                        ("code_hash", models.CharField(max_length=64)),
                        ("sent_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        (
                            "tries",
                            models.PositiveSmallIntegerField(
                                default=0, help_text="Wrong codes typed so far."
                            ),
                        ),
                        (
                            "sent_today",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="Codes sent within a day, so that nobody is flooded.",
                            ),
                        ),
                        (
                            "contact_point",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="verification_code",
                                to="rosters.contactpoint",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ApiTokenEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "name",
                            models.CharField(help_text="What uses it: HR sync.", max_length=60),
                        ),
                        (
                            "scopes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("read", "Read people, services and the contact matrix"),
                                        (
                                            "read_numbers",
                                            "Read numbers and addresses, each view logged",
                                        ),
                                        ("write", "Change people, services and the contact matrix"),
                                    ],
                                    max_length=20,
                                ),
                                size=None,
                            ),
                        ),
                        (
                            "hint",
                            models.CharField(
                                help_text="Its first characters, to tell it apart.", max_length=8
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField(blank=True, null=True)),
                        ("revoked_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "created_by",
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
                                to="rosters.apitoken",
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
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="CoverRequestEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("id", models.BigIntegerField()),
                        ("asked_at", models.DateTimeField()),
                        ("agreed", models.BooleanField(blank=True, null=True)),
                        ("answered_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "absence",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rosters.absence",
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
                                to="rosters.coverrequest",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="contactpoint",
                    name="reported_wrong_at",
                    field=models.DateTimeField(blank=True, editable=False, null=True),
                ),
                migrations.AddField(
                    model_name="contactpoint",
                    name="reported_wrong_by",
                    field=models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="contactpoint",
                    name="what_is_wrong",
                    field=models.CharField(
                        blank=True, db_default="", editable=False, max_length=200
                    ),
                ),
                migrations.AddField(
                    model_name="contactpointevent",
                    name="reported_wrong_at",
                    field=models.DateTimeField(blank=True, editable=False, null=True),
                ),
                migrations.AddField(
                    model_name="contactpointevent",
                    name="reported_wrong_by",
                    field=models.ForeignKey(
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
                migrations.AddField(
                    model_name="override",
                    name="covers",
                    field=models.ForeignKey(
                        blank=True,
                        editable=False,
                        help_text="The absence it makes up for; it ends with it.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="overrides",
                        to="rosters.absence",
                    ),
                ),
                migrations.AddField(
                    model_name="overrideevent",
                    name="covers",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        help_text="The absence it makes up for; it ends with it.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="rosters.absence",
                    ),
                ),
                migrations.AddField(
                    model_name="person",
                    name="quiet_from",
                    field=models.TimeField(
                        blank=True, help_text="Wall time in this person's zone: 22:00.", null=True
                    ),
                ),
                migrations.AddField(
                    model_name="person",
                    name="quiet_until",
                    field=models.TimeField(
                        blank=True,
                        help_text="What is not urgent waits until then; what is urgent never waits.",
                        null=True,
                    ),
                ),
                migrations.AddField(
                    model_name="personevent",
                    name="quiet_from",
                    field=models.TimeField(
                        blank=True, help_text="Wall time in this person's zone: 22:00.", null=True
                    ),
                ),
                migrations.AddField(
                    model_name="personevent",
                    name="quiet_until",
                    field=models.TimeField(
                        blank=True,
                        help_text="What is not urgent waits until then; what is urgent never waits.",
                        null=True,
                    ),
                ),
                migrations.AddField(
                    model_name="service",
                    name="labels",
                    field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        db_default=[],
                        default=list,
                        help_text="Words to find it by, with commas between them: pci, region:eu.",
                        size=None,
                    ),
                ),
                migrations.AddField(
                    model_name="serviceevent",
                    name="labels",
                    field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        db_default=[],
                        default=list,
                        help_text="Words to find it by, with commas between them: pci, region:eu.",
                        size=None,
                    ),
                ),
                migrations.AlterField(
                    model_name="contactpoint",
                    name="channel",
                    field=models.CharField(
                        choices=[
                            ("phone", "Phone call"),
                            ("sms", "Text message"),
                            ("email", "E-mail"),
                            ("chat", "Chat message"),
                            ("push", "Push message"),
                        ],
                        max_length=10,
                    ),
                ),
                migrations.AlterField(
                    model_name="contactpointevent",
                    name="channel",
                    field=models.CharField(
                        choices=[
                            ("phone", "Phone call"),
                            ("sms", "Text message"),
                            ("email", "E-mail"),
                            ("chat", "Chat message"),
                            ("push", "Push message"),
                        ],
                        max_length=10,
                    ),
                ),
                migrations.AddIndex(
                    model_name="service",
                    index=django.contrib.postgres.indexes.GinIndex(
                        fields=["labels"], name="rosters_service_labels"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="person",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quiet_from__isnull", True), ("quiet_until__isnull", True)),
                            models.Q(
                                ("quiet_from__isnull", False),
                                ("quiet_until__isnull", False),
                                models.Q(("quiet_from", models.F("quiet_until")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="rosters_person_quiet_hours",
                        violation_error_message="Quiet hours need two different times, or none.",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="contactpoint",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_contactpointevent" ("channel", "id", "label", "last_tested_at", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reported_wrong_at", "reported_wrong_by_id", "verified_at") VALUES (NEW."channel", NEW."id", NEW."label", NEW."last_tested_at", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."reported_wrong_at", NEW."reported_wrong_by_id", NEW."verified_at"); RETURN NULL;',
                            hash="ea10116143eede0f41cbecf343a60f66d1e01a31",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_7194e",
                            table="rosters_contactpoint",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="contactpoint",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."channel" IS DISTINCT FROM (NEW."channel") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."label" IS DISTINCT FROM (NEW."label") OR OLD."last_tested_at" IS DISTINCT FROM (NEW."last_tested_at") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."reported_wrong_at" IS DISTINCT FROM (NEW."reported_wrong_at") OR OLD."reported_wrong_by_id" IS DISTINCT FROM (NEW."reported_wrong_by_id") OR OLD."verified_at" IS DISTINCT FROM (NEW."verified_at") OR OLD."what_is_wrong" IS DISTINCT FROM (NEW."what_is_wrong"))',
                            func='INSERT INTO "rosters_contactpointevent" ("channel", "id", "label", "last_tested_at", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reported_wrong_at", "reported_wrong_by_id", "verified_at") VALUES (NEW."channel", NEW."id", NEW."label", NEW."last_tested_at", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."reported_wrong_at", NEW."reported_wrong_by_id", NEW."verified_at"); RETURN NULL;',
                            hash="ab0ce48843890f0c000401c9c0a65b86dfb8656f",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_e963d",
                            table="rosters_contactpoint",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="contactpoint",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_contactpointevent" ("channel", "id", "label", "last_tested_at", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reported_wrong_at", "reported_wrong_by_id", "verified_at") VALUES (OLD."channel", OLD."id", OLD."label", OLD."last_tested_at", OLD."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."reported_wrong_at", OLD."reported_wrong_by_id", OLD."verified_at"); RETURN NULL;',
                            hash="198a5c6f279d4b02194724bc16e29ca1360e730f",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_6b386",
                            table="rosters_contactpoint",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="override",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_overrideevent" ("covers_id", "created_by_id", "ends_at", "id", "instead_of_id", "kind", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "roster_id", "starts_at") VALUES (NEW."covers_id", NEW."created_by_id", NEW."ends_at", NEW."id", NEW."instead_of_id", NEW."kind", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."reason", NEW."roster_id", NEW."starts_at"); RETURN NULL;',
                            hash="f09945e455d5ae1ee0bd54271e049e7133cfc428",
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
                            func='INSERT INTO "rosters_overrideevent" ("covers_id", "created_by_id", "ends_at", "id", "instead_of_id", "kind", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "roster_id", "starts_at") VALUES (NEW."covers_id", NEW."created_by_id", NEW."ends_at", NEW."id", NEW."instead_of_id", NEW."kind", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."reason", NEW."roster_id", NEW."starts_at"); RETURN NULL;',
                            hash="2cd236a9dcda2da346ccfac7079f9a0ff84e55b4",
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
                            func='INSERT INTO "rosters_overrideevent" ("covers_id", "created_by_id", "ends_at", "id", "instead_of_id", "kind", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "roster_id", "starts_at") VALUES (OLD."covers_id", OLD."created_by_id", OLD."ends_at", OLD."id", OLD."instead_of_id", OLD."kind", OLD."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."reason", OLD."roster_id", OLD."starts_at"); RETURN NULL;',
                            hash="333a56a7836daf1e3687da23d666324430442400",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_0eee0",
                            table="rosters_override",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="person",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_personevent" ("email", "full_name", "id", "is_staff", "is_superuser", "left_at", "may_sign_in", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "quiet_from", "quiet_until", "region", "short_name", "time_zone") VALUES (NEW."email", NEW."full_name", NEW."id", NEW."is_staff", NEW."is_superuser", NEW."left_at", NEW."may_sign_in", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."quiet_from", NEW."quiet_until", NEW."region", NEW."short_name", NEW."time_zone"); RETURN NULL;',
                            hash="1e0e2d19d99454ffd17787c2ec5e9c6ed6d19930",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_2d994",
                            table="rosters_person",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="person",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."full_name" IS DISTINCT FROM (NEW."full_name") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_staff" IS DISTINCT FROM (NEW."is_staff") OR OLD."is_superuser" IS DISTINCT FROM (NEW."is_superuser") OR OLD."left_at" IS DISTINCT FROM (NEW."left_at") OR OLD."may_sign_in" IS DISTINCT FROM (NEW."may_sign_in") OR OLD."quiet_from" IS DISTINCT FROM (NEW."quiet_from") OR OLD."quiet_until" IS DISTINCT FROM (NEW."quiet_until") OR OLD."region" IS DISTINCT FROM (NEW."region") OR OLD."short_name" IS DISTINCT FROM (NEW."short_name") OR OLD."time_zone" IS DISTINCT FROM (NEW."time_zone"))',
                            func='INSERT INTO "rosters_personevent" ("email", "full_name", "id", "is_staff", "is_superuser", "left_at", "may_sign_in", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "quiet_from", "quiet_until", "region", "short_name", "time_zone") VALUES (NEW."email", NEW."full_name", NEW."id", NEW."is_staff", NEW."is_superuser", NEW."left_at", NEW."may_sign_in", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."quiet_from", NEW."quiet_until", NEW."region", NEW."short_name", NEW."time_zone"); RETURN NULL;',
                            hash="62d95d1414080d8d7ce89310813c4da160d62752",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_cf693",
                            table="rosters_person",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="person",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_personevent" ("email", "full_name", "id", "is_staff", "is_superuser", "left_at", "may_sign_in", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "quiet_from", "quiet_until", "region", "short_name", "time_zone") VALUES (OLD."email", OLD."full_name", OLD."id", OLD."is_staff", OLD."is_superuser", OLD."left_at", OLD."may_sign_in", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."quiet_from", OLD."quiet_until", OLD."region", OLD."short_name", OLD."time_zone"); RETURN NULL;',
                            hash="d4baeae4d4c670d0aa6aaac49829682bc60fb78c",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_de213",
                            table="rosters_person",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="service",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_serviceevent" ("backup_owner_id", "customer_impact", "id", "labels", "name", "operating_hours", "owner_team_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "region", "slug", "tier", "vendor_contacts") VALUES (NEW."backup_owner_id", NEW."customer_impact", NEW."id", NEW."labels", NEW."name", NEW."operating_hours", NEW."owner_team_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."region", NEW."slug", NEW."tier", NEW."vendor_contacts"); RETURN NULL;',
                            hash="6ab2b74e92d881daff1ca579d29007c2fc1724ec",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_6c8c9",
                            table="rosters_service",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="service",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "rosters_serviceevent" ("backup_owner_id", "customer_impact", "id", "labels", "name", "operating_hours", "owner_team_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "region", "slug", "tier", "vendor_contacts") VALUES (NEW."backup_owner_id", NEW."customer_impact", NEW."id", NEW."labels", NEW."name", NEW."operating_hours", NEW."owner_team_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."region", NEW."slug", NEW."tier", NEW."vendor_contacts"); RETURN NULL;',
                            hash="429ffce4b6cf50ab1a20b0f915d9450f4d886c98",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_f603e",
                            table="rosters_service",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="service",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_serviceevent" ("backup_owner_id", "customer_impact", "id", "labels", "name", "operating_hours", "owner_team_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "region", "slug", "tier", "vendor_contacts") VALUES (OLD."backup_owner_id", OLD."customer_impact", OLD."id", OLD."labels", OLD."name", OLD."operating_hours", OLD."owner_team_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."region", OLD."slug", OLD."tier", OLD."vendor_contacts"); RETURN NULL;',
                            hash="af8f84ce4e8d885fb60147359a07b05551f36b88",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_9bd77",
                            table="rosters_service",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="apitoken",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_apitokenevent" ("created_at", "created_by_id", "expires_at", "hint", "id", "name", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "revoked_by_id", "scopes") VALUES (NEW."created_at", NEW."created_by_id", NEW."expires_at", NEW."hint", NEW."id", NEW."name", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."revoked_at", NEW."revoked_by_id", NEW."scopes"); RETURN NULL;',
                            hash="363f315b02a624875cb4b845f6c40156c9427021",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_1293b",
                            table="rosters_apitoken",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="apitoken",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."expires_at" IS DISTINCT FROM (NEW."expires_at") OR OLD."hint" IS DISTINCT FROM (NEW."hint") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."revoked_at" IS DISTINCT FROM (NEW."revoked_at") OR OLD."revoked_by_id" IS DISTINCT FROM (NEW."revoked_by_id") OR OLD."scopes" IS DISTINCT FROM (NEW."scopes") OR OLD."token_hash" IS DISTINCT FROM (NEW."token_hash"))',
                            func='INSERT INTO "rosters_apitokenevent" ("created_at", "created_by_id", "expires_at", "hint", "id", "name", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "revoked_by_id", "scopes") VALUES (NEW."created_at", NEW."created_by_id", NEW."expires_at", NEW."hint", NEW."id", NEW."name", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."revoked_at", NEW."revoked_by_id", NEW."scopes"); RETURN NULL;',
                            hash="c3ac923f4f3d760e8b7345a325469669af54ef2b",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_19c55",
                            table="rosters_apitoken",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="apitoken",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_apitokenevent" ("created_at", "created_by_id", "expires_at", "hint", "id", "name", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "revoked_by_id", "scopes") VALUES (OLD."created_at", OLD."created_by_id", OLD."expires_at", OLD."hint", OLD."id", OLD."name", OLD."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."revoked_at", OLD."revoked_by_id", OLD."scopes"); RETURN NULL;',
                            hash="9e3bae8d1dcc335e1944e25ecb0871271b0e7f72",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_24679",
                            table="rosters_apitoken",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="apitokenevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="657973a8585d18c9bf9bcccc3f5ff39634be9258",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_b0aab",
                            table="rosters_apitokenevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="coverrequest",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_coverrequestevent" ("absence_id", "agreed", "answered_at", "asked_at", "asked_by_id", "id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."absence_id", NEW."agreed", NEW."answered_at", NEW."asked_at", NEW."asked_by_id", NEW."id", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id"); RETURN NULL;',
                            hash="b82170047a062bbc1c6f5982aba65497306756a2",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_d4b74",
                            table="rosters_coverrequest",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="coverrequest",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "rosters_coverrequestevent" ("absence_id", "agreed", "answered_at", "asked_at", "asked_by_id", "id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."absence_id", NEW."agreed", NEW."answered_at", NEW."asked_at", NEW."asked_by_id", NEW."id", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id"); RETURN NULL;',
                            hash="137c2cc95adaec57192e5219618c4aba3d7f3521",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_e91d7",
                            table="rosters_coverrequest",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="coverrequest",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "rosters_coverrequestevent" ("absence_id", "agreed", "answered_at", "asked_at", "asked_by_id", "id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."absence_id", OLD."agreed", OLD."answered_at", OLD."asked_at", OLD."asked_by_id", OLD."id", OLD."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id"); RETURN NULL;',
                            hash="3a8a190104d1c053f95d6cc0f90d3c8a6a6e7906",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_34904",
                            table="rosters_coverrequest",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="coverrequestevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="5be3423083b5a3c4270d1208969b34c5cba8836a",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_4cbc0",
                            table="rosters_coverrequestevent",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        ),
    ]
