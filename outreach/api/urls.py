"""Addresses of outreach's API below `/o/<tenant>/api/v1/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from outreach.api import (
    automation,
    broadcasts,
    contact_rules,
    may_write,
    messages,
    not_now,
    reach,
    sending,
    sequences,
    templates,
)

urlpatterns: list[URLPattern] = [
    path("templates/", templates.TemplateList.as_view(), name="template-list"),
    path("templates/<uuid:pk>/", templates.TemplateDetail.as_view(), name="template-detail"),
    path("sequences/", sequences.SequenceList.as_view(), name="sequence-list"),
    path("sequences/<uuid:pk>/", sequences.SequenceDetail.as_view(), name="sequence-detail"),
    path("sequences/<uuid:pk>/activate/", sequences.SequenceActivate.as_view(), name="sequence-activate"),
    path("sequences/<uuid:pk>/pause/", sequences.SequencePause.as_view(), name="sequence-pause"),
    path("sequences/<uuid:pk>/steps/", sequences.StepList.as_view(), name="step-list"),
    path("sequences/<uuid:pk>/enrolments/", sequences.EnrolmentList.as_view(), name="enrolment-list"),
    path("steps/<uuid:pk>/", sequences.StepDetail.as_view(), name="step-detail"),
    path("enrolments/<uuid:pk>/stop/", sequences.EnrolmentStop.as_view(), name="enrolment-stop"),
    path("broadcasts/", broadcasts.BroadcastList.as_view(), name="broadcast-list"),
    path("broadcasts/<uuid:pk>/", broadcasts.BroadcastDetail.as_view(), name="broadcast-detail"),
    path("broadcasts/<uuid:pk>/reach/", broadcasts.BroadcastReach.as_view(), name="broadcast-reach"),
    path("broadcasts/<uuid:pk>/sums/", broadcasts.BroadcastSums.as_view(), name="broadcast-sums"),
    path("broadcasts/<uuid:pk>/send/", broadcasts.BroadcastSubmit.as_view(), name="broadcast-submit"),
    path("broadcasts/<uuid:pk>/approve/", broadcasts.BroadcastApprove.as_view(), name="broadcast-approve"),
    path("broadcasts/<uuid:pk>/send-back/", broadcasts.BroadcastSendBack.as_view(), name="broadcast-send-back"),
    path("broadcasts/<uuid:pk>/pause/", broadcasts.BroadcastPause.as_view(), name="broadcast-pause"),
    path("broadcasts/<uuid:pk>/resume/", broadcasts.BroadcastResume.as_view(), name="broadcast-resume"),
    path("broadcasts/<uuid:pk>/cancel/", broadcasts.BroadcastCancel.as_view(), name="broadcast-cancel"),
    path("segments/<uuid:pk>/reach/", reach.SegmentReach.as_view(), name="segment-reach"),
    path("candidates/<uuid:pk>/may-write/", may_write.MayWrite.as_view(), name="candidate-may-write"),
    path("candidates/<uuid:pk>/not-now/", not_now.NotNow.as_view(), name="candidate-not-now"),
    path("not-now/undo/<str:token>/", not_now.NotNowUndo.as_view(), name="not-now-undo"),
    path("contact-rules/", contact_rules.ContactRules.as_view(), name="contact-rules"),
    path("days-off/", sending.DaysOff.as_view(), name="days-off"),
    path("days-off/<uuid:pk>/", sending.DayOffDetail.as_view(), name="day-off-detail"),
    path("mailboxes/<uuid:pk>/pace/", sending.MailboxPace.as_view(), name="mailbox-pace"),
    path("messages/", messages.MessageList.as_view(), name="message-list"),
    path("messages/sums/", messages.MessageSums.as_view(), name="message-sums"),
    path("messages/<uuid:pk>/", messages.MessageDetail.as_view(), name="message-detail"),
    path("automation/", automation.RuleList.as_view(), name="rule-list"),
    path("automation/recipes/<slug:recipe>/", automation.RecipeUse.as_view(), name="rule-recipe"),
    path("automation/<uuid:pk>/", automation.RuleDetail.as_view(), name="rule-detail"),
    path("automation/<uuid:pk>/on/", automation.RuleOn.as_view(), name="rule-on"),
    path("automation/<uuid:pk>/off/", automation.RuleOff.as_view(), name="rule-off"),
    path("automation/<uuid:pk>/run/", automation.RuleRunNow.as_view(), name="rule-run"),
    path("automation/<uuid:pk>/runs/", automation.RuleRuns.as_view(), name="rule-runs"),
]
