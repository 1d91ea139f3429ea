"""Tokens of the API in the admin: read here, revoked by a press, never edited."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest

from config.portal import clock
from config.portal.read_only import ReadOnlyAdmin
from config.portal.refusals import Refused
from rosters import models
from rosters.operations import tokens


@admin.register(models.ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    lead = "Programs that ask Muster, each for one person. New ones are made under Me, Tokens."
    why_fixed = "To read here. A token is revoked, and a new one is made under Me, Tokens."
    list_display = ("name", "person", "may", "hint", "last_used_at", "expires_at", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter), "expires_at")
    list_select_related = ("person",)
    search_fields = ("name", "person__full_name", "hint")
    date_hierarchy = "created_at"
    ordering = ("revoked_at", "-created_at")
    exclude = ("token_hash",)
    actions = ("revoke",)

    @admin.display(description="May")
    def may(self, token: models.ApiToken) -> str:
        return ", ".join(token.scopes)

    @admin.action(description="Revoke: they open nothing any more", permissions=["view"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[models.ApiToken]) -> None:
        if not isinstance(request.user, models.Person):
            raise PermissionDenied
        try:
            for token in chosen:
                tokens.revoke(token, by=request.user, now=clock.act_now())
        except Refused as refused:
            self.message_user(request, str(refused), messages.ERROR)
            return
        self.message_user(request, "Revoked. They open nothing any more.", messages.SUCCESS)
