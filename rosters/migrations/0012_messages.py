import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rosters", "0011_outbox"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChannelOrder",
            fields=[
                (
                    "severity",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "SEV1 Critical"),
                            (2, "SEV2 Serious"),
                            (3, "SEV3 Minor"),
                            (4, "SEV4 Small"),
                        ],
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "channels",
                    models.CharField(
                        help_text="With commas between them: sms,push.", max_length=60
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ChannelOrderEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                (
                    "severity",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "SEV1 Critical"),
                            (2, "SEV2 Serious"),
                            (3, "SEV3 Minor"),
                            (4, "SEV4 Small"),
                        ],
                        serialize=False,
                    ),
                ),
                (
                    "channels",
                    models.CharField(
                        help_text="With commas between them: sms,push.", max_length=60
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="WordingVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("form", models.CharField(max_length=20)),
                ("number", models.PositiveIntegerField()),
                ("text", models.TextField(blank=True)),
                ("why", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="WordingVersionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("kind", models.CharField(max_length=20)),
                ("form", models.CharField(max_length=20)),
                ("number", models.PositiveIntegerField()),
                ("text", models.TextField(blank=True)),
                ("why", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
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
        migrations.AddField(
            model_name="message",
            name="about_key",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.AddField(
            model_name="message",
            name="about_name",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
        migrations.AddField(
            model_name="message",
            name="told_with",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="names",
                to="rosters.message",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="withheld",
            field=models.CharField(
                blank=True,
                choices=[
                    ("quiet", "Its person has quiet hours"),
                    ("holiday", "Its person has a public holiday"),
                    ("share", "So many messages went to this number or address already"),
                    ("bundle", "Another message about the same thing says it"),
                    ("own_rule", "Its person does not want it at this number or address any more"),
                    ("other_way", "Another way to its person is used first"),
                ],
                db_default="",
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="rests_on_holidays",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="What is not urgent waits until the day after; what is urgent never waits.",
                verbose_name="public holidays are quiet",
            ),
        ),
        migrations.AddField(
            model_name="personevent",
            name="rests_on_holidays",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="What is not urgent waits until the day after; what is urgent never waits.",
                verbose_name="public holidays are quiet",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="state",
            field=models.CharField(
                choices=[
                    ("planned", "Planned"),
                    ("sending", "Being sent"),
                    ("sent", "Sent"),
                    ("failed", "Could not be sent"),
                    ("cancelled", "No longer needed"),
                    ("expired", "Too old to send"),
                    ("suppressed", "Not sent on purpose"),
                ],
                default="planned",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(
                    ("state", "planned"), models.Q(("about_key", ""), _negated=True)
                ),
                fields=["contact_point", "about_key"],
                name="rosters_message_to_bundle",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("told_with__isnull", False)),
                fields=["told_with"],
                name="rosters_message_told_with",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="person",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "rosters_personevent" ("email", "full_name", "id", "is_staff", "is_superuser", "left_at", "may_sign_in", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "quiet_from", "quiet_until", "region", "rests_on_holidays", "short_name", "time_zone") VALUES (NEW."email", NEW."full_name", NEW."id", NEW."is_staff", NEW."is_superuser", NEW."left_at", NEW."may_sign_in", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."quiet_from", NEW."quiet_until", NEW."region", NEW."rests_on_holidays", NEW."short_name", NEW."time_zone"); RETURN NULL;',
                    hash="54325e3bf5aff2c7c411f23cbcb798c5f01864b1",
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
                    condition='WHEN (OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."full_name" IS DISTINCT FROM (NEW."full_name") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_staff" IS DISTINCT FROM (NEW."is_staff") OR OLD."is_superuser" IS DISTINCT FROM (NEW."is_superuser") OR OLD."left_at" IS DISTINCT FROM (NEW."left_at") OR OLD."may_sign_in" IS DISTINCT FROM (NEW."may_sign_in") OR OLD."quiet_from" IS DISTINCT FROM (NEW."quiet_from") OR OLD."quiet_until" IS DISTINCT FROM (NEW."quiet_until") OR OLD."region" IS DISTINCT FROM (NEW."region") OR OLD."rests_on_holidays" IS DISTINCT FROM (NEW."rests_on_holidays") OR OLD."short_name" IS DISTINCT FROM (NEW."short_name") OR OLD."time_zone" IS DISTINCT FROM (NEW."time_zone"))',
                    func='INSERT INTO "rosters_personevent" ("email", "full_name", "id", "is_staff", "is_superuser", "left_at", "may_sign_in", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "quiet_from", "quiet_until", "region", "rests_on_holidays", "short_name", "time_zone") VALUES (NEW."email", NEW."full_name", NEW."id", NEW."is_staff", NEW."is_superuser", NEW."left_at", NEW."may_sign_in", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."quiet_from", NEW."quiet_until", NEW."region", NEW."rests_on_holidays", NEW."short_name", NEW."time_zone"); RETURN NULL;',
                    hash="1b25ac09c7085e57bbd60ff20f665083bd25e6d2",
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
                    func='INSERT INTO "rosters_personevent" ("email", "full_name", "id", "is_staff", "is_superuser", "left_at", "may_sign_in", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "quiet_from", "quiet_until", "region", "rests_on_holidays", "short_name", "time_zone") VALUES (OLD."email", OLD."full_name", OLD."id", OLD."is_staff", OLD."is_superuser", OLD."left_at", OLD."may_sign_in", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."quiet_from", OLD."quiet_until", OLD."region", OLD."rests_on_holidays", OLD."short_name", OLD."time_zone"); RETURN NULL;',
                    hash="245a1eee4a66e7b24983290406475dc5269ea78d",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_de213",
                    table="rosters_person",
                    when="AFTER",
                ),
            ),
        ),
        AddConstraintNotValid(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "suppressed"), _negated=True),
                    models.Q(("withheld", ""), _negated=True),
                    _connector="OR",
                ),
                name="rosters_message_suppressed_says_why",
            ),
        ),
        ValidateConstraint(model_name="message", name="rosters_message_suppressed_says_why"),
        pgtrigger.migrations.AddTrigger(
            model_name="channelorder",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "rosters_channelorderevent" ("channels", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "severity") VALUES (NEW."channels", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."severity", NEW."severity"); RETURN NULL;',
                    hash="30c98bcab802d648e049ba502d177c60232cc26c",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_8f25b",
                    table="rosters_channelorder",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="channelorder",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "rosters_channelorderevent" ("channels", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "severity") VALUES (NEW."channels", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."severity", NEW."severity"); RETURN NULL;',
                    hash="11ffa56d2610676f78d0c26b417eff6d130810a7",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_c7686",
                    table="rosters_channelorder",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="channelorder",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "rosters_channelorderevent" ("channels", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "severity") VALUES (OLD."channels", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."severity", OLD."severity"); RETURN NULL;',
                    hash="c2c16d1a6b87380604f32bc9e9876285db70e8d4",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_12197",
                    table="rosters_channelorder",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="channelorderevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="rosters.channelorder",
            ),
        ),
        migrations.AddField(
            model_name="wordingversion",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="wordingversionevent",
            name="made_by",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="wordingversionevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="rosters.wordingversion",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="channelorderevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="2b917b04b06b01297c82676131ba296e20c1de63",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_e5c88",
                    table="rosters_channelorderevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="wordingversion",
            constraint=models.UniqueConstraint(
                fields=("kind", "form", "number"), name="rosters_wordingversion_number"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wordingversion",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "rosters_wordingversionevent" ("form", "id", "kind", "made_at", "made_by_id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "text", "why") VALUES (NEW."form", NEW."id", NEW."kind", NEW."made_at", NEW."made_by_id", NEW."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."text", NEW."why"); RETURN NULL;',
                    hash="2621217d0700609310e8d499fa61d26b9143405b",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_19386",
                    table="rosters_wordingversion",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wordingversion",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "rosters_wordingversionevent" ("form", "id", "kind", "made_at", "made_by_id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "text", "why") VALUES (NEW."form", NEW."id", NEW."kind", NEW."made_at", NEW."made_by_id", NEW."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."text", NEW."why"); RETURN NULL;',
                    hash="13cc00ab9c9fd87fcf5ec3ff34b18de704417d72",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_a29ba",
                    table="rosters_wordingversion",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wordingversion",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "rosters_wordingversionevent" ("form", "id", "kind", "made_at", "made_by_id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "text", "why") VALUES (OLD."form", OLD."id", OLD."kind", OLD."made_at", OLD."made_by_id", OLD."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."text", OLD."why"); RETURN NULL;',
                    hash="70c0c6b61778ef93777106f76d43ddd8c6196872",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_cbc24",
                    table="rosters_wordingversion",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wordingversionevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="d9e3973612bc6120f57119095f07965dbf68a774",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_6243a",
                    table="rosters_wordingversionevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
