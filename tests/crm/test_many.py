"""Many rows in one statement: what an object's own methods would write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.models import Event
from crm.tenancy import many
from crm.tenancy.models import uuid7
from talent.models import Candidate, ContactPreference
from tests.factories.outreach import NOON, people
from tests.properties import costly


@pytest.mark.usefixtures("inside")
class TestMany:
    """Each act alone."""

    def test_update_writes_each_row_its_own_values(self) -> None:
        rows = people(3)
        for number, row in enumerate(rows):
            row.name, row.last_replied_at = f"Name {number}", None

        many.update(rows, ["name", "last_replied_at"])

        assert sorted(Candidate.objects.values_list("name", flat=True)) == ["Name 0", "Name 1", "Name 2"]

    def test_update_writes_arrays(self) -> None:
        [who] = people(1)
        row = ContactPreference.objects.create(candidate=who, weekdays=[1], updated_by="x")
        row.weekdays = [2, 3]

        many.update([row], ["weekdays"])

        assert ContactPreference.objects.get().weekdays == [2, 3]

    def test_insert_leaves_out_what_is_there(self) -> None:
        first, second = people(2)
        ContactPreference.objects.create(candidate=first, weekdays=[1], updated_by="x")
        like = ContactPreference(candidate=first, weekdays=[4, 5], updated_by="y")

        made = many.insert(like, {"id": [uuid7(), uuid7()], "candidate_id": [first.pk, second.pk]})

        found = ContactPreference.objects.order_by("updated_by").values_list("candidate_id", "weekdays", "updated_by")
        assert (made, list(found)) == (1, [(first.pk, [1], "x"), (second.pk, [4, 5], "y")])

    def test_create_writes_what_each_row_has(self) -> None:
        [who] = people(1)
        plain = ContactPreference(candidate=who, weekdays=[4, 5], updated_by="y")
        event = {"occurred_at": NOON, "actor_kind": "system", "kind": "x"}
        rows = [
            Event(candidate_id=who.pk, subject_id=uuid7(), data={"a": [1, None]}, **event),
            Event(candidate_id=None, subject_id=None, data={}, **event),
        ]

        made = [many.create([plain]), many.create(rows)]

        found = Event.objects.filter(kind="x").order_by("pk").values_list("candidate_id", "subject_id", "data")
        expected = [(who.pk, rows[0].subject_id, {"a": [1, None]}), (None, None, {})]
        assert (made, list(found), ContactPreference.objects.get().weekdays) == ([1, 2], expected, [4, 5])

    @costly(15)
    @given(
        st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12), max_size=9)
    )
    def test_insert_writes_any_text(self, names: list[str]) -> None:
        Candidate.objects.all().delete()

        many.insert(Candidate(), {"id": [uuid7() for _ in names], "name": names})

        assert sorted(Candidate.objects.values_list("name", flat=True)) == sorted(names)
