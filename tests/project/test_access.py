"""Who may open what: every address there is, for everybody there is.

Addresses are found in the URLconf (`tests.pages`); one without a row here fails. Statuses are those
of reading (GET); what a press may do is decided by the rules in logic and tested beside them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.cache import has_vary_header
from pytest_django.plugin import DjangoDbBlocker

from config.demo import numbering
from config.portal import clock
from incidents.models import Incident
from incidents.operations import engine, lifecycle
from reviews.models import Review
from reviews.operations import sweep
from rosters.logic.roles import USE_THE_ADMIN, Role
from rosters.models import Person
from tests.looks import Looks, noting_htmx, noting_looks
from tests.pages import Everything, addresses, one_of_everything
from tests.secrecy import keep_secret
from tests.world import PASSWORD, World, build, make_person

pytestmark = pytest.mark.django_db

FRAGMENT = {"HX-Request": "true"}
SIGN_IN = 302
NO_PRESS = 405


@dataclass(frozen=True)
class Row:
    """What strangers get, what everybody who is signed in gets, and who gets something else."""

    stranger: int
    colleague: int
    others: dict[str, int] = field(default_factory=dict)

    def of(self, who: str) -> int:
        if who == "anonymous":
            return self.stranger
        return self.others.get(who, self.colleague)


PAGE = Row(SIGN_IN, 200)
PRESS = Row(SIGN_IN, NO_PRESS)
OUTSIDE = Row(200, 200)
LEADS_ON = Row(SIGN_IN, SIGN_IN)
LEADS_TO_ONE = Row(SIGN_IN, SIGN_IN, {"administrator": 200})  # who sees the restricted one too
DOOR = Row(200, 302)  # whoever is signed in already goes on
MACHINE = Row(NO_PRESS, NO_PRESS)
NOTHING_THERE = Row(404, 404)
KEEPERS = Row(SIGN_IN, 403, {"service owner": 200, "administrator": 200})  # of the matrix

ADMINISTRATORS = Row(SIGN_IN, 403, {"administrator": 200})

ROWS: dict[str, Row] = {
    # Probes and doors of machines: a token is the proof, or nothing is told
    "healthz": OUTSIDE,
    "readyz": OUTSIDE,
    "metrics": NOTHING_THERE,  # no token is set
    "alerts": MACHINE,
    "hook": MACHINE,
    "heartbeat": MACHINE,
    "heartbeat_hook": MACHINE,
    "incidents:answer": NOTHING_THERE,  # no such link was ever sent
    "openapi": Row(401, 200),
    "api_guide": PAGE,
    "api:change_cells": MACHINE,  # it only takes changes
    "api:offer_swap": MACHINE,
    "api:accept_swap": MACHINE,
    "api:decide_swap": MACHINE,
    "api:decline_swap": MACHINE,
    # Signing in
    "sign_in": DOOR,
    "account_login": DOOR,
    "sign_out": MACHINE,
    "account_logout": MACHINE,
    "account_inactive": OUTSIDE,
    "account_reset_password": OUTSIDE,
    "account_reset_password_done": OUTSIDE,
    "account_reset_password_from_key": OUTSIDE,
    "account_reset_password_from_key_done": OUTSIDE,
    "mfa_login_webauthn": Row(302, 302),
    "mfa_authenticate": Row(302, 302),
    "kept_form": LEADS_ON,  # to Now: nothing is kept
    "openid_connect_login": NOTHING_THERE,  # no service is set up
    "openid_connect_callback": NOTHING_THERE,
    "socialaccount_login_cancelled": OUTSIDE,
    "socialaccount_login_error": Row(401, 401),
    # Your sign-in: one's own, after saying once more that it is oneself
    "account": PAGE,
    "mfa_index": PAGE,
    "mfa_list_webauthn": PAGE,
    "account_change_password": PAGE,
    "account_set_password": LEADS_ON,
    "account_end_sessions": LEADS_ON,  # nobody else is signed in as them
    "account_reauthenticate": PAGE,
    "mfa_reauthenticate": LEADS_ON,  # nothing to ask for yet
    "mfa_reauthenticate_webauthn": LEADS_ON,
    "mfa_activate_totp": LEADS_ON,
    "mfa_deactivate_totp": Row(SIGN_IN, 404),
    "mfa_add_webauthn": LEADS_ON,
    "mfa_edit_webauthn": LEADS_ON,
    "mfa_remove_webauthn": LEADS_ON,
    "mfa_view_recovery_codes": Row(SIGN_IN, 404),
    "mfa_generate_recovery_codes": LEADS_ON,
    # Pages for everybody
    "front:now": PAGE,
    "front:desk": PAGE,
    "front:desk_reply": PRESS,
    "front:services": PAGE,
    "front:service": PAGE,
    "front:service_map": PAGE,
    "front:me": PAGE,
    "front:search": PAGE,
    "front:help": PAGE,
    "front:help_first_night": PAGE,
    "front:wall": PAGE,
    "front:styleguide": PAGE,
    "front:test_point": PRESS,
    "front:confirm_point": PRESS,
    "front:tour": PRESS,
    "front:drafts": PRESS,
    "front:draft_drop": PRESS,
    "front:leaving": Row(SIGN_IN, 403, {"service owner": 200, "administrator": 200}),
    "front:leaving_test": PRESS,
    "front:leaving_ask": PRESS,
    "front:leaving_call_off": PRESS,
    "front:audit": Row(SIGN_IN, 403, {"auditor": 200, "administrator": 200}),
    "incidents:list": PAGE,
    "incidents:detail": PAGE,
    "incidents:escalation": PAGE,
    "incidents:declare": PAGE,
    "incidents:update": PAGE,
    "incidents:contain": PAGE,
    "incidents:resolve": PAGE,
    "incidents:undo_contain": PRESS,
    "incidents:acknowledge": PRESS,
    "incidents:hand_back": PAGE,
    "incidents:attention": PRESS,
    "incidents:roles": PAGE,
    "incidents:decide": PAGE,
    "incidents:cause": PAGE,
    "incidents:restrict": PAGE,
    "incidents:authority": PAGE,
    "incidents:approval": PAGE,
    "incidents:take_command": PRESS,
    "incidents:give_back_command": PRESS,
    "incidents:note": PRESS,
    "incidents:reroute": PAGE,
    "incidents:reroute_end": PRESS,
    "incidents:reroute_service": PAGE,
    "incidents:reroute_service_end": PRESS,
    "incidents:holds": PAGE,
    "incidents:call": PAGE,
    "incidents:help_answer": PRESS,
    "incidents:jump": PAGE,
    "incidents:stand_down": PAGE,
    "incidents:hold": PAGE,
    "incidents:hold_end": PRESS,
    "incidents:severity": PAGE,
    "incidents:worth": PRESS,
    "incidents:evidence": PRESS,
    "incidents:runbook": PAGE,
    "incidents:followed_by": LEADS_TO_ONE,
    "incidents:runbook_mark": PRESS,
    "incidents:runbook_undo": PRESS,
    "incidents:choose_runbook": PRESS,
    "incidents:follow": PRESS,
    "incidents:follow_rule": PRESS,
    "incidents:policy_agree": PRESS,
    "incidents:view_save": PRESS,
    "incidents:view_rename": PRESS,
    "incidents:view_remove": PRESS,
    "incidents:rules": PAGE,
    "incidents:severities": PAGE,
    "incidents:role_cards": PAGE,
    "incidents:scenarios": PAGE,
    "incidents:rule": PAGE,
    "incidents:policies": PAGE,
    "incidents:policy": PAGE,
    "incidents:policy_compare": PAGE,
    "incidents:policy_roll_back": PAGE,
    "incidents:try": PAGE,
    "incidents:replay": PAGE,
    "incidents:proof": PAGE,
    "incidents:proof_finding": PAGE,
    "incidents:proof_speak": PRESS,
    "incidents:signals": PAGE,
    "incidents:source": PAGE,
    "incidents:source_new": PAGE,
    "incidents:source_edit": PAGE,
    "incidents:source_try": PAGE,
    "incidents:source_secret": PAGE,
    "incidents:source_token_new": PRESS,
    "incidents:source_token_revoke": PAGE,
    "incidents:source_again": PAGE,
    "incidents:receipt": PAGE,
    "incidents:receipt_again": PAGE,
    "incidents:status": PAGE,
    "incidents:templates": PAGE,
    "incidents:template": PAGE,
    "incidents:template_new": PAGE,
    "incidents:template_edit": PAGE,
    "incidents:template_retire": PRESS,
    "incidents:maintenance": PAGE,
    "incidents:maintenance_new": PAGE,
    "incidents:maintenance_edit": PAGE,
    "incidents:maintenance_times": PAGE,
    "incidents:maintenance_back": PRESS,
    "incidents:maintenance_off": PRESS,
    "incidents:maintenance_end": PRESS,
    "incidents:webhooks": PAGE,
    "incidents:webhook": PAGE,
    "incidents:webhook_new": PAGE,
    "incidents:webhook_edit": PAGE,
    "incidents:webhook_secret": PRESS,
    "incidents:webhook_test": PRESS,
    "incidents:webhook_again": PRESS,
    "incidents:delivery_again": PRESS,
    "incidents:noise": PAGE,
    "incidents:unplaced": PAGE,
    "incidents:unplaced_home": PRESS,
    "incidents:triggers": PAGE,
    "incidents:trigger": PAGE,
    "incidents:trigger_new": PAGE,
    "incidents:trigger_on": PAGE,
    "incidents:trigger_mode": PRESS,
    "incidents:trigger_move": PRESS,
    "incidents:heartbeats": PAGE,
    "incidents:heartbeat": PAGE,
    "incidents:heartbeat_new": PAGE,
    "incidents:heartbeat_mute": PRESS,
    "incidents:heartbeat_unmute": PRESS,
    "incidents:heartbeat_pause": PRESS,
    "reviews:list": PAGE,
    "reviews:detail": PAGE,
    "reviews:read": LEADS_ON,  # to the review, which is not published yet
    "reviews:detail_publish": PAGE,
    "reviews:actions": PAGE,
    "reviews:action_done": PRESS,
    "reviews:action_reopen": PRESS,
    "reviews:scorecards": PAGE,
    "reviews:scorecard": PAGE,
    "reviews:drills": PAGE,
    "reviews:drill": PAGE,
    "reviews:drill_plan": PAGE,
    "reviews:drill_finish": PRESS,
    "reviews:drill_call_off": PAGE,
    "reviews:drill_finding_done": PRESS,
    "reviews:drill_finding_reopen": PRESS,
    "rosters:contacts": PAGE,
    "rosters:phone_tree": PAGE,
    "rosters:contact_audit": PAGE,
    "rosters:ask_to_confirm": PRESS,
    "rosters:my_cells": PAGE,
    "rosters:cell": PAGE,
    "rosters:cell_back": PRESS,
    "rosters:wrong_number": PRESS,
    "rosters:confirm": NOTHING_THERE,  # no such link was ever sent
    "rosters:letter_stop": NOTHING_THERE,  # no such letter was ever sent
    "rosters:own_contacts": PAGE,
    "rosters:own_add": PRESS,
    "rosters:own_save": PRESS,
    "rosters:own_change": PRESS,
    "rosters:own_remove": PRESS,
    "rosters:own_code": PRESS,
    "rosters:own_use": PRESS,
    "rosters:own_verify": PRESS,
    "rosters:own_test": PRESS,
    "rosters:own_arrived": PRESS,
    "rosters:own_quiet": LEADS_ON,
    "rosters:own_ways": LEADS_ON,
    "rosters:absences": PAGE,
    "rosters:absence_new": PAGE,
    "rosters:absence": PAGE,
    "rosters:absence_change": PAGE,
    "rosters:absence_end": PRESS,
    "rosters:cover_ask": PRESS,
    "rosters:cover_answer": PRESS,
    "rosters:tokens": PAGE,
    "rosters:token_revoke": PRESS,
    "rosters:calendars": PAGE,
    "rosters:feed": NOTHING_THERE,  # no such address was ever made
    "rosters:feed_end": PRESS,
    "rosters:outbox": ADMINISTRATORS,
    "incidents:reach": ADMINISTRATORS,
    "incidents:wordings": ADMINISTRATORS,
    "incidents:wording": ADMINISTRATORS,
    "incidents:wording_back": PRESS,
    "rosters:message": ADMINISTRATORS,
    "rosters:message_act": PRESS,
    "rosters:carriers": ADMINISTRATORS,
    "rosters:carrier_new": ADMINISTRATORS,
    "rosters:carrier_channels": ADMINISTRATORS,
    "rosters:carrier": ADMINISTRATORS,
    "rosters:carrier_edit": ADMINISTRATORS,
    "rosters:carrier_test": PRESS,
    "rosters:carrier_again": PRESS,
    "rosters:carrier_switch": PRESS,
    "rosters:carrier_door": MACHINE,
    "rosters:imports": KEEPERS,
    "rosters:import": Row(SIGN_IN, 404, {"service owner": 200, "administrator": 200}),
    "rosters:import_apply": PRESS,
    "rosters:import_withdraw": PRESS,
    "rosters:import_mistakes": Row(SIGN_IN, 404, {"service owner": 200, "administrator": 200}),
    "rosters:import_template": KEEPERS,
    "rosters:export": PAGE,
    "rosters:export_numbers": PRESS,
    "rosters:on_call": PAGE,
    "rosters:coverage": PAGE,
    "rosters:load": PAGE,
    "rosters:plan": PAGE,
    "rosters:plan_undo": PRESS,
    "rosters:wishes": PAGE,
    "rosters:wish_remove": PRESS,
    "rosters:pay": ADMINISTRATORS,
    "rosters:roster": PAGE,
    "rosters:roster_new": PAGE,
    "rosters:roster_edit": PAGE,
    "rosters:roster_publish": Row(SIGN_IN, 302),  # it is published already
    "rosters:roster_discard": PRESS,
    "rosters:roster_unpublish": PRESS,
    "rosters:calendars_in": PAGE,
    "rosters:calendar_in_read": PRESS,
    "rosters:layer_new": PAGE,
    "rosters:layer_edit": PAGE,
    "rosters:layer_remove": PAGE,
    "rosters:layer_undo": PRESS,
    "rosters:layer_split": PRESS,
    "rosters:temporaries": PAGE,
    "rosters:temporary_new": PAGE,
    "rosters:temporary": PAGE,
    "rosters:temporary_end": PRESS,
    "rosters:take": PAGE,
    "rosters:override_new": PAGE,
    "rosters:give": PAGE,
    "rosters:change_end": PRESS,
    "rosters:ask_cover": PRESS,
    "rosters:swaps": PAGE,
    "rosters:swap": PAGE,
    "rosters:swap_offer": PRESS,
    "rosters:swap_accept": PRESS,
    "rosters:swap_offer_back": PRESS,
    "rosters:swap_yes_for": PRESS,
    "rosters:swap_undo": PRESS,
    "rosters:swap_decline": PRESS,
    "rosters:swap_withdraw": PRESS,
    "rosters:swap_decide": PRESS,
    "rosters:handover_notes": PAGE,
    "rosters:handover_read": PRESS,
    "rosters:people": PAGE,
    "rosters:person": PAGE,
    "rosters:numbers": PRESS,
    "runbooks:list": PAGE,
    "runbooks:detail": PAGE,
    "runbooks:glossary": PAGE,
}

TOKEN_ALONE = Row(401, 401)
"""Resources of the API: a sign-in counts for nothing, only a token does."""


class _Rows(dict[str, Row]):
    """What is not listed and is a resource of the API asks for a token."""

    def __missing__(self, name: str) -> Row:
        if name.startswith("api:"):
            return TOKEN_ALONE
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or str(name).startswith("api:")


ROWS = _Rows(ROWS)

ROLES = {
    "stakeholder": Role.STAKEHOLDER,
    "responder": Role.RESPONDER,
    "commander": Role.COMMANDER,
    "service owner": Role.SERVICE_OWNER,
    "roster manager": Role.ROSTER_MANAGER,
    "reviewer": Role.REVIEWER,
    "auditor": Role.AUDITOR,
    "administrator": Role.ADMINISTRATOR,
}
EVERYBODY = ["anonymous", "outsider", *ROLES]
MACHINES_DOORS = {
    "alerts",
    "hook",
    "heartbeat",
    "heartbeat_hook",
    "rosters:carrier_door",
    "incidents:answer",
    "rosters:confirm",
    "rosters:letter_stop",
    "healthz",
    "readyz",
    "metrics",
}
KEEPS_SESSIONS = re.compile(r'"(?:django_session|usersessions_usersession)"')
SECRET = "Quokka letters"  # a word that stands nowhere else
NOWHERE_ELSE = 7001  # a number, too: INC-12 is an example on many pages


@dataclass
class Company:
    """One of everything, and one person in each role who has no part in any incident."""

    everything: Everything
    people: dict[str, Person]
    secret: Incident
    secret_review: Review
    learnt_from: Incident
    made_at: datetime
    readings: dict[str, "Reading"] = field(default_factory=dict)

    @property
    def world(self) -> World:
        return self.everything.world


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Company]:
    """Made once for all that is asked here: what a test writes is rolled back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _company()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _no_time_passes(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever comes late finds the company as it was made: nothing in it has become overdue."""
    monkeypatch.setattr(clock, "show_now", lambda: company.made_at)
    monkeypatch.setattr(clock, "act_now", lambda: company.made_at)


def _company() -> Company:
    now = clock.act_now()
    world = build(now)
    everything = one_of_everything(world, now=now)
    people = {"outsider": world.frank}
    for name, role in ROLES.items():
        people[name] = _holder(name, role)
    numbering.continue_from(NOWHERE_ELSE)
    secrets = _secrets(world)
    return Company(everything, people, *secrets, made_at=clock.act_now())


def _holder(name: str, role: Role) -> Person:
    person = make_person(name.title().replace(" ", ""))
    person.groups.add(Group.objects.get_or_create(name=role.value)[0])
    person.is_staff = role in USE_THE_ADMIN
    person.is_superuser = role == Role.ADMINISTRATOR
    person.save()
    return person


def _secrets(world: World) -> tuple[Incident, Review, Incident]:
    """Restricted incidents: an open one, one that waits for its review, one with all that can be
    written of it, its review published. Alice was called."""
    now = clock.act_now()
    made = []
    _number_beyond_examples()
    for word in ("open", "over"):
        opening = lifecycle.Opening(
            title=f"{SECRET}, {word}", severity=1, service=world.service, summary=SECRET
        )
        incident = lifecycle.open_incident(opening, by=None, now=now)
        Incident.objects.filter(pk=incident.pk).update(is_restricted=True)
        engine.tick(now=now)
        made.append(incident)
    over = made[1]
    lifecycle.acknowledge(over, by=world.alice, now=now)
    lifecycle.resolve(over, by=world.alice, at=now, now=now)
    sweep.open_due_reviews(now=now)
    review = Review.objects.get(incident=over)
    return made[0], review, keep_secret(world, word=SECRET, is_over=True)


def _number_beyond_examples() -> None:
    """The next incident has a number that no page shows as an example, as INC-12 is one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(numbers, greatest(nextval(numbers), 70000))"
            " FROM pg_get_serial_sequence('incidents_incident', 'id') AS numbers"
        )


