"""Automations to begin with: a segment, a sequence and a rule, made together and ready to be read and changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import Http404

from crm.actors import Actor
from crm.models import Member
from outreach.choices import ReEntry, StepKind
from outreach.models import AutomationRule, Sequence
from outreach.services import rules, senders, sequences, steps
from outreach.services.actions import Act, SentBy
from talent.models import Segment, Tag
from talent.services import segments

Mail = tuple[str, str]  # subject and body
INTERESTED = "tech interested"
MONTHS = 6

CULTURE: tuple[Mail, ...] = (
    (
        "You read “{{ downloaded_title | default: 'our paper' }}”",
        """Hi {{ first_name | default: "there" }},

thank you for your interest in “{{ downloaded_title | default: "our paper" }}”. The people who wrote it build what it \
describes every day: small teams, code that is read before it is merged, and a Friday a month to learn something new.

If you wonder how that feels from inside, reply with your question and somebody from the team answers.

{{ sender.first_name }}
""",
    ),
    (
        "Our next tech talks",
        """Hi {{ first_name | default: "there" }},

we speak about this work in public. {% if upcoming_events %}What comes next:

{{ upcoming_events }}

{% else %}The next talks, with time and place, will be on {{ portal_link }}. {% endif %}Come by, ask hard \
questions, stay for a drink.

{{ sender.first_name }}
""",
    ),
)
POST: tuple[Mail, ...] = (
    (
        "{{ content_title | default: 'Something new' }}, for who knows {{ matched_skill | default: 'this field' }}",
        """Hi {{ first_name | default: "there" }},

you know {{ matched_skill | default: "this field" }}, so this may be worth five minutes of yours: \
“{{ content_title | default: "a new post" }}”.

{% if content_link %}{{ content_link }}

{% endif %}If it is not, tell me what would be.

{{ sender.first_name }}
""",
    ),
)
CHECK_IN: tuple[Mail, ...] = (
    (
        "It has been a while, {{ first_name | default: 'friend' }}",
        """Hi {{ first_name | default: "there" }},

we last spoke in {{ last_conversation | default: "the spring" }}, and I have been wondering how things went on for you.

{% if company_news_link %}Something happened here too: {{ company_news_title | default: "our latest news" }}
{{ company_news_link }}

{% endif %}Nothing to sell: how are you, and what would make you think about a change?

{{ sender.first_name }}
""",
    ),
)


@dataclass(frozen=True)
class Recipe:
    """A rule with all that it needs. `make` returns the rule's trigger, settings and actions."""

    key: str
    icon: str
    name: str
    text: str
    mails: tuple[Mail, ...]
    make: Callable[[Sequence, Actor, datetime], dict[str, Any]]


def _segment(name: str, text: str, rule: dict[str, Any], by: Actor, now: datetime) -> Segment:
    """The segment of that name: one that is there already is used."""
    found = Segment.objects.filter(name=name).first()
    return found or segments.create(name=name, description=text, rule=rule, by=by, now=now)


def _whitepaper(sequence: Sequence, by: Actor, now: datetime) -> dict[str, Any]:
    tag, _ = Tag.objects.get_or_create(name=INTERESTED)
    rule = {"all": [{"field": "tag", "op": "is_any_of", "value": [str(tag.pk)]}]}
    _segment("Tech interested", "They downloaded something of ours.", rule, by, now)
    actions = [{"act": Act.TAG.value, "tag": INTERESTED}, {"act": Act.ENROL.value, "sequence": str(sequence.pk)}]
    return {"trigger": "asset_downloaded", "actions": actions}


def _post(sequence: Sequence, by: Actor, now: datetime) -> dict[str, Any]:
    return {
        "trigger": "content_published",
        "settings": {"content_kind": "post"},
        "actions": [{"act": Act.ENROL.value, "sequence": str(sequence.pk)}],
        "repeat_days": 30,
    }


