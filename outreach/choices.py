"""Words of outreach that the database keeps."""

from __future__ import annotations

from django.db import models


class SequenceStatus(models.TextChoices):
    """Whether a sequence sends."""

    DRAFT = "draft", "Draft"
    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"


class StepKind(models.TextChoices):
    """What a step does."""

    EMAIL = "email", "E-mail"
    TEXT = "text", "Text message"
    CALL = "call", "Call"
    LINKEDIN = "linkedin", "LinkedIn message"
    TASK = "task", "Task"
    WAIT = "wait", "Wait"
    WAIT_UNTIL = "wait_until", "Wait until"
    BRANCH = "branch", "Branch"
    UPDATE = "update", "Update the person"
    NOTIFY = "notify", "Tell a colleague"
    GOAL = "goal", "Goal"
    WEBHOOK = "webhook", "Webhook"
    END = "end", "End"


BY_HAND = (StepKind.CALL, StepKind.LINKEDIN, StepKind.TASK)  # a colleague does it; the sequence waits until it is done
MESSAGES = (StepKind.EMAIL, StepKind.TEXT)  # what the ledger sends
TOUCHES = (*MESSAGES, *BY_HAND)  # what reaches the person
WAITS = (StepKind.WAIT, StepKind.WAIT_UNTIL)
AT_ONCE = (StepKind.UPDATE, StepKind.NOTIFY, StepKind.WEBHOOK)  # done by the sequence itself, which goes on


class ReEntry(models.TextChoices):
    """Whether somebody who went through a sequence may go through it again."""

    NEVER = "never", "Never"
    AFTER = "after", "After some days"
    ALWAYS = "always", "Always"


class OnLeaving(models.TextChoices):
    """What becomes of people who came into a sequence by a segment, when they are no longer in that segment."""

    CONTINUE = "continue", "It goes on"
    REMOVE = "remove", "It ends"
    PAUSE = "pause", "It waits until they are in it again"


class CallState(models.TextChoices):
    """What became of a webhook."""

    WAITING = "waiting", "Waiting"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Failed"


class Arm(models.TextChoices):
    """The two ways out of a branch; empty for steps that are in none."""

    YES = "yes", "Yes"
    NO = "no", "No"


class WaitingFor(models.TextChoices):
    """What an open enrolment waits for."""

    MESSAGE = "message", "A mail to go"
    TASK = "task", "A colleague to do a task"
    EVENT = "event", "An answer to a branch"
    TIME = "time", "The moment of a step"


class WindowZone(models.TextChoices):
    """By whose clock the hours of a sequence are meant."""

    CANDIDATE = "candidate", "Each person's"
    SENDER = "sender", "The sender's"
    FIXED = "fixed", "This one"


class HoldReason(models.TextChoices):
    """Why a planned message is held until somebody, or something, lets it go."""

    SEQUENCE = "sequence", "Its sequence or broadcast is paused"
    LATE = "late", "It was due while nothing could be sent"
    BY_HAND = "by_hand", "A colleague holds it"
    REVIEW = "review", "A colleague reads it first"
    LEFT = "left", "Its sender left the team"


class EnrolmentState(models.TextChoices):
    """Where one person stands in one sequence."""

    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    FINISHED = "finished", "Finished"
    STOPPED = "stopped", "Stopped"


OPEN_ENROLMENTS = (EnrolmentState.ACTIVE, EnrolmentState.PAUSED)


class StopReason(models.TextChoices):
    """Why an enrolment stopped before its last step."""

    REPLIED = "replied", "They replied"
    UNSUBSCRIBED = "unsubscribed", "They unsubscribed"
    BOUNCED = "bounced", "Their address bounced"
    COMPLAINED = "complained", "They reported our mail as spam"
    REFUSED = "refused", "Their mail server refused the mail"
    BY_HAND = "by_hand", "A colleague stopped it"
    REJECTED = "rejected", "A colleague who read the mail decided against them"
    EXCLUDED = "excluded", "They may no longer be contacted"
    STEP_GONE = "step_gone", "The step was removed"
    NOT_NOW = "not_now", "They said: not now"
    LEFT_SEGMENT = "left_segment", "They left the segment"
    BOOKED = "booked", "They booked a meeting"


class Purpose(models.TextChoices):
    """What a message is for."""

    SEQUENCE_STEP = "sequence_step", "Step of a sequence"
    ONE_OFF = "one_off", "Single message"
    BROADCAST = "broadcast", "Broadcast"