def browser(company: Company, who: str) -> Client:
    client = Client()
    if who != "anonymous":
        client.force_login(company.people[who])
    return client


def test_every_address_has_a_row(company: Company) -> None:
    unsaid = {name for name in addresses(company.everything) if name not in ROWS}

    assert unsaid == set(), "tests/project/test_access.py: say who may open these"


@dataclass(frozen=True)
class Answer:
    """What one address said to one person, and which rows were written for it."""

    status: int
    location: str
    body: str
    has_fragment: bool
    written: list[str]


def read(client: Client, path: str, *, as_fragment: bool = False) -> Answer:
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path, headers=FRAGMENT if as_fragment else {})
        body = _body(answer)
    return Answer(
        status=answer.status_code,
        location=answer.headers.get("Location", ""),
        body=body,
        has_fragment=has_vary_header(answer, "HX-Request"),
        written=[query["sql"] for query in asked if _writes(query["sql"])],
    )


@dataclass(frozen=True)
class Reading:
    """What every address says to one person, and which paths look at what."""

    answers: dict[str, Answer]
    looks: Looks
    look_for_htmx: set[str]


def reading_of(company: Company, who: str) -> Reading:
    """Everybody reads every address once, for all that is asked of it."""
    if who not in company.readings:
        client = browser(company, who)
        with noting_looks() as looks, noting_htmx() as for_htmx:
            answers = {
                name: read(client, path) for name, path in addresses(company.everything).items()
            }
        company.readings[who] = Reading(answers, looks, for_htmx)
    return company.readings[who]


