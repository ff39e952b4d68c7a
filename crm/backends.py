"""Who is logged in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend

from crm import navigation, together
from crm.models import User
from crm.together import Asked


@together.planned
def _user(pk: UUID) -> Asked[User]:
    return User.objects.filter(pk=pk)


class Backend(AuthenticationBackend):
    """Reads the person together with the workspaces that are open to them: a page of one of them needs both."""

    def get_user(self, user_id: Any) -> User | None:
        people, memberships = _user(user_id), navigation.memberships(user_id)
        together.fetch([people, memberships])
        found = together.rows(people)
        if not found or not self.user_can_authenticate(found[0]):
            return None
        found[0].brought = together.rows(memberships)
        return found[0]
