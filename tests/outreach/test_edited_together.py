"""Two people edit one thing of outreach at once: nothing that one of them saved is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from django.test import Client

from crm.actors import SYSTEM
from crm.begun import Begun
from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.forms import contact_rules, mail_preferences, pace, steps, writing
from outreach.models import AutomationRule, Broadcast, MessageTemplate, SequenceStep, Snippet
from outreach.services import mailboxes
from outreach.services.steps import add
from tests.conftest import logged_in
from tests.edited import opened
from tests.factories.outreach import a_sequence


def a_step() -> str:
    step = add(sequence=a_sequence(subject="First", body="Words"), kind="call", by=SYSTEM)
    return f"steps/{SequenceStep.objects.filter(kind='email', sequence=step.sequence).get().pk}/edit/"


def a_rule() -> str:
    made = AutomationRule.objects.create(name="Rule", trigger="replied", actions=[{"act": "tag", "tag": "New"}])
    return f"automation/{made.pk}/edit/"


def a_template() -> str:
    return f"templates/{MessageTemplate.objects.create(name='Hello', subject='First', body='Words').pk}/edit/"


def a_snippet() -> str:
    return f"snippets/{Snippet.objects.create(name='bye', body='Words').pk}/edit/"


def rules_of_a_sequence() -> str:
    return f"sequences/{a_sequence().pk}/edit/"


def a_broadcast() -> str:
    return f"broadcasts/{Broadcast.objects.create(name='Day', subject='First', body='Words').pk}/edit/"


def a_pace() -> str:
    return f"mailboxes/{mailboxes.default_mailbox(Tenant.objects.get()).pk}/pace/"


def rules_of_contact() -> str:
    return "settings/contact-rules/"


# What is opened, one field that the first changes and another that the second changes, with what they write.
CASES: list[tuple[Callable[[], str], tuple[str, str], tuple[str, str]]] = [
    (a_step, ("subject", "Of the first"), ("body", "Of the second")),
    (a_rule, ("name", "Of the first"), ("tag", "Of the second")),
    (a_template, ("subject", "Of the first"), ("body", "Of the second")),
    (a_snippet, ("name", "of-the-first"), ("body", "Of the second")),
    (rules_of_a_sequence, ("name", "Of the first"), ("re_entry_days", "77")),
    (a_broadcast, ("subject", "Of the first"), ("body", "Of the second")),
    (a_pace, ("daily_cap", "40"), ("gap_seconds", "90")),
    (rules_of_contact, ("most_per_week", "3"), ("gap_hours", "30")),
    (lambda: "settings/workspace/", ("name", "Of the first"), ("time_zone", "Asia/Tokyo")),
]


@pytest.fixture
def first(ben: Client) -> Client:
    return ben


@pytest.fixture
def second(owner: Member) -> Client:
    return logged_in(owner)


def sent(form: dict[str, Any], field: str, value: str) -> dict[str, Any]:
    return {**form, field: value}


@pytest.mark.parametrize(("make", "one", "other"), CASES)
def test_what_each_changed_is_kept(
    tenant: Tenant, first: Client, second: Client, make: Any, one: tuple[str, str], other: tuple[str, str]
) -> None:
    with open_tenant(tenant):
        path = f"/o/acme/{make()}"
    forms_of = [opened(client, path) for client in (first, second)]

    answers = [first.post(path, sent(forms_of[0], *one)), second.post(path, sent(forms_of[1], *other))]
    kept = opened(first, path)

    assert [answer.status_code for answer in answers] == [302, 302]
    assert (kept[one[0]], kept[other[0]]) == ([one[1]], [other[1]])


@pytest.mark.parametrize(("make", "one", "other"), CASES)
def test_the_same_field_is_asked_about(
    tenant: Tenant, first: Client, second: Client, make: Any, one: tuple[str, str], other: tuple[str, str]
) -> None:
    with open_tenant(tenant):
        path = f"/o/acme/{make()}"
    forms_of = [opened(client, path) for client in (first, second)]
    first.post(path, sent(forms_of[0], *one))

    mine = sent(forms_of[1], one[0], f"{one[1]}1")
    answer = second.post(path, mine)

    assert answer.status_code == 422
    assert f"It says “{one[1]}” now" in answer.content.decode()


def test_days_are_joined_and_ends_of_lines_are_no_change(tenant: Tenant, first: Client, second: Client) -> None:
    """A browser sends a text with other ends of lines than it is kept with."""
    with open_tenant(tenant):
        sequence = a_sequence(weekdays=[1, 2, 3])
        template = MessageTemplate.objects.create(name="Hello", subject="First", body="One.\n\nTwo.")
    pages = [f"/o/acme/sequences/{sequence.pk}/edit/", f"/o/acme/templates/{template.pk}/edit/"]
    days, words = ([opened(client, page) for client in (first, second)] for page in pages)

    first.post(pages[0], {**days[0], "weekdays": ["1", "2"]})
    second.post(pages[0], {**days[1], "weekdays": ["1", "2", "3", "5"]})
    first.post(pages[1], sent(words[0], "body", "Three."))
    second.post(pages[1], {**sent(words[1], "subject", "Second"), "body": "One.\r\n\r\nTwo."})

    assert opened(first, pages[0])["weekdays"] == ["1", "2", "5"]
    assert {name: opened(first, pages[1])[name] for name in ("subject", "body")} == {
        "subject": ["Second"],
        "body": ["Three."],
    }


OF_ONE_PERSON_ALONE = {"MailAppForm", "DomainCapForm", "_MailboxForm", "MailboxForm", "ProviderForm"}


def test_every_form_of_a_row_can_be_open_twice() -> None:
    """Apart from those with secrets, and that of a single number."""
    every = [contact_rules, mail_preferences, pace, steps, writing]
    made = {one for module in every for one in vars(module).values() if isinstance(one, type)}
    alone = {one.__name__ for one in made if issubclass(one, forms.ModelForm) and not issubclass(one, Begun)}

    assert alone - {"ModelForm"} <= OF_ONE_PERSON_ALONE
