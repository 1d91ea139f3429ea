"""The roles an organisation gives its people. A role opens pages; acts have rules of their own."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """A role is a group in the admin; its value is the group's name."""

    STAKEHOLDER = "Stakeholder"
    RESPONDER = "Responder"
    COMMANDER = "Commander"
    SERVICE_OWNER = "Service owner"
    ROSTER_MANAGER = "Roster manager"
    REVIEWER = "Reviewer"
    AUDITOR = "Auditor"
    ADMINISTRATOR = "Administrator"


# Whose role has something to do in the admin.
USE_THE_ADMIN = frozenset(
    {
        Role.COMMANDER,
        Role.SERVICE_OWNER,
        Role.ROSTER_MANAGER,
        Role.AUDITOR,
        Role.ADMINISTRATOR,
    }
)


@dataclass(frozen=True)
class Holder:
    """The roles of one person."""

    roles: frozenset[Role] = frozenset()
    is_administrator: bool = False

    def has(self, *roles: Role) -> bool:
        return self.is_administrator or bool(self.roles & set(roles))


def only_reads(holder: Holder) -> bool:
    """Whether somebody comes for the plain pages: a stakeholder without any other role."""
    return holder.roles == {Role.STAKEHOLDER} and not holder.is_administrator


def why_not_read_audit(holder: Holder) -> str | None:
    """Whether this person may read who changed and who saw what."""
    if holder.has(Role.AUDITOR, Role.ADMINISTRATOR):
        return None
    return "Only administrators and auditors can read who changed and who saw what."


def needs_second_step(holder: Holder, *, required: Collection[Role]) -> bool:
    """Whether this person must have a passkey or an authenticator app to sign in."""
    held = holder.roles | ({Role.ADMINISTRATOR} if holder.is_administrator else set())
    return bool(held & set(required))


def known(name: str) -> Role | None:
    """The role of this name, however it is written: "service-owner", "Service owner"."""
    plain = name.strip().replace("-", " ").replace("_", " ").casefold()
    return next((role for role in Role if role.value.casefold() == plain), None)


def of_groups(groups: Collection[str], mapping: dict[str, Role]) -> frozenset[Role]:
    """The roles that the groups of a sign-in service stand for."""
    return frozenset(role for group, role in mapping.items() if group in groups)
