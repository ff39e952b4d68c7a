"""Who is logged in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend

from crm import together
from crm.access import memberships
from crm.models import User
from crm.together import Asked


@together.planned
def _user(pk: UUID) -> Asked[User]:
    return User.objects.filter(pk=pk)


class Backend(AuthenticationBackend):
    """Reads the person together with the workspaces that are open to them: a page of one of them needs both."""

    def get_user(self, user_id: Any) -> User | None:
        people, workspaces = _user(user_id), memberships(user_id)
        together.fetch([people, workspaces])
        found = together.rows(people)
        if not found or not self.user_can_authenticate(found[0]):
            return None
        found[0].brought = together.rows(workspaces)
        return found[0]
