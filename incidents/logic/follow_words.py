"""What those who follow an incident read when an update is posted. Pure."""

from dataclasses import dataclass

LAST = "This was the last update: it is resolved."


@dataclass(frozen=True)
class Update:
    """One update for one reader. Clock times are in their own zone, as words."""

    severity: str
    phase: str
    title: str
    reference: str
    number: int
    impact: str
    known: str
    doing: str
    next_at: str
    link: str
    unfollow_link: str

    @property
    def subject(self) -> str:
        title = self.title.rstrip(".")
        return f"[{self.severity}] {self.phase}: {title} (update {self.number})"

    @property
    def body(self) -> str:
        """Four parts, always in this order; then why they get it, and how not to."""
        parts = (
            ("Impact", self.impact),
            ("What we know", self.known),
            ("What we are doing", self.doing),
            ("Next update", self.next_at or LAST),
        )
        said = [f"{self.title.rstrip('.')}. {self.phase}, {self.severity}."]
        said += [f"{heading}\n{text.strip()}" for heading, text in parts]
        said.append(f"Read more here:\n{self.link}")
        said.append(
            f"You get this because you follow {self.reference}. Change this:\n{self.unfollow_link}"
        )
        return "\n\n".join(said)


def phase(*, is_contained: bool, is_resolved: bool) -> str:
    """Where the incident is, in the words of a subject."""
    if is_resolved:
        return "Resolved"
    return "Contained" if is_contained else "Not contained"
