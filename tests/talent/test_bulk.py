"""Acts on many people: counted, done in batches, taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.actors import SYSTEM
from crm.models import AuditEntry, Event, Member, Tenant
from crm.permissions import Role
from crm.tenancy.context import tenant as open_tenant
from talent.models import BulkItem, BulkOperation, Candidate, CandidateTag, PoolMembership
from talent.services import bulk, bulk_acts, candidates, labels, listing, pools, search_text
from talent.services.bulk import CannotUndo, Chosen
from talent.services.bulk_acts import ActRefused
from tests.factories.people import a_member
from tests.factories.talent import NOW, a_candidate

EVERYBODY = Chosen(query="")
Values = dict[str, str]


def some(count: int = 3) -> list[Candidate]:
    return [a_candidate(f"Person {n}", f"p{n}@example.com") for n in range(count)]


def do(act: str, chosen: Chosen = EVERYBODY, at: datetime | None = None, **values: str) -> BulkOperation:
    moment = at or datetime.now(tz=NOW.tzinfo)
    return bulk.start(act=bulk.act_named(act), chosen=chosen, values=values, by=SYSTEM, now=moment)


def back(operation: BulkOperation) -> BulkOperation:
    return bulk.undo(operation=operation, by=SYSTEM, now=datetime.now(tz=NOW.tzinfo))


def counts(operation: BulkOperation) -> dict[str, int]:
    names = ("total", "changed", "already", "skipped", "undone", "kept")
    return {name: getattr(operation, name) for name in names if getattr(operation, name)}


def found_by(words: str) -> int:
    return listing.matching(listing.Asked(words=words), NOW).count()


def lines(person: Candidate) -> list[str]:
    return sorted(Candidate.objects.values_list("search_text", flat=True).get(pk=person.pk).split("\n"))


def test_tag_counts_whom_it_changed(inside: UUID) -> None:
    people = some()
    labels.tag(candidates=people[:1], name="speaker", by=SYSTEM, now=NOW)

    operation = do("tag", tag=" speaker ")

    assert (operation.state, counts(operation)) == ("done", {"total": 3, "changed": 2, "already": 1})
    assert Event.objects.filter(kind="candidate_tagged").count() == 3


def test_tag_by_sets_is_found_and_reads_like_the_rebuilt_text(inside: UUID) -> None:
    person = some(1)[0]
    do("tag", tag="Guild speaker")
    by_set, found = lines(person), found_by('"guild speaker"')
    search_text.rebuild([person.pk])

    assert (found, by_set) == (1, lines(person))


def test_untag_by_sets_strikes_the_word_once(inside: UUID) -> None:
    person = some(1)[0]
    labels.tag(candidates=[person], name="Python", by=SYSTEM, now=NOW)  # the name of a skill they have as well
    do("untag", tag=str(CandidateTag.objects.get().tag_id))
    by_set = lines(person)
    search_text.rebuild([person.pk])

    assert (by_set, found_by("python")) == (lines(person), 1)


def test_undo_of_a_tag_leaves_what_others_did(inside: UUID) -> None:
    _, second, _ = some()
    operation = do("tag", tag="speaker")
    row = CandidateTag.objects.get(candidate=second).tag
    labels.untag(candidates=[second], tag=row, by=SYSTEM, now=NOW)
    labels.tag(candidates=[second], name="speaker", by=SYSTEM, now=NOW)

    undone = back(operation)

    assert counts(undone) == {"total": 3, "changed": 3, "undone": 2, "kept": 1}
    assert list(CandidateTag.objects.values_list("candidate_id", flat=True)) == [second.pk]
    assert [one.reason for one in bulk.left_out(undone)] == ["Changed since by somebody else"]


def test_undo_happens_once(inside: UUID) -> None:
    some(1)
    operation = back(do("tag", tag="speaker"))

    with pytest.raises(CannotUndo):
        back(operation)


def test_undo_ends_after_its_days(inside: UUID) -> None:
    some(1)
    operation = do("tag", tag="speaker")

    assert not operation.can_be_undone(operation.started_at + timedelta(days=31))


@pytest.mark.parametrize(
    ("act", "values", "column"),
    [
        ("state", {"state": "dormant"}, "state"),
        ("seniority", {"seniority": "6"}, "seniority"),
        ("job-search", {"job_search": "looking"}, "job_search"),
    ],
)
def test_columns_are_set_and_put_back(inside: UUID, act: str, values: Values, column: str) -> None:
    some(2)
    before = list(Candidate.objects.order_by("pk").values_list(column, f"{column}"))
    operation = do(act, **values)
    during = {str(value) for value in Candidate.objects.values_list(column, flat=True)}
    back(operation)

    assert (during, counts(operation)) == (set(values.values()), {"total": 2, "changed": 2})
    assert list(Candidate.objects.order_by("pk").values_list(column, f"{column}")) == before


def test_job_search_says_when_and_who_and_forgets_both(inside: UUID) -> None:
    person = some(1)[0]
    operation = do("job-search", job_search="open")
    person.refresh_from_db()
    told = (person.job_search_origin, person.job_search_at)
    back(operation)
    person.refresh_from_db()

    assert told == (SYSTEM.label, operation.started_at)
    assert (person.job_search_origin, person.job_search_at) == ("", None)


def test_owner_goes_back_to_whoever_it_was(tenant: Tenant, inside: UUID) -> None:
    first, second = some(2)
    anna, ben = (a_member(tenant, Role.RECRUITER, f"{name}@acme.test") for name in ("anna", "ben"))
    candidates.assign(candidates=[first], owner=anna, by=SYSTEM, now=NOW)

    operation = do("owner", owner=str(ben.pk))
    Candidate.objects.filter(pk=second.pk).update(owner=anna)
    undone = back(operation)

    assert counts(undone) == {"total": 2, "changed": 2, "undone": 1, "kept": 1}
    assert set(Candidate.objects.values_list("owner_id", flat=True)) == {anna.pk}


def test_pool_and_out_of_it_again(inside: UUID) -> None:
    people, pool = some(), pools.create(name="Berlin", purpose="", by=SYSTEM)
    pools.add(pool=pool, candidates=people[:1], by=SYSTEM, now=NOW, reason="met at a fair")
    place = PoolMembership.objects.values("candidate_id", "reason", "created_at").get()

    operation = do("unpool", pool=str(pool.pk))
    gone = PoolMembership.objects.count()
    back(operation)

    assert (counts(operation)["changed"], gone) == (1, 0)
    assert PoolMembership.objects.values("candidate_id", "reason", "created_at").get() == place


def test_undo_of_a_pool_keeps_who_has_moved_on(inside: UUID) -> None:
    first, _ = some(2)
    pool = pools.create(name="Berlin", purpose="", by=SYSTEM)
    operation = do("pool", pool=str(pool.pk))
    PoolMembership.objects.filter(candidate=first).update(reason="spoke to her")

    undone = back(operation)

    assert counts(undone) == {"total": 2, "changed": 2, "undone": 1, "kept": 1}
    assert PoolMembership.objects.get().candidate_id == first.pk


def test_delete_says_whom_it_had_to_keep(inside: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, _ = some(2)
    real = candidates.delete

    def delete(*, candidate: Candidate, **rest: object) -> None:
        if candidate.pk == kept.pk:
            raise candidates.CandidateInUse("Person 0 cannot be deleted: 1 message must be kept.")
        real(candidate=candidate, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(candidates, "delete", delete)
    operation = do("delete")

    assert (counts(operation), list(Candidate.objects.values_list("pk", flat=True))) == (
        {"total": 2, "changed": 1, "skipped": 1},
        [kept.pk],
    )
    assert [one.reason for one in bulk.left_out(operation)] == ["1 message must be kept."]
    assert (operation.undo_until, operation.can_be_undone(NOW)) == (None, False)


def test_selection_is_frozen_at_its_moment(inside: UUID) -> None:
    some(2)
    operation = do("tag", at=NOW - timedelta(days=9000), tag="early")

    assert counts(operation) == {}


def test_forecast_counts_and_changes_nothing(inside: UUID) -> None:
    people = some()
    labels.tag(candidates=people[:1], name="speaker", by=SYSTEM, now=NOW)
    now = datetime.now(tz=NOW.tzinfo)

    found, title = bulk.forecast(
        act=bulk.act_named("tag"), chosen=EVERYBODY, values={"tag": "speaker"}, by=SYSTEM, now=now
    )

    assert (found.total, found.already, title) == (3, 1, "Tag “speaker”")
    assert BulkOperation.objects.count() == 0


@pytest.mark.parametrize(("act", "values"), [("tag", {}), ("pool", {"pool": "x"}), ("state", {"state": "friend"})])
def test_what_is_missing_is_said(inside: UUID, act: str, values: Values) -> None:
    with pytest.raises(ActRefused):
        do(act, **values)


def test_start_and_end_are_audited(inside: UUID) -> None:
    some(1)
    back(do("tag", tag="speaker"))

    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert [a for a in actions if a.startswith("bulk.")] == ["bulk.start", "bulk.done", "bulk.undo", "bulk.undone"]


# --- in the background


@pytest.fixture
def crowd(committed: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], BulkOperation]:
    """Starts tagging so many people, in batches of 100, and nobody has worked on it yet."""
    small = {**vars(bulk_acts.acts["tag"]), "size": 100}
    monkeypatch.setitem(bulk_acts.acts, "tag", bulk_acts.Act(**small))
    monkeypatch.setattr(bulk, "wake_on_commit", lambda *args: None)

    def begin(count: int) -> BulkOperation:
        tenant = Tenant.objects.create(slug="acme", name="Acme")
        with open_tenant(tenant):
            Candidate.objects.bulk_create([Candidate(name=f"P {n}", search_text=f"P {n}") for n in range(count)])
            return do("tag", tag="crowd")

    return begin


def again(operation: BulkOperation) -> BulkOperation:
    with open_tenant(operation.tenant_id):
        return BulkOperation.objects.get(pk=operation.pk)


def test_large_operation_waits_for_a_worker(crowd: Callable[[int], BulkOperation]) -> None:
    operation = crowd(250)

    assert (operation.state, bulk.waiting_work()) == ("waiting", [(operation.tenant_id, operation.pk)])


def test_large_operation_is_done_and_undone_in_batches(crowd: Callable[[int], BulkOperation]) -> None:
    operation = crowd(250)
    tenant = Tenant.objects.get()
    bulk.run(tenant=tenant, operation_id=operation.pk)
    done = again(operation)
    with open_tenant(tenant):
        back(done)
    bulk.run(tenant=tenant, operation_id=operation.pk)

    assert (done.state, counts(done)) == ("done", {"total": 250, "changed": 250})
    assert (again(operation).state, again(operation).undone, bulk.waiting_work()) == ("undone", 250, [])


def test_killed_worker_leaves_whole_batches(
    crowd: Callable[[int], BulkOperation], monkeypatch: pytest.MonkeyPatch
) -> None:
    operation, tenant = crowd(250), Tenant.objects.get()
    act, calls = bulk_acts.acts["tag"], []

    def dies(batch: bulk_acts.Batch) -> bulk_acts.Result:
        calls.append(len(batch.people))
        result = act.apply(batch)
        if len(calls) == 2:
            raise KeyboardInterrupt  # what the batch did so far is lost with it
        return result

    monkeypatch.setitem(bulk_acts.acts, "tag", bulk_acts.Act(**{**vars(act), "apply": dies}))
    with pytest.raises(KeyboardInterrupt):
        bulk.run(tenant=tenant, operation_id=operation.pk)
    halfway = again(operation)
    bulk.run(tenant=tenant, operation_id=operation.pk)

    with open_tenant(tenant):
        assert (halfway.changed, again(operation).changed, CandidateTag.objects.count()) == (100, 250, 250)
        assert Event.objects.filter(kind="candidate_tagged").count() == 250


def test_failure_is_told_and_can_be_resumed(
    crowd: Callable[[int], BulkOperation], monkeypatch: pytest.MonkeyPatch
) -> None:
    operation, tenant, act = crowd(250), Tenant.objects.get(), bulk_acts.acts["tag"]

    def breaks(batch: bulk_acts.Batch) -> bulk_acts.Result:
        raise RuntimeError

    monkeypatch.setitem(bulk_acts.acts, "tag", bulk_acts.Act(**{**vars(act), "apply": breaks}))
    bulk.run(tenant=tenant, operation_id=operation.pk)
    failed = again(operation)
    monkeypatch.setitem(bulk_acts.acts, "tag", act)
    with open_tenant(tenant):
        bulk.resume(operation=failed, by=SYSTEM)
    bulk.run(tenant=tenant, operation_id=operation.pk)

    assert (failed.state, failed.problem) == ("failed", "Something went wrong on our side. What was done is kept.")
    assert (again(operation).state, again(operation).changed) == ("done", 250)


def test_stopped_operation_is_not_worked_on(crowd: Callable[[int], BulkOperation]) -> None:
    operation, tenant = crowd(250), Tenant.objects.get()
    with open_tenant(tenant):
        bulk.stop(operation=operation, by=SYSTEM, now=NOW)
    bulk.run(tenant=tenant, operation_id=operation.pk)

    assert (again(operation).state, again(operation).changed) == ("stopped", 0)


def test_batch_costs_the_same_queries_for_any_size(inside: UUID) -> None:
    some(2)
    with CaptureQueriesContext(
        connection,
    ) as few:
        do("tag", tag="few")
    Candidate.objects.bulk_create([Candidate(name=f"P {n}", search_text="p") for n in range(100)])
    with CaptureQueriesContext(connection) as many:
        do("tag", tag="many")

    assert len(many) == len(few)


def test_items_say_what_became_of_each(inside: UUID) -> None:
    people = some()
    pool = pools.create(name="Berlin", purpose="", by=SYSTEM)
    pools.add(pool=pool, candidates=people[:1], by=SYSTEM, now=NOW)
    do("pool", pool=str(pool.pk))

    states = BulkItem.objects.order_by("state").values_list("state", flat=True)
    assert list(states) == ["already", "changed", "changed"]


def test_member_is_named(inside: UUID, recruiter: Member) -> None:
    some(1)
    operation = bulk.start(
        act=bulk.act_named("tag"), chosen=EVERYBODY, values={"tag": "x"}, by=recruiter.actor, now=NOW
    )

    assert operation.actor == recruiter.actor
