from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The look and the ground: tags, table columns, static files, clock and queue; no models."""

    name = "config.portal"
    label = "portal"

    def ready(self) -> None:
        # It listens once it is imported; its own imports need the app registry.
        from config.portal import request_log  # noqa: F401, PLC0415
