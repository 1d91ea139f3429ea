"""What every refusal has in common."""


class Refused(Exception):
    """An expected no. Its text is one sentence for the person who asked (409 or a flash)."""


def refuse_if(why_not: str | None) -> None:
    """Raises Refused with the reason, if there is one."""
    if why_not:
        raise Refused(why_not)
