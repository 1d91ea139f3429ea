"""Every kind of alert source that Muster knows. Adding one is its file, and its line here."""

from collections.abc import Mapping

from incidents.intake import (
    alertmanager,
    cloudwatch,
    datadog,
    email,
    generic,
    github,
    gitlab,
    grafana,
    heartbeat,
    nagios,
    sentry,
    uptimekuma,
    zabbix,
)
from incidents.intake.kind import Kind

KINDS: Mapping[str, Kind] = {
    kind.slug: kind
    for kind in (
        generic.KIND,
        cloudwatch.KIND,
        datadog.KIND,
        email.KIND,
        github.KIND,
        gitlab.KIND,
        grafana.KIND,
        heartbeat.KIND,
        nagios.KIND,
        alertmanager.KIND,
        sentry.KIND,
        uptimekuma.KIND,
        zabbix.KIND,
    )
}


def choices() -> list[tuple[str, str]]:
    """What an alert source may be, for forms and for the database's own description."""
    return [(kind.slug, kind.name) for kind in KINDS.values()]
