"""Forms of the steps, one for each kind. `values()` are the fields of `SequenceStep` that a valid form sets."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from crm import safe_http
from crm.begun import Begun
from crm.models import Member
from crm.safe_hosts import RequestError
from crm.tenancy.context import current_tenant_id
from outreach.choices import Arm, ReplyClass, StepKind
from outreach.models import MessageTemplate, Sequence, SequenceStep
from outreach.services import sms_text, steps
from outreach.services.conditions import GOALS, When
from outreach.services.doing import Act
from talent.forms.person import shown
from talent.forms.settable import value_field
from talent.models import Segment, TalentPool
from talent.services import settable
from talent.services.settable import NotSettable

BODY = forms.Textarea(attrs={"rows": 12, "spellcheck": "true"})


OF_SEGMENT = _("Only where it asks about a segment.")
EVENTS = [choice for choice in When.choices if choice[0] != When.CLASS]  # what is waited for and asks nothing more


class MailStepForm(Begun, forms.ModelForm):
    """A mail: from a template, or with words of its own."""

    template: forms.ModelChoiceField[MessageTemplate] = forms.ModelChoiceField(
        label=_("Template"), queryset=None, required=False, empty_label=_("The words below")
    )
    sender: forms.ModelChoiceField[Member] = forms.ModelChoiceField(
        label=_("Who writes it"),
        queryset=None,
        required=False,
        empty_label=_("Whoever writes the sequence"),
        help_text=_("It leaves from their own mailbox, where they connected one and let you send from it."),
    )
    field_order = ["template"]

    class Meta:
        model = SequenceStep
        fields = ["subject", "body", "sender", "same_thread", "needs_review"]
        widgets = {"body": BODY}
        help_texts = {
            "subject": _(
                "Empty beside a template, which has its own; in the same thread that of the mail before goes."
            ),
            "body": _("Empty beside a template, which has its own."),
            "same_thread": _("It then stands below the mail before in their mailbox."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = MessageTemplate.objects.visible()  # type: ignore[attr-defined]
        self.initial["template"] = self.instance.template_id
        colleagues = Member.objects.of_tenant(current_tenant_id()).filter(is_active=True)
        self.fields["sender"].queryset = colleagues  # type: ignore[attr-defined]

    def clean(self) -> None:
        said = self.cleaned_data
        if said.get("template") and steps.has_own_words(said.get("subject", ""), said.get("body", "")):
            self.add_error("template", steps.TWO_TEXTS)

    def values(self) -> dict[str, Any]:
        return self.cleaned_data


class WaitStepForm(Begun, forms.ModelForm):
    """A wait."""

    class Meta:
        model = SequenceStep
        fields = ["wait_days", "wait_hours"]
        labels = {"wait_days": _("Days"), "wait_hours": _("Hours")}

    def values(self) -> dict[str, Any]:
        return self.cleaned_data


class PlaceForm(forms.Form):
    """Where a step is moved to: its position (from 0) in the main line, or in an arm of a branch."""

    to = forms.IntegerField(min_value=0)
    branch: forms.ModelChoiceField[SequenceStep] = forms.ModelChoiceField(queryset=None, required=False)
    arm = forms.ChoiceField(choices=[("", "-"), *Arm.choices], required=False)

    def __init__(self, sequence: Sequence, data: Any) -> None:
        super().__init__(data)
        branches = SequenceStep.objects.filter(sequence=sequence, kind=StepKind.BRANCH)
        self.fields["branch"].queryset = branches  # type: ignore[attr-defined]

    def clean(self) -> None:
        if bool(self.cleaned_data.get("branch")) != bool(self.cleaned_data.get("arm")):
            raise forms.ValidationError(_("A branch of this sequence, and its arm: yes or no."))

    @property
    def standing(self) -> tuple[SequenceStep | None, str]:
        return self.cleaned_data["branch"], self.cleaned_data["arm"]


class StepForm(Begun, forms.Form):
    """A step whose particulars are its `settings`; fields named in `columns` are its own."""

    columns: ClassVar[tuple[str, ...]] = ()

    def __init__(self, data: Any = None, *, instance: SequenceStep) -> None:
        own = {name: getattr(instance, name) for name in self.columns}
        super().__init__(data, initial={**instance.settings, **own})
        self.instance = instance
        for name, rows in self.choices().items():
            if name in self.fields:
                self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def choices(self) -> dict[str, Any]:
        """Choices from a tenant's tables: there is no tenant when the class is made."""
        return {
            "member": Member.objects.of_tenant(current_tenant_id()),
            "segment": Segment.objects.all(),
            "pool": TalentPool.objects.all(),
        }

    def values(self) -> dict[str, Any]:
        given = {name: _kept(value) for name, value in self.cleaned_data.items()}
        own = {name: given.pop(name) for name in self.columns}
        return {**own, "settings": {name: value for name, value in given.items() if value not in ("", None)}}


