"""Heartbeats: jobs that call in, so that their silence is a signal.

Calling in is a POST to an address of each heartbeat's own and needs no body. What a job posts to
the address of the source itself is our own JSON: it says that it failed.
"""

from datetime import datetime

from incidents.intake import generic
from incidents.intake.kind import Door, Guide, Kind, Snippet
from incidents.intake.signal import Parcel, Post


def parse(post: Post) -> Parcel:
    """What a job says of itself, in the words of the generic kind."""
    return generic.parse(post)


def sample(now: datetime) -> Post:
    """A job that says itself that it failed."""
    return Post(
        {
            "title": "A test: the nightly backup failed",
            "summary": "It ran out of space after 40 minutes.",
            "severity": "minor",
            "key": "nightly-backup-failed",
            "status": "firing",
            "starts_at": now.isoformat(),
        }
    )


CALL = "curl -fsS -m 10 --retry 5 -o /dev/null -X POST {address}"
CRON = "0 2 * * *  /usr/local/bin/backup && {call}"
FAILED = """\
curl -fsS -m 10 -H "Authorization: Bearer {token}" -H "Content-Type: application/json" \\
  --data '{{"key": "nightly-backup-failed", "title": "The nightly backup failed"}}' \\
  {address}"""


def call_line(address: str) -> str:
    """The one line that calls in, for the end of a job."""
    return CALL.format(address=address)


def address_of(door: Door, slug: str) -> str:
    """Where the heartbeat of this short name calls in, with the token in the address."""
    return f"{door.token_address}/{slug}"


def guide(door: Door) -> Guide:
    """How a job comes to call in."""
    call = call_line(address_of(door, "nightly-backup"))
    return Guide(
        steps=(
            "Add a heartbeat here: how often it calls in, and how late it may be.",
            "Put its line at the end of the job, so that only a job that worked calls in.",
            "Run the job once. Its first call starts the watching.",
        ),
        snippets=(
            Snippet("The line of a heartbeat", call),
            Snippet("The same in a crontab", CRON.format(call=call)),
            Snippet(
                "A job may also say that it failed, and is not waited for then",
                FAILED.format(token=door.shown_token, address=door.address),
            ),
        ),
    )


KIND = Kind(
    slug="heartbeat",
    name="Heartbeats",
    parse=parse,
    guide=guide,
    sample=sample,
    about="Jobs call in. One that does not is one incident, until it calls in again.",
)
