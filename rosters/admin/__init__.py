"""Where people, services, the contact matrix and rosters are kept."""

from rosters.admin import carriage, people, schedule, services, signing_in, tokens

__all__ = ["carriage", "people", "schedule", "services", "signing_in", "tokens"]
