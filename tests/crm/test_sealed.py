"""Sealed credentials open at their own place only."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.services import sealed
from crm.tenancy.models import uuid7

PLACE = sealed.Place(tenant=uuid7(), table="outreach_mailbox", row=uuid7(), column="password")


@given(st.text())
def test_what_is_sealed_opens_at_its_place(secret: str) -> None:
    assert sealed.open(sealed.seal(secret, PLACE), PLACE) == secret


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(PLACE, tenant=uuid7()),
        replace(PLACE, tenant=None),
        replace(PLACE, table="outreach_other"),
        replace(PLACE, row=uuid7()),
        replace(PLACE, column="token"),
    ],
)
def test_copy_elsewhere_does_not_open(elsewhere: sealed.Place) -> None:
    with pytest.raises(sealed.SealBroken):
        sealed.open(sealed.seal("secret", PLACE), elsewhere)


def test_changed_value_does_not_open() -> None:
    value = sealed.seal("secret", PLACE)
    changed = value[:-8] + ("A" if value[-8] != "A" else "B") + value[-7:]

    with pytest.raises(sealed.SealBroken):
        sealed.open(changed, PLACE)


@pytest.mark.parametrize("value", ["", "v1.", "v2." + "A" * 60, "plain text", "v1.é"])
def test_what_was_never_sealed_does_not_open(value: str) -> None:
    with pytest.raises(sealed.SealBroken):
        sealed.open(value, PLACE)


def test_other_key_does_not_open(settings: object) -> None:
    value = sealed.seal("secret", PLACE)
    settings.FIELD_KEY = "A" * 43 + "="

    with pytest.raises(sealed.SealBroken):
        sealed.open(value, PLACE)


def test_same_secret_looks_different_each_time() -> None:
    assert sealed.seal("secret", PLACE) != sealed.seal("secret", PLACE)