def _kept(value: Any) -> Any:
    """As JSON keeps it: rows by their key, days as ISO 8601 dates."""
    if hasattr(value, "pk"):
        return str(value.pk)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _as_posted(data: Any) -> Any:
    """What the API was sent, with its value as a form posts it."""
    is_posted = data is None or hasattr(data, "getlist") or "value" not in data
    return data if is_posted else {**data, "value": shown(data["value"])}


def _colleague(label: Any) -> forms.ModelChoiceField[Member]:
    empty = _("Whoever sends the sequence")
    return forms.ModelChoiceField(label=label, queryset=None, required=False, empty_label=empty)


class TaskStepForm(StepForm):
    """A call, or something else that a colleague does; the sequence waits until it is done."""

    columns: ClassVar[tuple[str, ...]] = ("subject",)
    subject = forms.CharField(label=_("What to do"), max_length=160, required=False)
    member = _colleague(_("Who does it"))
    days = forms.IntegerField(
        label=_("Days to do it"), min_value=0, max_value=60, initial=0, help_text=_("0: on the same day.")
    )


class LinkedInStepForm(TaskStepForm):
    """A message that a colleague sends by hand, its words prepared."""

    columns: ClassVar[tuple[str, ...]] = ("subject", "body")
    field_order = ["body", "subject", "member", "days"]
    body = forms.CharField(label=_("Message"), max_length=20_000, widget=BODY)


