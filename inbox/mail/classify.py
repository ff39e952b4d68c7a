"""What kind of mail came in: a person's answer, or one of the things machines send. Headers first, words last."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from inbox.mail import ses_notice
from inbox.mail.absence import apple_return, returns_on
from inbox.mail.addresses import normal
from inbox.mail.bounces import BounceRecipient, original_message_id, recipients, returned_headers, status_fields
from inbox.mail.parse import ParsedMail

Kind = Literal["reply", "auto_reply", "bounce", "complaint", "delivery_report", "other"]

_MACHINE_LOCAL = re.compile(
    r"(?:mailer[-_.]?daemon|post[-_.]?master|mail[-_.]?delivery|mdaemon|mail(?:er)?[-_.]?system|bounces?|"
    r"mail\.delivery\.\w+|"
    r"maildaemon|mmsc?[-_]?admin\w*|ndr|dsn|system[-_.]?administrator|sysadmin|mailadmin\w*|"
    r"undeliver\w*)(?:[-+.=_].*)?\Z",
    re.IGNORECASE,
)
_MACHINE_NAME = re.compile(
    r"mail(?:er)? ?(?:delivery|daemon|system)|delivery (?:sub)?system|post ?master|system administrator|mailer-daemon|"
    r"internet mail delivery|microsoft outlook|\bndr\b|mail delivery|returned mail",
    re.IGNORECASE,
)
_NO_REPLY = re.compile(
    r"(?:no|do[-_.]?not|never|non)[-_.]?(?:answer|reply|respond|repondre)|notifications?\Z|newsletter|alerts?\Z|"
    r"auto(?:mail|mated|mailer)",
    re.IGNORECASE,
)
_FAILURE_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|failure|failed|error|problem|delay|has failed|incomplete|report)|failure notice|"
    r"mail failure|"
    r"returned (?:mail|to sender)|returning message|mail delivery|delivery notif|could not be (?:sent|delivered)|"
    r"not (?:be )?delivered|message (?:not delivered|delayed)|non remis|unzustellbar|zustell|non distribu|"
    r"échec de la remise|"
    r"no entregado|no se puede entregar|mancato recapito|impossibile (?:recapitare|consegnare)|niet bestel|"
    r"onbestelbaar|"
    r"não entregue|falha na entrega|(?:error|problem) (?:sending|delivering)|mail system error|bounce|недоставл|"
    r"non-deliverable|rejected|warning: could not|delivery (?:to|of) .{1,80} (?:failed|delayed)|"
    r"不達|配信(?:エラー|不能)|退信",
    re.IGNORECASE,
)
_FAILURE_TEXT = re.compile(
    r"(?:could|can|was|were|has|have|did|is|are) ?(?:not|n't)(?: be| been)? (?:\w+ ){0,3}(?:deliver|reach|sent)|"
    r"undeliver|"
    r"deliver\w* (?:\w+ ){0,6}(?:fail|error|problem|delay|unsuccess|abort)|(?:error|problem|trouble|unable|"
    r"wasn't able|failed|attempt"
    r"\w*|failure) (?:\w+ ){0,4}deliver|permanent (?:\w+ )?(?:error|fail)|fatal error|user unknown|unknown user|"
    r"no such user|"
    r"mailbox (?:full|unavailable|not found|exceeds)|rcpt to:|over quota|relay(?:ing)? denied|returned (?:mail|"
    r"message|to sender)|"
    r"unknown (?:recipient|address)|invalid (?:recipient|final delivery|user)|user mailbox exceeds|"
    r"recipient\w* (?:\w+ ){0,4}reject|"
    r"rejected (?:by|recipient)|not listed in|failure reasons|the error that the other server returned|"
    r"\b5[05]\d[ -]#?5\.\d\.\d|"
    r"message (?:was|has been) delayed|did not reach|не может быть доставлено|nicht zugestellt|"
    r"pas (?:pu )?être (?:remis|distribu)",
    re.IGNORECASE,
)
_SMTP_ERROR = re.compile(r"^.{0,80}\b(?:5[0-5]\d[ -]+(?:#?5\.\d\.\d|requested|no such|user|mailbox|unknown)|rcpt to:)",
                         re.IGNORECASE | re.MULTILINE)  # fmt: skip
_AUTO_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply",
    "x-auto-reply-from",
    "x-mail-autoreply",
    "x-autoreply-from",
    "x-autoreply-domain",
    "x-vacation",
)
_AUTO_SUBJECT = re.compile(
    r"\W{0,4}(?:automatic(?:ally generated)? (?:reply|response|answer)|auto(?:mated)?[- ]?(?:reply|response|respons|"
    r"responder|answer)|"
    r"auto ?: |out of (?:the )?office|ooo\b|away from (?:the )?office|vacation (?:reply|response|notice)|on vacation|"
    r"on (?:annual|maternity|parental|sick) leave|automatische (?:antwort|abwesenheit|reactie)|abwesenheits|"
    r"(?:ich bin )?(?:nicht im büro|abwesend)|réponse automatique|absen(?:t|ce) du bureau|message d['’]absence|"
    r"respuesta autom[aá]tica|fuera de (?:la )?oficina|ausencia|risposta automatica|fuori (?:sede|ufficio)|"
    r"automatisch (?:antwoord|bericht)|afwezig|niet aanwezig|resposta autom[aá]tica|fora do escrit|ausente|"
    r"autosvar|automatiskt? svar|automaattinen vastaus|poissa|odpowiedź automatyczna|autoodpowiedź|automatická odpov|"
    r"автоответ|автоматический ответ|otomatik yanıt|自動応答|自動返信|不在通知|自动回复|自动答复|자동 응답)",
    re.IGNORECASE,
)
_ABSENCE_TEXT = re.compile(
    r"out of (?:the |my )?office|away from (?:my desk|the office|my e?-?mail)|on (?:vacation|holiday|leave)|"
    r"limited access to|"
    r"automatic(?:ally)? (?:reply|response|generated)|nicht im (?:büro|haus)|abwesend|im urlaub|urlaub|absent|"
    r"en congé|en vacances|"
    r"fuera de la oficina|de vacaciones|ausente|fuori (?:sede|ufficio)|in ferie|afwezig|met vakantie|niet aanwezig|"
    r"fora do escrit|de férias|will (?:be )?(?:back|return)|return(?:ing)? (?:on|to the office)|parental leave|"
    r"elternzeit",
    re.IGNORECASE,
)
_COMPLAINT_SUBJECT = re.compile(
    r"(?:e?-?mail )?(?:feedback|abuse) (?:report|complaint)|complaint about message|spam complaint", re.IGNORECASE
)
_SUCCESS = {"delivered", "relayed", "expanded"}


@dataclass(frozen=True, slots=True)
class Classification:
    """What a mail is and why we think so, with what follows from it.

    `reply`: a person wrote it, as an answer or afresh. `other`: a machine did, but it is none of the named kinds
    (newsletter, list mail, read receipt, notice). `feedback_type` is set for complaints (RFC 5965 section 3.1; only
    "abuse", "fraud" and "opt-out" come from the recipient), `complainants` are the addresses it names.
    `original_message_id` is the Message-ID of our mail that a bounce, report or complaint is about.
    """

    kind: Kind
    reason: str
    returns_on: date | None = None
    bounces: tuple[BounceRecipient, ...] = ()
    original_message_id: str | None = None
    feedback_type: str | None = None
    complainants: tuple[str, ...] = ()


def classify(mail: ParsedMail, *, today: date) -> Classification:
    """Decides by structure (RFC 3464, RFC 5965), then headers (RFC 3834), then sender and words. Never raises.

    `today` is the day in the tenant's zone on which the mail came; it gives a day without a year its year.
    """
    for judge in (_amazon_notice, _complaint, _delivery_report, _free_bounce, _machine_report):
        verdict = judge(mail)
        if verdict:
            return verdict
    evidence = auto_reply_evidence(mail)
    if evidence:
        back = apple_return(mail.header("x-apple-criteria"))
        if back is None or back < today:
            back = returns_on(f"{mail.subject}\n{mail.text}", today=today)
        return Classification("auto_reply", evidence, returns_on=back)
    machine = _machine_evidence(mail)
    if machine:
        return Classification("other", machine)
    return Classification("reply", "Nothing in it says that a machine wrote it.")


def _amazon_notice(mail: ParsedMail) -> Classification | None:
    notice = ses_notice.read(mail)
    if not notice:
        return None
    kind, content = notice
    people, about = ses_notice.people(kind, content), ses_notice.original_message_id(content)
    if kind == "complaint":
        return Classification(
            "complaint",
            "Amazon reports a complaint.",
            feedback_type=str(content["complaint"].get("complaintFeedbackType") or "abuse"),
            complainants=tuple(one.address for one in people if one.address),
            original_message_id=about,
        )
    if kind == "delivery":
        return Classification(
            "delivery_report", "Amazon reports a delivery.", bounces=people, original_message_id=about
        )
    return Classification("bounce", "Amazon reports a bounce.", bounces=people, original_message_id=about)


def _complaint(mail: ParsedMail) -> Classification | None:
    report = next((part.text for part in mail.enclosed if part.content_type == "message/feedback-report"), None)
    if report is not None or mail.report_type == "feedback-report":
        fields = re.findall(r"^([A-Za-z-]+):[ \t]*(.{0,500})$", report or mail.text, re.MULTILINE)
        types = [value.strip().lower() for name, value in fields if name.lower() == "feedback-type"]
        named = [value for name, value in fields if name.lower() in {"original-rcpt-to", "removal-recipient"}]
        return _complaint_of(mail, "It holds a feedback report (RFC 5965).", next(iter(types), "abuse"), named)
    if mail.subject.strip().lower() == "unsubscribe" and _auto_submitted(mail) not in {"", "no"}:
        sender = [mail.from_.address] if mail.from_ else []
        return _complaint_of(mail, "A mail program sent the request to unsubscribe for the person.", "opt-out", sender)
    if any(part.content_type == "message/rfc822" for part in mail.enclosed) and _COMPLAINT_SUBJECT.search(mail.subject):
        headers = returned_headers(mail)
        named = [headers.get("x-hmxmroriginalrecipient", "")]
        return _complaint_of(mail, "Its subject and the enclosed mail are those of a complaint.", "abuse", named)
    return None


def _complaint_of(mail: ParsedMail, evidence: str, kind: str, named: list[str]) -> Classification:
    people = tuple(dict.fromkeys(normal(name) for name in named if "@" in name))[:500]
    about = original_message_id(mail)
    return Classification("complaint", evidence, feedback_type=kind, complainants=people, original_message_id=about)


def _delivery_report(mail: ParsedMail) -> Classification | None:
    fields = status_fields(mail)
    actions = {block.get("action", "").split(" ")[0].lower() for block in fields} - {""}
    proper = any(part.content_type.endswith("delivery-status") for part in mail.enclosed)
    # The fields in plain text count only from a mail system: people paste bounces into their mails.
    if not fields or (mail.report_type == "" and not actions) or not (proper or _from_mail_system(mail)):
        return None
    about = original_message_id(mail)
    if actions and actions <= _SUCCESS:
        evidence = "Its delivery report says the mail was delivered (RFC 3464)."
        return Classification("delivery_report", evidence, bounces=recipients(mail), original_message_id=about)
    failed = tuple(one for one in recipients(mail) if one.action not in _SUCCESS)
    evidence = "It holds a delivery report of failure or delay (RFC 3464)."
    return Classification("bounce", evidence, bounces=failed, original_message_id=about)


def _free_bounce(mail: ParsedMail) -> Classification | None:
    """Bounces of servers that send no standard report."""
    evidence = _free_bounce_evidence(mail)
    if not evidence:
        return None
    return Classification("bounce", evidence, bounces=recipients(mail), original_message_id=original_message_id(mail))


def _free_bounce_evidence(mail: ParsedMail) -> str:
    if mail.has_header("x-failed-recipients"):
        return "It names failed recipients in a header (X-Failed-Recipients)."
    text = mail.text[:20_000]
    if _from_mail_system(mail):
        if mail.report_type == "delivery-status" or mail.has_header("x-ms-exchange-message-is-ndr"):
            return "A mail system sent it as a delivery report."
        if _FAILURE_SUBJECT.search(mail.subject) or _FAILURE_TEXT.search(text):
            return "A mail system sent it, and it says that a mail was not delivered."
    automatic = mail.return_path == "" or _auto_submitted(mail) not in {"", "no"}
    returned = any(part.content_type in {"message/rfc822", "text/rfc822-headers"} for part in mail.enclosed)
    if mail.report_type == "delivery-status" and (automatic or returned):
        return "It is marked as a delivery report."
    if _FAILURE_SUBJECT.search(mail.subject) and _FAILURE_TEXT.search(text) and (automatic or _is_unnamed(mail)):
        return "Subject and text say that a mail was not delivered, and no person sent it."
    return (
        ""
        if not (automatic and _SMTP_ERROR.search(text))
        else "It was sent by a machine and quotes the refusal of a mail server."
    )


def _from_mail_system(mail: ParsedMail) -> bool:
    if mail.from_ is None:
        return (
            bool(_MACHINE_LOCAL.match(mail.header("from").strip(" <>\"'")))
            or "mailer-daemon" in mail.header("from").lower()
        )
    local = mail.from_.address.partition("@")[0]
    envelope = (mail.return_path or "").partition("@")[0]
    return bool(
        _MACHINE_LOCAL.match(local)
        or (envelope.lower() in {"mailer-daemon", "postmaster"})
        or (_MACHINE_NAME.search(mail.from_.name) and not mail.in_reply_to)
    )


def _is_unnamed(mail: ParsedMail) -> bool:
    local = mail.from_.address.partition("@")[0] if mail.from_ else ""
    return bool(_NO_REPLY.search(local) or not mail.from_)


def _machine_report(mail: ParsedMail) -> Classification | None:
    if mail.report_type == "disposition-notification" or any(
        part.content_type == "message/disposition-notification" for part in mail.enclosed
    ):
        return Classification(
            "other", "It is a read receipt (RFC 8098).", original_message_id=original_message_id(mail)
        )
    return None


def _auto_submitted(mail: ParsedMail) -> str:
    return re.split(r"[;\s(]", mail.header("auto-submitted").strip().lower(), maxsplit=1)[0]


def auto_reply_evidence(mail: ParsedMail) -> str:
    """Why a mail is an automatic answer (RFC 3834), in words; the empty string if it is none."""
    submitted = _auto_submitted(mail)
    if submitted.startswith("auto-replied"):
        return "Its header says that it was sent in answer, automatically (Auto-Submitted: auto-replied)."
    header = next((name for name in _AUTO_HEADERS if mail.has_header(name) and mail.header(name).lower() != "no"), "")
    if header:
        return f"It carries a header that only automatic answers have ({header})."
    if "vacation" in mail.header("x-apple-action").lower():
        return "iCloud sent it as a vacation answer (X-Apple-Action)."
    if re.search(r"auto_?reply", mail.header("precedence"), re.IGNORECASE):
        return "Its header says that it is an automatic answer (Precedence: auto_reply)."
    if "autoresponder" in f"{mail.header('x-post-messageclass')} {mail.header('delivered-to')}".lower():
        return "A header says that an autoresponder sent it."
    # Exchange marks what its inbox rules send so: answers, but also a person's mail passed on by a rule.
    if mail.has_header("x-ms-exchange-inbox-rules-loop") and mail.has_header("x-auto-response-suppress"):
        return "An inbox rule of Exchange sent it (X-MS-Exchange-Inbox-Rules-Loop)."
    return _auto_reply_by_context(mail, submitted)


def _auto_reply_by_context(mail: ParsedMail, submitted: str) -> str:
    answers = bool(mail.in_reply_to or mail.references)
    suppressed = mail.has_header("x-auto-response-suppress")
    if submitted not in {"", "no"} and answers:
        return "A machine made it, and it answers a mail (Auto-Submitted, In-Reply-To)."
    subject = _AUTO_SUBJECT.match(mail.subject)
    if subject and (suppressed or submitted not in {"", "no"} or mail.return_path == ""):
        return "Subject and headers are those of an automatic answer."
    bulk = mail.has_header("list-id") or mail.has_header("list-unsubscribe")
    # "Automatic reply: ..." is a machine's; "Out of office next week, can we move?" is not.
    labelled = subject and mail.subject[subject.end() :].partition(":")[1] and answers
    if subject and not bulk and (labelled or _ABSENCE_TEXT.search(mail.text[:3_000])):
        return "The subject begins as automatic answers do."
    if suppressed and answers and not bulk:
        return "It answers a mail and asks for no automatic answer itself (X-Auto-Response-Suppress)."
    if (
        mail.return_path == ""
        and (answers or mail.subject.lower().startswith("re:"))
        and _ABSENCE_TEXT.search(mail.text[:3_000])
    ):
        return "It has no return address and speaks of an absence."
    return ""


def _machine_evidence(mail: ParsedMail) -> str:
    if _auto_submitted(mail) not in {"", "no"}:
        return "Its header says that a machine made it (Auto-Submitted)."
    if mail.has_header("list-id") or mail.has_header("list-unsubscribe"):
        return "It came by a mailing list or newsletter (List headers)."
    if re.search(r"bulk|junk|list", mail.header("precedence"), re.IGNORECASE):
        return "It was sent in bulk (Precedence)."
    if mail.has_header("x-auto-response-suppress"):
        return "It asks for no automatic answers, as machines do (X-Auto-Response-Suppress)."
    if mail.from_ and (_NO_REPLY.search(mail.from_.address.partition("@")[0]) or _from_mail_system(mail)):
        return "Its sender is an address that nobody reads."
    if mail.return_path == "":
        return "It has no return address, as only machines send."
    return ""
