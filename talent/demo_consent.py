"""What the demo's people agreed to, who must not be written to, and which companies are off limits."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from crm.services.demo import Scene
from talent.choices import BanReason, BanScope, Channel, ConsentOrigin, ConsentPurpose, ConsentState, OffLimitsStrength
from talent.demo import known_since, no_earlier
from talent.models import Candidate
from talent.services import consents, contact, off_limits
from talent.services.consents import Said
from talent.services.contact import Reach

ASKED = 48  # so many people were asked
WORDS = {
    ConsentPurpose.CONTACT: (
        "May we write to you when a job fits you? You can take this back at any time.",
        "May Northwind Talent write to you, by e-mail or by phone, when one of our jobs fits what you do? You can "
        "take this back at any time, with one click or one word.",
    ),
    ConsentPurpose.NEWS: ("May we send you our news and invitations, four times a year at most?",),
    ConsentPurpose.STORE: ("May we keep your profile for two years, so that we find you when a job comes up?",),
}
HEARD = (
    (ConsentOrigin.SPOKEN, "On the phone, after the first call."),
    (ConsentOrigin.EVENT, "Signed sheet of the spring meetup, folder 12."),
    (ConsentOrigin.FORM, "Ticked on the careers page."),
    (ConsentOrigin.REPLY, "Wrote so in a reply."),
    (ConsentOrigin.PAPER, "Signed form, scanned into the folder of the fair."),
)


def consent(scene: Scene) -> None:
    """Words and purposes, forty-eight people who were asked, bans, two companies and a domain."""
    scene.say("people are asked for their consent")
    dice = random.Random(679)  # noqa: S311 - of its own: what other chapters draw stays as it is
    with scene.chapter():
        _purposes(scene)
        people = known_since(scene.now - timedelta(days=35))[: ASKED * 5 : 5]
        for number, person in enumerate(people):
            _asked(scene, dice, person, number)
        _bans(scene, people)
        _listed(scene)


def _purposes(scene: Scene) -> None:
    by = scene.members[0].actor
    for purpose, versions in WORDS.items():
        for text in versions:
            consents.word(purpose=purpose, language="en", text=text, by=by)
    consents.rest_on(purpose=ConsentPurpose.STORE, basis="legitimate_interest", valid_months=24, by=by)
    consents.rest_on(purpose=ConsentPurpose.NEWS, basis="consent", valid_months=12, by=by)


def _asked(scene: Scene, dice: random.Random, person: Candidate, number: int) -> None:
    """Most agreed to something; each sixth consent ran out, each seventh was taken back."""
    by = scene.recruiters[number % len(scene.recruiters)].actor
    origin, evidence = HEARD[number % len(HEARD)]
    for purpose in dice.sample(list(ConsentPurpose), k=dice.randint(1, 3)):
        asked = no_earlier(person, scene.now - timedelta(days=dice.randint(35, 90)))
        ends = asked + timedelta(days=30) if number % 6 == 1 else None
        words = consents.current_wording(purpose)
        said = Said(purpose, ConsentState.GIVEN, origin, evidence=evidence, wording=words, expires_at=ends)
        consents.record(candidate=person, said=said, by=by, now=scene.now, occurred_at=asked)
        if number % 7 == 2:
            said = Said(purpose, ConsentState.WITHDRAWN, ConsentOrigin.REPLY, evidence="Is happy where they are.")
            later = asked + timedelta(days=21)
            consents.record(candidate=person, said=said, by=by, now=scene.now, occurred_at=later)


def _bans(scene: Scene, people: Sequence[Candidate]) -> None:
    """One of each reach: no mailings, no calls, and nothing for half a year."""
    by = scene.recruiters[0].actor
    half_a_year = scene.now + timedelta(days=180)
    for person, reach, words in (
        (people[3 % len(people)], Reach(BanScope.MARKETING), "Wants to hear from people, not from a plan."),
        (people[9 % len(people)], Reach(BanScope.CHANNEL, Channel.PHONE), "Shares an office, cannot talk there."),
        (
            people[15 % len(people)],
            Reach(BanScope.ALL, until=half_a_year),
            "Placed with a client, until probation is over.",
        ),
    ):
        contact.ban(candidate=person, reason=BanReason.MANUAL, evidence=words, by=by, now=scene.now, reach=reach)


def _listed(scene: Scene) -> None:
    """Two employers of the smaller ones, so that most people stay within reach, and one domain."""
    by = scene.members[0].actor
    known = Counter(Candidate.objects.exclude(current_company="").values_list("current_company", flat=True))
    rare = [name for name, _ in sorted(known.items(), key=lambda one: (one[1], one[0]))]
    for name, reason, strength, past in (
        (rare[0], "Client since the spring: we do not recruit from them.", OffLimitsStrength.BLOCK, False),
        (rare[1], "Partner: talk to Olivia before you write.", OffLimitsStrength.WARN, True),
    ):
        off_limits.add(
            kind="company",
            value=name,
            reason=reason,
            until=scene.now + timedelta(days=365) if past else None,
            strength=strength,
            also_past=past,
            by=by,
            now=scene.now,
        )
    off_limits.add(kind="domain", value="northwind.example", reason="Ourselves.", until=None, by=by, now=scene.now)
