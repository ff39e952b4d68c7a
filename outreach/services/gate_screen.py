"""The gate's first look, in one statement: whom nothing at all keeps back. All others are judged one by one, in words.

It may hold back too many, never too few: whatever `gate` has a reason or a warning for, a clause here must find.
Messages are looked for by person only: a person has a handful, a state or a sequence has them all. Of wishes for days
the planner would believe that nobody has any (`weekdays <> '{}'`: statistics of fenced rows are closed to it), and
compare each person with each wish; of `cardinality` it does not.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from crm.tenancy.many import array
from outreach.choices import LEFT_STATES, OPEN_ENROLMENTS, MessageState
from outreach.models import SendingPolicy
from outreach.services.gate_words import MONTH, WEEK, Intent
from talent.choices import Channel

CLEAR = """
SELECT p.id, a.value AS address, h.week, h.month
FROM unnest(%(people)s::uuid[]) AS p (id)
JOIN talent_candidate c ON c.id = p.id
CROSS JOIN LATERAL (
  SELECT point.value, point.bounced_at FROM talent_contactpoint point
  WHERE point.candidate_id = p.id AND point.kind = 'email' ORDER BY point.is_primary DESC, point.created_at LIMIT 1
) a
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE ours.at > %(week)s) AS week, count(*) FILTER (WHERE ours.at > %(month)s) AS month,
         max(ours.at) AS latest,
         max(ours.at) FILTER (WHERE ours.sender_id IS DISTINCT FROM %(sender)s::uuid) AS latest_of_others,
         coalesce(bool_or(ours.is_in_the_way), false) AS is_in_the_way
  FROM (SELECT CASE WHEN o.is_proactive AND o.state = ANY(%(counting)s)
                      AND (o.handed_over_at IS NULL OR o.handed_over_at > %(since)s) AND o.id <> ALL(%(own)s::uuid[])
                    THEN coalesce(o.handed_over_at, %(now)s) END AS at,
               o.sender_id, {in_the_way} AS is_in_the_way
        FROM outreach_outboundmessage o WHERE o.candidate_id = p.id) ours
) h
WHERE a.bounced_at IS NULL AND NOT h.is_in_the_way
  AND h.week < %(most_week)s AND h.month < %(most_month)s
  AND (h.latest IS NULL OR h.latest <= %(gap)s)
  AND (h.latest_of_others IS NULL OR h.latest_of_others <= %(sender_gap)s)
  AND (c.last_replied_at IS NULL OR c.last_replied_at <= %(conversation)s)
  AND NOT EXISTS (SELECT FROM talent_touchpoint t WHERE t.candidate_id = p.id AND t.reached IS NOT FALSE
                    AND t.occurred_at > %(since)s)
  AND NOT EXISTS (SELECT FROM talent_contactban b WHERE b.candidate_id = p.id AND b.lifted_at IS NULL
                    AND (b.until IS NULL OR b.until > %(now)s))
  AND NOT EXISTS (SELECT FROM talent_contactpreference w WHERE w.candidate_id = p.id
                    AND (w.paused_until IS NOT NULL OR w.hours_from IS NOT NULL OR w.hours_until IS NOT NULL
                         OR cardinality(w.weekdays) > 0))
  AND NOT EXISTS (SELECT FROM outreach_topicoptout u WHERE u.candidate_id = p.id AND u.topic_id = %(topic)s)
  AND NOT EXISTS (SELECT FROM outreach_mailfrequency f WHERE f.candidate_id = p.id)
  AND NOT EXISTS (SELECT FROM talent_application j WHERE j.candidate_id = p.id AND j.outcome = 'open')
"""
# Where the purpose rests on consent: the newest word is a yes that holds; else: nobody's word is a no.
CONSENT = """
  AND CASE WHEN EXISTS (SELECT FROM talent_purposebasis WHERE purpose = %(purpose)s AND basis = 'consent')
    THEN (SELECT r.state = 'given' AND (r.expires_at IS NULL OR r.expires_at > %(now)s) FROM talent_consentrecord r
          WHERE r.candidate_id = p.id AND r.purpose = %(purpose)s AND r.channel IN ('', %(channel)s)
          ORDER BY r.occurred_at DESC, r.id DESC LIMIT 1)
    ELSE NOT EXISTS (SELECT FROM talent_consentrecord r WHERE r.candidate_id = p.id AND r.purpose = %(purpose)s
                       AND r.state <> 'given')
  END
"""
# Nobody of a company or domain that is listed, whether it blocks or asks for care. Former employers are looked up for
# each person (the LIMIT sees to that): a plan made while there were few would go through all of the workspace's.
UNLISTED = """
  AND (NOT EXISTS (SELECT FROM talent_offlimitscompany WHERE lifted_at IS NULL) OR (
    NOT EXISTS (SELECT FROM talent_offlimitscompany x WHERE x.kind = 'company' AND x.lifted_at IS NULL
                  AND x.normal = app.plain(btrim(regexp_replace(c.current_company, '\\s+', ' ', 'g'))))
    AND NOT EXISTS (SELECT FROM talent_offlimitscompany x WHERE x.kind = 'domain' AND x.lifted_at IS NULL
                      AND right(lower(a.value), length(x.normal) + 1) IN ('@' || x.normal, '.' || x.normal))
    AND (SELECT true FROM talent_employment job JOIN talent_offlimitscompany x
           ON x.normal = app.plain(job.company) AND x.also_past AND x.lifted_at IS NULL
         WHERE job.candidate_id = p.id LIMIT 1) IS NULL))
