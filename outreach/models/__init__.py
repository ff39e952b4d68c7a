"""The models of outreach."""

from outreach.models.automation import AutomationRule, RuleRun
from outreach.models.ledger import MessageEvent, OutboundMessage, TrackedLink
from outreach.models.mailbox import MailApp, Mailbox, SandboxMessage
from outreach.models.policy import SendingPolicy
from outreach.models.send_gate import SendGate
from outreach.models.sequences import Enrolment, Sequence, SequenceStep
from outreach.models.templates import MessageTemplate

__all__ = [
    "AutomationRule",
    "Enrolment",
    "MailApp",
    "Mailbox",
    "MessageEvent",
    "MessageTemplate",
    "OutboundMessage",
    "RuleRun",
    "SandboxMessage",
    "SendGate",
    "SendingPolicy",
    "Sequence",
    "SequenceStep",
    "TrackedLink",
]
