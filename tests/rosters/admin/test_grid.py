"""The contact matrix as one grid: saved together, with a reason, never over somebody's work."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pghistory
import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rosters.models import Absence, MatrixEntry, Message, StakeholderRole
from tests.factories import make_service
from tests.world import NOW, World, make_person

pytestmark = pytest.mark.django_db
GRID = "/admin/rosters/matrixentry/grid/"
REPLACE = "/admin/rosters/matrixentry/replace/"


@pytest.fixture(autouse=True)
def _frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.portal.clock.act_now", lambda: NOW)
    monkeypatch.setattr("config.portal.clock.show_now", lambda: NOW)


@pytest.fixture
def owner(world: World) -> StakeholderRole:
    role = StakeholderRole.objects.create(name="product owner", slug="po")
    MatrixEntry.objects.create(role=role, team=world.team, person=world.bob)
    return role


@pytest.fixture
def editor(world: World) -> Client:
    client = Client()
    client.force_login(make_person("Amara", is_administrator=True))
    return client


def text(response) -> str:
    return " ".join(response.content.decode().split())


def key(role: StakeholderRole, world: World) -> str:
    return f"{role.pk}.s{world.service.pk}"


def sent(
    which: str, who: str, backup: str = "", was: str = "..", reason: str = "Nils left."
) -> dict[str, Any]:
    return {f"who-{which}": who, f"backup-{which}": backup, f"was-{which}": was, "reason": reason}


def test_it_shows_what_stands_and_what_is_inherited(
    editor: Client, world: World, owner: StakeholderRole
) -> None:
    page = text(editor.get(GRID))

    assert f'name="who-{key(owner, world)}"' in page
    assert 'placeholder="Bob Example"' in page
    assert '<option value="Roster: Payments on call">' in page
    assert "+49" not in page


def test_cells_are_saved_together_and_whoever_is_new_is_asked(
    editor: Client, world: World, owner: StakeholderRole
) -> None:
    other = make_service()
    form = sent(key(owner, world), "alice example", "Bob Example")
    form |= sent(f"{owner.pk}.s{other.pk}", "Roster: Payments on call")

    answer = editor.post(GRID, form)

    assert answer.status_code == 302
    rows = MatrixEntry.objects.filter(service__isnull=False).order_by("service")
    assert [(row.person, row.backup, row.roster) for row in rows] == [
        (world.alice, world.bob, None),
        (None, None, world.roster),
    ]
    assert {message.person for message in Message.objects.all()} == {world.alice}


def test_the_history_says_who_changed_it_and_why(
    editor: Client, world: World, owner: StakeholderRole
) -> None:
    cell = MatrixEntry.objects.create(role=owner, service=world.service, person=world.bob)
    was = f"{world.bob.pk}.."

    editor.post(GRID, sent(key(owner, world), "Alice Example", was=was))

    page = re.sub(
        r"<[^>]+>", "", text(editor.get(f"/admin/rosters/matrixentry/{cell.pk}/history/"))
    )
    assert (
        "changed the product owner for Payments from Bob Example to Alice Example,"
        " because Nils left." in page
    )


def test_an_emptied_cell_takes_over_from_its_team(
    editor: Client, world: World, owner: StakeholderRole
) -> None:
    MatrixEntry.objects.create(role=owner, service=world.service, person=world.alice)

    editor.post(GRID, sent(key(owner, world), "", was=f"{world.alice.pk}.."))

    assert not MatrixEntry.objects.filter(service=world.service).exists()
    assert 'placeholder="Bob Example"' in text(editor.get(GRID))


def test_two_owners_at_once_lose_nothing_silently(
    editor: Client, world: World, owner: StakeholderRole
) -> None:
    with pghistory.context(user=world.dora.pk, reason="Bob moved on"):
        MatrixEntry.objects.create(role=owner, service=world.service, person=world.carol)
    which = key(owner, world)

    answer = editor.post(f"{GRID}?state=vacant", sent(which, "Alice Example"))

    page = text(answer)
    assert answer.status_code == 422
    assert "Changed meanwhile to <b>Carol Example</b> by Dora Example, " in page
    assert '“<span class="wrap">Bob moved on</span>”. Yours is above.' in page
    assert "</a>: Dora Example changed it meanwhile." in page
    assert 'value="Alice Example"' in page
    assert MatrixEntry.objects.get(service=world.service).person == world.carol

    seen = sent(which, "Alice Example", was=f"{world.carol.pk}..")
    assert f'name="keep-{which}" value="theirs" checked' in page
    kept = editor.post(GRID, {**seen, f"keep-{which}": "theirs"}, follow=True)
    assert MatrixEntry.objects.get(service=world.service).person == world.carol
    assert "0 cells changed. 1 cell stays as somebody else wrote it meanwhile." in text(kept)

    editor.post(GRID, {**seen, f"keep-{which}": "mine"})
    assert MatrixEntry.objects.get(service=world.service).person == world.alice


def test_a_folded_row_says_how_many_of_its_roles_need_a_look(
    editor: Client, world: World, owner: StakeholderRole
) -> None:
    MatrixEntry.objects.create(role=owner, service=world.service, person=world.carol)

    page = text(editor.get(GRID))

    assert "1 to look at. Show" in page


def test_an_inherited_backup_is_not_lost_without_a_word(
    editor: Client, world: World, owner: StakeholderRole
) -> None:
    MatrixEntry.objects.filter(role=owner).update(backup=world.carol)
    which = key(owner, world)

    first = editor.post(GRID, sent(which, "Alice Example"))

    page = text(first)
    assert first.status_code == 422
    assert "Until now Carol Example stood in here, from the team." in page
    assert f'name="backup-{which}" value="Carol Example"' in page
    assert not MatrixEntry.objects.filter(service=world.service).exists()

    editor.post(GRID, sent(which, "Alice Example", "Carol Example") | {f"asked-{which}": "1"})
    assert MatrixEntry.objects.get(service=world.service).backup == world.carol


def test_whoever_wants_no_backup_says_so_once(
    editor: Client, world: World, owner: StakeholderRole
) -> None:
    MatrixEntry.objects.filter(role=owner).update(backup=world.carol)
    which = key(owner, world)

    editor.post(GRID, sent(which, "Alice Example") | {f"asked-{which}": "1"})

    cell = MatrixEntry.objects.get(service=world.service)
    assert (cell.person, cell.backup) == (world.alice, None)


def was_of(page: str, which: str) -> str:
    """What the form says it was read at."""
    found = re.search(rf'name="was-{re.escape(which)}" value="([^"]*)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize("mistake", ["no reason", "a typo elsewhere", "no reason twice"])
def test_a_conflict_is_said_beside_any_other_mistake(
    editor: Client, world: World, owner: StakeholderRole, mistake: str
) -> None:
    other = f"{owner.pk}.s{make_service().pk}"
    which = key(owner, world)
    reason = "Nils left." if mistake == "a typo elsewhere" else " "
    form = sent(which, "Alice Example", reason=reason)
    if mistake == "no reason twice":
        was = was_of(text(editor.post(GRID, form)), which)
        form = sent(which, "Alice Example", was=was, reason=reason)
    elif mistake == "a typo elsewhere":
        form |= sent(other, "Nobody Known")
    MatrixEntry.objects.create(role=owner, service=world.service, person=world.carol)

    answer = editor.post(GRID, form)

    page = text(answer)
    assert answer.status_code == 422
    assert "Changed meanwhile to <b>Carol Example</b>" in page
    assert re.search(r"</a>: (somebody else|you, in another window) changed it meanwhile", page)
    assert was_of(page, which) == f"{world.carol.pk}.."


def test_a_typo_in_the_very_cell_never_hides_a_conflict(
    editor: Client, world: World, owner: StakeholderRole
) -> None:
    which = key(owner, world)
    MatrixEntry.objects.create(role=owner, service=world.service, person=world.carol)

    page = text(editor.post(GRID, sent(which, "Alise Example")))

    assert was_of(page, which) == ".."
    again = editor.post(GRID, sent(which, "Alice Example", was=was_of(page, which)))
    assert "Changed meanwhile to <b>Carol Example</b>" in text(again)
    assert MatrixEntry.objects.get(service=world.service).person == world.carol


@pytest.mark.parametrize(
    ("who", "backup", "reason", "words"),
    [
        ("Nobody Known", "", "So.", "nobody is called “Nobody Known”"),
        ("Alice Example", "Someone", "So.", "nobody is called “Someone”"),
        ("Alice Example", "Alice Example", "So.", "One person cannot be both"),
        ("", "Alice Example", "So.", "name a person first"),
        ("Alice Example", "", " ", "Say why in one line"),
    ],
)
def test_a_mistake_is_answered_beside_the_cell_and_nothing_is_saved(
    editor: Client,
    world: World,
    owner: StakeholderRole,
    who: str,
    backup: str,
    reason: str,
    words: str,
) -> None:
    answer = editor.post(GRID, sent(key(owner, world), who, backup, reason=reason))

    assert answer.status_code == 422
    assert words in text(answer)
    assert not MatrixEntry.objects.filter(service=world.service).exists()


@pytest.mark.parametrize("gone", ["role", "service", "team"])
def test_a_row_that_is_gone_is_said_and_the_rest_stays_typed(
    editor: Client, world: World, owner: StakeholderRole, gone: str
) -> None:
    which = {
        "role": f"987654.s{world.service.pk}",
        "service": f"{owner.pk}.s987654",
        "team": f"{owner.pk}.t987654",
    }[gone]
    form = sent(key(owner, world), "Carol Example") | sent(which, "Alice Example", "Bob Example")

    answer = editor.post(GRID, form)

    page = text(answer)
    assert answer.status_code == 422
    assert "This row is gone: somebody removed it. You had written Alice Example" in page
    assert 'value="Carol Example"' in page
    assert 'value="Nils left."' in page
    assert not MatrixEntry.objects.filter(service__isnull=False).exists()


@pytest.mark.parametrize("rows", ["services", "teams"])
def test_teams_and_the_company_have_a_grid_too(
    editor: Client, world: World, owner: StakeholderRole, rows: str
) -> None:
    page = text(editor.get(f"{GRID}?rows={rows}&roles=all&q=&page=rubbish"))

    assert ("The whole company" in page) is (rows == "teams")
    editor.post(f"{GRID}?rows=teams", sent(f"{owner.pk}.c", "Dora Example"))
    assert MatrixEntry.objects.get(role=owner, team=None, service=None).person == world.dora


@pytest.mark.parametrize(
    ("state", "is_found"), [("vacant", False), ("never", True), ("away", True), ("twice", False)]
)
def test_it_can_be_narrowed(
    editor: Client, world: World, owner: StakeholderRole, state: str, is_found: bool
) -> None:
    Absence.objects.create(person=world.bob, starts_at=NOW, ends_at=NOW + timedelta(days=1))

    assert ("No service matches." not in text(editor.get(f"{GRID}?state={state}"))) is is_found


@pytest.mark.parametrize("path", [GRID, REPLACE])
def test_only_whoever_may_change_the_matrix_gets_in(world: World, path: str) -> None:
    client = Client()
    client.force_login(world.frank)

    assert client.get(path).status_code in (302, 403)
    assert client.post(path, {}).status_code in (302, 403)


def test_one_person_replaces_another_after_a_look(
    editor: Client, world: World, owner: StakeholderRole
) -> None:
    cell = MatrixEntry.objects.get(role=owner)
    who = {"old": "Bob Example", "new": "Erin Example"}

    page = text(editor.get(REPLACE, who))
    assert "Payments, product owner" in page
    assert "<s>Bob Example</s> becomes Erin Example" in page
    assert MatrixEntry.objects.get(pk=cell.pk).person == world.bob

    answer = editor.post(
        REPLACE,
        {"old": world.bob.pk, "new": world.erin.pk, "cell": [cell.pk], "reason": "Bob left."},
    )
    assert answer.status_code == 302
    assert MatrixEntry.objects.get(pk=cell.pk).person == world.erin


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"old": "Nobody", "new": "Erin Example"}, "Nobody is called “Nobody”"),
        ({"old": "Bob Example", "new": "Bob Example"}, "Choose somebody else"),
        ({"old": "Frank Example", "new": "Erin Example"}, "No cell names Frank Example"),
        ({"old": "", "new": ""}, "There is a problem"),
        ({"old": "", "new": ""}, "Write who goes, or choose them from the list."),
        ({"old": "Bob Example", "new": ""}, "Write who comes in their place"),
    ],
)
def test_what_cannot_be_replaced_is_said(
    editor: Client, world: World, owner: StakeholderRole, form: dict[str, str], words: str
) -> None:
    assert words in text(editor.get(REPLACE, form))


def test_opened_for_one_person_it_does_not_complain(editor: Client, world: World) -> None:
    page = text(editor.get(REPLACE, {"old": str(world.bob.pk)}))

    assert 'value="Bob Example"' in page
    assert "There is a problem" not in page


def test_without_a_reason_or_a_place_nothing_is_replaced(
    editor: Client, world: World, owner: StakeholderRole
) -> None:
    cell = MatrixEntry.objects.get(role=owner)
    who = {"old": world.bob.pk, "new": world.erin.pk}

    no_reason = editor.post(REPLACE, {**who, "cell": [cell.pk], "reason": " "})
    no_place = text(editor.post(REPLACE, {**who, "reason": "Bob left."}))

    assert no_reason.status_code == 422
    assert "Say why in one line." in text(no_reason)
    assert f'id="cell-{cell.pk}" checked' in text(no_reason)
    assert "Choose at least one place." in no_place
    assert f'id="cell-{cell.pk}" checked' not in no_place
    cell.refresh_from_db()
    assert cell.person == world.bob


def test_a_leaver_can_be_replaced_but_not_put_in(
    editor: Client, world: World, owner: StakeholderRole
) -> None:
    world.bob.left_at = NOW - timedelta(days=1)
    world.bob.save()

    page = text(editor.get(REPLACE, {"old": str(world.bob.pk), "new": "Erin Example"}))

    assert "becomes Erin Example" in page
    assert "Nobody is called" in text(editor.get(REPLACE, {"old": "Erin Example", "new": "Bob X"}))


def test_the_grid_costs_as_many_queries_for_thirty_as_for_three(
    editor: Client, world: World, owner: StakeholderRole
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            editor.get(GRID)
        return len(captured)

    def grow(number: int) -> None:
        for _ in range(number):
            MatrixEntry.objects.create(role=owner, service=make_service(), person=world.alice)

    grow(3)
    few = queries()
    grow(27)

    assert queries() == few
    assert few <= 25


# --- Drafts -------------------------------------------------------------------------------------


def draft_of(page: str) -> dict[str, str]:
    found = re.search(r'data-draft="([^"]+)" data-turn="([^"]+)"', page)
    assert found
    return {"draft": found[1], "turn": found[2]}


def keep(editor: Client, page: str, values: dict[str, Any]) -> int:
    return editor.post("/drafts/", draft_of(page) | values).status_code


def test_what_was_typed_is_there_again_until_it_is_saved(
    editor: Client, world: World, owner: StakeholderRole
) -> None:
    which = key(owner, world)
    values = sent(which, "Erin Example")

    assert keep(editor, text(editor.get(GRID)), values | {"query": ""}) == 204
    again = text(editor.get(GRID))
    assert "This is your draft from" in again
    assert f'id="who-{which}" value="Erin Example"' in again
    assert "Nils left." in again

    editor.post(GRID, values)
    assert MatrixEntry.objects.get(service=world.service).person == world.erin
    assert "This is your draft" not in text(editor.get(GRID))


def test_a_draft_over_somebody_s_change_shows_both(
    editor: Client, world: World, owner: StakeholderRole
) -> None:
    which = key(owner, world)
    keep(editor, text(editor.get(GRID)), sent(which, "Erin Example"))
    MatrixEntry.objects.create(role=owner, service=world.service, person=world.carol)

    again = text(editor.get(GRID))

    assert f'id="who-{which}" value="Erin Example"' in again
    assert "Changed meanwhile to <b>Carol Example</b>" in again


def test_a_draft_of_another_part_is_one_press_away(
    editor: Client, world: World, owner: StakeholderRole
) -> None:
    part = "team=payments"
    page = text(editor.get(f"{GRID}?{part}"))

    keep(editor, page, sent(key(owner, world), "Erin Example") | {"query": part})

    assert f'<a href="?{part}">Show it</a>' in text(editor.get(GRID))
    assert "This is your draft" not in text(editor.get(GRID))


def test_starting_afresh_leaves_the_grid_as_it_stands(
    editor: Client, world: World, owner: StakeholderRole
) -> None:
    page = text(editor.get(GRID))
    keep(editor, page, sent(key(owner, world), "Erin Example"))

    editor.post("/drafts/start-afresh/", draft_of(page))

    assert 'Erin Example" list' not in text(editor.get(GRID))
    assert "This is your draft" not in text(editor.get(GRID))


def test_replacing_in_the_contacts_says_what_else_names_somebody(
    editor: Client, world: World, owner: StakeholderRole
) -> None:
    page = text(editor.get(REPLACE, {"old": str(world.bob.pk)}))

    assert "Replace Bob Example in the contacts" in page
    assert "everywhere" not in page
    assert (
        f'<a href="/people/{world.bob.pk}/leaving/">One other thing names Bob Example</a>' in page
    )


@pytest.mark.parametrize("path", ["/contacts/", "/contacts/audit/"])
def test_the_doors_beside_a_leaver_lead_to_everything_that_names_them(
    editor: Client, world: World, owner: StakeholderRole, path: str
) -> None:
    world.bob.left_at = NOW - timedelta(days=1)
    world.bob.save(update_fields=["left_at"])

    page = text(editor.get(path))

    assert f'href="/people/{world.bob.pk}/leaving/"' in page
    assert "matrixentry/replace" not in page


def test_a_cell_that_no_rule_asks_says_so(world: World, editor: Client) -> None:
    engineer = StakeholderRole.objects.create(name="on-call engineer", slug="engineer")
    MatrixEntry.objects.create(role=engineer, team=world.team, roster=world.roster)
    MatrixEntry.objects.create(role=engineer, service=world.service, person=world.frank)

    page = text(editor.get(GRID))

    assert "Not asked: the Payments on call roster answers" in page


def test_on_a_phone_each_service_is_opened_by_itself(editor: Client, world: World) -> None:
    page = text(editor.get(GRID))

    assert page.count('class="disclose unfold"') == page.count('role="rowheader"')


def test_what_is_changed_may_hold_from_a_day_until_another(
    editor: Client, world: World, owner: StakeholderRole
) -> None:
    stands = MatrixEntry.objects.create(role=owner, service=world.service, person=world.bob)
    form = sent(key(owner, world), "Alice Example", was=f"{world.bob.pk}..")

    editor.post(GRID, form | {"since": "2026-12-01", "until": "2026-12-07"})

    begins, ends = (datetime(2026, 11, 30, 23, tzinfo=UTC) + timedelta(days=one) for one in (0, 7))
    rows = MatrixEntry.objects.filter(service=world.service, role=owner)
    assert [
        (str(one.person), one.valid_from, one.valid_to)
        for one in rows.order_by(F("valid_from").asc(nulls_first=True))
    ] == [
        ("Bob Example", None, begins),
        ("Alice Example", begins, ends),
        ("Bob Example", ends, None),
    ]
    stands.refresh_from_db()
    page = text(editor.get(GRID))
    assert "until Mon 30 Nov" in page
    assert ", then Alice Example" in page


def test_days_that_cannot_be_are_named_and_kept(
    editor: Client, world: World, owner: StakeholderRole
) -> None:
    form = sent(key(owner, world), "Alice Example")

    answer = editor.post(GRID, form | {"since": "2026-11-01"})

    assert answer.status_code == 422
    assert "Choose today or a later day." in text(answer)
    assert 'value="2026-11-01"' in text(answer)
    assert 'value="Alice Example"' in text(answer)


def test_after_a_replacement_the_rest_of_what_names_them_is_shown(
    editor: Client, world: World, owner: StakeholderRole
) -> None:
    cell = MatrixEntry.objects.get(role=owner)

    answer = editor.post(
        REPLACE,
        {"old": world.bob.pk, "new": world.erin.pk, "cell": cell.pk, "reason": "Bob left"},
        follow=True,
    )

    assert answer.redirect_chain[0][0].startswith(f"/people/{world.bob.pk}/leaving/")
    assert "Does it reach them?" in text(answer)
