"""Answers "is anything new?" with one cheap query over the event log."""

from __future__ import annotations

from uuid import UUID

from crm import together

LATEST = 50
NEWEST = f"""SELECT coalesce(md5(string_agg(id::text, '')), '0') FROM
             (SELECT id FROM crm_event_fenced ORDER BY xact_id DESC, id DESC LIMIT {LATEST}) latest"""  # noqa: S608


def question(candidate: UUID | None = None) -> together.One:
    """What `version` asks, for a page that asks much at once."""
    return _question(candidate)


@together.planned
def _question(candidate: UUID | None) -> together.One:
    if candidate is None:
        return together.One(NEWEST)
    return together.One("SELECT count(*)::text FROM crm_event_fenced WHERE candidate_id = %s", (candidate,))


def version(candidate: UUID | None = None) -> str:
    """A text that changes with every event of the current tenant, or of one candidate.

    For the tenant it is made from the latest events rather than the newest alone, so that a transaction which
    commits a little late is noticed as well. For a candidate it is the number of events: the log only grows.
    """
    return together.one(question(candidate))