class WaitUntilForm(StepForm):
    """A wait until an hour of a weekday, or of a date, by the clock on the person's wall."""

    weekday = forms.TypedChoiceField(
        label=_("Weekday"), choices=[("", _("Any day")), *WEEKDAYS.items()], coerce=int, required=False
    )
    date = forms.DateField(
        label=_("Or a date"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    hour = forms.IntegerField(label=_("Hour"), min_value=0, max_value=23, initial=9, help_text=_("The person's time."))

    when = forms.ChoiceField(
        label=_("Or until this happens"), choices=[("", _("The time above")), *EVENTS], required=False
    )
    segment: forms.ModelChoiceField[Segment] = forms.ModelChoiceField(
        label=_("Segment"), queryset=None, required=False, empty_label=_("Choose…"), help_text=OF_SEGMENT
    )
    days = forms.IntegerField(
        label=_("At most so many days"),
        min_value=1,
        max_value=365,
        required=False,
        help_text=_("Only where it waits for something to happen; then it goes on all the same."),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("when") and not values.get("days"):
            self.add_error("days", _("Say how long it waits at most."))
        if values.get("when") == When.SEGMENT and not values.get("segment"):
            self.add_error("segment", _("Choose the segment to ask about."))
        if values.get("date") and values.get("weekday") not in ("", None):
            self.add_error("date", _("Choose a weekday or a date, not both."))
        return values


class BranchForm(StepForm):
    """A question, and how long its answer is waited for."""

    when = forms.ChoiceField(label=_("Question"), choices=When)
    segment: forms.ModelChoiceField[Segment] = forms.ModelChoiceField(
        label=_("Segment"), queryset=None, required=False, empty_label=_("Choose…"), help_text=OF_SEGMENT
    )
    reply_class = forms.ChoiceField(
        label=_("What the reply means"),
        choices=[("", _("Choose…")), *ReplyClass.choices],
        required=False,
        help_text=_("Only where it asks what they mean."),
    )
    days = forms.IntegerField(
        label=_("Days to wait for a yes"), min_value=0, max_value=365, initial=5, help_text=_("0: ask once, at once.")
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("when") == When.SEGMENT and not values.get("segment"):
            self.add_error("segment", _("Choose the segment to ask about."))
        if values.get("when") == When.CLASS and not values.get("reply_class"):
            self.add_error("reply_class", _("Choose what the reply means."))
        return values


class UpdateStepForm(StepForm):
    """A change of the person."""

    act = forms.ChoiceField(label=_("Change"), choices=Act)
    tag = forms.CharField(
        label=_("Tag"), max_length=60, required=False, help_text=_("Only where a tag is added or taken away.")
    )
    pool: forms.ModelChoiceField[TalentPool] = forms.ModelChoiceField(
        label=_("Pool"),
        queryset=None,
        required=False,
        empty_label=_("Choose…"),
        help_text=_("Only where they are put into a pool."),
    )

    field = forms.ChoiceField(label=_("Field"), required=False, help_text=_("Only where a field is set or emptied."))

    use_required_attribute = False  # what the change does not need is hidden, and may stay empty

    def __init__(self, data: Any = None, *, instance: SequenceStep, role: str = "", chosen: str = "") -> None:
        """`role` is that of whoever writes it; `chosen` the field whose value is asked for, else the one it has."""
        super().__init__(_as_posted(data), instance=instance)
        self.known = settable.fields(role)
        named = [(key, one.label) for key, one in self.known.items()]
        self.fields["field"].choices = [("", _("Choose…")), *named]  # type: ignore[attr-defined]
        if chosen:
            self.initial = {**self.initial, "act": Act.FIELD, "field": chosen}
        asked = self.initial if data is None else data
        self.asked = self.known.get(str(asked.get("field"))) if asked.get("act") == Act.FIELD else None
        if self.asked is not None:
            self.fields["value"] = value_field(self.asked)
            self.initial["value"] = shown(self._had(self.asked.key))

    def _had(self, key: str) -> Any:
        had = self.instance.settings
        return had.get("value") if had.get("field") == key else None

    def clean_value(self) -> Any:
        assert self.asked is not None
        try:
            return self.asked.checked(_kept(self.cleaned_data["value"]))
        except NotSettable as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        needed = NEEDS.get(values.get("act", ""), "")
        field = self.known.get(values.get("field") or "")
        if needed and not values.get(needed) and needed not in self.errors:
            self.add_error(needed, _("This change needs it."))
        elif values.get("act") == Act.EMPTY and field is not None and not field.may_be_empty:
            self.add_error("field", _("This one is never empty."))
        return values

    def values(self) -> dict[str, Any]:
        """Its act, and what that needs."""
        act = self.cleaned_data["act"]
        kept = ("act", NEEDS[act], *(["value"] if act == Act.FIELD else []))
        return {"settings": {name: _kept(self.cleaned_data[name]) for name in kept}}


NEEDS = {Act.TAG: "tag", Act.UNTAG: "tag", Act.POOL: "pool", Act.FIELD: "field", Act.EMPTY: "field"}


class NotifyStepForm(StepForm):
    """A word to a colleague about each person."""

    columns: ClassVar[tuple[str, ...]] = ("subject",)
    member = _colleague(_("Who is told"))
    subject = forms.CharField(
        label=_("Words"), max_length=200, required=False, help_text=_("The person's name stands before them.")
    )


class GoalStepForm(StepForm):
    """What the sequence is for: something they do, or a state as a segment."""

    when = forms.ChoiceField(label=_("Goal"), choices=GOALS, required=False)
    segment: forms.ModelChoiceField[Segment] = forms.ModelChoiceField(
        label=_("Segment"), queryset=None, required=False, empty_label=_("Choose…"), help_text=OF_SEGMENT
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("when") not in ("", None, When.SEGMENT):
            values["segment"] = None
        elif not values.get("segment"):
            self.add_error("segment", _("Choose the segment to ask about."))
        return values


class WebhookStepForm(StepForm):
    """Where another system listens."""

    url = forms.URLField(label=_("Address"), max_length=500, assume_scheme="https")

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"])
        try:
            safe_http.check(url)
        except RequestError as error:
            raise forms.ValidationError(str(error)) from error
        return url


class EndStepForm(StepForm):
    """Nothing to say."""


class TextStepForm(StepForm):
    """A text message: its words are the body."""

    columns: ClassVar[tuple[str, ...]] = ("body",)
    body = forms.CharField(
        label=_("Message"),
        max_length=sms_text.MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "true"}),
        help_text=_("160 letters are one part, with letters such as ł or an emoji 70. Links stay as they are."),
    )


FORMS: dict[str, Any] = {
    StepKind.EMAIL: MailStepForm,
    StepKind.TEXT: TextStepForm,
    StepKind.CALL: TaskStepForm,
    StepKind.LINKEDIN: LinkedInStepForm,
    StepKind.TASK: TaskStepForm,
    StepKind.WAIT: WaitStepForm,
    StepKind.WAIT_UNTIL: WaitUntilForm,
    StepKind.BRANCH: BranchForm,
    StepKind.UPDATE: UpdateStepForm,
    StepKind.NOTIFY: NotifyStepForm,
    StepKind.GOAL: GoalStepForm,
    StepKind.WEBHOOK: WebhookStepForm,
    StepKind.END: EndStepForm,
}


def form_of(step: SequenceStep, data: Any = None, *, role: str = "", chosen: str = "") -> Any:
    """The step's form for somebody of a role, bound to `data` when that is given."""
    if step.kind == StepKind.UPDATE:
        return UpdateStepForm(data, instance=step, role=role, chosen=chosen)
    return FORMS[step.kind](data, instance=step)
