"""Whether messages leave at all, as the health of every way out says."""

from rosters.enums import Channel
from rosters.logic import circuit
from rosters.logic.ways_out import Outage
from rosters.logic.ways_out import outage as judge
from rosters.queries.lines import lines


def outage() -> Outage | None:
    """What is out, if so much is out that somebody may not be woken; two small queries."""
    found = lines()
    out_since = {}
    for channel in Channel.values:
        ways = [one.circuit for one in found.for_channel(channel)]
        if not ways:
            continue
        shut = [one.opened_at for one in ways if one.state != circuit.CLOSED]
        known = [at for at in shut if at is not None]
        out_since[channel] = max(known) if len(known) == len(ways) else None
    return judge(out_since)
