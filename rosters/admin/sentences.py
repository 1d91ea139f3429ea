"""What the admin says about a roster."""

from rosters.queries.oncall import Duty


def duty_sentence(duty: Duty) -> str:
    """Who is on call, who is the backup, until when, and who is missing and why."""
    return " ".join([_on_call(duty), *duty.missing])


def _on_call(duty: Duty) -> str:
    if duty.is_gap:
        return f"Nobody is on call{_until(duty)}. Calls go to the next step of each rule."
    verb = "is" if len(duty.first) == 1 else "are"
    backup = f"backup {_all(duty.backup)}" if duty.backup else "without a backup"
    return f"{_all(duty.first)} {verb} on call{_until(duty)}, {backup}."


def _until(duty: Duty) -> str:
    if duty.until is None:
        return ""
    local = duty.until.astimezone(duty.zone)
    return f" until {local:%A, %d %B %Y, %H:%M} ({duty.zone.key})"


def _all(names: tuple[str, ...]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
