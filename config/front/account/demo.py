"""In the embedded set-up the demo's people are one press away."""

from django.conf import settings

from rosters.models import Person

DEMO_ROLES = {
    "amara": "Administrator, incident commander",
    "nadia": "First on call for Notifications",
    "jonas": "Service owner, leads Payments",
    "mei": "Backup for Payments",
    "olivia": "Customer care, reads the plain pages",
}


def demo_accounts() -> list[dict[str, str]]:
    """The people of the demo who may be tried; none where there is no demo."""
    if not settings.EMBEDDED:
        return []
    by_email = {f"{name}@{settings.DEMO_MAIL_HOST}": role for name, role in DEMO_ROLES.items()}
    people = Person.objects.filter(email__in=by_email, may_sign_in=True).order_by("pk")
    return [
        {
            "name": person.full_name,
            "role": by_email[person.email or ""],
            "email": person.email or "",
            "password": settings.DEMO_PASSWORD,
        }
        for person in people
    ]
