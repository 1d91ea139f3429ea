"""Who: people, services, the contact matrix, rosters and the carriage of messages."""

from rosters.models import history
from rosters.models.carriage import DeliveryAttempt, DeskMessage, Message, Pulse
from rosters.models.matrix import MatrixEntry, NamedHours, NamedHoursSpan, StakeholderRole
from rosters.models.people import ContactPoint, ContactRule, Membership, Person, Team
from rosters.models.reading import ContactView, Draft, SavedView
from rosters.models.schedule import (
    Absence,
    Layer,
    Override,
    Restriction,
    Roster,
    Rotation,
    RotationMember,
)
from rosters.models.services import Service, ServiceDependency

__all__ = [
    "Absence",
    "ContactPoint",
    "ContactRule",
    "ContactView",
    "DeliveryAttempt",
    "DeskMessage",
    "Draft",
    "Layer",
    "MatrixEntry",
    "Membership",
    "Message",
    "NamedHours",
    "NamedHoursSpan",
    "Override",
    "Person",
    "Pulse",
    "Restriction",
    "Roster",
    "Rotation",
    "RotationMember",
    "SavedView",
    "Service",
    "ServiceDependency",
    "StakeholderRole",
    "Team",
    "history",
]
