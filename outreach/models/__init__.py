"""The models of outreach."""

from outreach.models.automation import AutomationRule, RuleRun
from outreach.models.ledger import MessageEvent, OutboundMessage, TrackedLink
from outreach.models.mailbox import Mailbox, SandboxMessage
from outreach.models.policy import DayOff, SendingPolicy
from outreach.models.send_gate import SendGate, SendPulse
from outreach.models.sequences import Enrolment, Sequence, SequenceStep
from outreach.models.templates import MessageTemplate

__all__ = [
    "AutomationRule",
    "DayOff",
    "Enrolment",
    "Mailbox",
    "MessageEvent",
    "MessageTemplate",
    "OutboundMessage",
    "RuleRun",
    "SandboxMessage",
    "SendGate",
    "SendPulse",
    "SendingPolicy",
    "Sequence",
    "SequenceStep",
    "TrackedLink",
]
