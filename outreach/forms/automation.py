"""The form of an automation rule: when, if, then."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.begun import Begun
from crm.models import Member
from crm.tenancy.context import current_tenant_id
from outreach.choices import ReplyClass
from outreach.models import AutomationRule, Sequence
from outreach.services import timed
from outreach.services.actions import Act, SentBy, wrong_with
from outreach.services.triggers import TRIGGERS, Trigger
from talent.choices_jobs import Outcome
from talent.filters import tree
from talent.filters.tree import RuleError
from talent.forms.segments import EVERYBODY, RuleField, read_rule
from talent.models import RecruitingEvent, Segment, TalentPool

CONTENT_KINDS = (
    ("", _("Anything")),
    ("post", _("Posts")),
    ("asset", _("Downloads")),
    ("news", _("Company news")),
    ("event", _("Events")),
)
SIDES = (("before", _("Before the date")), ("after", _("After the date")))
ANY = _("Any")
WHOEVER = _("Whoever owns the relationship")


def _groups() -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for trigger in TRIGGERS.values():
        groups.setdefault(trigger.group, []).append((trigger.key, trigger.label))
    return [("", [("", "Choose…")]), *groups.items()]


def _dates() -> list[tuple[str, str]]:
    return [("", "Choose…"), *timed.date_fields()]


def _row(label: Any, empty: Any = ANY) -> forms.ModelChoiceField[Any]:
    return forms.ModelChoiceField(label=label, queryset=None, required=False, empty_label=empty)


class RuleForm(Begun, forms.Form):
    """A rule. What it does stands in fields of their own, each of which may stay empty."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Only your team sees it."))
    trigger = forms.ChoiceField(label=_("When somebody …"), choices=_groups)
    segment = _row(_("Segment"))
    pool = _row(_("Pool"))
    sequence = _row(_("Sequence"))
    recruiting_event = _row(_("Event"))
    stage = forms.CharField(
        label=_("To the stage"), max_length=60, required=False, help_text=_("Its name. Empty: any stage.")
    )
    outcome = forms.ChoiceField(label=_("Outcome"), choices=[("", _("Any")), *Outcome.choices], required=False)
    content_kind = forms.ChoiceField(label=_("Kind of content"), choices=CONTENT_KINDS, required=False)
    reply_class = forms.ChoiceField(
        label=_("What they say"), choices=[("", _("Anything")), *ReplyClass.choices], required=False
    )
    date_field = forms.ChoiceField(label=_("Date"), choices=_dates, required=False)
    days = forms.IntegerField(
        label=_("Days"), required=False, min_value=0, max_value=timed.MOST_DAYS, help_text=_("0: on the day itself.")
    )
    side = forms.ChoiceField(label=_("Before or after it"), choices=SIDES, required=False)
    months = forms.IntegerField(label=_("Months of silence"), required=False, min_value=1, max_value=timed.MOST_MONTHS)
    condition = RuleField(widget=forms.HiddenInput, required=False)
    repeat_days = forms.IntegerField(
        label=_("Again for the same person after days"),
        required=False,
        min_value=0,
        max_value=3650,
        help_text=_("Empty: once for each person."),
    )
    enrol = _row(_("Put them into the sequence"), _("–"))
    sent_by = forms.ChoiceField(label=_("Written by"), choices=SentBy, required=False)
    tag = forms.CharField(label=_("Add the tag"), max_length=60, required=False)
    untag = forms.CharField(label=_("Take away the tag"), max_length=60, required=False)
    into = _row(_("Put them into the pool"), _("–"))
    task = forms.CharField(label=_("Give a task"), max_length=160, required=False, help_text=_("What is to be done."))
    task_member = _row(_("Who does it"), WHOEVER)
    task_days = forms.IntegerField(label=_("Days to do it"), required=False, min_value=0, max_value=60)
    notify = forms.CharField(label=_("Tell a colleague"), max_length=200, required=False, help_text=_("The words."))
    notify_member = _row(_("Who is told"), WHOEVER)
    rest = forms.BooleanField(
        label=_("Begin nothing with them for a while"),
        required=False,
        help_text=_("As after “Not now”: their sequences end, and the contact rules say for how long."),
    )
    webhook = forms.CharField(
        label=_("Tell another system"),
        max_length=500,
        required=False,
        help_text=_("An address that begins with https://. It is told who it was and which automation ran, signed."),
    )

    def __init__(self, data: Any = None, *, rule: AutomationRule | None = None) -> None:
        super().__init__(data, initial=_initial(rule) if rule else {"condition": EVERYBODY})
        members = Member.objects.of_tenant(current_tenant_id())
        rows: dict[str, Any] = {
            "segment": Segment.objects.all(),
            "pool": TalentPool.objects.all(),
            "into": TalentPool.objects.all(),
            "sequence": Sequence.objects.all(),
            "enrol": Sequence.objects.all(),
            "recruiting_event": RecruitingEvent.objects.all(),
            "task_member": members,
            "notify_member": members,
        }
        for name, found in rows.items():
            self.fields[name].queryset = found  # type: ignore[attr-defined]

    @property
    def rule_text(self) -> str:
        return str(self["condition"].value() or EVERYBODY)

    def clean_condition(self) -> dict[str, Any]:
        try:
            return tree.dump(read_rule(self.cleaned_data["condition"] or EVERYBODY))
        except RuleError as error:
            raise forms.ValidationError([problem.said for problem in error.problems]) from error

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        trigger = TRIGGERS.get(str(values.get("trigger")))
        if trigger and "segment" in trigger.asks and not values.get("segment"):
            self.add_error("segment", _("Choose the segment."))
        if trigger and (lacking := timed.missing(trigger.key, self._settings(trigger))):
            self.add_error(trigger.asks[0], lacking)
        return values

    def _settings(self, trigger: Trigger) -> dict[str, Any]:
        given = {name: self.cleaned_data.get(name) for name in trigger.asks}
        return {name: _key(value) for name, value in given.items() if value not in ("", None)}

    def clean_webhook(self) -> str:
        url = str(self.cleaned_data["webhook"] or "")
        wrong = wrong_with({"act": Act.WEBHOOK, "url": url}) if url else ""
        if wrong:
            raise forms.ValidationError(wrong)
        return url

    def values(self) -> dict[str, Any]:
        """The fields of `AutomationRule` that a valid form sets."""
        given = self.cleaned_data
        return {
            "name": given["name"],
            "trigger": given["trigger"],
            "settings": self._settings(TRIGGERS[given["trigger"]]),
            "condition": given["condition"],
            "repeat_days": given["repeat_days"],
            "actions": [_short(action) for action in _actions(given)],
        }