class BroadcastStatus(models.TextChoices):
    """Where a broadcast stands. Whether all of it has gone is told by the ledger."""

    DRAFT = "draft", "Draft"
    FREEZING = "freezing", "Writes down its audience"
    WAITING = "waiting", "Waits for approval"
    RUNNING = "running", "Going out"
    PAUSED = "paused", "Paused"
    CANCELLED = "cancelled", "Cancelled"


class BroadcastTime(models.TextChoices):
    """When the people of a broadcast get it."""

    AT_ONCE = "at_once", "As soon as it may go"
    AT = "at", "At one moment, everybody"
    MORNING = "morning", "In the morning of a day, where each person lives"


class SenderChoice(models.TextChoices):
    """Who writes to the people of a sequence or broadcast. Where nobody fits, the fixed sender does."""

    FIXED = "fixed", "One sender"
    ACTING = "acting", "Whoever puts them in, or sends it off"
    OWNER = "owner", "The owner of each candidate"
    LAST_SPOKEN = "last_spoken", "Whoever last really spoke with each candidate"


class Priority(models.IntegerChoices):
    """What goes first when the contact rules leave room for one mail only. A mail by hand goes before all plans."""

    BY_HAND = 0, "By hand"
    HIGH = 1, "High"
    NORMAL = 2, "Normal"
    LOW = 3, "Low"


PLANNED_PRIORITIES = [(one.value, one.label) for one in (Priority.HIGH, Priority.NORMAL, Priority.LOW)]


class Frequency(models.IntegerChoices):
    """How often somebody wants to hear from us: days between two mails that we begin."""

    ANY = 0, "As it comes"
    WEEKLY = 7, "At most once a week"
    MONTHLY = 30, "At most once a month"
    QUARTERLY = 90, "At most once in three months"


class MessageState(models.TextChoices):
    """States of the ledger. What comes after `accepted` refines it: it was accepted all the same."""

    PLANNED = "planned", "Planned"
    RESERVED = "reserved", "About to be sent"
    HANDED_OVER = "handed_over", "Handed to the mail server"
    ACCEPTED = "accepted", "Sent"
    DELIVERED = "delivered", "Delivered"
    BOUNCED = "bounced", "Bounced"
    COMPLAINED = "complained", "Reported as spam"
    REFUSED = "refused", "Refused"
    UNKNOWN = "unknown", "May not have arrived"
    EXCLUDED = "excluded", "Not sent"


ACCEPTED_STATES = (
    MessageState.ACCEPTED,
    MessageState.DELIVERED,
    MessageState.BOUNCED,
    MessageState.COMPLAINED,
)
OPEN_STATES = (MessageState.PLANNED, MessageState.RESERVED, MessageState.HANDED_OVER)
# A message that left us, or may have: it weighs on the person.
LEFT_STATES = (*ACCEPTED_STATES, MessageState.HANDED_OVER, MessageState.UNKNOWN)


class SettledBy(models.TextChoices):
    """What a message's last state rests on."""

    ANSWER = "answer", "The mail server's answer"
    EVIDENCE = "evidence", "Evidence found later"
    PERSON = "person", "A colleague's decision"


class MessageEventKind(models.TextChoices):
    """What happened to a message after it was sent."""

    DELIVERED = "delivered", "Delivered"
    OPENED = "opened", "Opened"
    CLICKED = "clicked", "Clicked"
    REPLIED = "replied", "Replied"
    AUTO_REPLIED = "auto_replied", "Automatic answer"
    DEFERRED = "deferred", "Delayed"
    BOUNCED = "bounced", "Bounced"
    COMPLAINED = "complained", "Reported as spam"
    UNSUBSCRIBED = "unsubscribed", "Unsubscribed"


class BounceCause(models.TextChoices):
    """Why a mail came back."""

    HARD = "hard", "The address is dead"
    SOFT = "soft", "It could not be taken then"
    POLICY = "policy", "Their server does not want mail like this from us"


class ActorClass(models.TextChoices):
    """Who, as far as one can tell, opened or clicked: programs fetch images and links too."""

    UNKNOWN = "unknown", "Unknown"
    HUMAN = "human", "Likely a person"
    PROXY = "proxy", "A mail program's proxy"
    BOT = "bot", "A scanner"


