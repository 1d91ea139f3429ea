"""Whatever people set leaves a mark when it changes, so that the alert door may keep it in memory.

Each connection has a row of its own for its mark, so that hardly ever two transactions wait for one
another. The number of a mark says nothing; it only never comes again.
"""

from django.db import migrations

TABLES = (
    "incidents_alertsource",
    "incidents_sourcetoken",
    "incidents_triggerrule",
    "incidents_impactclass",
    "incidents_policyversion",
    "incidents_escalationstep",
    "incidents_responsetarget",
    "incidents_route",
    "incidents_webhookendpoint",
    "incidents_maintenancewindow",
    "incidents_maintenancewindow_services",
    "incidents_maintenancewindow_sources",
    "rosters_service",
    "rosters_servicedependency",
    "rosters_team",
)

MARK = """
CREATE TABLE incidents_mark (slot smallint PRIMARY KEY, mark uuid NOT NULL) WITH (fillfactor = 20);
CREATE FUNCTION incidents_leave_mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO incidents_mark (slot, mark) VALUES (pg_backend_pid() % 64, gen_random_uuid())
    ON CONFLICT (slot) DO UPDATE SET mark = excluded.mark;
    RETURN NULL;
END $$;
"""
TRIGGER = """
CREATE TRIGGER incidents_leave_mark AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION incidents_leave_mark();
"""
BACK = """
DROP TRIGGER incidents_leave_mark ON {table};
"""


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0007_templates_and_kinds_of_harm"),
        ("rosters", "0008_planned_hand_over"),
    ]

    operations = [
        migrations.RunSQL(MARK, "DROP FUNCTION incidents_leave_mark(); DROP TABLE incidents_mark;"),
        *(
            migrations.RunSQL(TRIGGER.format(table=table), BACK.format(table=table))
            for table in TABLES
        ),
    ]
