"""The audit log reads as sentences."""

from __future__ import annotations

import ast
import re

from crm.models import AuditEntry, Member
from crm.services import audit, audit_words, login_trail
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate
from tests.architecture import source
from tests.conftest import logged_in
from tests.factories.people import a_member

WRITERS = {"record", "record_each", "_record", "_told", "_set_status", "note"}
CODE = re.compile(r"[a-z_]+\.[a-z_]+")


def actions_in_the_code() -> set[str]:
    files = [file for file in source.application() if any(f"{name}(" in file.text for name in WRITERS)]
    calls = [n for file in files for n in file.nodes if isinstance(n, ast.Call)]
    written = [c for c in calls if (getattr(c.func, "attr", "") or getattr(c.func, "id", "")) in WRITERS]
    values = [v for c in written for v in (*c.args, *(k.value for k in c.keywords if k.arg == "action"))]
    texts = [n.value for v in values for n in ast.walk(v) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return {text for text in texts if CODE.fullmatch(text)}


def test_every_action_has_words() -> None:
    found = actions_in_the_code()

    assert "candidate.create" in found
    assert (found | {action for _, action in login_trail.ACTIONS}) - set(audit_words.WORDS) == set()


def page(owner: Member) -> str:
    """The log's page without line breaks, tags left in."""
    return " ".join(logged_in(owner).get("/o/acme/settings/audit/").content.decode().split())


def test_entry_is_a_sentence_that_leads_to_its_object(owner: Member) -> None:
    with open_tenant(owner.tenant):
        zoe = Candidate.objects.create(name="Zoë Ångström")
        audit.record(action="candidate.create", by=owner.actor, object_type="talent.candidate", object_id=zoe.pk)

    words = f'added a candidate</span>, <a class="underline" href="/o/acme/candidates/{zoe.pk}/">Zoë Ångström</a>'
    assert f'{owner.actor.label} <span class="font-normal">{words}' in page(owner)


def test_object_that_is_gone_is_no_link(owner: Member) -> None:
    with open_tenant(owner.tenant):
        audit.record(action="candidate.delete", by=owner.actor, object_type="talent.candidate", object_id=owner.pk)

    assert "deleted a candidate</span></th>" in page(owner)


def test_names_take_one_query_for_each_sort(owner: Member, django_assert_num_queries) -> None:
    with open_tenant(owner.tenant):
        for number in range(3):
            row = Candidate.objects.create(name=f"Person {number}")
            audit.record(action="candidate.change", by=owner.actor, object_type="talent.candidate", object_id=row.pk)
            audit.record(
                action="member.deactivate",
                by=owner.actor,
                object_type="crm.member",
                object_id=a_member(owner.tenant, email=f"m{number}@acme.example.com").pk,
            )
        entries = list(AuditEntry.objects.all())

        with django_assert_num_queries(2):
            audit_words.told(entries, "acme")
