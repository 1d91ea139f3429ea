"""Plain e-mail, for whatever can do nothing else: the subject is the alert, the text its detail.

A mail comes to an address of the source's own (`incidents.operations.mail_door`), or is posted as
it is with the content type message/rfc822. Either way it is read into an object of texts first
(`incidents.intake.mail`); that object, posted as JSON, is the same alert.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from incidents.intake import automatic, fields, mail, moments, subjects
from incidents.intake.body import Unreadable
from incidents.intake.kind import Door, Form, Guide, Kind, Snippet
from incidents.intake.signal import Parcel, Post, Signal, alone, noted, severity_level
from incidents.intake.subjects import Subject

DETAIL = "recipient-detail"
"""What stood behind a plus in the address: the service."""
THREAD = "thread-key"
"""The key of the alert that this mail answers, where the door knows that one."""
CONTENT_TYPE = "message/rfc822"
ENDED = frozenset({"resolved", "closed", "ok", "recovered", "recovery", "up"})
FIRES = frozenset({"firing", "open", "problem", "triggered", "alerting", "down"})
LEVELS = {"1": 1, "2": 2, "3": 3, "4": 4}
NO_SUBJECT = "An e-mail without a subject"
MOST_READ = 5000
_LINK = re.compile(r"https?://[^\s<>\"')\]]{4,1000}")
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)


def parse(post: Post) -> Parcel:
    """The one alert of a mail, or why it is none."""
    payload = post.payload
    said = fields.inside(payload, "headers")
    about = subjects.read(fields.line(payload, "subject", most=1000))
    why_not = automatic.why_ignored(payload, post.headers, about)
    if why_not:
        return noted(why_not)
    state = _state(said, about)
    if state == "noted":
        return noted("This is news of an alert, not an alert. It opens no incident.")
    return alone(_signal(post, said, about, is_firing=state == "fires"))


def _signal(post: Post, said: Mapping[str, Any], about: Subject, *, is_firing: bool) -> Signal:
    payload = post.payload
    detail = _detail(fields.text(payload, "text", most=MOST_READ))
    service = _service(post, said)
    at = moments.instant(payload, "date")
    level = fields.spare(said, "x-muster-severity").lower()
    return Signal(
        key=_key(post, said, about, service),
        name=_title(payload, about, detail),
        is_firing=is_firing,
        summary=detail[: fields.SUMMARY_LENGTH].rstrip(),
        service=service,
        severity=LEVELS.get(level) or severity_level(level) or about.severity,
        starts_at=at if is_firing else None,
        ends_at=None if is_firing else at,
        labels=_labels(payload, said),
        link=_link(said, detail),
    )


def _state(said: Mapping[str, Any], about: Subject) -> str:
    status = fields.spare(said, "x-muster-status").lower()
    if status in ENDED:
        return "ended"
    return "fires" if status in FIRES else about.state


def _key(post: Post, said: Mapping[str, Any], about: Subject, service: str) -> str:
    """Its own key; that of the mail it answers; its thread's; or what its subject is about.

    An answer that a person wrote has the subject of what it answers: that says more than a thread.
    """
    given = fields.spare(said, "x-muster-key", most=fields.SUMMARY_LENGTH)
    if given:
        return fields.key(given)
    known = fields.spare(post.headers, THREAD, most=fields.KEY_LENGTH)
    if known:
        return known
    references = [one for one in fields.items(post.payload, "references") if isinstance(one, str)]
    if references and not about.is_answer:
        return fields.digest({"thread": references[0][:1000].encode(errors="replace").decode()})
    subject = about.about or fields.text(post.payload, "text")
    return fields.digest({"subject": subject, "service": service.lower()})


def _title(payload: Mapping[str, Any], about: Subject, detail: str) -> str:
    first = about.title or next((line for line in detail.splitlines() if line.strip()), "")
    title = " ".join(first.split())[: fields.NAME_LENGTH].rstrip()
    if not title and "parts" not in payload:
        raise Unreadable("“subject” is missing.")
    return title or NO_SUBJECT


def _service(post: Post, said: Mapping[str, Any]) -> str:
    most = fields.SERVICE_LENGTH
    return fields.spare(said, "x-muster-service", most=most) or fields.spare(
        post.headers, DETAIL, most=most
    )


def _detail(text: str) -> str:
    """The text without its signature and without what it quotes."""
    own = _SIGNATURE.split(text, maxsplit=1)[0] or text
    lines = [line for line in own.splitlines() if not line.startswith(">")]
    return "\n".join(lines).strip() or text


def _labels(payload: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, str]:
    """Whom it claims to be from, for rules to look at; nothing is ever allowed because of it."""
    sender = fields.spare(payload, "from", most=fields.MAX_LABEL_LENGTH)
    address = sender.rpartition("<")[2].partition(">")[0].strip().lower()
    return fields.as_labels(
        [
            ("from", address),
            ("from_domain", address.rpartition("@")[2]),
            ("list", fields.spare(said, "list-id")),
        ]
    )


def _link(said: Mapping[str, Any], detail: str) -> str:
    given = fields.link(said, "x-muster-link")
    if given:
        return given
    found = _LINK.search(detail)
    link = found[0].rstrip(".,;:!?") if found else ""
    return link if fields.is_link(link) else ""


def sample(now: datetime) -> Post:
    """One mail of a job that failed, as it is read."""
    return Post(
        {
            "from": "Backups <backup@db1.example.com>",
            "subject": "WARNING: the nightly backup of db1 failed",
            "text": "This is a test.\nThe disk was full after 40 minutes.",
            "date": now.isoformat(),
            "message_id": f"<{int(now.timestamp())}.backup@db1.example.com>",
            "headers": {"x-muster-service": "data-warehouse"},
        }
    )


SENT_ON = """\
curl -fsS --data-binary @- -H "Authorization: Bearer {token}" \\
  -H "Content-Type: message/rfc822" {address}"""


def guide(door: Door) -> Guide:
    """How a tool's mails come to arrive here."""
    return Guide(
        steps=(
            "In the tool, send alerts to the address below. It holds the token: keep it secret.",
            "To name the service, write it behind a plus: the second address.",
            "If the tool asks for a mail server, give it the one below. It asks for no sign-in.",
            "Let the tool send its own test. It shows here within seconds.",
            "When all is well again, let it send the same subject with RESOLVED or OK in front.",
        ),
        snippets=(
            Snippet("Address", door.mail_address),
            Snippet("Address of a service", door.mail_address.replace("@", "+payments@")),
            Snippet("Mail server", door.mail_server),
            Snippet(
                "A mail server of your own can hand mails on by HTTP instead",
                SENT_ON.format(token=door.shown_token, address=door.address),
            ),
        ),
    )


KIND = Kind(
    slug="email",
    name="E-mail",
    parse=parse,
    guide=guide,
    sample=sample,
    form=Form(
        CONTENT_TYPE,
        mail.opened,
        mail.shown,
        hint="A whole mail as its source shows it, headers first. Nothing of it is kept.",
    ),
    why_not_signed="Mails cannot be signed. Whoever knows the address can send to it.",
    about="Each subject is one incident, until a mail says that it is resolved.",
)
