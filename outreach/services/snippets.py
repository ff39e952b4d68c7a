"""Writes snippets: words for many texts, changed in one place."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from django.db import IntegrityError, transaction
from django.db.models import Q

from crm.actors import Actor
from crm.models import Member
from crm.services import audit
from outreach.choices import BroadcastStatus
from outreach.models import Broadcast, MessageTemplate, SequenceStep, Snippet, StepVariant
from outreach.services import snippet_text, templates


class NotASnippet(ValueError):
    """It cannot be kept like this; the message says why."""


def known() -> dict[str, str]:
    """{name: words} of all snippets; one query."""
    return dict(Snippet.objects.values_list("name", "body"))


def _refuse_cycle(words: Mapping[str, str]) -> None:
    try:
        tuple(TopologicalSorter({name: snippet_text.names_in(body) for name, body in words.items()}).static_order())
    except CycleError as error:
        path = " → ".join(str(name) for name in reversed(error.args[1]))
        raise NotASnippet(f"It would contain itself: {path}.") from error


def _refuse_depth(words: Mapping[str, str]) -> None:
    """One snippet that grows may make those that name it too deep."""
    for name in words:
        if found := snippet_text.expand(f"[[{name}]]", words).problems:
            raise NotASnippet(f"In “{name}”: {found[0][1]}")


def uses(name: str) -> list[str]:
    """What names a snippet: templates, steps, variants, open broadcasts, other snippets; in words."""
    here = Q(body__regex=rf"\[\[\s*{name}\s*\]\]") | Q(subject__regex=rf"\[\[\s*{name}\s*\]\]")
    found = [f"the template “{one}”" for one in MessageTemplate.objects.filter(here).values_list("name", flat=True)]
    steps = SequenceStep.objects.filter(here).values_list("sequence__name", flat=True).distinct()
    found += [f"the sequence “{one}”" for one in steps]
    tried = StepVariant.objects.filter(here).values_list("test__sequence__name", flat=True).distinct()
    found += [f"a variant in “{one}”" for one in tried]
    open_ones = Broadcast.objects.filter(here).exclude(status=BroadcastStatus.CANCELLED)
    found += [f"the broadcast “{one}”" for one in open_ones.values_list("name", flat=True)]
    others = Snippet.objects.filter(body__regex=rf"\[\[\s*{name}\s*\]\]").exclude(name=name)
    return found + [f"the snippet “{one}”" for one in others.values_list("name", flat=True)]


@transaction.atomic
def save(*, name: str, body: str, by: Actor, snippet: Snippet | None = None, author: Member | None = None) -> Snippet:
    """Make a snippet or change one. Raises NotASnippet for unknown merge tags or snippets, cycles, and names in use.

    Mails that are not yet on their way get the new words.
    """
    row = snippet or Snippet(created_by=author)
    if snippet is not None and snippet.name != name and uses(snippet.name):
        raise NotASnippet(f"Its name is written in {uses(snippet.name)[0]}: it stays as it is.")
    words = {key: text for key, text in known().items() if snippet is None or key != snippet.name} | {name: body}
    _refuse_cycle(words)
    if found := templates.check_part(body, words):
        raise NotASnippet(str(found[0]))
    _refuse_depth(words)
    row.name, row.body = name, body
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise NotASnippet(f"There is a snippet called “{name}” already.") from error
    action = "snippet.change" if snippet else "snippet.create"
    audit.record(action=action, by=by, object_type="outreach.snippet", object_id=row.pk)
    return row


@transaction.atomic
def delete(*, snippet: Snippet, by: Actor) -> None:
    """Remove a snippet. Raises NotASnippet while a text names it."""
    if found := uses(snippet.name):
        raise NotASnippet(f"It stands in {found[0]}. Take it out there first.")
    audit.record(action="snippet.delete", by=by, object_type="outreach.snippet", object_id=snippet.pk)
    snippet.delete()
