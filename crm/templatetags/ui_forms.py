"""Forms: fields with label, help and mistakes, the summary of mistakes, inputs that the elements drive."""

import json
from datetime import date
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

register = template.Library()

LOOKS: list[tuple[type[forms.Widget], str]] = [
    (forms.CheckboxSelectMultiple, "checkbox"),
    (forms.RadioSelect, "radio"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Textarea, "textarea"),
    (forms.Select, "select"),
    (forms.FileInput, "file-input"),
]


def look_of(widget: forms.Widget) -> str:
    """The class our style sheet paints a widget with."""
    return next((css for kind, css in LOOKS if isinstance(widget, kind)), "input")


GROUPS = (forms.CheckboxSelectMultiple, forms.RadioSelect)


def painted(bound: BoundField, extra: dict[str, object]) -> SafeString:
    look = look_of(bound.field.widget)
    if isinstance(bound.field.widget, GROUPS):
        bound.field.widget.attrs["class"] = look
        return SafeString("")
    attrs: dict[str, str | bool] = {
        name.replace("_", "-"): value if isinstance(value, bool) else str(value) for name, value in extra.items()
    }
    own = f"{look} {bound.field.widget.attrs.get('class', '')}".strip()
    attrs["class"] = "toggle" if "toggle" in own else own
    return bound.as_widget(attrs=attrs)


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField, label: str = "", help: str = "", optional: bool | None = None, **extra: object
) -> dict[str, Any]:
    """Label, input, help and mistakes of one form field; more arguments become attributes: `autocomplete="email"`."""
    group = isinstance(bound.field.widget, GROUPS)
    look = "group" if group else look_of(bound.field.widget)
    shows_optional = (not bound.field.required and look != "checkbox") if optional is None else optional
    values = {"field": bound, "look": look, "widget": painted(bound, extra), "label": label or bound.label}
    return {**values, "help": help or bound.help_text, "optional": shows_optional}


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: forms.BaseForm) -> dict[str, Any]:
    """The summary at the top of a form that came back: each mistake with a link to its field."""
    return {"form": form, "bad_fields": [bound for bound in form if bound.errors]}


@register.inclusion_tag("components/form_fields.html")
def form_fields(form: forms.BaseForm) -> dict[str, Any]:
    """The summary of mistakes and every field of a form, in order."""
    return {"form": form}


@register.inclusion_tag("components/form_actions.html")
def form_actions(text: str, cancel: str = "", kind: str = "primary", icon: str = "") -> dict[str, Any]:
    return {"text": text, "cancel": cancel, "kind": kind, "icon": icon}


@register.inclusion_tag("components/dropzone.html")
def dropzone(
    url: str, name: str = "file", accept: str = "", text: str = "", hint: str = "", multiple: bool = True
) -> dict[str, Any]:
    """Many files, each posted on its own to `url` with its progress; see docs/frontend.md for the answers it shows."""
    return {"url": url, "name": name, "accept": accept, "text": text, "hint": hint, "multiple": multiple}


def _as_json(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value if value is not None else {"all": []})


@register.inclusion_tag("components/rules.html")
def rules(name: str, value: object, catalogue: object, label: str = "", today: date | None = None) -> dict[str, Any]:
    """The filter builder: `value` is the condition tree (or its JSON), `catalogue` the list of fields it offers.

    `today` is the tenant's day, from which "in the last 6 months" is counted.
    """
    return {
        "today": today.isoformat() if today else "",
        "name": name,
        "value": _as_json(value),
        "catalogue": catalogue,
        "catalogue_id": f"{name}-catalogue",
        "label": label,
    }


@register.inclusion_tag("components/tags_input.html")
def tags_input(
    name: str,
    chosen: object = (),
    label: str = "",
    suggest: str = "",
    choices: object = None,
    fixed: bool = False,
    help: str = "",
    makes: str = "",
) -> dict[str, Any]:
    """Several values with suggestions. `chosen`, `choices`: lists of {value, label}; `fixed` allows no new values.

    `makes` is said of a word that is not there yet: "Make the new tag {name}".
    """
    values = {"name": name, "chosen": chosen, "label": label, "suggest": suggest, "makes": makes}
    return {**values, "choices": choices, "choices_id": f"{name}-choices", "fixed": fixed, "help": help}
