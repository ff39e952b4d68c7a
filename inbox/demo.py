"""The demo's three months of correspondence: mails go out week by week, and invented candidates answer some of them."""

from __future__ import annotations

from collections.abc import Sequence as Rows
from datetime import datetime, timedelta

from crm.actors import SYSTEM
from crm.services.demo import Scene
from inbox.models import InboundMail, Thread
from inbox.services import inbound, sandbox, threads
from outreach import demo as outreach_demo
from outreach.models import SandboxMessage, Sequence
from outreach.services import sequences
from talent.models import Candidate

ANSWERS = (
    "Thanks for writing! I am happy where I am until the summer, but do keep in touch.",
    "Good timing. Could we talk on Thursday afternoon? I am free from two.",
    "Interesting. What would the team look like, and is it remote?",
    "Not now, I only just started here. Ask me again in half a year?",
    "Yes, gladly. Here is my number, call any evening this week.",
    "Thank you, that was a good read. We do drills as well, I can tell you about ours.",
)
WEEKS = 13
WORDS = {
    "Platform engineers, first hello": "engineer",
    "Security guild news": "security",
    "Silver medallists, half a year later": "data",
}


def correspondence(scene: Scene) -> None:
    """Thirteen weeks: some people are enrolled, what is due is sent, some of them answer."""
    weeks = min(WEEKS, 1 + scene.people // 20)
    for week in range(weeks, 0, -1):
        scene.say(f"week {weeks - week + 1} of {weeks} of their correspondence")
        start = scene.now - timedelta(days=7 * week - 1)
        with scene.chapter():
            _enrol(scene, start)
        for day in (0, 2, 4, 5):
            moment = start + timedelta(days=day, hours=scene.dice.randrange(1, 5))
            if moment < scene.now:
                with scene.chapter():
                    _answer(scene, outreach_demo.send(tenant=scene.tenant, now=moment), moment)
    with scene.chapter():
        _enrol(scene, scene.now - timedelta(hours=3))
        outreach_demo.send(tenant=scene.tenant, now=scene.now - timedelta(hours=2))
    with scene.chapter():
        sequence = Sequence.objects.get(name="Silver medallists, half a year later")
        sequences.pause(sequence=sequence, by=scene.recruiters[0].actor, now=scene.now)
        for thread in Thread.objects.order_by("last_message_at")[: Thread.objects.count() * 3 // 4]:
            threads.done(thread=thread, by=scene.recruiters[0].actor, now=scene.now)


def _enrol(scene: Scene, now: datetime) -> None:
    for name, word in WORDS.items():
        sequence = Sequence.objects.get(name=name)
        known = Candidate.objects.filter(created_at__lt=now, current_title__icontains=word)
        fresh = list(known.exclude(enrolments__sequence=sequence).order_by("pk")[:6])
        if fresh:
            sequences.enrol(
                sequence=sequence,
                candidate_ids=[c.pk for c in fresh],
                by=scene.dice.choice(scene.recruiters).actor,
                now=now,
            )


def _answer(scene: Scene, mails: Rows[SandboxMessage], sent_at: datetime) -> None:
    """About half open, a quarter answers; a few bounce, are away, or have had enough."""
    for mail in mails:
        when = min(sent_at + timedelta(hours=scene.dice.randrange(1, 20)), scene.now)
        fate = scene.dice.random()
        if fate < 0.62:
            sandbox.open_it(message=mail, by=SYSTEM, now=when)
        if fate < 0.24:
            _read(scene, sandbox.reply(message=mail, text=scene.dice.choice(ANSWERS), by=SYSTEM, now=when))
        elif 0.24 <= fate < 0.29 and (links := sandbox.links(mail)):
            sandbox.click(message=mail, link=links[0], by=SYSTEM, now=when)
        elif 0.90 <= fate < 0.94:
            back = (when + timedelta(days=9)).date()
            _read(scene, sandbox.out_of_office(message=mail, returns_on=back, by=SYSTEM, now=when))
        elif 0.94 <= fate < 0.97:
            _read(scene, sandbox.bounce(message=mail, hard=fate < 0.96, by=SYSTEM, now=when))
        elif fate >= 0.985:
            sandbox.unsubscribe(message=mail, by=SYSTEM, now=when)


def _read(scene: Scene, mail: InboundMail) -> None:
    inbound.read(tenant=scene.tenant, inbound_id=mail.pk)
