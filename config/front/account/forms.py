"""The forms of signing in, in our words. Pasting is allowed everywhere."""

from typing import Any

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.password_reset import request_password_reset
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.core.cache import cache
from django.http import HttpRequest

from rosters.models import Person

PASSWORD_HINT = "At least 12 characters. Three or four words are easy to remember."  # noqa: S105
CODE_HINT = "Six digits from your authenticator app, or one of your recovery codes."
NAME_LENGTH = 40
CODE_SECONDS = 120


class _Ours(forms.Form):
    """Labels above the fields, nothing inside them; errors without a full stop."""

    words: dict[str, tuple[str, str, str]] = {}  # noqa: RUF012  # label, hint, what to say when empty

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = ""
        for name, (label, hint, empty) in self.words.items():
            if name in self.fields:
                self.fields[name].label = label
                self.fields[name].help_text = hint
                self.fields[name].error_messages["required"] = empty


class SignInForm(_Ours, account.LoginForm):
    """E-mail address and password; the names are those that password managers look for."""

    words = {  # noqa: RUF012
        "login": ("E-mail address", "", "Enter your e-mail address"),
        "password": ("Password", "", "Enter your password"),
    }

    def add_prefix(self, field_name: str) -> str:
        return "username" if field_name == "login" else field_name

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= {
            "autocomplete": "username webauthn",
            "autocapitalize": "none",
            "spellcheck": "false",
        }
        self.fields["login"].error_messages["invalid"] = "Enter an e-mail address"


class PasswordAgainForm(_Ours, account.ReauthenticateForm):
    words = {"password": ("Your password", "", "Enter your password")}  # noqa: RUF012


class ChangePasswordForm(_Ours, account.ChangePasswordForm):
    words = {  # noqa: RUF012
        "oldpassword": ("The password you have now", "", "Enter the password you have now"),
        "password1": ("New password", PASSWORD_HINT, "Enter a new password"),
        "password2": ("New password, once more", "", "Enter the new password once more"),
    }


class SetPasswordForm(_Ours, account.SetPasswordForm):
    words = {  # noqa: RUF012
        "password1": ("Password", PASSWORD_HINT, "Enter a password"),
        "password2": ("Password, once more", "", "Enter the password once more"),
    }


class NewPasswordForm(_Ours, account.ResetPasswordKeyForm):
    words = SetPasswordForm.words


class AskForPasswordForm(_Ours, account.ResetPasswordForm):
    """Only the address that a person has now counts."""

    words = {"email": ("E-mail address", "", "Enter your e-mail address")}  # noqa: RUF012

    def clean_email(self) -> str:
        email = Person.normalize_email(self.cleaned_data["email"]) or ""
        found = Person.objects.filter(email=email)
        self.users = [one for one in found if one.is_active and one.has_usable_password()]
        return email

    def save(self, request: HttpRequest) -> str:
        """A letter goes out either way, so that nobody learns from the time it takes."""
        email: str = self.cleaned_data["email"]
        if self.users:
            request_password_reset(request, email, self.users, None)
        else:
            get_adapter().send_mail("account/email/unknown_account", email, {})
        return email


class _Once(forms.Form):
    """A code works once, also in the half-minutes in which it would still be right."""

    user: Person

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]  # of the form beside this one
        if not cache.add(f"code-used:{self.user.pk}:{code}", "", CODE_SECONDS):
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(_Ours, _Once, mfa.AuthenticateForm):
    words = {"code": ("Code", CODE_HINT, "Enter the code")}  # noqa: RUF012


class CodeAgainForm(_Ours, _Once, mfa.ReauthenticateForm):
    words = CodeForm.words


class AddAppForm(_Ours, ActivateTOTPForm):
    words = {  # noqa: RUF012
        "code": (
            "The code it shows now",
            "Six digits. A new code comes each 30 seconds.",
            "Enter the code",
        )
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class AddPasskeyForm(_Ours, AddWebAuthnForm):
    """A passkey that signs in by itself: always with a finger, a face or a PIN."""

    words = {  # noqa: RUF012
        "name": ("What do you call it?", "Such as: My phone, Key on my key ring.", "")
    }
    passwordless = forms.BooleanField(initial=True, widget=forms.CheckboxInput({"hidden": True}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["maxlength"] = NAME_LENGTH


class NamePasskeyForm(_Ours, EditWebAuthnForm):
    words = {"name": ("Its name", "", "Give it a name")}  # noqa: RUF012
