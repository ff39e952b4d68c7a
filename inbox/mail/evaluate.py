"""Measures the mail reader on a folder of labelled mails: how often it reads them as people did."""

import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from inbox.mail.bounces import BounceRecipient
from inbox.mail.classify import Classification, classify
from inbox.mail.meaning import meaning
from inbox.mail.mime import Part, read
from inbox.mail.parse import ParsedMail, parse
from inbox.mail.replies import new_text

# The labels' words for why a mail bounced, and ours.
REASONS = {
    "userunknown": "unknown_user",
    "hostunknown": "unknown_host",
    "hasmoved": "moved",
    "notaccept": "not_accepting",
    "mailboxfull": "mailbox_full",
    "suspend": "disabled",
    "expired": "expired",
    "networkerror": "network",
    "blocked": "blocked",
    "badreputation": "blocked",
    "requireptr": "blocked",
    "authfailure": "authentication",
    "spamdetected": "spam",
    "virusdetected": "virus",
    "policyviolation": "policy",
    "securityerror": "policy",
    "rejected": "rejected",
    "filtered": "filtered",
    "mesgtoobig": "too_big",
    "exceedlimit": "too_big",
    "norelaying": "relay",
    "ratelimited": "rate",
    "speeding": "rate",
    "systemerror": "system",
    "systemfull": "system",
    "mailererror": "program",
    "contenterror": "content",
    "notcompliantrfc": "content",
    "onhold": "unclassified",
    "undefined": "unclassified",
}
# What we do about it, which matters more than the word: drop the address, wait, or look at our own sending.
CLASSES = {
    "address": {"unknown_user", "unknown_host", "moved", "not_accepting"},
    "mailbox": {"mailbox_full", "disabled"},
    "time": {"expired", "network", "system", "rate", "program"},
    "refused": {"blocked", "authentication", "spam", "virus", "policy", "rejected", "filtered", "relay"},
    "message": {"too_big", "content"},
    "unknown": {"unclassified"},
}
_MACHINE_WORDS = ("mailer-daemon", "postmaster", "mail delivery", "noreply", "no-reply")
_WORST_SHOWN = 40


@dataclass
class Score:
    """Hits and cases per measure, and the mails that were read wrongly."""

    hits: Counter[str] = field(default_factory=Counter)
    cases: Counter[str] = field(default_factory=Counter)
    worst: list[str] = field(default_factory=list)

    def count(self, measure: str, hit: bool, detail: str = "") -> None:
        self.cases[measure] += 1
        self.hits[measure] += hit
        if not hit and detail:
            self.worst.append(f"{measure}: {detail}")

    def lines(self) -> list[str]:
        table = [f"{name:<34}{self.hits[name]:>5} of {total:<5}{self.hits[name] / total:>7.1%}"
                 for name, total in self.cases.items()]  # fmt: skip
        more = len(self.worst) - _WORST_SHOWN
        shown = self.worst[:_WORST_SHOWN] + ([f"... and {more} more"] if more > 0 else [])
        return [*table, "", "Read wrongly:", *shown] if shown else table


def evaluate(folder: Path, out: Callable[[str], object] = print) -> Score:
    """Reads every labelled mail under `folder` and writes the accuracy to `out`.

    `labels.json` names the files relative to its own folder or the one above, with a kind and what was to be found; a
    key that is absent there is not scored.
    """
    score = Score()
    for labels in sorted(folder.rglob("labels.json")):
        for case in json.loads(labels.read_text("utf-8"))["cases"]:
            judge = _JUDGES.get(case["kind"])
            path = next(
                (p for p in (labels.parent / case["file"], labels.parent.parent / case["file"]) if p.is_file()), None
            )
            if judge and path:
                judge(score, case["id"], path.read_bytes(), case["expected"])
    for line in score.lines():
        out(line)
    return score


def _flat(text: str) -> str:
    return " ".join(text.replace("\0", "").split())


def _reply(score: Score, name: str, raw: bytes, expected: dict[str, Any]) -> None:
    started = time.perf_counter()
    found = _flat(new_text(raw.decode("utf-8", "replace")).text)
    seconds = time.perf_counter() - started
    if "reply_exact" in expected:
        score.count("replies, exact text", found == _flat(expected["reply_exact"]), f"{name}: {found[:120]!r}")
    else:
        kept = all(_flat(text) in found for text in expected.get("contains", []))
        gone = not any(_flat(text) in found for text in expected.get("absent", []))
        score.count("replies, kept and gone", kept and gone, f"{name}: {found[:120]!r}")
    if "max_seconds" in expected:
        score.count("replies, in time", seconds <= expected["max_seconds"], f"{name}: {seconds:.2f} s")


def _reply_class(score: Score, name: str, raw: bytes, expected: dict[str, Any]) -> None:
    found, wanted = meaning(raw.decode("utf-8", "replace")), str(expected["reply_class"])
    score.count("reply classes", found == wanted, f"{name}: {found or 'not clear'} for {wanted or 'not clear'}")
    score.count("reply classes, none wrong", found in ("", wanted))


