"""Sequences, their steps, and who is in them."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from crm.models import Member
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from outreach.choices import (
    OPEN_ENROLMENTS,
    PLANNED_PRIORITIES,
    Arm,
    CallState,
    EnrolmentState,
    OnLeaving,
    Priority,
    ReEntry,
    SenderChoice,
    SequenceStatus,
    StepKind,
    StopReason,
    WaitingFor,
    WindowZone,
)
from outreach.models.followed import Followed
from outreach.models.mailbox import Mailbox
from outreach.models.templates import MessageTemplate
from outreach.models.topics import Topic
from talent.models import Candidate, Segment, Task

WEEK = range(1, 8)  # ISO 8601: 1 is Monday


class Sequence(Followed):
    """Mails to one person at a time, with waits between; it ends when the person answers."""

    name = models.CharField(max_length=120)
    status = models.CharField(max_length=12, choices=SequenceStatus, default=SequenceStatus.DRAFT)
    mailbox = TenantForeignKey(Mailbox, on_delete=models.PROTECT, related_name="sequences", null=True, blank=True)
    sender = TenantForeignKey(Member, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    topic = TenantForeignKey(Topic, on_delete=models.PROTECT, related_name="sequences", null=True, blank=True)
    sender_choice = models.CharField("who writes", max_length=12, choices=SenderChoice, default=SenderChoice.FIXED)
    priority = models.PositiveSmallIntegerField(choices=PLANNED_PRIORITIES, default=Priority.NORMAL)
    sender_name = models.CharField(max_length=120, blank=True, help_text="Shown as sender; empty: the colleague's.")
    stops_on_reply = models.BooleanField("stop when they reply or book a meeting", default=True)
    pauses_on_auto_reply = models.BooleanField("pause on an out-of-office answer", default=True)
    tracks_opens = models.BooleanField("count opens", default=True)
    tracks_clicks = models.BooleanField("count clicks", default=True)
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name="on these days",
        default=list,
        blank=True,
        help_text="ISO 8601: 1 Monday; none: every day.",
    )
    window_start_hour = models.PositiveSmallIntegerField(
        "not before", null=True, blank=True, validators=[MaxValueValidator(23)], help_text="Hour."
    )
    window_end_hour = models.PositiveSmallIntegerField(
        "not after", null=True, blank=True, validators=[MaxValueValidator(24)], help_text="Hour."
    )
    window_zone = models.CharField("by whose clock", max_length=10, choices=WindowZone, default=WindowZone.CANDIDATE)
    fixed_zone = models.CharField("time zone", max_length=64, blank=True, help_text="An IANA name.")
    skips_holidays = models.BooleanField("not on public holidays there", default=True)
    re_entry = models.CharField("may they go through it again", max_length=6, choices=ReEntry, default=ReEntry.NEVER)
    re_entry_days = models.PositiveSmallIntegerField(
        "days before", default=180, validators=[MinValueValidator(1), MaxValueValidator(3650)]
    )
    on_leaving = models.CharField(
        "when they leave the segment they came from", max_length=8, choices=OnLeaving, default=OnLeaving.REMOVE
    )
    hold_out_percent = models.PositiveSmallIntegerField(
        "control group, in percent",
        default=0,
        validators=[MaxValueValidator(50)],
        help_text="So many are left alone, by chance, to see what the sequence adds. 0: none.",
    )
    created_by = TenantForeignKey(Member, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    activated_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveSmallIntegerField(default=1, help_text="Of the steps that people who come now get.")
    draft = models.PositiveSmallIntegerField(null=True, blank=True, help_text="The version being written.")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], name="sequence_name_once"),
            models.CheckConstraint(
                condition=Q(window_start_hour=None)
                | Q(window_end_hour=None)
                | Q(window_end_hour__gt=models.F("window_start_hour")),
                name="sequence_window_in_order",
            ),
            models.CheckConstraint(condition=Q(weekdays__contained_by=list(WEEK)), name="sequence_weekdays_are_days"),
            models.CheckConstraint(
                condition=~Q(window_zone=WindowZone.FIXED) | ~Q(fixed_zone=""), name="sequence_fixed_zone_is_named"
            ),
            models.CheckConstraint(
                condition=Q(archived_at=None) | ~Q(status=SequenceStatus.ACTIVE), name="sequence_archived_is_still"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.status == SequenceStatus.ACTIVE

    @property
    def shown_version(self) -> int:
        """The version that the editor shows: the draft, where there is one."""
        return self.draft or self.version


class SequenceVersion(TenantModel):
    """One published version of a sequence's steps: by whom, when, and in words what it changed."""

    sequence = TenantForeignKey(Sequence, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=120)
    note = models.CharField(max_length=300, blank=True)
    changes = models.JSONField(default=list, help_text="Sentences.")
    moved = models.PositiveIntegerField(default=0, help_text="People under way who were moved to it.")

    class Meta(TenantModel.Meta):
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["tenant", "sequence", "number"], name="sequence_version_once")]

    def __str__(self) -> str:
        return f"{self.sequence_id}, version {self.number}"