PROGRAMS = (ActorClass.PROXY, ActorClass.BOT)  # their hits are kept, and count as nobody's


class TransportKind(models.TextChoices):
    """How a mailbox sends."""

    SANDBOX = "sandbox", "Sandbox: nothing leaves this system"
    SMTP = "smtp", "SMTP server"
    ESP = "esp", "Mail provider"
    GMAIL = "gmail", "Gmail"
    GRAPH = "graph", "Microsoft 365"
    TWILIO = "twilio", "Text messages through Twilio"


OWN_MAILBOX = (TransportKind.GMAIL, TransportKind.GRAPH)  # over their maker's API, with its copy in the sent mail


class Encryption(models.TextChoices):
    """How the connection to an SMTP server is protected."""

    STARTTLS = "starttls", "STARTTLS (usual on port 587)"
    TLS = "tls", "TLS from the first byte (usual on port 465)"
    NONE = "none", "None (a server on this network only)"


class Follows(models.TextChoices):
    """What of a sequence or broadcast has changed, so that what is planned is brought in line with it."""

    STATUS = "status", "Status"
    PRIORITY = "priority", "Priority"
    MAILBOX = "mailbox", "Mailbox"
    VERSION = "version", "Version"
    LEAVING = "leaving", "What happens when they leave the segment"


class ExclusionReason(models.TextChoices):
    """Why somebody does not get a message."""

    UNKNOWN_PERSON = "unknown_person", "No longer in the workspace"
    NO_ADDRESS = "no_address", "No e-mail address"
    BOUNCED_ADDRESS = "bounced_address", "The address bounced"
    BANNED = "banned", "Must not be contacted"
    NO_CONSENT = "no_consent", "No consent"
    OFF_LIMITS = "off_limits", "Their company is off limits"
    ALREADY_SENT = "already_sent", "Already has this message"
    ALREADY_ENROLLED = "already_enrolled", "Already in this sequence"
    REPLIED = "replied", "They replied"
    ENROLMENT_OVER = "enrolment_over", "The enrolment ended"
    PERSON_PAUSED = "person_paused", "Outreach to them is paused"
    ENROLMENT_PAUSED = "enrolment_paused", "Their sequence waits"
    SENDING_STOPPED = "sending_stopped", "All sending is stopped"
    SEQUENCE_PAUSED = "sequence_paused", "The sequence is not active"
    IN_CONVERSATION = "in_conversation", "In conversation with a colleague"
    APPLIED = "applied", "Their application is open"
    OTHER_SEQUENCE = "other_sequence", "In another sequence"
    TOO_MUCH_CONTACT = "too_much_contact", "Heard from us too recently"
    SENDER_SPACING = "sender_spacing", "A colleague wrote to them lately"
    MAILBOX_STOPPED = "mailbox_stopped", "The mailbox is stopped"
    QUIET_HOURS = "quiet_hours", "Outside the hours they asked for"
    OUTSIDE_WINDOW = "outside_window", "Outside the hours of the sequence"
    BLANK_TAG = "blank_tag", "A merge tag would be blank"
    TEMPLATE_BROKEN = "template_broken", "The text cannot be rendered"
    STEP_GONE = "step_gone", "The step was removed"
    CANCELLED = "cancelled", "Cancelled by a colleague"
    HOLD_OUT = "hold_out", "In the control group"
    NO_GRANT = "no_grant", "The mailbox is not theirs to send from"
    DISPLACED = "displaced", "Something more important goes first"
    TOPIC_OFF = "topic_off", "They do not want this topic"
    TOO_OFTEN = "too_often", "More often than they asked for"
    BROADCAST_PAUSED = "broadcast_paused", "The broadcast is paused"
    BROADCAST_OVER = "broadcast_over", "The broadcast is over"


class ReplyClass(models.TextChoices):
    """What an answer means for us: read from its words, and corrected by colleagues."""

    INTERESTED = "interested", "Interested"
    NOT_NOW = "not_now", "Not now"
    NOT_INTERESTED = "not_interested", "Not interested"
    REFERRAL = "referral", "Names somebody else"
    QUESTION = "question", "Asks something"
    OUT_OF_OFFICE = "out_of_office", "Out of office"
    UNSUBSCRIBE = "unsubscribe", "Wants no more mail"
    BOUNCE = "bounce", "Bounced"
