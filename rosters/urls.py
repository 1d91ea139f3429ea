"""Addresses of rosters and people."""

from django.urls import path

from rosters.views import contact_audit, contacts, on_call, people, roster

app_name = "rosters"

urlpatterns = [
    path("contacts/", contacts.contacts, name="contacts"),
    path("contacts/phone-tree/", contacts.phone_tree, name="phone_tree"),
    path("contacts/audit/", contact_audit.audit, name="contact_audit"),
    path("contacts/audit/ask/", contact_audit.ask, name="ask_to_confirm"),
    path("contacts/mine/", contact_audit.mine, name="my_cells"),
    path("oncall/", on_call.on_call, name="on_call"),
    path("oncall/<slug:slug>/", roster.roster, name="roster"),
    path("people/", people.people, name="people"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/numbers/", people.numbers, name="numbers"),
]