def _silent(sequence: Sequence, by: Actor, now: datetime) -> dict[str, Any]:
    spoke = {"field": "last_two_way", "op": "is_not_empty", "value": None}
    silent = {"field": "last_two_way", "op": "not_in_last", "value": {"count": MONTHS, "unit": "months"}}
    text = f"We spoke, and for {MONTHS} months no word has gone both ways."
    segment = _segment("Spoken with, silent since", text, {"all": [spoke, silent]}, by, now)
    enrol = {"act": Act.ENROL.value, "sequence": str(sequence.pk), "sent_by": SentBy.LAST_SPOKEN.value}
    settings = {"segment": str(segment.pk)}
    return {"trigger": "segment_entered", "settings": settings, "actions": [enrol], "repeat_days": 365}


RECIPES = (
    Recipe(
        "whitepaper",
        "download",
        "Thank whoever downloads a paper",
        "A download brings them into “Tech interested”, and starts two mails about your engineering culture.",
        CULTURE,
        _whitepaper,
    ),
    Recipe(
        "post",
        "newspaper",
        "Send a post to those it concerns",
        "A published post goes to people with one of its skills, and the mail names the skill. Once a month at most.",
        POST,
        _post,
    ),
    Recipe(
        "check-in",
        "message-circle-heart",
        "Check in after half a year of silence",
        "Whoever you spoke with, and not for six months, hears from the colleague who last really spoke with them.",
        CHECK_IN,
        _silent,
    ),
)


def find(key: str) -> Recipe:
    """The recipe of that key; Http404 when there is none."""
    found = next((recipe for recipe in RECIPES if recipe.key == key), None)
    if found is None:
        raise Http404("There is no such recipe.")
    return found


def _free(name: str, taken: set[str]) -> str:
    """The name, with a number behind it when it is taken."""
    return next(n for n in (name, *(f"{name} {count}" for count in range(2, 1000))) if n not in taken)


def _waiting(recipe: Recipe) -> Sequence | None:
    """The recipe's sequence that came with the workspace, as long as nobody has begun anything with it."""
    fresh = Sequence.objects.filter(name=recipe.name, activated_at=None, archived_at=None, enrolments=None)
    ours = fresh.first()
    if ours is None or AutomationRule.objects.filter(actions__contains=[{"sequence": str(ours.pk)}]).exists():
        return None
    return ours


def _sequence(recipe: Recipe, by: Actor, member: Member | None) -> Sequence:
    if (ours := _waiting(recipe)) is not None:
        return sequences.change(sequence=ours, values={"sender": member}, by=by)
    return _written(recipe, by, member)


def _written(recipe: Recipe, by: Actor, member: Member | None) -> Sequence:
    taken = set(Sequence.objects.filter(name__startswith=recipe.name).values_list("name", flat=True))
    sequence = sequences.create(name=_free(recipe.name, taken), by=by, sender=member)
    for number, (subject, body) in enumerate(recipe.mails):
        if number:
            wait = steps.add(sequence=sequence, kind=StepKind.WAIT, by=by)
            steps.change(step=wait, values={"wait_days": 7}, by=by)
        step = steps.add(sequence=sequence, kind=StepKind.EMAIL, by=by) if number else steps.steps_of(sequence)[0]
        steps.change(step=step, values={"subject": subject, "body": body, "same_thread": False}, by=by)
    return sequence


def come_with_workspace(*, by: Actor, now: datetime) -> None:
    """Every workspace begins with the sequences of the recipes, as drafts; using a recipe takes the one of it."""
    member = senders.member_of(by)
    for recipe in RECIPES:
        _written(recipe, by, member)


@transaction.atomic
def use(*, recipe: Recipe, by: Actor, member: Member | None, now: datetime) -> AutomationRule:
    """Make the recipe's segment, sequence and rule; the rule is off. Using it twice makes a second rule."""
    taken = set(AutomationRule.objects.filter(name__startswith=recipe.name).values_list("name", flat=True))
    sequence = _sequence(recipe, by, member)
    values = {"name": _free(recipe.name, taken), **recipe.make(sequence, by, now)}
    if days := values.get("repeat_days"):  # whom the rule sends through it again, the sequence lets in again
        sequences.change(sequence=sequence, values={"re_entry": ReEntry.AFTER, "re_entry_days": days}, by=by)
    return rules.save(rule=AutomationRule(created_by=member), values=values, by=by)
