"""What monitoring said in the last days: requests as they came through the door, with past clocks.

Firing alerts join the incidents that are open; whatever else came ends something or is a change, so
that nobody is called for it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

from config.demo import meanings
from config.demo.cast import Cast
from config.demo.rules import ALERT_TOKEN
from config.demo.story import CONTAINED_MINUTES, LED_MINUTES
from incidents.intake import doorway
from incidents.intake.body import Unreadable
from incidents.intake.kinds import KINDS
from incidents.models import AlertSource, Incident, IncidentKey
from incidents.operations import intake, source_keeping, sources
from incidents.operations.source_keeping import SourceFacts

DAYS = 6
CARDS, SEARCH = '{}:{alertname="CardErrorsHigh"}', '{}:{alertname="SearchSlow"}'
BROKEN = b'{"title": "Backup of %s failed", "service": "data-warehouse", "severity": high}'
SOURCES = {
    # name: kind, team, service of what names none
    "Search dashboards": ("grafana", "Storefront", "Search"),
    "Shop repositories": ("github", "Platform", ""),
    "Shop from outside": ("uptimekuma", "Platform", "Checkout"),
    "Nightly backups": ("generic", "Data", ""),
    "Shop errors": ("sentry", "Storefront", "Checkout"),
    "Mails of the old storage": ("email", "Data", "Data warehouse"),
}
SHOPS = ("de", "fr", "es", "it", "nl", "pl")
DEPLOYS = [
    # hours ago, repository, version, by whom
    (121, "checkout", "v8.40", "lena-f"),
    (97, "search", "v3.11", "aiko-m"),
    (73, "payments", "v4.11", "priya-r"),
    (49, "basket", "v2.7", "theo-l"),
    (26, "search", "v3.12", "marta-s"),
    (2, "payments", "v4.12", "felix-b"),
]


@dataclass(frozen=True)
class Teller:
    """Who tells what arrived."""

    cast: Cast
    now: datetime
    tokens: dict[str, str] = field(default_factory=lambda: {"Card error monitor": ALERT_TOKEN})

    def ago(self, **span: float) -> datetime:
        return self.now - timedelta(**span)

    def arrive(
        self, name: str, body: Mapping[str, Any] | bytes, *, at: datetime, **headers: str
    ) -> None:
        """One request came through the door of this source at `at`."""
        source = self.cast.sources[name]
        kind = KINDS[source.kind]
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        kept = {"content-type": "application/json"}
        kept |= {header.replace("_", "-"): said for header, said in headers.items()}
        if token := self.tokens.get(name):
            sources.note_used(token, kind=source.kind, now=at)
        delivery = intake.Delivery(source, text, headers=kept)
        try:
            parcel = kind.parse(doorway.read(text, kept, form=kind.form))
        except Unreadable as refused:
            said = {"message": str(refused)}
            intake.keep(delivery, said, status=refused.status, now=at)
            return
        intake.receive(delivery, parcel, now=at)


def tell(cast: Cast, *, now: datetime) -> None:
    """Seven sources have spoken: two join what is open, one is refused, one fell silent."""
    teller = Teller(cast, now)
    for name in SOURCES:
        cast.sources[name] = _set_up(teller, name)
    monitor = cast.sources["Card error monitor"]
    AlertSource.objects.filter(pk=monitor.pk).update(owner_team=cast.teams["Payments"])
    meanings.build(cast, now=now)
    _cards(teller)
    _search(teller)
    _deploys(teller)
    _from_outside(teller)
    _backups(teller)
    _errors(teller)
    _mails(teller)


def _set_up(teller: Teller, name: str) -> AlertSource:
    kind, team, service = SOURCES[name]
    facts = SourceFacts(
        name,
        owner_team_id=teller.cast.teams[team].pk,
        default_service_id=teller.cast.services[service].pk if service else None,
    )
    source, teller.tokens[name] = source_keeping.begin(
        facts, kind=kind, by=teller.cast.people["Amara"], now=teller.ago(days=40)
    )
    return source


def _joins(teller: Teller, name: str, key: str, *, service: str) -> None:
    """Alerts of this key belong to the open incident of a service, which somebody declared."""
    incident = Incident.objects.open().get(service=teller.cast.services[service])
    IncidentKey.objects.create(source=teller.cast.sources[name], key=key, incident=incident)


def _group(
    key: str, name: str, summary: str, *, service: str, at: datetime, ended: bool = False
) -> dict[str, Any]:
    """A group of one alert, as Alertmanager and Grafana post it."""
    labels = {"alertname": name, "service": service, "severity": "warning"}
    alert = {
        "status": "resolved" if ended else "firing",
        "labels": labels,
        "annotations": {"summary": summary},
        "startsAt": (at - timedelta(minutes=3)).isoformat(),
        "endsAt": at.isoformat() if ended else "0001-01-01T00:00:00Z",
        "fingerprint": f"{abs(hash_of(name)):016x}",
    }
    return {
        "version": "4",
        "status": alert["status"],
        "receiver": "muster",
        "groupKey": key,
        "commonLabels": labels,
        "commonAnnotations": alert["annotations"],
        "alerts": [alert],
    }


def hash_of(name: str) -> int:
    """The same number for the same name, in every process."""
    return int.from_bytes(name.encode()[:6], "big")


def _cards(teller: Teller) -> None:
    name, said = "Card error monitor", "About 1 in 5 card payments in the EU fails"
    _joins(teller, name, CARDS, service="Payments")
    for minutes in range(LED_MINUTES - 2, 0, -5):
        at = teller.ago(minutes=minutes)
        teller.arrive(name, _group(CARDS, "CardErrorsHigh", said, service="payments", at=at), at=at)
    slow = "Card payments took longer than two seconds"
    for days, shop in enumerate(SHOPS, start=1):
        for minutes, ended in ((17, False), (11, True)):
            at = teller.ago(days=days, minutes=minutes * days)
            key = f'{{}}:{{alertname="CardLatencyHigh", shop="{shop}"}}'
            group = _group(key, "CardLatencyHigh", slow, service="payments", at=at, ended=ended)
            group["alerts"][0]["fingerprint"] = f"{hash_of(shop):016x}"
            group["alerts"][0]["labels"] |= {"shop": shop}
            teller.arrive(name, group, at=at)


def _search(teller: Teller) -> None:
    name, said = "Search dashboards", "Search answers in 6 seconds"
    _joins(teller, name, SEARCH, service="Search")
    for minutes, ended in ((CONTAINED_MINUTES - 3, False), (CONTAINED_MINUTES - 66, True)):
        at = teller.ago(minutes=minutes)
        body = _group(SEARCH, "SearchSlow", said, service="search", at=at, ended=ended)
        teller.arrive(name, body, at=at)


def _deploys(teller: Teller) -> None:
    for number, (hours, repository, version, who) in enumerate(DEPLOYS, start=7301):
        at = teller.ago(hours=hours)
        deployment = {
            "id": number,
            "ref": version,
            "environment": "production",
            "creator": {"login": who},
        }
        body = {
            "action": "created",
            "deployment": deployment,
            "deployment_status": {
                "state": "success",
                "environment": "production",
                "updated_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            },
            "repository": {"id": hash_of(repository), "name": repository},
        }
        teller.arrive("Shop repositories", body, at=at, x_github_event="deployment_status")
    at = teller.ago(days=DAYS)
    teller.arrive("Shop repositories", {"zen": "Keep it."}, at=at, x_github_event="ping")


def _from_outside(teller: Teller) -> None:
    name = "Shop from outside"
    teller.arrive(name, {"msg": "My Muster Alert Testing"}, at=teller.ago(days=DAYS))
    for hours in (100, 61, 30, 8):
        at = teller.ago(hours=hours)
        heartbeat = {"monitorID": 4, "status": 1, "time": at.strftime("%Y-%m-%d %H:%M:%S")}
        monitor = {"id": 4, "name": "Checkout", "url": "https://shop.example.com/checkout"}
        body = {"heartbeat": heartbeat, "monitor": monitor, "msg": "[Checkout] [Up] 200 - OK"}
        teller.arrive(name, body, at=at)


def _backups(teller: Teller) -> None:
    name = "Nightly backups"
    for days in range(DAYS, 1, -1):
        body = {
            "key": "backup-orders",
            "title": "Backup of orders failed",
            "service": "data-warehouse",
            "status": "resolved",
        }
        teller.arrive(name, body, at=teller.ago(days=days))
    waiting = {
        "key": "backup-invoices",
        "title": "Backup of invoices failed",
        "service": "invoices",
        "labels": {"service": "invoices"},
        "severity": "3",
    }
    teller.arrive(name, waiting, at=teller.ago(hours=10))
    for hours, table in ((9, b"orders"), (8.5, b"customers")):
        teller.arrive(name, BROKEN % table, at=teller.ago(hours=hours))


def _errors(teller: Teller) -> None:
    for days in (6, 5, 4, 3, 2):
        issue = {
            "id": str(118 + days),
            "title": "TimeoutError: the basket took too long",
            "culprit": "basket.load",
            "project": {"slug": "checkout"},
            "status": "resolved",
        }
        body = {"action": "resolved", "data": {"issue": issue}}
        at = teller.ago(days=days, hours=days)
        teller.arrive("Shop errors", body, at=at, sentry_hook_resource="issue")


def _mails(teller: Teller) -> None:
    """The old storage can write mails and nothing else; somebody was away when it did."""
    mails = [
        (days, f"OK: disk of storage-1 {said} full", "Checked by the nightly job.", "")
        for days, said in ((4.3, "71%"), (3.3, "72%"), (2.3, "72%"), (1.3, "74%"), (0.3, "69%"))
    ]
    mails.append((2.2, "Automatic reply: disk of storage-1", "I am away until Monday.", "<>"))
    for days, subject, words, sender in mails:
        at = teller.ago(days=days)
        message = EmailMessage()
        message["From"] = "storage-1@demo.muster.example"
        message["Subject"] = subject
        message["Date"] = at
        message.set_content(words)
        teller.arrive(
            "Mails of the old storage",
            message.as_bytes(),
            at=at,
            content_type="message/rfc822",
            return_path=sender or "<storage-1@demo.muster.example>",
        )
