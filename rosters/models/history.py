"""The audit trail of who answers when, and how they are reached. Numbers are never in it."""

from config.portal.trail import keep
from rosters.models import (
    calendars,
    carriage,
    carriers,
    coverage,
    doors,
    matrix,
    people,
    schedule,
    services,
    sharing,
)


class PersonGroup(people.Person.groups.through):  # type: ignore[name-defined,misc]  # made by Django
    """One person in one group of rights, as the trail reads it."""

    class Meta:
        proxy = True


OF_ONES_OWN = (
    "password",
    "last_login",
    "theme",
    "language",
    "uses_shortcuts",
    "toured_at",
    "shift_reminder",
    "gets_outlook",
)

PersonEvent = keep(people.Person, silent=OF_ONES_OWN)
PersonGroupEvent = keep(PersonGroup, has_own_row=False)
ContactPointEvent = keep(
    people.ContactPoint,
    silent=("last_failed_at", "last_failure"),
    secret=("address", "what_is_wrong"),
)
ContactRuleEvent = keep(people.ContactRule)
TeamEvent = keep(people.Team)
MembershipEvent = keep(people.Membership)
ServiceEvent = keep(services.Service)
ServiceDependencyEvent = keep(services.ServiceDependency)
StakeholderRoleEvent = keep(matrix.StakeholderRole)
NamedHoursEvent = keep(matrix.NamedHours)
NamedHoursSpanEvent = keep(matrix.NamedHoursSpan)
MatrixEntryEvent = keep(matrix.MatrixEntry)
RosterEvent = keep(schedule.Roster, silent=("logged_until",))
LayerEvent = keep(schedule.Layer)
RotationEvent = keep(schedule.Rotation)
RotationMemberEvent = keep(schedule.RotationMember)
RestrictionEvent = keep(schedule.Restriction)
OverrideEvent = keep(schedule.Override)
AbsenceEvent = keep(schedule.Absence)
CoverRequestEvent = keep(schedule.CoverRequest)
ApiTokenEvent = keep(doors.ApiToken, silent=("last_used_at",), secret=("token_hash",))
CoverageTargetEvent = keep(coverage.CoverageTarget)
CoverageHoursEvent = keep(coverage.CoverageHours)
TemporaryScheduleEvent = keep(sharing.TemporarySchedule)
TemporaryShiftEvent = keep(sharing.TemporaryShift)
ShiftSwapEvent = keep(sharing.ShiftSwap, silent=("reminded_at",))
FeedTokenEvent = keep(calendars.FeedToken, silent=("last_used_at",), secret=("token_hash",))
CalendarFeedEvent = keep(
    calendars.CalendarFeed,
    silent=("next_read_at", "tried_at", "read_at", "failure", "unknown_names"),
    secret=("sealed_url",),
)
CarrierAccountEvent = keep(carriers.CarrierAccount, secret=("sealed_settings", "door"))
ChannelOrderEvent = keep(carriers.ChannelOrder)
WordingVersionEvent = keep(carriage.WordingVersion)
