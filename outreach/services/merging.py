"""Two records become one person: nobody gets a message twice because of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from outreach.choices import LEFT_STATES, ExclusionReason, MessageState
from outreach.models import Enrolment, MailFrequency, OutboundMessage
from outreach.services import planning
from talent.services.merges import Journal

WORDS = "Their record was merged with another one that has this message."
GONE = {*LEFT_STATES, MessageState.RESERVED}


def keep_once(*, journal: Journal, now: datetime) -> None:
    """Before two people are one: the send keys name the one who stays, and of two equal plans one is taken back.

    A key that both have stays as it is on the row that goes over: it is history, and still unique.
    """
    theirs = list(OutboundMessage.objects.filter(candidate_id=journal.source).order_by("pk").select_for_update())
    wanted = {m.pk: f"{m.send_key.rsplit(':', 1)[0]}:{journal.target}" for m in theirs}
    twins = {
        m.send_key: m
        for m in OutboundMessage.objects.filter(send_key__in=list(wanted.values())).order_by("pk").select_for_update()
    }
    free = {pk: key for pk, key in wanted.items() if key not in twins}
    journal.change_each(OutboundMessage._meta.db_table, "send_key", free)
    for message in theirs:
        twin = twins.get(wanted[message.pk])
        if twin is not None:
            _take_one_back(journal, message, twin, now)


def _take_one_back(journal: Journal, message: OutboundMessage, twin: OutboundMessage, now: datetime) -> None:
    """The plan of the record that goes; when that one was sent already, the plan of the record that stays."""
    spare = twin if message.state in GONE else message
    if spare.state == MessageState.PLANNED:
        journal.remember(OutboundMessage._meta.db_table, [spare.pk])
        planning.exclude(spare, reason=ExclusionReason.ALREADY_SENT, words=WORDS, now=now)


def _frequencies(*people: UUID) -> list[MailFrequency]:
    """How often these people want to hear from us, who wants it rarest first."""
    return list(MailFrequency.objects.filter(candidate_id__in=people).order_by("-days", "pk"))


def keep_rarest(*, journal: Journal, now: datetime) -> None:
    """Before the row of the one who goes gives way: whoever of the two wants to hear from us more rarely is obeyed."""
    rows = _frequencies(journal.source, journal.target)
    ours = [row for row in rows if row.candidate_id == journal.target and row.days < rows[0].days]
    journal.change(MailFrequency._meta.db_table, "days", [row.pk for row in ours], rows[0].days if ours else None)


def rarer(survivor: UUID, merged: UUID) -> Sequence[str]:
    """A sentence where the two want to hear from us in different measure."""
    rows = _frequencies(survivor, merged)
    sentence = _("The two want mail in different measure: the rarer, “%(words)s”, will hold.")
    return [sentence % {"words": rows[0].get_days_display()}] if len({row.days for row in rows}) > 1 else []


def both_enrolled(survivor: UUID, merged: UUID) -> Sequence[str]:
    """A sentence for each sequence that both records are in now."""
    rows = Enrolment.objects.open().of_people([survivor, merged]).order_by("sequence__name")
    names: dict[str, set[UUID]] = {}
    for person, name in rows.values_list("candidate_id", "sequence__name"):
        names.setdefault(name, set()).add(person)
    sentence = _("Both are in the sequence “%(name)s”: they stay in it once, and nothing is sent twice.")
    return [sentence % {"name": name} for name, who in names.items() if len(who) > 1]
