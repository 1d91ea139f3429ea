"""Bringing in a file on the portal: send, read what it would do, apply, withdraw; and templates."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rosters.enums import ImportState, ImportSubject
from rosters.logic.roles import Role
from rosters.models import ContactView, ImportRun, MatrixEntry, Person, Service
from rosters.operations import accounts
from rosters.operations.imports import runs
from tests.world import NOW, World, make_person

pytestmark = pytest.mark.django_db

PAGE = "/contacts/import/"
GOOD = "Service,Role,Person\nPayments,incident commander,Alice Example\n"
WRONG = "Service,Role,Person\nPayments,incident commander,Alise Example\n"


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def olga(world: World) -> Person:
    """A service owner."""
    person = make_person("Olga")
    accounts.give_roles(person, {Role.SERVICE_OWNER}, of={Role.SERVICE_OWNER})
    return person


@pytest.fixture
def sender(olga: Person) -> Client:
    client = Client()
    client.force_login(olga)
    return client


def send(sender: Client, content: str | bytes, *, subject: str = "matrix", name: str = "c.csv"):
    data = content.encode() if isinstance(content, str) else content
    sent = {"subject": subject, "file": SimpleUploadedFile(name, data)}
    return sender.post(PAGE, sent, follow=True)


def test_who_changes_nothing_brings_in_no_file(world: World, signed_in) -> None:
    assert signed_in(world.erin).get(PAGE).status_code == 403
    assert send(signed_in(world.erin), GOOD).status_code == 403
    assert ImportRun.objects.count() == 0


def test_a_service_owner_brings_in_the_matrix_and_services_only(sender: Client) -> None:
    page = text(sender.get(PAGE))

    assert "Contact matrix" in page
    assert 'value="people"' not in page
    assert 'value="contact_points"' not in page
    refused = text(send(sender, GOOD, subject="people"))
    assert "You can bring in: services and contact matrix. An administrator" in refused
    assert sender.get("/contacts/import/template/people.csv").status_code == 403


def test_a_file_is_checked_while_its_sender_waits_and_changes_nothing(sender: Client) -> None:
    before = MatrixEntry.objects.count()

    page = text(send(sender, GOOD))

    assert "One change waits for you" in page
    assert "Payments, incident commander" in page
    assert "Apply this change" in page
    assert MatrixEntry.objects.count() == before


def test_applying_needs_a_reason_and_says_what_was_done(sender: Client, world: World) -> None:
    send(sender, GOOD)
    run = ImportRun.objects.get()

    refused = sender.post(f"{PAGE}{run.pk}/apply/", {"reason": "  "})
    assert refused.status_code == 422
    assert "Say in one line why." in text(refused)

    page = text(sender.post(f"{PAGE}{run.pk}/apply/", {"reason": "New team"}, follow=True))
    assert "One change was made" in page
    assert MatrixEntry.objects.get(service=world.service).person == world.alice
    where = page.split("has its own line")[1].split('href="')[1].split('"')[0]
    assert sender.get(where).status_code == 200, "the way to the history is closed to them"
    again = text(sender.post(f"{PAGE}{run.pk}/apply/", {"reason": "New team"}, follow=True))
    assert "This file is applied already." in again


def test_mistakes_are_shown_and_downloaded(sender: Client) -> None:
    page = text(send(sender, WRONG))

    assert "One mistake to mend" in page
    assert "Row 2" in page
    assert "Did you mean Alice Example?" in page
    run = ImportRun.objects.get()
    found = sender.get(f"{PAGE}{run.pk}/mistakes/").content.decode("utf-8-sig")
    assert found.splitlines()[1].startswith("2,Person,Alise Example,")


def test_a_file_is_withdrawn(sender: Client) -> None:
    send(sender, GOOD)
    run = ImportRun.objects.get()
    shown = text(sender.get(f"{PAGE}{run.pk}/"))
    assert shown.index('id="apply"') < shown.index("Withdraw the file")
    assert "<summary" in shown[shown.index('id="apply"') : shown.index("Withdraw the file")]

    page = text(sender.post(f"{PAGE}{run.pk}/withdraw/", follow=True))

    assert "Withdrawn. Nothing was changed." in page
    assert "Withdrawn" in text(sender.get(f"{PAGE}{run.pk}/"))


def test_a_colleague_reads_it_and_cannot_apply_it(sender: Client, world: World, signed_in) -> None:
    send(sender, GOOD)
    run = ImportRun.objects.get()
    other = make_person("Otto")
    accounts.give_roles(other, {Role.SERVICE_OWNER}, of={Role.SERVICE_OWNER})

    page = text(signed_in(other).get(f"{PAGE}{run.pk}/"))

    assert "Only the person who sent this file can apply it." in page
    assert signed_in(world.erin).get(f"{PAGE}{run.pk}/").status_code == 404
    answer = signed_in(other).post(f"{PAGE}{run.pk}/apply/", {"reason": "Mine"}, follow=True)
    assert "Only the person who sent this file" in text(answer)


def test_a_long_file_shows_how_far_it_is(sender: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "SMALL_BYTES", 10)
    page = text(send(sender, GOOD))
    run = ImportRun.objects.get()
    assert "We read your file" in page
    assert "Waiting to be checked" in page

    ImportRun.objects.update(state=ImportState.CHECKING, rows_total=9000, rows_done=4500)
    part = sender.get(f"{PAGE}{run.pk}/", headers={"HX-Request": "true"})
    assert "4500 of 9000 rows" in text(part)
    assert "<html" not in text(part)

    ImportRun.objects.update(state=ImportState.WAITING)
    runs.sweep(clock=lambda: NOW)
    done = sender.get(f"{PAGE}{run.pk}/", headers={"HX-Request": "true"})
    assert done.headers["HX-Refresh"] == "true"
    assert "One change waits for you" in text(sender.get(f"{PAGE}{run.pk}/"))


def test_what_changed_meanwhile_is_marked(sender: Client, world: World) -> None:
    send(sender, GOOD)
    run = ImportRun.objects.get()
    MatrixEntry.objects.create(role=world.commander, service=world.service, person=world.bob)

    page = text(sender.post(f"{PAGE}{run.pk}/apply/", {"reason": "New team"}, follow=True))

    assert "One thing changed since you looked" in page
    assert "Changed since you looked</span>" in page
    assert 'From <span class="who">Bob Example</span>' in page


@pytest.mark.parametrize("subject", ["matrix", "services", "people", "contact_points"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_template_comes_back_without_a_mistake_or_a_change(
    world: World, signed_in, subject: str, kind: str
) -> None:
    grace = signed_in(make_person("Grace", is_administrator=True))

    template = grace.get(f"/contacts/import/template/{subject}.{kind}")
    page = text(send(grace, template.content, subject=subject))

    assert "attachment" in template.headers["Content-Disposition"]
    assert "mistake" not in page
    assert "Nothing to change" in page


@pytest.mark.parametrize("path", ["matrix.pdf", "cats.csv", "contact_points.csv"])
def test_nothing_else_is_exported(world: World, signed_in, path: str) -> None:
    assert signed_in(world.erin).get(f"/contacts/export/{path}").status_code == 404


@pytest.mark.parametrize(("who", "sees"), [("alice", True), ("bob", True), ("frank", False)])
def test_suppliers_are_exported_only_to_whom_the_service_shows_them(
    world: World, signed_in, who: str, sees: bool
) -> None:
    Service.objects.update(vendor_contacts="First Bank: +49 30 5550 901")

    sent = signed_in(getattr(world, who)).get("/contacts/export/services.csv").content.decode()

    assert "Payments" in sent
    assert ("5550 901" in sent) is sees


@pytest.mark.parametrize("path", ["/contacts/?format=xlsx", "/people/?format=xlsx"])
def test_lists_come_as_workbooks_without_a_number(world: World, signed_in, path: str) -> None:
    MatrixEntry.objects.create(role=world.director, service=world.service, person=world.alice)

    answer = signed_in(world.frank).get(path)

    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cells = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row]
    assert any("Example" in cell for cell in cells)
    assert not any("+49" in cell or "@" in cell for cell in cells)


def test_numbers_are_exported_only_to_whom_they_may_be_shown_and_each_look_is_written_down(
    world: World, signed_in
) -> None:
    path = "/contacts/export/numbers/"
    alice = signed_in(world.alice)

    found = alice.post(path, {"reason": "A sheet for the night", "format": "csv"})

    lines = found.content.decode("utf-8-sig").splitlines()
    by_name = {line.partition(",")[0] for line in lines if "+49" in line}
    assert by_name == {"Alice Example", "Bob Example"}
    assert any(line.startswith("Frank Example,Phone call,,") for line in lines)
    views = ContactView.objects.all()
    assert [(one.viewer, one.person) for one in views] == [(world.alice, world.bob)]
    assert alice.get(path).status_code == 405
    none = signed_in(world.frank).post(path, {"reason": "Curious", "format": "xlsx"})
    book = openpyxl.load_workbook(io.BytesIO(none.content))
    cells = [(row[0].value, row[2].value) for row in book.worksheets[0].iter_rows(min_row=2)]
    assert {name for name, address in cells if address} == {"Frank Example"}


def test_the_list_asks_as_often_for_many_files(sender: Client, olga: Person) -> None:
    def asked(count: int) -> int:
        ImportRun.objects.all().delete()
        ImportRun.objects.bulk_create(
            ImportRun(
                subject=ImportSubject.MATRIX,
                file_name=f"{n}.csv",
                uploaded_by=olga,
                uploaded_at=NOW,
                mistakes=[{"row": 2, "column": "", "text": "", "value": ""}] * n,
            )
            for n in range(count)
        )
        with CaptureQueriesContext(
            connection,
        ) as queries:
            sender.get(PAGE)
        return len(queries)

    assert asked(3) == asked(30)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"", "The file is empty.", id="empty"),
        pytest.param(b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200), "no table that we", id="program"),
        pytest.param(b"PK\x03\x04" + b"x" * 300, "no table that we", id="broken zip"),
        pytest.param(b"\xd0\xcf\x11\xe0" + bytes(600), "an old Excel file", id="xls"),
        pytest.param(b"x" * (11 * 1024 * 1024), "11.0 MB. At most 10 MB", id="too large"),
        pytest.param(b"a,b\n1,2\n", "does not hold the headings", id="other table"),
        pytest.param(b"<html><body>Sign in</body></html>\n<b>\n", "does not hold", id="a page"),
    ],
)
def test_a_file_that_is_none_is_answered_with_a_sentence(
    sender: Client, content: bytes, words: str
) -> None:
    answer = send(sender, content, name="contacts.xlsx")

    assert answer.status_code in (200, 422)
    assert words in text(answer)


def test_html_in_a_file_stays_text(sender: Client) -> None:
    row = 'Payments,incident commander,"<script>alert(1)</script>"\n'

    page = text(send(sender, "Service,Role,Person\n" + row, name="<b>x</b>.csv"))

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
