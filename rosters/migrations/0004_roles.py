"""The roles of DESIGN as groups, each with what it keeps in the admin.

Permissions and content types are made here where Django would make them after the last migration;
it then finds them as they should be.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.models import Model

VIEW, EDIT, KEEP = ("view",), ("view", "change"), ("view", "add", "change", "delete")

PLACES = {  # what everybody who uses the admin may look at
    "rosters.person": VIEW,
    "rosters.team": VIEW,
    "rosters.service": VIEW,
    "rosters.stakeholderrole": VIEW,
    "rosters.roster": VIEW,
    "rosters.layer": VIEW,
    "rosters.rotation": VIEW,
    "rosters.override": VIEW,
    "rosters.absence": VIEW,
    "rosters.matrixentry": VIEW,
}
RULES = {
    "incidents.escalationpolicy": VIEW,
    "incidents.policyversion": VIEW,
    "incidents.escalationstep": VIEW,
    "incidents.steptarget": VIEW,
    "incidents.route": VIEW,
    "incidents.responsetarget": VIEW,
    "incidents.severity": VIEW,
    "incidents.impactclass": VIEW,
    "runbooks.runbook": VIEW,
    "runbooks.runbookversion": VIEW,
    "runbooks.step": VIEW,
    "runbooks.glossaryterm": VIEW,
}
SERVICE_OWNER = {
    **PLACES,
    **RULES,
    "rosters.service": EDIT,
    "rosters.servicedependency": KEEP,
    "rosters.matrixentry": KEEP,
    "runbooks.runbook": KEEP,
    "runbooks.runbookversion": KEEP,
    "runbooks.step": KEEP,
    "runbooks.glossaryterm": ("view", "add", "change"),
    "incidents.maintenancewindow": KEEP,
}
ROSTER_MANAGER = {
    **PLACES,
    "rosters.roster": ("view", "add", "change"),
    "rosters.layer": KEEP,
    "rosters.rotation": KEEP,
    "rosters.rotationmember": KEEP,
    "rosters.restriction": KEEP,
    "rosters.override": KEEP,
    "rosters.absence": KEEP,
}
ROLES = {
    "Stakeholder": {},
    "Responder": {},
    "Commander": {**PLACES, **RULES, "incidents.maintenancewindow": KEEP, "rosters.override": KEEP},
    "Service owner": SERVICE_OWNER,
    "Roster manager": ROSTER_MANAGER,
    "Reviewer": {},
    "Auditor": {
        **PLACES,
        **RULES,
        "rosters.contactview": VIEW,
        "rosters.message": VIEW,
        "rosters.deliveryattempt": VIEW,
        "rosters.pulse": VIEW,
        "incidents.alertsource": VIEW,
        "incidents.escalationrun": VIEW,
        "reviews.actionitem": VIEW,
    },
    "Administrator": {},  # the flag "superuser status" goes with it: see rosters.operations.accounts
}
NAMES = {  # as Django writes them where a model's name is more than one word
    "stakeholderrole": "stakeholder role",
    "matrixentry": "contact matrix entry",
    "servicedependency": "service dependency",
    "rotationmember": "rotation member",
    "contactview": "contact view",
    "deliveryattempt": "delivery attempt",
    "escalationpolicy": "escalation policy",
    "escalationrun": "escalation run",
    "escalationstep": "escalation step",
    "policyversion": "policy version",
    "steptarget": "step target",
    "responsetarget": "response target",
    "impactclass": "impact class",
    "maintenancewindow": "maintenance window",
    "alertsource": "alert source",
    "runbookversion": "runbook version",
    "glossaryterm": "glossary term",
    "actionitem": "action item",
}


def lay_out(apps: Apps, _editor: object) -> None:
    """Every role has its group, with these permissions and whatever was added by hand."""
    Group = apps.get_model("auth", "Group")
    for name, may in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.add(
            *(_permission(apps, label, verb) for label, verbs in may.items() for verb in verbs)
        )


def _permission(apps: Apps, label: str, verb: str) -> Model:
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    app, model = label.split(".")
    kind, _ = ContentType.objects.get_or_create(app_label=app, model=model)
    permission, _ = Permission.objects.get_or_create(
        content_type=kind,
        codename=f"{verb}_{model}",
        defaults={"name": f"Can {verb} {NAMES.get(model, model)}"},
    )
    return permission


class Migration(migrations.Migration):
    dependencies = [
        ("rosters", "0003_history"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(lay_out, migrations.RunPython.noop)]