def _key(value: Any) -> Any:
    return str(value.pk) if hasattr(value, "pk") else value


def _short(action: dict[str, Any]) -> dict[str, Any]:
    return {name: _key(value) for name, value in action.items() if value not in ("", None)}


def _actions(given: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """What the filled fields ask for, in the order in which it is done: tags first, the sequence last."""
    if given["tag"]:
        yield {"act": Act.TAG.value, "tag": given["tag"]}
    if given["untag"]:
        yield {"act": Act.UNTAG.value, "tag": given["untag"]}
    if given["into"]:
        yield {"act": Act.POOL.value, "pool": given["into"]}
    if given["task"]:
        yield {
            "act": Act.TASK.value,
            "words": given["task"],
            "member": given["task_member"],
            "days": given["task_days"],
        }
    if given["notify"]:
        yield {"act": Act.NOTIFY.value, "words": given["notify"], "member": given["notify_member"]}
    if given["rest"]:
        yield {"act": Act.REST.value}
    if given["webhook"]:
        yield {"act": Act.WEBHOOK.value, "url": given["webhook"]}
    if given["enrol"]:
        yield {"act": Act.ENROL.value, "sequence": given["enrol"], "sent_by": given["sent_by"]}


def _initial(rule: AutomationRule) -> dict[str, Any]:
    """The form's fields as a rule holds them."""
    found: dict[str, Any] = {
        "name": rule.name,
        "trigger": rule.trigger,
        "repeat_days": rule.repeat_days,
        **rule.settings,
    }
    found["condition"] = json.dumps(rule.condition) if rule.condition else EVERYBODY
    for action in rule.actions:
        match action.get("act"):
            case Act.TAG:
                found["tag"] = action.get("tag")
            case Act.UNTAG:
                found["untag"] = action.get("tag")
            case Act.POOL:
                found["into"] = action.get("pool")
            case Act.TASK:
                found |= {
                    "task": action.get("words"),
                    "task_member": action.get("member"),
                    "task_days": action.get("days"),
                }
            case Act.NOTIFY:
                found |= {"notify": action.get("words"), "notify_member": action.get("member")}
            case Act.REST:
                found["rest"] = True
            case Act.WEBHOOK:
                found["webhook"] = action.get("url")
            case Act.ENROL:
                found |= {"enrol": action.get("sequence"), "sent_by": action.get("sent_by", "")}
    return found
