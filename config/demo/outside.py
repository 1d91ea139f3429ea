"""The running portal as a monitor and a phone see it: over HTTP, from outside."""

import http.client
import json
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from config.demo.rules import ALERT_TOKEN

TIMEOUT_SECONDS = 10


class NotRunning(Exception):
    """Nobody answers at the portal's address."""


@dataclass(frozen=True)
class RunningPortal:
    """The portal at `url`."""

    url: str

    def look(self) -> None:
        """Raises NotRunning when it does not answer."""
        if self._ask("GET", "/healthz")[0] != http.client.OK:
            raise NotRunning

    def send_alert(self, *, service: str, severity: str, title: str, key: str) -> str:
        labels = {"alertname": "GiftCardsRefused", "service": service, "severity": severity}
        body = {
            "version": "4",
            "status": "firing",
            "groupKey": key,
            "commonAnnotations": {"summary": title},
            "alerts": [{"status": "firing", "labels": labels}],
        }
        _, said = self._ask(
            "POST",
            "/api/v1/alerts/alertmanager",
            json.dumps(body),
            {"Authorization": f"Bearer {ALERT_TOKEN}", "Content-Type": "application/json"},
        )
        reference: str = json.loads(said)["alerts"][0]["incident"]
        return reference

    def acknowledge(self, link: str) -> None:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        self._ask("POST", urlsplit(link).path, urlencode({"answer": "acknowledge"}), form)

    def _ask(
        self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None
    ) -> tuple[int, str]:
        nearest = http.client.HTTPConnection(settings.BIND, settings.PORT, timeout=TIMEOUT_SECONDS)
        about = {"Host": urlsplit(self.url).netloc, **(headers or {})}
        try:
            nearest.request(method, path, body or None, about)
            answer = nearest.getresponse()
            return answer.status, answer.read().decode()
        except OSError as broken:
            raise NotRunning from broken
        finally:
            nearest.close()
