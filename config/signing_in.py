"""How allauth signs people in here: what does not differ between installations."""

from typing import Any

from config.identity_provider import IdentityProvider

TOKENS = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # a class


def settings_for(provider: IdentityProvider | None) -> dict[str, Any]:
    """The settings of allauth, by name."""
    return {
        "ACCOUNT_ADAPTER": "config.front.account.adapters.AccountAdapter",
        "ACCOUNT_FORMS": {
            "login": "config.front.account.forms.SignInForm",
            "change_password": "config.front.account.forms.ChangePasswordForm",
            "set_password": "config.front.account.forms.SetPasswordForm",
            "reset_password": "config.front.account.forms.AskForPasswordForm",
            "reset_password_from_key": "config.front.account.forms.NewPasswordForm",
            "reauthenticate": "config.front.account.forms.PasswordAgainForm",
        },
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"],
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "ACCOUNT_EMAIL_VERIFICATION": "none",  # administrators vouch for the addresses they enter
        "ACCOUNT_SESSION_REMEMBER": True,
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": 15 * 60,
        "ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR": TOKENS,
        # Counted in the cache: while that is away nobody is counted, and nobody is locked out.
        "ACCOUNT_RATE_LIMITS": {"login": "60/m/ip", "login_failed": "20/m/ip,5/5m/key"},
        "MFA_ADAPTER": "config.front.account.adapters.SecondStepAdapter",
        "MFA_FORMS": {
            "authenticate": "config.front.account.forms.CodeForm",
            "reauthenticate": "config.front.account.forms.CodeAgainForm",
            "activate_totp": "config.front.account.forms.AddAppForm",
            "add_webauthn": "config.front.account.forms.AddPasskeyForm",
            "edit_webauthn": "config.front.account.forms.NamePasskeyForm",
        },
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_ALLOW_UNVERIFIED_EMAIL": True,
        "MFA_RECOVERY_CODES_SHOW_ONCE": True,
        "MFA_TOTP_ISSUER": "Muster",
        "MFA_TOTP_TOLERANCE": 1,  # a phone's clock may be half a minute off
        "SOCIALACCOUNT_ADAPTER": "config.front.account.adapters.ProviderAdapter",
        "SOCIALACCOUNT_PROVIDERS": provider.as_allauth() if provider else {},
    }