"""
# Of a person's messages: before one is planned, itself, and anything else that is planned; before one is sent, what is
# planned for the next days and matters more.
UNPLANNED = "o.send_key = %(key)s || ':' || p.id OR o.state = 'planned' AND o.is_proactive"
NOTHING_AHEAD = """
o.state = 'planned' AND NOT o.is_held AND o.is_proactive AND o.priority < %(priority)s AND o.due_at < %(ahead)s"""
# In no other sequence.
ALONE = """
  AND NOT EXISTS (SELECT FROM outreach_enrolment e WHERE e.candidate_id = p.id AND e.state = ANY(%(open)s)
                    AND e.sequence_id <> %(sequence)s)
"""
# Before one is sent: still in the sequence, not paused, no answer since they came into it. Looked for by person only:
# of a sequence that many have just come into, the planner still thinks that nobody is in it.
ENROLLED = """
  AND EXISTS (SELECT FROM outreach_enrolment e WHERE e.candidate_id = p.id
                AND e.sequence_id IS NOT DISTINCT FROM %(sequence)s::uuid
                AND e.state = ANY(%(open)s) AND (e.paused_until IS NULL OR e.paused_until <= %(now)s)
                AND e.outside_since IS NULL
                AND (c.last_replied_at IS NULL OR c.last_replied_at <= e.enrolled_at))
"""


# What the gate is asked about, where each person has an intent of their own: columns of the rows `p`.
OF_EACH = {
    "%(sender)s::uuid": "p.sender",
    "%(sequence)s::uuid": "p.sequence",
    "%(topic)s": "p.topic",
    "%(priority)s": "p.priority",
    "%(purpose)s": "p.purpose",
    "unnest(%(people)s::uuid[]) AS p (id)": "asked p",
    "SELECT p.id,": "SELECT p.*, c.last_contacted_at,",
}


def statement(*, has_sequence: bool, stage: str) -> str:
    """The SELECT of those whom nothing keeps back: id, address, mails of ours in 7 and in 30 days."""
    planning = stage == "plan"
    clear = CLEAR.replace("{in_the_way}", UNPLANNED if planning else NOTHING_AHEAD)
    alone = [ALONE if planning else ENROLLED] if has_sequence else []
    return "".join([clear, CONSENT, UNLISTED, *alone])


def statement_of_steps() -> str:
    """The same at the moment of sending, for steps of several sequences at once.

    They are the rows of `asked`, with at least the columns id (the person's), sender, sequence, topic, priority and
    purpose; all its columns come back, with the address and the person's `last_contacted_at`.
    """
    text = statement(has_sequence=True, stage="send")
    for what, column in OF_EACH.items():
        text = text.replace(what, column)
    return text


def parameters(
    people: Collection[UUID], intent: Intent, now: datetime, own: Collection[UUID], rules: SendingPolicy
) -> dict[str, Any]:
    between, gap = timedelta(days=rules.sender_gap_days), timedelta(hours=rules.gap_hours)
    return {
        "people": array(people),
        "own": array(own),
        "now": now,
        "week": now - WEEK,
        "month": now - MONTH,
        "since": now - max(MONTH, between, gap),
        "gap": now - gap,
        "sender_gap": now - between,
        "conversation": now - timedelta(days=rules.conversation_days),
        "most_week": rules.most_per_week,
        "most_month": rules.most_per_month,
        "sender": intent.sender_id,
        "sequence": intent.sequence_id,
        "key": intent.key,
        "topic": intent.topic_id,
        "priority": intent.priority,
        "ahead": now + WEEK,
        "purpose": intent.consent,
        "channel": str(Channel.EMAIL),
        "counting": [str(state) for state in (*LEFT_STATES, MessageState.RESERVED)],
        "open": [str(state) for state in OPEN_ENROLMENTS],
    }


def clear(
    people: Collection[UUID], intent: Intent, stage: str, now: datetime, own: Collection[UUID], rules: SendingPolicy
) -> dict[UUID, tuple[str, bool]]:
    """{person: their address, whether this mail is the last that the rules allow} of those whom nothing keeps back."""
    with connection.cursor() as cursor:
        text = statement(has_sequence=intent.sequence_id is not None, stage=stage)
        cursor.execute(text, parameters(people, intent, now, own, rules))
        return {
            person: (address, week + 1 >= rules.most_per_week or month + 1 >= rules.most_per_month)
            for person, address, week, month in cursor.fetchall()
        }
