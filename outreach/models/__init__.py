"""The models of outreach."""

from outreach.models.automation import AutomationRule, RuleBacklog, RuleRun
from outreach.models.broadcasts import AudienceSource, Broadcast, BroadcastRecipient
from outreach.models.domains import SendingDomain
from outreach.models.experiments import HeldOut, StepVariant, VariantTest
from outreach.models.grants import SendGrant
from outreach.models.ledger import MessageEvent, OutboundMessage, TrackedLink
from outreach.models.mailbox import MailApp, Mailbox, SandboxMessage
from outreach.models.policy import DayOff, SendingPolicy
from outreach.models.preferences import MailFrequency, TopicOptOut
from outreach.models.provider_calls import CallState, ProviderCall, ProviderEvent
from outreach.models.recipient_domains import RecipientDomain
from outreach.models.send_gate import SendGate, SendPulse
from outreach.models.sequences import Enrolment, Sequence, SequenceStep, SequenceVersion, WebhookCall, WebhookSecret
from outreach.models.templates import MessageTemplate, Snippet, TemplateTranslation
from outreach.models.topics import Topic
from outreach.models.tracking import TrackingPolicy, Uncounted

__all__ = [
    "AudienceSource",
    "AutomationRule",
    "Broadcast",
    "BroadcastRecipient",
    "CallState",
    "DayOff",
    "Enrolment",
    "HeldOut",
    "MailApp",
    "MailFrequency",
    "Mailbox",
    "MessageEvent",
    "MessageTemplate",
    "OutboundMessage",
    "ProviderCall",
    "ProviderEvent",
    "RecipientDomain",
    "RuleBacklog",
    "RuleRun",
    "SandboxMessage",
    "SendGate",
    "SendGrant",
    "SendPulse",
    "SendingDomain",
    "SendingPolicy",
    "Sequence",
    "SequenceStep",
    "SequenceVersion",
    "Snippet",
    "StepVariant",
    "TemplateTranslation",
    "Topic",
    "TopicOptOut",
    "TrackedLink",
    "TrackingPolicy",
    "Uncounted",
    "VariantTest",
    "WebhookCall",
    "WebhookSecret",
]
