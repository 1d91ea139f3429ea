"""Addresses of rosters and people."""

from django.urls import path

from rosters.views import (
    absences,
    confirming,
    contact_audit,
    contacts,
    imports,
    on_call,
    own_contacts,
    people,
    roster,
    tokens,
)

app_name = "rosters"

urlpatterns = [
    path("contacts/", contacts.contacts, name="contacts"),
    path("contacts/phone-tree/", contacts.phone_tree, name="phone_tree"),
    path("contacts/audit/", contact_audit.audit, name="contact_audit"),
    path("contacts/audit/ask/", contact_audit.ask, name="ask_to_confirm"),
    path("contacts/import/", imports.imports, name="imports"),
    path("contacts/import/<int:pk>/", imports.one, name="import"),
    path("contacts/import/<int:pk>/apply/", imports.apply, name="import_apply"),
    path("contacts/import/<int:pk>/withdraw/", imports.withdraw, name="import_withdraw"),
    path("contacts/import/<int:pk>/mistakes/", imports.mistakes, name="import_mistakes"),
    path(
        "contacts/import/template/<str:subject>.<str:kind>",
        imports.template,
        name="import_template",
    ),
    path("contacts/export/numbers/", imports.export_numbers, name="export_numbers"),
    path("contacts/export/<str:subject>.<str:kind>", imports.export, name="export"),
    path("contacts/mine/", contact_audit.mine, name="my_cells"),
    path("c/<str:token>/", confirming.confirm, name="confirm"),
    path("me/contact/", own_contacts.page, name="own_contacts"),
    path("me/contact/add/", own_contacts.add, name="own_add"),
    path("me/contact/quiet/", own_contacts.quiet, name="own_quiet"),
    path("me/contact/ways/<slug:urgency>/", own_contacts.ways, name="own_ways"),
    path("me/contact/<int:pk>/change/", own_contacts.change, name="own_change"),
    path("me/contact/<int:pk>/remove/", own_contacts.remove, name="own_remove"),
    path("me/contact/<int:pk>/code/", own_contacts.send_code, name="own_code"),
    path("me/contact/<int:pk>/verify/", own_contacts.verify, name="own_verify"),
    path("me/tokens/", tokens.tokens, name="tokens"),
    path("me/tokens/<int:pk>/revoke/", tokens.revoke, name="token_revoke"),
    path("oncall/", on_call.on_call, name="on_call"),
    path("oncall/<slug:slug>/", roster.roster, name="roster"),
    path("absences/", absences.index, name="absences"),
    path("absences/new/", absences.new, name="absence_new"),
    path("absences/<int:pk>/", absences.detail, name="absence"),
    path("absences/<int:pk>/change/", absences.change, name="absence_change"),
    path("absences/<int:pk>/end/", absences.end, name="absence_end"),
    path("absences/<int:pk>/ask/", absences.ask, name="cover_ask"),
    path("absences/cover/<int:pk>/answer/", absences.answer, name="cover_answer"),
    path("people/", people.people, name="people"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/numbers/", people.numbers, name="numbers"),
    path("numbers/<int:pk>/wrong/", people.report_wrong, name="wrong_number"),
]
