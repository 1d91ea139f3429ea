from django.apps import AppConfig

from config.portal import form_words

form_words.speak()  # here, because a form takes its words when it is read, and models are next


class PortalConfig(AppConfig):
    """The look and the ground: tags, table columns, static files, clock and queue; no models."""

    name = "config.portal"
    label = "portal"

    def ready(self) -> None:
        # They listen once they are imported; their own imports need the app registry.
        from config.portal import instants  # noqa: F401, PLC0415  # once the apps are there
