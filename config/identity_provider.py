"""Signing in through the organisation's own sign-in service, as the environment describes it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from rosters.logic.roles import Role, known

NEEDED = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
PROVIDER_ID = "sso"  # a part of the callback's address, which the service must be told


@dataclass(frozen=True)
class IdentityProvider:
    """An OpenID Connect service. `groups` leads from the service's groups to our roles."""

    name: str
    issuer: str
    client_id: str
    client_secret: str
    groups_claim: str
    groups: dict[str, Role]
    makes_accounts: bool
    trusts_email: bool

    def as_allauth(self) -> dict[str, Any]:
        """What SOCIALACCOUNT_PROVIDERS wants to know."""
        app = {
            "provider_id": PROVIDER_ID,
            "name": self.name,
            "client_id": self.client_id,
            "secret": self.client_secret,
            "settings": {"server_url": self.issuer},
        }
        scope = ["openid", "profile", "email"]
        return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True, "SCOPE": scope}}


def from_environment(env: environ.Env, *, embedded: bool) -> IdentityProvider | None:
    """The service that is set up, if any; half a one stops the start with a sentence."""
    given = {name: env.str(name, default="") for name in NEEDED}
    if not any(given.values()):
        return None
    if missing := [name for name, value in given.items() if not value]:
        raise ImproperlyConfigured(
            f"{missing[0]} is not set: {' and '.join(n for n in NEEDED if given[n])} need it."
            " See docs/settings.md."
        )
    issuer = urlsplit(given["OIDC_ISSUER"])
    if not issuer.hostname or issuer.scheme not in ({"https", "http"} if embedded else {"https"}):
        raise ImproperlyConfigured(
            "OIDC_ISSUER must look like https://login.example.com. See docs/settings.md."
        )
    return IdentityProvider(
        name=env.str("OIDC_NAME", default="your company account"),
        issuer=given["OIDC_ISSUER"].rstrip("/"),
        client_id=given["OIDC_CLIENT_ID"],
        client_secret=given["OIDC_CLIENT_SECRET"],
        groups_claim=env.str("OIDC_GROUPS_CLAIM", default="groups"),
        groups=_groups(env.list("OIDC_GROUPS", default=[])),
        makes_accounts=env.bool("OIDC_MAKES_ACCOUNTS", default=False),
        trusts_email=env.bool("OIDC_TRUSTS_EMAIL", default=False),
    )


def roles(names: list[str], *, variable: str) -> frozenset[Role]:
    """The roles of these names; an unknown one stops the start with a sentence."""
    return frozenset(_role(name, variable=variable) for name in names if name.strip())


def _groups(pairs: list[str]) -> dict[str, Role]:
    mapping = {}
    for pair in pairs:
        group, equals, name = pair.rpartition("=")
        if not equals:
            raise ImproperlyConfigured(
                f"OIDC_GROUPS holds “{pair}”: write group=Role, separated by commas."
                " See docs/settings.md."
            )
        mapping[group.strip()] = _role(name, variable="OIDC_GROUPS")
    return mapping


def _role(name: str, *, variable: str) -> Role:
    role = known(name)
    if role is None:
        raise ImproperlyConfigured(
            f"{variable} names “{name}”, which is no role. There are: {', '.join(Role)}."
            " See docs/settings.md."
        )
    return role
