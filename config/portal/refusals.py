"""What every refusal has in common."""


class Refused(Exception):
    """An expected no. Its text is one sentence for the person who asked (409 or a flash).

    `about` names the answer that has to be another one, as a form calls its field; empty when it is
    no single one.
    """

    def __init__(self, said: str = "", *, about: str = "") -> None:
        super().__init__(said)
        self.about = about


def refuse_if(why_not: str | None, *, about: str = "") -> None:
    """Raises Refused with the reason, if there is one."""
    if why_not:
        raise Refused(why_not, about=about)
