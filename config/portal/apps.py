from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The look and the ground: tags, table columns, static files, clock and queue; no models."""

    name = "config.portal"
    label = "portal"
