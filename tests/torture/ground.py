"""What a run stands on: a fast clock in the database, a log of commits, and a company to call.

The clock is a function of the database's own name, found first on the search path: whatever asks
the database for the time gets time that passes SPEED times as fast, a day away from the
machine's. Whoever trusted the machine's clock would be a day wrong.

Order of events is the order of commits: `track_commit_timestamp` says it for every row.
"""

from typing import Any

from django.db import connection

from incidents.enums import Choose, Promise, StepAnchor, TargetKind
from incidents.models import (
    EscalationPolicy,
    PolicyVersion,
    ResponseTarget,
    Room,
    Route,
    StepTarget,
)
from rosters.enums import Channel, Urgency
from rosters.models import ContactPoint, ContactRule, Membership, Roster, Service, Team
from tests import world
from tests.world import NOW, make_person, make_roster, step

SPEED = 8
SERVICES = 6
GROUND = f"""
CREATE SCHEMA fast;
CREATE TABLE fast.began AS SELECT pg_catalog.clock_timestamp() AS at;
CREATE FUNCTION fast.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT timestamptz '{NOW.isoformat()}' + (pg_catalog.clock_timestamp() - at) * {SPEED}
    FROM fast.began
$$;
CREATE SCHEMA torture;
CREATE TABLE torture.claim (message_id bigint, is_hold boolean, at timestamptz);
CREATE TABLE torture.post (post_id bigint, at timestamptz);
CREATE TABLE torture.clock (clock_id bigint, is_ended boolean, at timestamptz);
CREATE FUNCTION torture.note_claim() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO torture.claim VALUES (
        NEW.id, NEW.lease_token IS NOT DISTINCT FROM OLD.lease_token, fast.clock_timestamp());
    RETURN NULL;
END $$;
CREATE TRIGGER torture_claim AFTER UPDATE ON rosters_message FOR EACH ROW
    WHEN (NEW.state = 'sending' AND NEW.lease_until IS DISTINCT FROM OLD.lease_until)
    EXECUTE FUNCTION torture.note_claim();
CREATE FUNCTION torture.note_post() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO torture.post VALUES (NEW.id, fast.clock_timestamp());
    RETURN NULL;
END $$;
CREATE TRIGGER torture_post AFTER UPDATE ON incidents_roompost FOR EACH ROW
    WHEN (NEW.state = 'sending' AND NEW.lease_token IS DISTINCT FROM OLD.lease_token)
    EXECUTE FUNCTION torture.note_post();
CREATE FUNCTION torture.note_clock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO torture.clock VALUES (
        NEW.id, COALESCE(NEW.met_at, NEW.stopped_at) IS NOT NULL, fast.clock_timestamp());
    RETURN NULL;
END $$;
CREATE TRIGGER torture_clock AFTER UPDATE ON incidents_responseclock FOR EACH ROW
    WHEN ((COALESCE(NEW.met_at, NEW.stopped_at) IS NULL)
        IS DISTINCT FROM (COALESCE(OLD.met_at, OLD.stopped_at) IS NULL))
    EXECUTE FUNCTION torture.note_clock();
"""


def lay() -> None:
    """The clock runs fast from here on, also for every connection to come."""
    world.build(NOW)
    _company()
    with connection.cursor() as cursor:
        cursor.execute(GROUND)
        name = connection.settings_dict["NAME"]
        cursor.execute(f'ALTER DATABASE "{name}" SET search_path = fast, pg_catalog, public')
    connection.close()


def _company() -> None:
    """Six services, each with a roster and a room of its own; promises of minutes that climb."""
    targets = {
        Promise.ACKNOWLEDGE: 2,
        Promise.CONTAIN: 3,
        Promise.RESOLVE: 6,
        Promise.UPDATE: 2,
    }
    for promise, minutes in targets.items():
        ResponseTarget.objects.filter(promise=promise).update(amount=minutes)
    for number in range(SERVICES):
        _service(number)


def _service(number: int) -> None:
    team = Team.objects.create(
        name=f"Team {number}", slug=f"team-{number}", time_zone="Europe/Berlin"
    )
    people = [make_person(f"{name}{number}") for name in ("Ada", "Ben", "Cleo")]
    for person in people:
        Membership.objects.create(team=team, person=person)
        email = ContactPoint.objects.get(person=person, channel=Channel.EMAIL)
        ContactRule.objects.create(
            person=person, urgency=Urgency.URGENT, contact_point=email, order=2, delay_minutes=1
        )
    roster = make_roster(f"Roster {number}", [[people[0]], [people[1]], [people[2]]], now=NOW)
    service = Service.objects.create(
        name=f"Service {number}", slug=f"service-{number}", owner_team=team
    )
    _policy(number, service, roster)


def _policy(number: int, service: Service, roster: Roster) -> None:
    policy = EscalationPolicy.objects.create(name=f"Policy {number}", slug=f"policy-{number}")
    carol = PolicyVersion.objects.order_by("pk")[0].published_by
    version = PolicyVersion.objects.create(
        policy=policy,
        number=1,
        rationale="To be tortured.",
        repeats=1,
        loop_minutes=4,
        catch_all_minutes=1,
        catch_all_rounds=3,
        published_at=NOW,
        published_by=carol,
    )
    team = service.owner_team
    told: dict[str, Any] = {"kind": TargetKind.ROSTER, "roster": roster}
    first = step(version, 1, 0, **told)
    room = Room.objects.create(name=f"#service-{number}", team=team, address=f"C{number}")
    StepTarget.objects.create(step=first, kind=TargetKind.ROOM, room=room)
    step(version, 2, 1, **told, choose=Choose.BACKUP)
    step(version, 3, 2, kind=TargetKind.TEAM, team=team, choose=Choose.ALL)
    after: dict[str, Any] = {"anchor": StepAnchor.TARGET, "kind": TargetKind.TEAM, "team": team}
    for order, clock in enumerate((Promise.CONTAIN, Promise.UPDATE, Promise.RESOLVE), start=4):
        step(version, order, 0, clock=clock, **after, choose=Choose.ALL)
    step(version, 7, 1, clock=Promise.CONTAIN, **after, choose=Choose.ALL)
    Route.objects.create(policy=policy, service=service)
