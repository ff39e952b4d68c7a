"""Answers as a candidate's mail system would send them, for the sandbox mailbox where one plays the candidate.

What is built here goes through the real inbound path, so it is made as real servers make it.
"""

import hashlib
from datetime import date, datetime
from email.message import EmailMessage, Message
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from inbox.mail.addresses import Address
from inbox.mail.mime import split_headers
from inbox.mail.parse import ParsedMail, parse

_MAIL_SYSTEM = "mx.candidate.test"


def reply(original: bytes, text: str, *, now: datetime, from_: Address | None = None) -> bytes:
    """The candidate's answer: `text` above the quoted original, threaded as RFC 5322 section 3.6.4 says."""
    mail = parse(original)
    message = EmailMessage()
    _address_answer(message, mail, now, from_)
    quoted = "\n".join(f"> {line}" if line else ">" for line in mail.text.splitlines())
    sender = f"{mail.from_.name} <{mail.from_.address}>".strip() if mail.from_ else "you"
    when = (mail.date or now).strftime("%a, %d %b %Y at %H:%M")
    message.set_content(f"{text}\n\nOn {when}, {sender} wrote:\n\n{quoted}\n", cte="quoted-printable")
    return message.as_bytes(policy=SMTP)


def out_of_office(original: bytes, *, now: datetime, returns_on: date, from_: Address | None = None) -> bytes:
    """An automatic answer (RFC 3834) that names the day of return."""
    mail = parse(original)
    message = EmailMessage()
    _address_answer(message, mail, now, from_)
    _replace(message, "Subject", f"Automatic reply: {mail.subject}")
    message["Auto-Submitted"] = "auto-replied"
    message["X-Auto-Response-Suppress"] = "All"
    message["Return-Path"] = "<>"
    day = f"{returns_on.day} {returns_on:%B %Y}"
    message.set_content(f"Thank you for your message. I am out of the office and will be back on {day}.\n")
    return message.as_bytes(policy=SMTP)


def bounce(original: bytes, *, now: datetime, hard: bool) -> bytes:
    """A delivery report (RFC 3464) with the headers of the original: no such user if `hard`, else a full mailbox."""
    mail = parse(original)
    recipient = _recipient(mail).address
    status, answer = ("5.1.1", "550 5.1.1") if hard else ("4.2.2", "452 4.2.2")
    words = "User unknown in virtual mailbox table" if hard else "The recipient's mailbox is full"
    diagnostic = f"{answer} <{recipient}>: Recipient address rejected: {words}"
    notice = (
        f"This is the mail system at host {_MAIL_SYSTEM}.\n\nI'm sorry to have to inform you that your message "
        "could not\nbe delivered to one or more recipients. It's attached below.\n\n"
        f"<{recipient}>: host {_MAIL_SYSTEM} said: {diagnostic}\n"
    )
    report = _report(
        mail, now, "delivery-status", f"MAILER-DAEMON@{_MAIL_SYSTEM}", "Undelivered Mail Returned to Sender"
    )
    report["Auto-Submitted"] = "auto-replied"
    report["Return-Path"] = "<>"
    fields = [
        {"Reporting-MTA": f"dns; {_MAIL_SYSTEM}", "Arrival-Date": format_datetime(now)},
        {
            "Final-Recipient": f"rfc822; {recipient}",
            "Original-Recipient": f"rfc822;{recipient}",
            "Action": "failed",
            "Status": status,
            "Remote-MTA": f"dns; {_MAIL_SYSTEM}",
            "Diagnostic-Code": f"smtp; {diagnostic}",
        },
    ]
    return _assembled(report, notice, _blocks("delivery-status", fields), original)


def complaint(original: bytes, *, now: datetime) -> bytes:
    """A feedback report (RFC 5965) of type abuse: the candidate pressed the spam button."""
    mail = parse(original)
    notice = "This is an email abuse report for an email message received from your mail system.\n"
    report = _report(mail, now, "feedback-report", f"feedback@{_MAIL_SYSTEM}", f"FW: {mail.subject}")
    sender = mail.return_path or (mail.from_.address if mail.from_ else "")
    fields = {
        "Feedback-Type": "abuse",
        "User-Agent": "SandboxMailbox/1.0",
        "Version": "1",
        "Original-Mail-From": f"<{sender}>",
        "Original-Rcpt-To": f"<{_recipient(mail).address}>",
        "Arrival-Date": format_datetime(now),
    }
    return _assembled(report, notice, _blocks("feedback-report", [fields]), original)


def _recipient(mail: ParsedMail) -> Address:
    return mail.to[0] if mail.to else Address("", f"unknown@{_MAIL_SYSTEM}")


def _sender_of_original(mail: ParsedMail) -> str:
    for known in (*mail.reply_to, *((mail.from_,) if mail.from_ else ())):
        return formataddr((known.name, known.address))
    return f"unknown@{_MAIL_SYSTEM}"


def _message_id(mail: ParsedMail, now: datetime, kind: str) -> str:
    digest = hashlib.sha256(f"{mail.fingerprint} {now.isoformat()} {kind}".encode()).hexdigest()
    return f"<{digest[:32]}@{_MAIL_SYSTEM}>"


def _address_answer(message: Message, mail: ParsedMail, now: datetime, from_: Address | None) -> None:
    author = from_ or _recipient(mail)
    message["From"] = formataddr((author.name, author.address))
    message["To"] = _sender_of_original(mail)
    message["Subject"] = mail.subject if mail.subject.lower().startswith("re:") else f"Re: {mail.subject}"
    message["Date"] = format_datetime(now)
    message["Message-ID"] = _message_id(mail, now, "answer")
    if mail.message_id:
        # Long threads keep their first and their latest mails: a header line must not exceed 998 octets.
        known = [*mail.references[:1], *mail.references[1:][-8:], mail.message_id]
        message["In-Reply-To"] = f"<{mail.message_id}>"
        message["References"] = " ".join(f"<{one}>" for one in known)


def _replace(message: Message, name: str, value: str) -> None:
    del message[name]
    message[name] = value


def _report(mail: ParsedMail, now: datetime, kind: str, sender: str, subject: str) -> MIMEMultipart:
    report: MIMEMultipart = MIMEMultipart("report", policy=SMTP)
    report.set_param("report-type", kind)
    report["From"] = formataddr(("Mail Delivery System", sender))
    report["To"] = f"<{mail.return_path}>" if mail.return_path else _sender_of_original(mail)
    report["Subject"] = subject
    report["Date"] = format_datetime(now)
    report["Message-ID"] = _message_id(mail, now, kind)
    return report


def _blocks(kind: str, blocks: list[dict[str, str]]) -> Message:
    part = MIMENonMultipart("message", kind)
    payload: list[Message | str] = []
    for block in blocks:
        message = Message()
        for name, value in block.items():
            message[name] = value
        payload.append(message)
    part.set_payload(payload)
    return part


def _assembled(report: MIMEMultipart, notice: str, fields: Message, original: bytes) -> bytes:
    headers, _body = split_headers(original)
    returned = MIMENonMultipart("text", "rfc822-headers")
    returned.set_payload("".join(f"{name}: {_one_line(value)}\n" for name, value in headers))
    report.attach(MIMEText(notice))
    report.attach(fields)
    report.attach(returned)
    return report.as_bytes(policy=SMTP)


def _one_line(value: str) -> str:
    return " ".join(value.split()).encode("ascii", "backslashreplace").decode("ascii")[:900]
