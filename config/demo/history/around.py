"""What else went on: changes, planned work and drills, in the past and soon."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from config.demo import catalog
from config.demo.cast import Cast
from config.demo.history import beats
from config.demo.history.calendar import DAYS, SEED
from incidents.enums import ChangeKind, MaintenanceMode
from incidents.models import Change, Incident
from incidents.operations import maintenance
from reviews.enums import DrillKind
from reviews.models import Drill
from reviews.operations import drills
from reviews.operations.drills import FindingDraft
from rosters.models import Membership, Person, Service

Act = Callable[[datetime], object]
Add = Callable[[datetime, Act], None]
CHANGES = 190
ZONE = "Europe/Berlin"
JUST_BEFORE = timedelta(minutes=25)

SETTINGS = ("Time-out raised to 8 seconds", "Two more machines", "Older log files are removed")
SWITCHES = ("New sign-in for 10% of customers", "Summer banner", "Faster pictures for phones")
SUPPLIERS = ("New certificate at the supplier", "Supplier works on its network tonight")
LINK = "https://code.demo.muster.example/{}/{}"


@dataclass(frozen=True)
class Work:
    """One planned piece of work: in days from today (past ones negative), hour in UTC."""

    title: str
    services: tuple[str, ...]
    owner: str
    in_days: float
    hours: float
    impact: str = ""
    mode: MaintenanceMode = MaintenanceMode.TELL


WORK = [
    Work(
        "New database for Accounts",
        ("Accounts",),
        "Grace",
        1.8,
        2,
        "Nobody can sign in for about 5 minutes.",
        MaintenanceMode.PAUSE,
    ),
    Work("Larger disks for pictures", ("Image store", "Product catalog"), "Arjun", 4.9, 3),
    Work(
        "The main bank works on its network",
        ("Payments",),
        "Jonas",
        9.1,
        1.5,
        "Card payments take up to 20 seconds.",
    ),
    Work("Move to the new warehouse feed", ("Warehouse stock", "Orders"), "Vikram", 16, 4),
    Work("New certificates everywhere", ("Network",), "Dmitri", -6.2, 1),
    Work("Search index on new machines", ("Search",), "Marta", -13.1, 2.5),
    Work("Test of the second hosting site", ("Network", "Accounts"), "Sam", -24, 3),
    Work(
        "Billing closes the quarter",
        ("Billing",),
        "Daniela",
        -38.4,
        6,
        "Invoices arrive up to 6 hours late.",
    ),
    Work("Chat moves to the new sign-in", ("Customer chat",), "Elif", -52, 1),
    Work("Data warehouse is made larger", ("Data warehouse",), "Hugo", -70, 8),
]


@dataclass(frozen=True)
class Rehearsal:
    """One drill. `result` is asked, answered and whether it worked; None: not held yet."""

    title: str
    kind: DrillKind
    service: str
    in_days: float
    result: tuple[int, int, bool] | None = None
    summary: str = ""
    findings: tuple[tuple[str, str, bool], ...] = field(default=())
    """What it showed, who deals with it, and whether that is done."""
    is_called_off: bool = False


CALL, TABLE, HAND, TOOL = (
    DrillKind.CALL_OUT,
    DrillKind.TABLETOP,
    DrillKind.HANDOVER,
    DrillKind.TOOL_DOWN,
)
REHEARSALS = [
    Rehearsal(
        "Everybody on the Payments ladder answers",
        CALL,
        "Payments",
        -19.4,
        (6, 5, True),
        "Five of six answered, the last after 14 minutes.",
        (("Oskar's number is not in service", "Oskar", False),),
    ),
    Rehearsal(
        "The bank is closed and it is Saturday night",
        TABLE,
        "Payments",
        -63.2,
        (4, 4, False),
        "The second bank was closed too. Nobody knew whom to ask.",
        (
            ("The runbook does not check the second bank first", "Mei", True),
            ("Customer Success hears of the switch too late", "Jonas", True),
        ),
    ),
    Rehearsal(
        "Nobody can sign in",
        TABLE,
        "Accounts",
        -33.1,
        (5, 5, True),
        "The team found the right runbook in three minutes.",
    ),
    Rehearsal(
        "Nadia cannot be reached",
        HAND,
        "Notifications",
        -26.3,
        (3, 3, True),
        "Ben took over in four minutes, with what was written down.",
        (("The password of the mail partner is known to one person", "Nadia", False),),
    ),
    Rehearsal(
        "The hosting site is gone",
        TOOL,
        "Network",
        -57.5,
        (7, 6, False),
        "The shop came up on the second site, but two orders were lost.",
        (
            ("Orders go on while the site moves", "Dmitri", True),
            ("The duty executive was not told", "Sam", True),
        ),
    ),
    Rehearsal(
        "Call-out test of Storefront",
        CALL,
        "Checkout",
        -12.2,
        (7, 7, True),
        "All seven answered within six minutes.",
    ),
    Rehearsal(
        "The warehouse counts are wrong",
        TABLE,
        "Warehouse stock",
        -44.6,
        (4, 4, True),
        "",
        (("Care does not know which products to warn about", "Anita", True),),
    ),
    Rehearsal(
        "Somebody's account is in wrong hands",
        TABLE,
        "Staff sign-in",
        -40.2,
        (4, 3, True),
        "The privacy officer was called first, as agreed.",
    ),
    Rehearsal(
        "Orders stop on the busiest day",
        TABLE,
        "Orders",
        -75.3,
        (6, 5, True),
        "We know now who may decide to close the shop.",
    ),
    Rehearsal("Call-out test of Data", CALL, "Data warehouse", -8.5, is_called_off=True),
    Rehearsal("Parcels stand still", TABLE, "Delivery tracking", 3.3),
    Rehearsal("Search is gone and Lena is on a plane", HAND, "Search", 11.4),
]


def plan(cast: Cast, add: Add, *, ends_at: datetime, share: float) -> None:
    """Changes and work stand there; drills happen in the order of time with everything else."""
    lot = Random(SEED)  # noqa: S311  # a story, not a secret
    add(ends_at - timedelta(seconds=1), lambda _at: _changes(cast, lot, ends_at, share=share))
    _work(cast, ends_at=ends_at)
    beats.plan(cast, add, ends_at=ends_at)
    for rehearsal in REHEARSALS[: max(2, round(len(REHEARSALS) * share))]:
        _rehearse(cast, rehearsal, add, ends_at=ends_at)


def _changes(cast: Cast, lot: Random, ends_at: datetime, *, share: float) -> None:
    """Many changes, a few of them just before something broke."""
    moments = [
        ends_at - timedelta(days=lot.uniform(0.1, DAYS)) for _ in range(round(CHANGES * share))
    ]
    entries = [(at, lot.choice(catalog.SERVICES).name) for at in moments]
    broken = Incident.objects.filter(detected_at__lt=ends_at, service__isnull=False)
    entries += [
        (one.detected_at - JUST_BEFORE * lot.uniform(0.2, 1), one.service.name)
        for one in broken.select_related("service").order_by("pk")[::5]
    ]
    builds: dict[str, int] = {}
    Change.objects.bulk_create(
        _change(cast, lot, builds, service, at) for at, service in sorted(entries)
    )


def _change(cast: Cast, lot: Random, builds: dict[str, int], service: str, at: datetime) -> Change:
    kinds = list(ChangeKind)
    [kind] = lot.choices(kinds, [1 if one != ChangeKind.DEPLOY else 6 for one in kinds])
    builds[service] = builds.get(service, lot.randrange(3, 40)) + 1
    found = cast.services[service]
    title = {
        ChangeKind.DEPLOY: f"{service} 4.{builds[service]} is live",
        ChangeKind.CONFIG: f"{service}: {lot.choice(SETTINGS).lower()}",
        ChangeKind.SWITCH: lot.choice(SWITCHES),
        ChangeKind.SUPPLIER: lot.choice(SUPPLIERS),
    }[kind]
    return Change(
        service=found,
        kind=kind,
        title=title,
        link=LINK.format(found.slug, builds[service]) if kind == ChangeKind.DEPLOY else "",
        made_at=at,
        made_by=lot.choice(_team(found)) if kind != ChangeKind.SUPPLIER else None,
    )


_teams: dict[int, list[Person]] = {}


def _team(service: Service) -> list[Person]:
    if service.owner_team_id not in _teams:
        rows = Membership.objects.filter(team=service.owner_team_id).select_related("person")
        _teams[service.owner_team_id] = [one.person for one in rows.order_by("pk")]
    return _teams[service.owner_team_id]


def _work(cast: Cast, *, ends_at: datetime) -> None:
    for work in WORK:
        starts_at = (ends_at + timedelta(days=work.in_days)).replace(minute=0, second=0)
        found = maintenance.Work(
            work.title,
            starts_at,
            starts_at + timedelta(hours=work.hours),
            cast.people[work.owner].pk,
            mode=work.mode,
            customer_impact=work.impact,
            time_zone=ZONE,
            services=tuple(cast.services[name] for name in work.services),
        )
        maintenance.plan(found, by=cast.people["Amara"], now=starts_at - timedelta(days=6))


def _rehearse(cast: Cast, rehearsal: Rehearsal, add: Add, *, ends_at: datetime) -> None:
    service = cast.services[rehearsal.service]
    leader = _team(service)[0]
    planned_at = (ends_at + timedelta(days=rehearsal.in_days)).replace(minute=0, second=0)

    def prepare(at: datetime) -> None:
        drill = drills.plan(
            service,
            title=rehearsal.title,
            kind=rehearsal.kind,
            leader=leader,
            planned_at=planned_at,
            by=leader,
            now=at,
        )
        if rehearsal.is_called_off:
            before = planned_at - timedelta(days=1)
            add(before, lambda at: drills.call_off(drill, by=leader, now=at))
        elif rehearsal.result:
            over_at = planned_at + timedelta(minutes=50)
            add(over_at, lambda at: _finish(cast, rehearsal, drill, add, at))

    add(min(planned_at, ends_at) - timedelta(days=6), prepare)


def _finish(cast: Cast, rehearsal: Rehearsal, drill: Drill, add: Add, at: datetime) -> None:
    asked, answered, passed = rehearsal.result or (0, 0, True)
    due_date = (at + timedelta(days=21)).date()
    drills.finish(
        drill,
        passed=passed,
        asked=asked,
        answered=answered,
        summary=rehearsal.summary,
        findings=[
            FindingDraft(text, cast.people[owner], due_date)
            for text, owner, _ in rehearsal.findings
        ],
        by=drill.leader,
        now=at,
    )
    done = {text for text, _, is_done in rehearsal.findings if is_done}
    for finding in drill.findings.filter(text__in=done).select_related("owner"):
        later = at + timedelta(days=9)
        add(later, lambda at, one=finding: drills.close(one, by=one.owner, now=at))  # type: ignore[misc]  # each its own