@pytest.mark.parametrize("who", EVERYBODY)
def test_reading(company: Company, who: str, subtests: pytest.Subtests) -> None:
    """What is asked of the answers has a name each."""
    paths = addresses(company.everything)
    answers = reading_of(company, who).answers

    with subtests.test("is as the table says"):
        wrong = {
            name: (answer.status, ROWS[name].of(who))
            for name, answer in answers.items()
            if name in ROWS and answer.status != ROWS[name].of(who)
        }
        assert wrong == {}, "name: (is, should be)"

    with subtests.test("changes nothing"):
        assert {name: one.written for name, one in answers.items() if one.written} == {}

    if who == "anonymous":
        with subtests.test("sends strangers to sign in and back"):
            astray = {
                name: answer.location
                for name, answer in answers.items()
                if ROWS[name].stranger == SIGN_IN
                and name not in {"mfa_login_webauthn", "mfa_authenticate"}
                and answer.location != f"/sign-in/?next={paths[name]}"
            }
            assert astray == {}

    if who != "administrator":
        with subtests.test("says nothing of a restricted incident"):
            leaks = Leaks(company)
            for name, answer in answers.items():
                leaks.look(name, answer)
            assert leaks.found == {}


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_admin_opens_to_those_who_have_something_to_do_there(
    company: Company, who: str
) -> None:
    answer = browser(company, who).get("/admin/", follow=True)

    if who == "anonymous":
        assert answer.redirect_chain[-1][0] == "/sign-in/?next=/admin/"
    else:
        assert answer.status_code == (200 if ROLES.get(who) in USE_THE_ADMIN else 403)


