"""Which channels each severity may use, as administrators choose it."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from config.portal.refusals import refuse_if
from rosters.enums import SeverityLevel
from rosters.logic.carriers import why_not_keep
from rosters.logic.loudness import LOUDEST_FIRST, SHIPPED, why_not_channels
from rosters.models import ChannelOrder, Person


@transaction.atomic
def choose(wanted: Mapping[int, Sequence[str]], *, by: Person) -> None:
    """Calls of each severity use these channels from now on; what was shipped needs no row.

    Raises Refused for whoever may not, and for a severity that could not do its work with them.
    Twice is the same as once.
    """
    refuse_if(why_not_keep(is_administrator=by.is_superuser))
    rows = {row.severity: row for row in ChannelOrder.objects.select_for_update()}
    for severity in SeverityLevel.values:
        channels = tuple(one for one in LOUDEST_FIRST if one in wanted.get(severity, ()))
        refuse_if(why_not_channels(severity, channels))
        _write(severity, channels, rows.get(severity))


def _write(severity: int, channels: tuple[str, ...], row: ChannelOrder | None) -> None:
    """Only what differs, so that the trail says what changed and nothing else."""
    if channels == SHIPPED[severity]:
        if row is not None:
            row.delete()
        return
    if row is None:
        ChannelOrder.objects.create(severity=severity, channels=",".join(channels))
    elif row.listed != channels:
        row.channels = ",".join(channels)
        row.save(update_fields=["channels"])
