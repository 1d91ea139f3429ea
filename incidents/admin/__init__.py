"""Configuration is edited here; what has a life cycle is only read here."""

from incidents.admin import background, policies, records, rights, rooms, sources, terms

__all__ = ["background", "policies", "records", "rights", "rooms", "sources", "terms"]
