"""Templates in several languages: writing them, and which one a person gets."""

from __future__ import annotations

from collections.abc import Sequence as Row
from dataclasses import dataclass
from uuid import UUID

import pycountry
from django.db import transaction

from crm.actors import Actor
from crm.services import audit
from outreach.models import MessageTemplate, OutboundMessage, TemplateTranslation
from talent import tongues
from talent.models import Candidate
from talent.services import preferences


class NotALanguage(ValueError):
    """The template cannot have these words; the message says why."""


def known() -> list[tuple[str, str]]:
    """(code, name) of every language with a code of two letters."""
    found = [(one.alpha_2, tongues.name(one.alpha_2)) for one in pycountry.languages if hasattr(one, "alpha_2")]
    return sorted(found, key=lambda one: one[1])


def of(template: MessageTemplate) -> list[TemplateTranslation]:
    return list(TemplateTranslation.objects.filter(template=template))


@transaction.atomic
def put(*, template: MessageTemplate, language: str, subject: str, body: str, by: Actor) -> TemplateTranslation:
    """Give a template words in a language, or other ones. Raises NotALanguage for the one of its own words."""
    if language == template.language:
        raise NotALanguage(f"The template itself is in {tongues.name(language)}: change its own words.")
    values = {"subject": subject, "body": body}
    row, _ = TemplateTranslation.objects.update_or_create(template=template, language=language, defaults=values)
    _record("template.translate", template, language, by)
    return row


@transaction.atomic
def drop(*, translation: TemplateTranslation, by: Actor) -> None:
    """Take the words of a language away: whoever reads it gets the template's own again."""
    _record("template.drop_language", translation.template, translation.language, by)
    translation.delete()


def _record(action: str, template: MessageTemplate, language: str, by: Actor) -> None:
    facts = {"template": template.name, "language": language}
    audit.record(action=action, by=by, object_type="outreach.messagetemplate", object_id=template.pk, facts=facts)


@dataclass(frozen=True)
class Choice:
    """The words that somebody gets, and why these, in a sentence; "" where there is nothing to say."""

    subject: str
    body: str
    language: str = ""
    note: str = ""


def for_person(template: MessageTemplate, candidate: Candidate) -> Choice:
    """What a person gets of a template: their language's words, else its own."""
    rows = {row.language: row for row in of(template)}
    wants = preferences.of(candidate).language
    own = Choice(template.subject, template.body, template.language)
    if not wants or not rows or wants == template.language:
        return own
    if wants in rows:
        note = f"{candidate.name} reads {tongues.name(wants)}: these are the template's words in it."
        return Choice(rows[wants].subject, rows[wants].body, wants, note)
    instead = f"those in {tongues.name(template.language)}" if template.language else "its own"
    note = f"{candidate.name} reads {tongues.name(wants)}. The template has no words in it, so they get {instead}."
    return Choice(own.subject, own.body, own.language, note)


def _templates_of(messages: Row[OutboundMessage]) -> set[UUID]:
    keys = {one.step.template_id for one in messages if one.step is not None}
    keys |= {one.broadcast.template_id for one in messages if one.broadcast is not None}
    return {key for key in keys if key is not None}


def _fits(message: OutboundMessage, template: MessageTemplate) -> bool:
    """A broadcast keeps a copy of its template's words: once somebody changed them, they go as they are."""
    own = message.broadcast
    return own is None or (own.subject, own.body) == (template.subject, template.body)


def gather(messages: Row[OutboundMessage]) -> None:
    """Find the words in each person's language: one query where no template has any, two more where one has."""
    keys = _templates_of(messages)
    found = TemplateTranslation.objects.filter(template__in=keys).select_related("template") if keys else []
    words = {(row.template_id, row.language): row for row in found}
    if not words:
        return
    wishes = preferences.of_many([one.candidate_id for one in messages])
    for message in messages:
        plan = message.broadcast or message.step
        wish = wishes.get(message.candidate_id)
        row = words.get((plan.template_id, wish.language)) if plan and plan.template_id and wish else None
        if (
            row is not None
            and wish is not None
            and wish.language != row.template.language
            and _fits(message, row.template)
        ):
            message.in_language, message.language = (row.subject, row.body), row.language


def of_message(message: OutboundMessage) -> str:
    """The language of the words that it gets, as its template has it; "" where nobody said."""
    plan = message.broadcast or message.step
    return message.language or (plan.template.language if plan is not None and plan.template is not None else "")