def _classified(raw: bytes) -> tuple[ParsedMail, Classification]:
    mail = parse(raw)
    return mail, classify(mail, today=mail.date.date() if mail.date else date(2026, 1, 1))


def _kind(measure: str) -> Callable[[Score, str, bytes, dict[str, Any]], None]:
    def judge(score: Score, name: str, raw: bytes, expected: dict[str, Any]) -> None:
        mail, found = _classified(raw)
        wanted = expected["kind_of_mail"]
        score.count(measure, found.kind == wanted, f"{name}: {found.kind}: {found.reason} {mail.subject[:50]!r}")

    return judge


def _bounce(score: Score, name: str, raw: bytes, expected: dict[str, Any]) -> None:
    mail, found = _classified(raw)
    score.count("bounces, kind", found.kind == "bounce", f"{name}: {found.kind}: {found.reason} {mail.subject[:50]!r}")
    for position, wanted in enumerate(expected["recipients"]):
        _recipient(score, name, _matching(found.bounces, wanted, position), wanted)


def _matching(found: tuple[BounceRecipient, ...], wanted: dict[str, Any], position: int) -> BounceRecipient | None:
    known = {str(wanted[key]).lower() for key in ("address", "original_address") if wanted.get(key)}
    by_address = (one for one in found if known & {(one.address or "").lower(), (one.original_address or "").lower()})
    return next(by_address, found[min(position, len(found) - 1)] if found else None)


def _recipient(score: Score, name: str, found: BounceRecipient | None, wanted: dict[str, Any]) -> None:
    if "address" in wanted:
        known = {str(wanted[key]).lower() for key in ("address", "original_address") if wanted.get(key)}
        given = {(one or "").lower() for one in (found.address, found.original_address)} if found else set()
        score.count("bounces, address", bool(known & given), f"{name}: {given} for {known}")
    for key in ("status", "reply_code", "hard"):
        if key in wanted:
            value = getattr(found, key, None)
            told = found.diagnostic[:80] if found else ""
            score.count(f"bounces, {key}", value == wanted[key],
                        f"{name}: {value} for {wanted[key]} ({wanted.get('reason')}) {told!r}")  # fmt: skip
    if wanted.get("reason") in REASONS:
        right, mine = REASONS[wanted["reason"]], found.reason if found else "none"
        score.count("bounces, reason", mine == right)
        score.count("bounces, reason class", any({mine, right} <= group for group in CLASSES.values()))


def _mime(score: Score, name: str, raw: bytes, expected: dict[str, Any]) -> None:
    started = time.perf_counter()
    try:
        mail, found = _classified(raw)
    except Exception as error:  # whether this ever happens is the measure
        score.count("MIME, read", False, f"{name}: {error!r}")
        return
    score.count("MIME, read", time.perf_counter() - started < 1)
    if expected.get("subject") is not None:
        score.count("MIME, subject", _flat(mail.subject) == _flat(expected["subject"]), f"{name}: {mail.subject!r}")
    for key, mailboxes in (("from", (mail.from_,) if mail.from_ else ()), ("to", mail.to)):
        if key in expected:
            given = [one.address.lower() for one in mailboxes if one]
            wanted = [
                one.lower() for one in ([expected[key]] if isinstance(expected[key], str) else expected[key] or [])
            ]
            score.count(f"MIME, {key}", given == wanted, f"{name}: {given} for {wanted}")
    if "text_contains" in expected:
        texts = _flat("\n".join(_all_texts(read(raw)[0])))
        score.count("MIME, text", _flat(expected["text_contains"]) in texts, f"{name}: {mail.text[:60]!r}")
    if "attachments" in expected:
        wanted_number = (
            expected["attachments"] if isinstance(expected["attachments"], int) else len(expected["attachments"])
        )
        score.count("MIME, attachments (a hint)", len(mail.attachments) == wanted_number)
    if not _by_machine(mail):
        human = found.kind in {"reply", "other"}
        score.count("people's mail not taken for a bounce", human, f"{name}: {found.kind}: {found.reason}")


def _all_texts(part: Part) -> list[str]:
    return [part.text()[0], *(text for child in part.children for text in _all_texts(child))]


def _by_machine(mail: ParsedMail) -> bool:
    sender = mail.header("from").lower()
    return any(word in sender for word in _MACHINE_WORDS) or mail.header("auto-submitted").lower() not in {"", "no"}


_JUDGES: dict[str, Callable[[Score, str, bytes, dict[str, Any]], None]] = {
    "email_reply": _reply,
    "email_reply_class": _reply_class,
    "email_bounce": _bounce,
    "email_complaint": _kind("complaints"),
    "email_delivery_report": _kind("delivery reports"),
    "email_auto_reply": _kind("automatic replies"),
    "email_mime": _mime,
}
