"""A small crowd: of the size asked for, with a history, behind fences as before; and the benches that play on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone

from crm.bench import measure, scratch
from crm.bench.rows import Row
from crm.models import Event, ReaderCursor, Tenant
from crm.registry import registered
from crm.tenancy import lint
from crm.tenancy.context import tenant as open_tenant
from talent.bench import counting, finding, members, merging, pages, rules, serving
from talent.bench.community import measures
from talent.bench.stage import Stage
from talent.models import Candidate, CandidateSkill, Segment, SegmentMembership
from talent.populate import bare, ground, run, tables, words

PEOPLE = 200
CATALOGUE = """
SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
"""


NOISE = re.compile(r"::(text|character varying)(\[\])?|[()]")  # casts move when a definition is read back


def catalogue() -> set[str]:
    with scratch.connect("owner") as owner:
        return {NOISE.sub("", str(row[0])) for row in owner.execute(CATALOGUE)}


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: pytest.DjangoDbBlocker) -> Iterator[tuple[set[str], set[str]]]:
    """A crowd in a database of its own; what the catalogue said before it came, and after."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setattr(words, "KITS", 2000)
        patch.setattr(scratch, "NAME", f"{connections['default'].settings_dict['NAME']}_crowd")
        with scratch.database():
            before = catalogue()
            call_command("populate", candidates=PEOPLE, tenant="crowd")
            yield before, catalogue()


@pytest.fixture
def crowd(filled: object, django_db_blocker: pytest.DjangoDbBlocker) -> Iterator[Tenant]:
    with django_db_blocker.unblock():
        yield Tenant.objects.get(slug="crowd")


def test_half_of_the_people_are_in_one_workspace(crowd: Tenant) -> None:
    with scratch.connect("owner") as owner:
        rows = owner.execute("SELECT tenant_id, count(*) FROM talent_candidate GROUP BY tenant_id").fetchall()

    sizes = {str(tenant): int(str(count)) for tenant, count in rows}
    assert (len(sizes), sizes.pop(str(crowd.pk)), set(sizes.values())) == (51, PEOPLE, {PEOPLE // 50})


def test_a_lean_crowd_has_few_others_and_little_history(crowd: Tenant) -> None:
    with bare.session() as owner:
        homes = [ground.Household(uuid4(), [uuid4()]) for _ in range(3)]
        people = ground.lay(owner, homes, 98, timezone.now(), run.LEAN_SHARE)
        rows = owner.execute("SELECT tenant_no, count(*) FROM populate.person GROUP BY 1 ORDER BY 1").fetchall()
        ground.clear(owner)

    assert (people, rows) == (100, [(0, 98), (1, 1), (2, 1)])
    assert {table.name for table in tables.LEAN} == {"talent_contactpoint", "talent_poolmembership", "crm_event"}
    assert len(tables.LEAN) < len(tables.HISTORY)


def test_indexes_and_keys_are_as_before(filled: tuple[set[str], set[str]]) -> None:
    before, after = filled

    assert before == after


def test_fences_stand(crowd: Tenant) -> None:
    assert lint.findings() == []


def test_columns_repeat_what_the_tables_say(crowd: Tenant) -> None:
    with open_tenant(crowd):
        one = Candidate.objects.exclude(skill_keys=[]).newest_first()[0]
        keys = list(CandidateSkill.objects.filter(candidate=one).values_list("skill__key", flat=True))

    assert sorted(one.skill_keys) == sorted(keys)


def test_moments_of_contact_are_those_of_the_mails(crowd: Tenant) -> None:
    with open_tenant(crowd):
        one = Candidate.objects.exclude(last_contacted_at=None)[0]
        mails = Event.objects.filter(candidate_id=one.pk, kind="message_sent").order_by("-occurred_at")

        assert mails[0].occurred_at == one.last_contacted_at


def test_somebody_has_thousands_of_events(crowd: Tenant) -> None:
    with scratch.connect("owner") as owner:
        row = owner.execute("SELECT max(n) FROM (SELECT count(*) n FROM crm_event GROUP BY candidate_id) x").fetchone()

    assert row
    assert int(str(row[0])) > 2000


def test_segments_hold_who_matches(crowd: Tenant) -> None:
    with open_tenant(crowd):
        sizes = {s.size: SegmentMembership.objects.current().filter(segment=s).count() for s in Segment.objects.all()}

    assert any(sizes)
    assert list(sizes) == list(sizes.values())


def test_no_reader_reacts_to_what_was_invented(crowd: Tenant) -> None:
    with open_tenant(crowd):
        last = Event.objects.order_by("-xact_id")[0].xact_id
        behind = [cursor.reader for cursor in ReaderCursor.objects.all() if cursor.xact_id < last]

        assert (ReaderCursor.objects.count(), behind) == (len(registered.readers), [])


def test_workspace_with_people_is_refused(crowd: Tenant) -> None:
    with pytest.raises(CommandError, match=r"“Crowd” has people already\."):
        call_command("populate", candidates=100, tenant="crowd")


def test_a_second_crowd_is_refused(crowd: Tenant) -> None:
    with pytest.raises(CommandError, match=r"“crowd” of this database has an invented crowd; there can be one\."):
        call_command("populate", candidates=100, tenant="another")
    assert not Tenant.objects.filter(slug="another").exists()


def test_too_few_people_are_refused(crowd: Tenant) -> None:
    with pytest.raises(CommandError, match="at least 50 candidates"):
        call_command("populate", candidates=49, tenant="few")


@pytest.fixture
def stage(crowd: Tenant, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """The crowd as a stage, with few questions."""
    for module, name, few in (
        (rules, "VARIED", 4),
        (pages, "VARIED", 2),
        (finding, "VARIED", 4),
        (members, "ROUNDS", 1),
        (members, "PEOPLE", 2),
        (members, "SEGMENTS", 4),
        (pages, "QUERIES", pages.QUERIES[:2]),
        (merging, "ROUNDS", 1),
        *((serving, name, 1) for name in ("ROUNDS", "REQUESTS", "BEFORE", "WORKERS")),
    ):
        monkeypatch.setattr(module, name, few)
    for measured in (measure.varied, measure.interleaved):
        monkeypatch.setitem(measured.__kwdefaults__, "rounds", 1)
    with scratch.connect("owner") as owner:
        yield Stage(crowd, Tenant.objects.get(slug="crowd-01"), owner, PEOPLE)


def test_every_bench_measures_something(stage: Stage) -> None:
    asked = measures(stage, timezone.now(), lambda words: None)
    with open_tenant(stage.large):
        before = set(Candidate.objects.values_list("pk", flat=True))

    rows: dict[str, list[Row]] = {what: ask() for what, ask in asked.items()}

    assert {what for what, found in rows.items() if not any(row.goal for row in found)} == {"list pages"}
    with open_tenant(stage.large):
        assert set(Candidate.objects.values_list("pk", flat=True)) == before


def test_compiled_rules_count_what_is_written_by_hand(stage: Stage) -> None:
    *rows, on_our_index = counting.counts(stage, timezone.now())
    hits = [row.name.rsplit(", ", 1)[1] for row in rows[2:]]

    assert "of skill and place" in on_our_index.name
    assert len(hits) == 16
    assert len(set(hits)) > 1
