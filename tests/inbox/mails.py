"""Small mails for the tests of the mail reader; every person and domain is invented."""

from inbox.mail.parse import ParsedMail, parse

HEADERS = {
    "From": "Ann Vale <ann.vale@candidate.test>",
    "To": "Zoe Recruiter <zoe@jobs.example.com>",
    "Subject": "Re: A role for you",
    "Date": "Tue, 3 Nov 2026 09:15:00 +0100",
    "Message-ID": "<answer-1@candidate.test>",
}


def raw(body: str = "Yes, gladly.\n", **changes: str | None) -> bytes:
    """A mail with `body`; headers are added or replaced by name (`Reply_To`), and left out where None."""
    headers = HEADERS | {name.replace("_", "-"): value for name, value in changes.items()}
    lines = [f"{name}: {value}" for name, value in headers.items() if value is not None]
    return ("\r\n".join(lines) + "\r\n\r\n" + body.replace("\n", "\r\n")).encode()


def mail(body: str = "Yes, gladly.\n", **changes: str | None) -> ParsedMail:
    return parse(raw(body, **changes))


def multipart(*parts: str, kind: str = "mixed") -> bytes:
    """A multipart mail of finished parts (headers, blank line, body)."""
    body = "".join(f"--sep\n{part}\n" for part in parts) + "--sep--\n"
    return raw(body, MIME_Version="1.0", Content_Type=f'multipart/{kind}; boundary="sep"')


def delivery_report(fields: str, notice: str = "Your mail could not be delivered.") -> bytes:
    """A report in the form of RFC 3464 with one recipient block."""
    body = (
        f"--sep\nContent-Type: text/plain\n\n{notice}\n"
        f"--sep\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.candidate.test\n\n{fields}\n"
        "--sep\nContent-Type: text/rfc822-headers\n\nMessage-ID: <ours-7@jobs.example.com>\n"
        "To: ann.vale@candidate.test\n--sep--\n"
    )
    return raw(
        body,
        From="Mail Delivery System <MAILER-DAEMON@mx.candidate.test>",
        Subject="Undelivered Mail",
        Content_Type='multipart/report; report-type=delivery-status; boundary="sep"',
    )
