"""What a layer's plan says, and what makes two of them differ, in sentences. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from rosters.logic.plans import HoursPlan, LayerPlan

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SHORT_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WORKING = (0, 1, 2, 3, 4)
WEEKEND = (5, 6)
Names = Mapping[int, str]


def listed(words: Sequence[str]) -> str:
    """ "Mei", "Mei and Ben", "Mei, Ben and Lena"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def day(on: date) -> str:
    """ "Mon 2 Nov 2026"."""
    return f"{SHORT_DAYS[on.weekday()]} {on.day} {on:%b %Y}"


def weekdays(days: Sequence[int]) -> str:
    """ "every day", "Monday to Friday", "Monday, Wednesday and Friday"."""
    if not days:
        return "every day"
    if len(days) > 2 and list(days) == list(range(days[0], days[-1] + 1)):
        return f"{DAYS[days[0]]} to {DAYS[days[-1]]}"
    return listed([DAYS[one] for one in days])


def hours(one: HoursPlan) -> str:
    """ "09:00 to 17:00, Monday to Friday"."""
    return f"{one.starts_at:%H:%M} to {one.ends_at:%H:%M}, {weekdays(one.weekdays)}"


def place(zone: str) -> str:
    """ "New York"."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def turn_length(plan: LayerPlan) -> str:
    """ "1 week", "3 days"."""
    return f"{plan.length} {plan.unit}{'' if plan.length == 1 else 's'}"


def handover(plan: LayerPlan) -> str:
    """ "every Monday at 09:00", "every 3 days at 09:00"."""
    at = f"{plan.handover_at:%H:%M}"
    if plan.unit == "hour":
        each = "every hour" if plan.length == 1 else f"every {plan.length} hours"
        return f"{each}, counted from {at}"
    if plan.unit == "week":
        on = DAYS[plan.starts_on.weekday()]
        return f"every {on} at {at}" if plan.length == 1 else f"each {turn_length(plan)}, {on} {at}"
    if plan.unit == "month":
        nth = f"on day {plan.starts_on.day} at {at}"
        return f"every month {nth}" if plan.length == 1 else f"every {plan.length} months {nth}"
    return f"every day at {at}" if plan.length == 1 else f"every {plan.length} days at {at}"


def people(plan: LayerPlan, names: Names) -> str:
    """ "Lena, then Mei with Ben, then Aiko"."""
    turns = (" with ".join(names.get(one, "somebody") for one in turn) for turn in plan.turns)
    return ", then ".join(turns) or "nobody"


def summary(plan: LayerPlan) -> str:
    """When it hands over and counts, in one line: "Hands over every Monday at 09:00"."""
    parts = ["Hands over " + handover(plan)]
    if plan.time_zone:
        parts[0] += f" in {place(plan.time_zone)}"
    if plan.weekdays:
        parts.append(f"only {weekdays(plan.weekdays)}")
    parts += [hours(one) for one in plan.hours]
    if plan.ends_on:
        parts.append(f"until {day(plan.ends_on)}")
    return ". ".join(part[0].upper() + part[1:] for part in parts)


def differences(was: LayerPlan, now: LayerPlan, names: Names) -> list[str]:
    """What is different now, a sentence for each; empty when both say the same."""
    return [text for text in _differences(was, now, names) if text]


def _differences(was: LayerPlan, now: LayerPlan, names: Names) -> Iterator[str]:
    yield _instead("It is called", was.name, now.name)
    yield _instead("It is asked as number", str(was.priority), str(now.priority))
    yield _turns(was, now, names)
    yield _instead("A turn lasts", turn_length(was), turn_length(now))
    yield _instead("It hands over", handover(was), handover(now))
    yield _instead("It starts on", day(was.starts_on), day(now.starts_on))
    yield _instead("It ends", _end(was.ends_on), _end(now.ends_on))
    yield _instead("It counts on", weekdays(was.weekdays), weekdays(now.weekdays))
    yield _instead("Its hours are", _hours(was), _hours(now))
    yield _instead("It keeps the time of", _zone(was), _zone(now))
    if was.is_shadow != now.is_shadow:
        yield (
            "Its people only ride along now. They are not called."
            if now.is_shadow
            else "Its people are called now. Before, they only rode along."
        )


def _turns(was: LayerPlan, now: LayerPlan, names: Names) -> str:
    if was.turns == now.turns:
        return ""
    came = sorted(names.get(one, "somebody") for one in now.people - was.people)
    went = sorted(names.get(one, "somebody") for one in was.people - now.people)
    parts = [f"{listed(came)} comes in" if len(came) == 1 else f"{listed(came)} come in"]
    parts = parts if came else []
    if went:
        parts.append(f"{listed(went)} {'leaves' if len(went) == 1 else 'leave'} it")
    head = listed(parts) + ". " if parts else ""
    return f"{head}The turns are {people(now, names)}."


def _instead(head: str, was: str, now: str) -> str:
    return "" if was == now else f"{head} {now} instead of {was}."


def _end(on: date | None) -> str:
    return f"on {day(on)}" if on else "never"


def _hours(plan: LayerPlan) -> str:
    return "; ".join(hours(one) for one in plan.hours) or "the whole day"


def _zone(plan: LayerPlan) -> str:
    return place(plan.time_zone) if plan.time_zone else "the roster"