class SequenceStep(TenantModel):
    """One step. `parent` is the branch whose `arm` it stands in, `position` its place among the steps there.

    A mail has a template or words of its own; a task by hand a subject (what to do) and a body (words to use).
    `settings` holds what else its kind needs, as `outreach.services.step_settings` reads it.
    """

    sequence = TenantForeignKey(Sequence, on_delete=models.CASCADE, related_name="steps")
    version = models.PositiveSmallIntegerField(default=1)
    origin = models.UUIDField(null=True, blank=True, editable=False, help_text="The step it was first, versions ago.")
    parent = TenantForeignKey("self", on_delete=models.CASCADE, related_name="inner", null=True, blank=True)
    arm = models.CharField(max_length=4, choices=Arm, blank=True)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16, choices=StepKind, default=StepKind.EMAIL)
    settings = models.JSONField(default=dict, blank=True)
    template = TenantForeignKey(MessageTemplate, on_delete=models.PROTECT, related_name="steps", null=True, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    body = models.TextField(max_length=20_000, blank=True)
    same_thread = models.BooleanField("answer in the same thread", default=False)
    wait_days = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(365)])
    wait_hours = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(23)])
    needs_review = models.BooleanField("a colleague reads each mail before it goes", default=False)
    sender = TenantForeignKey(
        Member,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        help_text="Who writes this mail instead of whoever writes the sequence.",
    )

    # Not a column: the mailbox of its sender's own, once somebody asked for it (see `outreach.services.planning`).
    own_mailbox: Mailbox | Literal[False] | None = None

    class Meta(TenantModel.Meta):
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "sequence", "version", "parent", "arm", "position"],
                name="sequence_step_position_once",
                deferrable=models.Deferrable.DEFERRED,
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(parent=None) ^ ~Q(arm=""), name="sequence_step_in_an_arm"),
        ]

    def __str__(self) -> str:
        return f"{self.position + 1}. {self.get_kind_display()}"

    @property
    def key(self) -> UUID:
        """The same in all versions: nobody gets a step twice because it was written anew."""
        return self.origin or self.pk

    @property
    def previewed_subject(self) -> str:
        """As a preview shows it: an answer in the same thread has that of the mail before."""
        return self.subject_source or ("Re:" if self.same_thread else "")

    @property
    def subject_source(self) -> str:
        return self.template.subject if self.template else self.subject

    @property
    def body_source(self) -> str:
        return self.template.body if self.template else self.body


class EnrolmentQuerySet(TenantQuerySet["Enrolment"]):
    """Enrolments of the current tenant."""

    def open(self) -> EnrolmentQuerySet:
        return self.filter(state__in=OPEN_ENROLMENTS)

    def of_people(self, candidate_ids: list[UUID]) -> EnrolmentQuerySet:
        return self.filter(candidate_id__in=candidate_ids)

    def running(self, now: datetime) -> EnrolmentQuerySet:
        """Open, in an active sequence, and not paused at `now`, nor until they are in their segment again."""
        is_back = Q(paused_until=None) | Q(paused_until__lte=now)
        return self.open().filter(is_back, outside_since=None, sequence__status=SequenceStatus.ACTIVE)

    def with_step(self) -> EnrolmentQuerySet:
        """With all that doing their next step needs."""
        return self.select_related("sequence__sender", "sequence__created_by", "sender", "candidate", "current_step")

    def step_due(self, now: datetime) -> EnrolmentQuerySet:
        """Those whose next step sends nothing, and whose moment has come."""
        waits = (WaitingFor.TIME, WaitingFor.EVENT)
        return self.with_step().running(now).filter(waiting_for__in=waits, next_due_at__lte=now)


class EnrolmentManager(TenantManager.from_queryset(EnrolmentQuerySet)):  # type: ignore[misc]
    """Enrolments of the current tenant."""


