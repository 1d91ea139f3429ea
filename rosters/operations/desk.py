"""The message desk: the carrier of the embedded set-up, where every phone is a row."""

from rosters.channels.contract import Outgoing, Receipt
from rosters.models import DeskMessage


class DeskCarrier:
    """Delivers to the desk. The same message delivered twice lies there once."""

    wants_answer_link = True
    is_in_house = True
    takes_replies = True

    def send(self, outgoing: Outgoing) -> Receipt:
        row, _ = DeskMessage.objects.get_or_create(
            message_id=outgoing.message_id,
            defaults={
                "subject": outgoing.subject,
                "body": outgoing.body,
                "answer_link": outgoing.answer_link,
                "arrived_at": outgoing.at,
            },
        )
        return Receipt(f"desk:{row.pk}")
