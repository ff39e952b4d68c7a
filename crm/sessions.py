"""Sessions in the database, each read by a statement that is known already: every page begins with one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as Store
from django.contrib.sessions.models import Session
from django.utils import timezone

from crm import together
from crm.together import Asked, Word


@together.planned
def _open(key: Word, now: datetime) -> Asked[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)


class SessionStore(Store):
    """Django's own in all but how it reads."""

    def _get_session_from_db(self) -> Any:
        found = together.rows(_open(Word(self.session_key), timezone.now()))
        if not found:
            self._session_key = None
        return next(iter(found), None)
