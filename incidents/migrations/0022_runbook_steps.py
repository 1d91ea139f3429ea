"""What came of the steps of a runbook while people followed it in one incident."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0021_ended"),
        ("runbooks", "0003_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
                    ("room_told", "Room told"),
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
                    ("evidence", "Evidence collected"),
                    ("step_marked", "Runbook step"),
                    ("version_moved", "Moved to another version of its rule"),
                    ("note", "Note"),
                ],
                max_length=24,
            ),
        ),
        migrations.CreateModel(
            name="StepMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("worked", "It worked"),
                            ("failed", "It did not work"),
                            ("skipped", "Left out"),
                        ],
                        max_length=8,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300)),
                ("marked_at", models.DateTimeField()),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="step_marks",
                        to="incidents.incident",
                    ),
                ),
                (
                    "marked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="runbooks.step",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("incident", "step"), name="incidents_step_mark_once_per_incident"
                    )
                ],
            },
        ),
    ]