def _writes(sql: str) -> bool:
    is_write = sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))
    return is_write and not KEEPS_SESSIONS.search(sql)


def test_a_press_without_the_forms_own_token_does_nothing(company: Company) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(company.people["administrator"])
    paths = {
        name: path
        for name, path in addresses(company.everything).items()
        if name not in MACHINES_DOORS and not name.startswith("api:")
    }

    with CaptureQueriesContext(connection) as asked:
        answers = {name: client.post(path).status_code for name, path in paths.items()}

    assert {name: status for name, status in answers.items() if status != 403} == {}
    assert [query["sql"] for query in asked if _writes(query["sql"])] == []


# --- Restricted incidents: for those with no part they are not there ------------------------------


def secret_addresses(company: Company) -> Iterator[tuple[str, str]]:
    """Every address that names a restricted incident or its review."""
    usual = addresses(company.everything)
    ref, pk = company.everything.incident.reference, company.everything.review.pk
    for name, path in usual.items():
        if name != "incidents:answer" and f"/{ref}/" in path:
            yield name, path.replace(f"/{ref}/", f"/{company.secret.reference}/")
        if name.startswith("reviews:detail"):
            yield name, path.replace(f"/{pk}/", f"/{company.secret_review.pk}/")
        if name == "reviews:read":
            yield name, f"/reviews/{company.secret_review.incident.reference}/read/"


