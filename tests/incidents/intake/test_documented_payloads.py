"""The vendors' own payloads, with something hostile in every place of each."""

from typing import Any

import pytest

from incidents.intake import mail
from incidents.intake.kinds import KINDS
from incidents.intake.signal import Post
from tests.incidents.intake import (
    test_alertmanager,
    test_cloudwatch,
    test_datadog,
    test_email,
    test_github,
    test_gitlab,
    test_grafana,
    test_nagios,
    test_sentry,
    test_uptimekuma,
    test_zabbix,
)
from tests.incidents.intake.test_kinds import HOSTILE, paths, replaced, survives

VALUES = list(HOSTILE.values())
AT_ONCE = 7
DOCUMENTED: list[tuple[str, dict[str, Any], str]] = [
    ("alertmanager", test_alertmanager.FIRING, ""),
    ("cloudwatch", test_cloudwatch.CONFIRMATION, ""),
    ("cloudwatch", test_cloudwatch.ALARM, ""),
    ("cloudwatch", test_cloudwatch.EVENT, ""),
    ("cloudwatch", dict(test_cloudwatch.envelope("Hello world!").payload), ""),
    ("cloudwatch", test_cloudwatch.HEALTH, ""),
    ("cloudwatch", test_cloudwatch.PIPELINE, ""),
    ("cloudwatch", test_cloudwatch.FINDING, ""),
    ("datadog", test_datadog.FIRING, ""),
    ("email", mail.opened(test_email.PROBLEM), ""),
    ("github", test_github.RUN, "workflow_run"),
    ("github", test_github.SUITE, "check_suite"),
    ("github", test_github.DEPLOYMENT, "deployment_status"),
    ("github", test_github.RELEASE, "release"),
    ("github", test_github.DEPENDENCY, "dependabot_alert"),
    ("github", test_github.CODE, "code_scanning_alert"),
    ("github", test_github.SECRET, "secret_scanning_alert"),
    ("gitlab", test_gitlab.PIPELINE, ""),
    ("gitlab", test_gitlab.DEPLOYMENT, ""),
    ("gitlab", test_gitlab.RELEASE, ""),
    ("gitlab", test_gitlab.INCIDENT, ""),
    ("gitlab", test_gitlab.FLAG, ""),
    ("gitlab", test_gitlab.ALERT, ""),
    ("grafana", test_grafana.GROUP, ""),
    ("nagios", test_nagios.SERVICE, ""),
    ("nagios", test_nagios.HOST, ""),
    ("sentry", test_sentry.EVENT, ""),
    ("sentry", test_sentry.METRIC, ""),
    ("sentry", test_sentry.ISSUE, ""),
    ("sentry", test_sentry.PLUGIN, ""),
    ("uptimekuma", test_uptimekuma.BEAT, ""),
    ("zabbix", test_zabbix.PROBLEM, ""),
]


@pytest.mark.parametrize(("slug", "payload", "event"), DOCUMENTED)
def test_a_documented_payload_survives_a_hostile_value_anywhere(
    slug: str, payload: dict[str, Any], event: str
) -> None:
    headers = {"x-github-event": event}
    survives(KINDS[slug], Post(payload, headers))

    for number, way in enumerate(paths(payload)):
        for step in range(AT_ONCE):
            value = VALUES[(number * AT_ONCE + step) % len(VALUES)]
            survives(KINDS[slug], Post(replaced(payload, way, value), headers))
