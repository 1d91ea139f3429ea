"""The admin of what has a life cycle: it is read here and changes through operations only."""

from django.http import HttpRequest

from config.portal.admin import PlainAdmin


class ReadOnlyAdmin(PlainAdmin):
    """Shows rows; nobody adds, changes or deletes them here."""

    why_fixed = "To read here. It changes on its own page, by those whom it is about."

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False
