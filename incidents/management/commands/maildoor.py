"""`manage.py maildoor`: takes mails for alert sources until it is stopped."""

import asyncio
import logging
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from incidents.management import mail_server

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Take mails for alert sources at MAIL_DOOR_PORT. docs/integrations/email.md"

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.MAIL_DOOR_PORT:
            raise CommandError("MAIL_DOOR_PORT is not set, so no mail is taken.")
        try:
            tls = mail_server.context(settings.MAIL_DOOR_CERT, settings.MAIL_DOOR_KEY)
        except OSError as error:  # every SSLError is one
            raise CommandError(f"MAIL_DOOR_CERT or MAIL_DOOR_KEY cannot be read: {error}") from None
        place = mail_server.Place(
            settings.MAIL_DOOR_HOST, settings.MAIL_DOOR_PORT, settings.MAIL_DOOR_DOMAIN, tls
        )
        try:
            asyncio.run(_until_stopped(place))
        except OSError as error:
            at = f"{place.host}:{place.port}"
            raise CommandError(f"The mail door cannot open at {at}: {error.strerror}.") from None


async def _until_stopped(place: mail_server.Place) -> None:
    stopped = asyncio.Event()

    def say(port: int) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):  # until then nobody is being served
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        logger.info("the mail door is open", extra={"port": port, "domain": place.domain})

    await mail_server.serve(place, stopped=stopped, ready=say)
