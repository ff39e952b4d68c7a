"""The demo's content: a whitepaper behind a form, an article, a piece of news, and a draft."""

from __future__ import annotations

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from crm.models import Member
from crm.services.demo import Scene
from portal.choices import ContentKind
from portal.services import content
from portal.services.content import Words

PAPER = (
    "Moving a payment platform to the cloud",
    "without a night shift",
    "",
    "1. Move what nobody sees first. The ledger came last, after nine months.",
    "2. Two systems, one truth. We wrote to both, and compared every night.",
    "3. Small teams, whole services. Five people own what they run.",
    "4. Drills on Tuesdays. A plan that was never tried is a wish.",
    "",
    "Northwind Talent, engineering notes. Written by the people who did it.",
)
WHITEPAPER = Words(
    title="Moving a payment platform to the cloud without a night shift",
    summary="Four things that worked for a team of thirty, and two that did not. Six minutes to read.",
    body="In eighteen months a platform that moves a billion a year went from two data centres to the cloud.\n\n"
    "Nobody worked at night for it. This paper tells how: the order of things, the nightly comparison of two ledgers, "
    "and why drills are on Tuesdays.",
    topics=("AWS", "Kubernetes", "Terraform"),
    is_gated=True,
)
POST = Words(
    title="Least privilege on AWS, one week at a time",
    summary="How our security guild took nine thousand permissions away, and what people said when they noticed.",
    body="Most roles in the cloud can do far more than they ever did. We knew that, as everybody does.\n\n"
    "What helped was a small rule: each Monday the permissions that nobody had used for ninety days go, and whoever "
    "misses one gets it back in ten minutes. Over a year nine thousand went, and forty-one came back.\n\n"
    "The guild meets on the first Thursday of the month. Guests are welcome.",
    topics=("AWS", "Security"),
)
NEWS = Words(
    title="We open an office in Lisbon",
    summary="Forty desks by the river, and a reason to meet twice a year.",
    body="From spring on we have a second home. Teams stay where they are: nobody has to move, everybody may.\n\n"
    "The first meeting of all engineers is planned for May.",
)
DRAFT = Words(
    title="An evening on incident drills",
    summary="Three short talks, then a drill with everybody in the room.",
    body="Doors open at six. Bring a laptop if you like to break things.",
    topics=("Security", "Incident response"),
)


def articles(scene: Scene) -> None:
    """Three items that are published, and one that is not."""
    scene.say("articles and a whitepaper are written")
    with scene.chapter():
        author, now = scene.recruiters[0], scene.now
        paper = SimpleUploadedFile("cloud-without-a-night-shift-v7-final.pdf", pdf(PAPER), "application/pdf")
        for kind, words, upload, days in (
            (ContentKind.ASSET, WHITEPAPER, paper, 60),
            (ContentKind.POST, POST, None, 25),
            (ContentKind.NEWS, NEWS, None, 9),
        ):
            item = content.create(kind=kind, words=words, by=author.actor, upload=upload, author=author)
            content.publish(item=item, by=author.actor, now=now - timedelta(days=days))
        _draft(scene, scene.recruiters[-1])


def _draft(scene: Scene, author: Member) -> None:
    content.create(kind=ContentKind.EVENT, words=DRAFT, by=author.actor, author=author)


def pdf(lines: tuple[str, ...]) -> bytes:
    """A page of text without brackets as PDF 1.4 (ISO 32000-1, 7.5): five objects, their offsets, where those begin."""
    shown = "".join(f"({line}) Tj T*\n" for line in lines)
    text = f"BT /F1 13 Tf 20 TL 60 760 Td\n{shown}ET".encode("latin-1", "replace")
    bodies = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R"
        b" /Resources << /Font << /F1 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
    )
    file, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(file)
    return file + b"xref\n0 6\n0000000000 65535 f \n" + table + trailer
