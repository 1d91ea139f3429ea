"""Every kind of carrier. A new one is one file, and one line here."""

from rosters.channels import apprise, gateway, slack, smtp, teams, twilio
from rosters.channels.contract import Kind, Outgoing, Receipt, SendFailed, Settings
from rosters.enums import FailureReason

EVERY = (
    smtp.KIND,
    gateway.KIND,
    twilio.KIND,
    slack.KIND,
    teams.KIND,
    apprise.KIND,
)
KINDS: dict[str, Kind] = {kind.slug: kind for kind in EVERY}


class Mute:
    """What an account is that cannot be used as it stands: it lets nobody in."""

    wants_answer_link = False
    is_in_house = False
    takes_replies = False

    def __init__(self, why: str) -> None:
        self._why = why

    def send(self, _outgoing: Outgoing) -> Receipt:
        raise SendFailed(self._why, permanent=False, reason=FailureReason.ACCOUNT)


def _unknown(_settings: Settings) -> Mute:
    return Mute("This Muster does not know its kind of carrier.")


UNKNOWN = Kind(
    slug="unknown",
    name="A kind that this Muster does not know",
    about="It was set up with another version.",
    channels=(),
    fields=(),
    make=_unknown,
)


def kind_of(slug: str) -> Kind:
    """The kind of this name; an account may be older or newer than this Muster."""
    return KINDS.get(slug, UNKNOWN)
