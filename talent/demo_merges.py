"""The demo's records of one person: a pair that was merged, and a pair that waits for somebody to look."""

from __future__ import annotations

from datetime import timedelta

from crm.services.demo import Scene
from talent.choices import ContactKind, SourceKind
from talent.demo import known_since
from talent.models import Candidate, ContactPoint
from talent.profile import Claim, Job, Profile
from talent.services import candidates, labels, merges, notes
from talent.services.candidates import Origin

FAIR = Origin("Summer meetup", SourceKind.EVENT, source="Summer meetup")


def merges_and_twins(scene: Scene) -> None:
    """One merge of last week, with notes and tags from both records, and one likely duplicate."""
    with scene.chapter():
        people = [one for one in known_since(scene.now - timedelta(days=10)) if one.name and one.current_company]
        known, doubtful = people[2], people[5]
        second = _again(scene, known, "met.at.the.meetup", known.name.partition(" ")[0])
        by, week_ago = scene.recruiters[0], scene.now - timedelta(days=7)
        notes.add(
            candidate=second,
            text="Talked at the meetup: likes small teams, wants to hear about the platform role in spring.",
            by=by.actor,
            author_id=by.pk,
            now=week_ago,
        )
        labels.tag(candidates=[second], name="met in person", by=by.actor, now=week_ago)
        _again(scene, doubtful, "second.address", doubtful.name)
    with scene.chapter():
        merges.merge(survivor=known, merged=second, by=by.actor, now=week_ago + timedelta(hours=3))


def _again(scene: Scene, person: Candidate, local: str, name: str) -> Candidate:
    """A second record of somebody, with an address of its own and the telephone number of the first."""
    numbers = [Claim(one) for one in _numbers(person)]
    profile = Profile(
        name=Claim(name),
        emails=[Claim(f"{local}.{person.pk.hex[-6:]}@example.com")],
        phones=numbers[:1],
        jobs=[Job(person.current_title, person.current_company, "", "", True)],
    )
    then = scene.now - timedelta(days=9)
    again = candidates.save(profile=profile, origin=FAIR, by=scene.recruiters[0].actor, now=then).candidate
    again.created_at = then
    again.save(update_fields=["created_at"])
    return again


def _numbers(person: Candidate) -> list[str]:
    found = ContactPoint.objects.filter(candidate=person, kind=ContactKind.PHONE)
    return list(found.values_list("value", flat=True))