class Enrolment(TenantModel):
    """One person in one sequence. `current_step` is what comes next, at `next_due_at`; `waiting_for` says what
    happens before: a mail goes, a colleague does `task`, a branch gets its answer, or time passes.

    It is paused until a moment, or for as long as the person is outside of the segment that they came by, or both.
    """

    sequence = TenantForeignKey(Sequence, on_delete=models.CASCADE, related_name="enrolments")
    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="enrolments")
    segment = TenantForeignKey(Segment, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    sender = TenantForeignKey(Member, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    enroller = TenantForeignKey(Member, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    context = models.JSONField(default=dict, blank=True, help_text="Values of merge tags: what it is about.")
    enrolled_by = models.CharField(max_length=120)
    enrolled_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=EnrolmentState, default=EnrolmentState.ACTIVE)
    stop_reason = models.CharField(max_length=16, choices=StopReason, blank=True)
    current_step = TenantForeignKey(SequenceStep, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    next_due_at = models.DateTimeField(null=True, blank=True)
    waiting_for = models.CharField(max_length=8, choices=WaitingFor, blank=True)
    task = TenantForeignKey(Task, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    paused_until = models.DateTimeField(null=True, blank=True)
    outside_since = models.DateTimeField(
        null=True, blank=True, help_text="Since when it waits for them to be in their segment again."
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    round = models.PositiveSmallIntegerField(default=1, help_text="Which time they go through it.")
    goal_reached_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[EnrolmentManager] = EnrolmentManager()

    class Meta(TenantModel.Meta):
        ordering = ["-enrolled_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "sequence", "candidate"],
                condition=Q(state__in=[str(s) for s in OPEN_ENROLMENTS]),
                name="enrolment_open_once",
            ),
            models.CheckConstraint(
                condition=Q(stop_reason="") | Q(state=EnrolmentState.STOPPED), name="enrolment_stopped_for_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(outside_since=None) | Q(state=EnrolmentState.PAUSED), name="enrolment_outside_is_paused"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "candidate", "-enrolled_at"], name="enrolment_by_person"),
            models.Index(fields=["tenant", "sequence", "state"], name="enrolment_by_state"),
            models.Index(fields=["tenant", "task"], condition=Q(waiting_for="task"), name="enrolment_by_task"),
            models.Index(
                fields=["next_due_at", "tenant"], condition=Q(waiting_for__in=["time", "event"]), name="enrolment_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} in {self.sequence_id}"


class WebhookSecret(TenantModel):
    """The key that webhooks are signed with, and the one before while receivers change over: one row a tenant."""

    sealed_key = models.TextField(editable=False)
    sealed_previous = models.TextField(editable=False)
    previous_until = models.DateTimeField(help_text="Both keys sign until then.")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant"], name="webhook_secret_once")]

    def __str__(self) -> str:
        return f"made {self.made_at:%Y-%m-%d}"


class WebhookCall(TenantModel):
    """What a webhook step, or an automation's `run`, tells another system about one person; delivered at least once.

    Its key is the `webhook-id`, the same on every try, so that a receiver can tell a second delivery.
    """

    enrolment = TenantForeignKey(
        Enrolment, on_delete=models.CASCADE, related_name="webhook_calls", null=True, blank=True
    )
    run = TenantForeignKey(
        "outreach.RuleRun", on_delete=models.CASCADE, related_name="webhook_calls", null=True, blank=True
    )
    step = TenantForeignKey(SequenceStep, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    url = models.URLField(max_length=500)
    body = models.JSONField()
    state = models.CharField(max_length=10, choices=CallState, default=CallState.WAITING)
    next_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    answer = models.CharField(max_length=300, blank=True, help_text="What the last try met with.")
    answer_code = models.PositiveSmallIntegerField(null=True, blank=True, help_text="HTTP status of the last answer.")
    tried_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "enrolment", "step"], name="webhook_call_once"),
        ]
        indexes = [
            models.Index(fields=["tenant", "state", "-id"], name="webhook_call_by_state"),
            models.Index(fields=["next_at", "tenant"], condition=Q(state="waiting"), name="webhook_call_due"),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def person(self) -> Candidate | None:
        """Whom it is about."""
        source = self.enrolment or self.run
        return source.candidate if source else None

    @property
    def plan_name(self) -> str:
        """What told it: a sequence, or an automation."""
        return self.enrolment.sequence.name if self.enrolment else self.run.rule.name if self.run else ""
