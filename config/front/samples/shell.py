"""What stands around every page, and what people press and fill in."""

from types import SimpleNamespace

from django import forms

from config.front.samples.sample import Sample

PAGE = "base.html"
"""The shell and what stands in it are shown by the page itself."""


class _Question(forms.Form):
    title = forms.CharField(
        label="What is wrong?",
        help_text="Say what customers or staff notice.",
        error_messages={"required": "Say what is wrong."},
        widget=forms.TextInput(attrs={"required": False}),
    )


class _Narrowed(forms.Form):
    q = forms.CharField(label="Search", required=False)
    severity = forms.ChoiceField(choices=[("", "All"), ("1", "SEV1")], required=False)
    since = forms.DateField(label="From", required=False)
    mine = forms.BooleanField(label="Mine", required=False)


def shell() -> list[Sample]:
    return [
        Sample("Shell", PAGE),
        Sample("Sidebar", "components/sidebar.html"),
        Sample("Top bar", "components/topbar.html"),
        Sample("Tab bar", "components/tabbar.html"),
        Sample("Action bar", "components/action_bar.html"),
        Sample(
            "Page head with lead",
            "components/page_head.html",
            {
                "": {
                    "body": "Three incidents are open",
                    "lead": "Nobody has acknowledged the invoice email problem yet.",
                }
            },
        ),
        Sample("Print header", "components/print_header.html"),
    ]


def controls() -> list[Sample]:
    button = {"text": "Post update", "look": "", "symbol": "", "url": "#main", "button_id": ""}
    asked, empty = _Question(auto_id="sample_%s"), _Question({}, auto_id="wrong_%s")
    field_of = {"label": "", "hint": ""}
    return [
        Sample(
            "Button",
            "components/button.html",
            {
                "primary": button | {"text": "Acknowledge", "look": "primary", "symbol": "check"},
                "default": button,
                "ghost": button | {"text": "Cancel", "look": "ghost"},
                "small": button | {"look": "s", "symbol": "mega"},
                "big": button | {"text": "I have it", "look": "primary big"},
            },
        ),
        Sample(
            "Field",
            "components/field.html",
            {
                "empty": field_of | {"field": asked["title"]},
                "wrong": field_of | {"field": empty["title"]},
            },
        ),
        Sample("Error summary", "components/error_summary.html", {"": {"form": empty}}),
        Sample(
            "Filter bar",
            "components/filter_bar.html",
            {
                "": {
                    "action": "#main",
                    "form": _Narrowed({"since": "soon"}, auto_id="narrow_%s"),
                    "hint": "Title or INC-12",
                    "clear": "#main",
                    "button_id": "sample-show",
                    "body": "",
                }
            },
            is_wide=True,
        ),
        Sample(
            "Scope bar",
            "components/scope_bar.html",
            {
                "": {
                    "chips": [("Everything", "#main", True), ("Mine", "#main", False)],
                    "fold": "One team",
                    "choices": [SimpleNamespace(slug="payments", name="Payments")],
                    "field": "sample_team",
                    "chosen": "",
                    "action": "#main",
                }
            },
        ),
    ]
