"""Keys that a longer index, or a constraint, begins with after the tenant need no index of their own."""

from django.db import migrations
from django.db.models import CASCADE, DO_NOTHING, PROTECT, RESTRICT, SET_NULL

from crm.tenancy.at_once import AtOnce
from crm.tenancy.models import TenantForeignKey

CANDIDATE = "talent.candidate"


def _of(model: str, field: str, to: str, related: str, on_delete=CASCADE, **more: bool) -> migrations.AlterField:
    key = TenantForeignKey(to, on_delete=on_delete, related_name=related, db_index=False, **more)
    return migrations.AlterField(model, field, key)


def _of_person(model: str, related: str = "+", on_delete=CASCADE, **more: bool) -> migrations.AlterField:
    return _of(model, "candidate", CANDIDATE, related, on_delete, **more)


class Migration(AtOnce):
    dependencies = [("crm", "0006_what_members_sign_with"), ("talent", "0040_skills_with_their_place")]

    operations = [
        _of_person("application", "applications"),
        _of_person("candidatefact", "facts"),
        _of_person("candidatelabel", "private_labels"),
        _of_person("consentrecord", "consents", DO_NOTHING),
        _of_person("contactexception", "contact_exceptions"),
        _of_person("contactpointchange", "contact_point_changes"),
        _of_person("contactpreference", "preferences"),
        _of_person("document", "documents"),
        _of_person("education", "education"),
        _of_person("fieldvalue", "field_values"),
        _of_person("passage"),
        _of_person("provenance", "provenance"),
        _of_person("segmentplacement", "segment_placements"),
        _of_person("sourcetouch", "source_touches"),
        _of_person("staletext"),
        _of_person("task", "tasks", null=True, blank=True),
        _of("application", "job", "talent.job", "applications"),
        _of("application", "stage", "talent.applicationstage", "applications", RESTRICT),
        _of("applicationstage", "job", "talent.job", "stages"),
        _of("bulkitem", "operation", "talent.bulkoperation", "items"),
        _of("calendarfeed", "member", "crm.member", "+"),
        _of("candidatelabel", "label", "talent.privatelabel", "candidates"),
        _of("document", "original", "talent.document", "versions", null=True, blank=True),
        _of("jobrequirement", "job", "talent.job", "requirements"),
        _of("mergejournalentry", "operation", "talent.mergeoperation", "journal"),
        _of("mergeoperation", "survivor", CANDIDATE, "merges", SET_NULL, null=True),
        _of("notereader", "note", "talent.note", "readers"),
        _of("noteversion", "note", "talent.note", "versions"),
        _of("notthesame", "first", CANDIDATE, "told_apart_first"),
        _of("notthesame", "second", CANDIDATE, "told_apart_second"),
        _of("poolguest", "pool", "talent.talentpool", "guests"),
        _of("poolproposal", "pool", "talent.talentpool", "proposals"),
        _of("poolstage", "pool", "talent.talentpool", "stages"),
        _of("privatelabel", "member", "crm.member", "+"),
        _of("savedview", "owner", "crm.member", "+"),
        _of("segmentplacement", "segment", "talent.segment", "placements"),
        _of("segmentwatch", "segment", "talent.segment", "watches"),
        _of("sourcetouch", "source", "talent.source", "touches", PROTECT),
        _of("touchpoint", "task", "talent.task", "+", SET_NULL, null=True, blank=True),
        _of("viewpin", "member", "crm.member", "+"),
    ]