@pytest.mark.parametrize(
    "who", [who for who in EVERYBODY if who not in {"anonymous", "administrator"}]
)
def test_a_restricted_incident_is_not_there_for_others(company: Company, who: str) -> None:
    client = browser(company, who)

    found = {
        (name, verb): answer.status_code
        for name, path in secret_addresses(company)
        for verb in ("get", "post")
        if (answer := getattr(client, verb)(path)).status_code not in {404, 405}
    }

    assert found == {}


def test_it_is_there_for_those_who_were_called_and_for_administrators(company: Company) -> None:
    for person in (company.world.alice, company.people["administrator"]):
        client = Client()
        client.force_login(person)
        missing = [
            name for name, path in secret_addresses(company) if client.get(path).status_code == 404
        ]

        assert missing == []


class Leaks:
    """Answers that say something of the restricted incidents, with the words around it."""

    def __init__(self, company: Company) -> None:
        secrets = (company.secret, company.secret_review.incident, company.learnt_from)
        references = [rf"\b{incident.reference}\b" for incident in secrets]
        self.found: dict[str, str] = {}
        self._telling = re.compile("|".join([SECRET, *references]))

    def look(self, path: str, answer: Answer) -> None:
        body = answer.body.replace("Quokka", "") if SECRET not in answer.body else answer.body
        if told := self._telling.search(body):
            self.found[path] = body[max(0, told.start() - 80) : told.end() + 40]


