"""The measure counts hits and misses of a labelled folder."""

import json
from pathlib import Path

from inbox.mail.evaluate import evaluate
from tests.inbox.mails import delivery_report, raw


def _case(folder: Path, kind: str, content: bytes, expected: dict[str, object]) -> dict[str, object]:
    name = f"{kind}.eml"
    (folder / name).write_bytes(content)
    return {"id": kind, "kind": kind, "file": name, "expected": expected}


def test_evaluate_counts_hits_and_misses(tmp_path: Path) -> None:
    bounce = delivery_report("Final-Recipient: rfc822; ann@candidate.test\nAction: failed\nStatus: 5.1.1")
    recipient = {"address": "ann@candidate.test", "status": "5.1.1", "hard": True, "reason": "userunknown"}
    cases = [
        _case(tmp_path, "email_reply", b"Yes.\n\n> Free?", {"reply_exact": "Yes."}),
        _case(tmp_path, "email_auto_reply", raw(), {"kind_of_mail": "auto_reply"}),
        _case(tmp_path, "email_bounce", bounce, {"kind_of_mail": "bounce", "recipients": [recipient]}),
        _case(tmp_path, "email_mime", raw(), {"must_parse": True, "subject": "Re: A role for you"}),
    ]
    (tmp_path / "labels.json").write_text(json.dumps({"cases": cases}))
    printed: list[str] = []

    score = evaluate(tmp_path, printed.append)

    assert {name: (score.hits[name], total) for name, total in score.cases.items()} == {
        "replies, exact text": (1, 1),
        "automatic replies": (0, 1),
        "bounces, kind": (1, 1),
        "bounces, address": (1, 1),
        "bounces, status": (1, 1),
        "bounces, hard": (1, 1),
        "bounces, reason": (1, 1),
        "bounces, reason class": (1, 1),
        "MIME, read": (1, 1),
        "MIME, subject": (1, 1),
        "people's mail not taken for a bounce": (1, 1),
    }
    assert "automatic replies: email_auto_reply: reply: Nothing in it says" in "\n".join(printed)
