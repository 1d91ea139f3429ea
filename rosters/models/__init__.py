"""Who: people, services, the contact matrix, rosters and the carriage of messages."""

from rosters.models import history
from rosters.models.calendars import CalendarFeed, FeedToken, ImportedShift
from rosters.models.carriage import (
    DeliveryAttempt,
    DeskMessage,
    Message,
    Pulse,
    WordingVersion,
)
from rosters.models.carriers import CarrierAccount, CarrierHealth, CarrierReceipt, ChannelOrder
from rosters.models.coverage import CoverageHours, CoverageTarget, ShiftLog
from rosters.models.doors import ApiToken, ImportRun
from rosters.models.leaving import PlannedHandOver
from rosters.models.matrix import MatrixEntry, NamedHours, NamedHoursSpan, StakeholderRole
from rosters.models.people import ContactPoint, ContactRule, Membership, Person, Team
from rosters.models.reach import ConfirmationRequest, Digest, VerificationCode
from rosters.models.reading import ContactView, Draft, SavedView
from rosters.models.schedule import (
    Absence,
    CoverRequest,
    Layer,
    Override,
    Restriction,
    Roster,
    Rotation,
    RotationMember,
)
from rosters.models.services import Service, ServiceDependency
from rosters.models.sharing import (
    HandoverNote,
    ShiftOffer,
    ShiftSwap,
    ShiftWish,
    TemporarySchedule,
    TemporaryShift,
)

__all__ = [
    "Absence",
    "ApiToken",
    "CalendarFeed",
    "CarrierAccount",
    "CarrierHealth",
    "CarrierReceipt",
    "ChannelOrder",
    "ConfirmationRequest",
    "ContactPoint",
    "ContactRule",
    "ContactView",
    "CoverRequest",
    "CoverageHours",
    "CoverageTarget",
    "DeliveryAttempt",
    "DeskMessage",
    "Digest",
    "Draft",
    "FeedToken",
    "HandoverNote",
    "ImportRun",
    "ImportedShift",
    "Layer",
    "MatrixEntry",
    "Membership",
    "Message",
    "NamedHours",
    "NamedHoursSpan",
    "Override",
    "Person",
    "PlannedHandOver",
    "Pulse",
    "Restriction",
    "Roster",
    "Rotation",
    "RotationMember",
    "SavedView",
    "Service",
    "ServiceDependency",
    "ShiftLog",
    "ShiftOffer",
    "ShiftSwap",
    "ShiftWish",
    "StakeholderRole",
    "Team",
    "TemporarySchedule",
    "TemporaryShift",
    "VerificationCode",
    "WordingVersion",
    "history",
]
