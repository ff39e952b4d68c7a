"""Imports of tables."""

from uuid import UUID

import pytest

from crm.actors import SYSTEM, Actor
from crm.models import Event, Member, Tenant
from sourcing.choices import RowState
from sourcing.models import ImportBatch, ImportRow
from sourcing.services import imports
from sourcing.services.imports import MappingRefused
from sourcing.services.tables import TableRefused
from talent.models import Candidate, FieldDefinition
from talent.services import custom_fields, field_values
from talent.services.custom_fields import Rules
from tests.factories.files import CSV
from tests.factories.talent import NOW


@pytest.fixture
def by(recruiter: Member) -> Actor:
    return recruiter.actor


def a_batch(by: Actor, content: bytes = CSV) -> ImportBatch:
    return imports.upload(content=content, name="people.csv", by=by)


def run(tenant: Tenant, by: Actor, content: bytes = CSV, tag: str = "") -> ImportBatch:
    batch = a_batch(by, content)
    imports.check(batch=batch, chosen=batch.mapping, tag=tag, by=by)
    imports.start(batch=batch, by=by)
    imports.run(tenant=tenant, batch_id=batch.pk)
    batch.refresh_from_db()
    return batch


def test_upload_guesses_every_column(inside: UUID, by: Actor) -> None:
    assert a_batch(by).mapping == ["name", "email", "title", "company", "city", "country", "skills"]


def test_check_forecasts_each_row_and_writes_nobody(inside: UUID, by: Actor) -> None:
    batch = a_batch(by)

    imports.check(batch=batch, chosen=batch.mapping, tag="", by=by)

    assert ImportRow.objects.expected() == {"created": 2, "updated": 1, "refused": 1}
    assert Candidate.objects.count() == 0


def test_run_takes_in_every_row_once(tenant: Tenant, inside: UUID, by: Actor) -> None:
    batch = run(tenant, by)

    assert batch.state == "finished"
    assert ImportRow.objects.sums() == {"created": 2, "updated": 1, "refused": 1}
    amara = Candidate.objects.get(name="Amara Okafor")
    assert (amara.country, amara.skill_keys) == ("NG", ["go", "kubernetes", "terraform"])


def test_run_twice_changes_nothing(tenant: Tenant, inside: UUID, by: Actor) -> None:
    run(tenant, by)

    run(tenant, by)

    assert ImportRow.objects.filter(batch__isnull=False).sums()["unchanged"] == 3
    assert Candidate.objects.count() == 2


def test_refused_row_says_why(tenant: Tenant, inside: UUID, by: Actor) -> None:
    run(tenant, by)

    row = ImportRow.objects.get(state=RowState.REFUSED)
    assert (row.number, row.problem) == (4, "There is no name, e-mail address or profile link in it.")


def test_apostrophe_that_an_export_put_before_a_sign_is_none_of_the_text(
    tenant: Tenant, inside: UUID, by: Actor
) -> None:
    run(tenant, by, b"name,email,title\nAna 't Hooft,ana@example.com,'@home nurse\n")

    assert Candidate.objects.values_list("name", "current_title").get() == ("Ana 't Hooft", "@home nurse")


def test_tag_is_put_on_everybody(tenant: Tenant, inside: UUID, by: Actor) -> None:
    run(tenant, by, tag="PyCon")

    assert list(Candidate.objects.get(name="Jonas Weber").tags.values_list("tag__name", flat=True)) == ["PyCon"]


def test_finished_import_is_an_event(tenant: Tenant, inside: UUID, by: Actor) -> None:
    run(tenant, by)

    assert Event.objects.get(kind="import_finished").data == {"created": 2, "updated": 1, "refused": 1}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "“people.csv” is empty."),
        (b"   \n ", "“people.csv” is empty. Export the list again and choose the new file."),
        (b"Name,E-mail\n", "“people.csv” has headings but no rows below them."),
        (b"\x00\x01\x02\x89", "“people.csv” is not a table. Choose a CSV or XLSX file."),
        (b"PK\x03\x04rest", "“people.csv” is no Excel table. Save the list as CSV or XLSX and choose it again."),
    ],
)
def test_unreadable_table_is_refused_whole(inside: UUID, by: Actor, content: bytes, sentence: str) -> None:
    with pytest.raises((TableRefused, ValueError), match="people") as refusal:
        a_batch(by, content)

    assert str(refusal.value) == sentence
    assert ImportBatch.objects.count() == 0


def test_one_column_without_names_is_refused_at_the_mapping(inside: UUID, by: Actor) -> None:
    batch = a_batch(by, b"Colour\nred\ngreen\n")

    with pytest.raises(MappingRefused, match="Say which column holds the name"):
        imports.check(batch=batch, chosen=batch.mapping, tag="", by=by)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_people_use_are_read(tenant: Tenant, inside: UUID, by: Actor, encoding: str) -> None:
    run(tenant, by, "Name;E-mail\nZoë Ångström;zoe@example.com\nJürgen Müller;jm@example.com\n".encode(encoding))

    assert sorted(Candidate.objects.values_list("name", flat=True)) == ["Jürgen Müller", "Zoë Ångström"]


OWN = b"Name,E-mail,Notice (weeks),Permit\nAda,ada@example.com,4,EU\nBo,bo@example.com,many,\n"


@pytest.fixture
def own_fields(inside: UUID) -> None:
    custom_fields.create(rules=Rules("Notice (weeks)"), type="number", by=SYSTEM)
    custom_fields.create(rules=Rules("Permit", choices=["EU", "None"]), type="choice", by=SYSTEM)


def test_columns_of_own_fields_are_guessed_and_filled(
    tenant: Tenant, inside: UUID, by: Actor, own_fields: None
) -> None:
    batch = run(tenant, by, OWN)

    assert batch.mapping == ["name", "email", "custom.notice_weeks", "custom.permit"]
    ada = field_values.of(Candidate.objects.get(name="Ada"), None)
    assert (ada["notice_weeks"], ada["permit"]) == (4, "EU")


def test_value_that_does_not_fit_is_said_and_stops_nothing(
    tenant: Tenant, inside: UUID, by: Actor, own_fields: None
) -> None:
    batch = a_batch(by, OWN)
    imports.check(batch=batch, chosen=batch.mapping, tag="", by=by)
    forecast = ImportRow.objects.get(number=2).problem
    run(tenant, by, OWN)

    row = ImportRow.objects.filter(state=RowState.CREATED).order_by("number").last()
    assert row is not None
    assert (row.problem, forecast) == ("Notice (weeks): “many” is not a number.",) * 2


def test_mapping_to_a_field_that_is_gone_is_refused(inside: UUID, by: Actor, own_fields: None) -> None:
    batch = a_batch(by, OWN)
    custom_fields.archive(definition=FieldDefinition.objects.get(key="permit"), by=SYSTEM, now=NOW)

    with pytest.raises(MappingRefused, match="There is no field “permit” here any more"):
        imports.check(batch=batch, chosen=batch.mapping, tag="", by=by)
