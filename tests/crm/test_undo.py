"""What takes back: once, in its own workspace, and for no text but a token."""

from __future__ import annotations

from uuid import UUID

import pytest

from crm.models import Member, Tenant
from crm.services import undo
from crm.services.undo import NothingToUndo
from crm.tenancy.context import tenant as open_tenant


def test_token_counts_once(inside: UUID) -> None:
    token = undo.keep({"act": "move"})

    assert undo.take(token) == {"act": "move"}
    with pytest.raises(NothingToUndo):
        undo.take(token)


def test_token_of_another_workspace_means_nothing(tenant: Tenant, outsider: Member) -> None:
    with open_tenant(tenant):
        token = undo.keep({"act": "move"})

    with open_tenant(outsider.tenant), pytest.raises(NothingToUndo):
        undo.take(token)


@pytest.mark.parametrize("text", ["", "a guess", "'; DROP TABLE x --", "é", "a\x00b", "a\n", "a" * 65, "a:b"])
def test_text_that_is_no_token_takes_nothing_back(inside: UUID, text: str) -> None:
    with pytest.raises(NothingToUndo):
        undo.take(text)