SHAPES = ("?q=Quokka", "?q=Quokka&show=all&format=csv", "?show=all&days=365")


@pytest.mark.parametrize("who", ["anonymous", "outsider", "stakeholder", "commander", "auditor"])
def test_no_shape_of_a_page_says_anything_of_it(company: Company, who: str) -> None:
    """Every address as a fragment; and searched, filtered, as CSV where it looks at such words.

    What does not look whether htmx asks says to it what `test_reading` has looked through.
    """
    client = browser(company, who)
    leaks = Leaks(company)
    reading = reading_of(company, who)

    for name, path in addresses(company.everything).items():
        if name in MACHINES_DOORS:
            continue
        with noting_looks() as looked:
            if path in reading.look_for_htmx:
                leaks.look(path, read(client, path, as_fragment=True))
        for shape in SHAPES:
            if not any(one.would_see(path, shape) for one in (looked, reading.looks)):
                continue
            answer = read(client, f"{path}{shape}")
            leaks.look(f"{path}{shape}", answer)
            if answer.has_fragment:
                leaks.look(f"{path}{shape}", read(client, f"{path}{shape}", as_fragment=True))

    assert leaks.found == {}


def _body(answer) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode(errors="replace")


def test_counts_leave_it_out(company: Company) -> None:
    theirs = browser(company, "outsider").get("/").context
    alices = Client()
    alices.force_login(company.world.alice)
    hers = alices.get("/").context

    assert int(theirs["open_incidents"]) + 1 == int(hers["open_incidents"])


def test_one_persons_sign_in_is_nobody_elses(company: Company) -> None:
    mine, theirs = Client(), Client()
    for client, person in ((mine, company.world.alice), (theirs, company.world.frank)):
        client.post("/sign-in/", {"username": person.email, "password": PASSWORD})

    page = _body(theirs.get("/account/"))

    assert str(company.world.alice.email) not in page
    assert page.count("Signed in since") == 1
