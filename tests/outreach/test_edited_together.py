"""Two people edit the same words or rules of outreach at once: nothing that one of them saved is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.models import Broadcast, Mailbox, MessageTemplate, Sequence, SequenceStep, Snippet, Topic
from outreach.services import contact_rules
from tests.conftest import logged_in
from tests.edited import opened
from tests.factories.broadcasts import a_broadcast
from tests.factories.outreach import a_sequence


@pytest.fixture
def anna(recruiter: Member) -> Client:
    return logged_in(recruiter)


@pytest.fixture
def ben(owner: Member) -> Client:
    return logged_in(owner)


def both(anna: Client, ben: Client, path: str, hers: dict[str, Any], his: dict[str, Any]) -> None:
    """They open the same form; she saves, then he does."""
    first, second = opened(anna, path), opened(ben, path)
    for client, sent in ((anna, first | hers), (ben, second | his)):
        answer = client.post(path, sent)
        assert answer.status_code == 302, answer.content.decode()


def test_rules_and_steps_of_a_sequence(tenant: Tenant, anna: Client, ben: Client) -> None:
    with open_tenant(tenant):
        sequence = a_sequence()
        Sequence.objects.update(weekdays=[1, 2, 3])
        step = SequenceStep.objects.filter(sequence=sequence, kind="email")[0]

    home = "/o/acme/sequences"
    both(anna, ben, f"{home}/{sequence.pk}/edit/", {"weekdays": ["1", "2"]}, {"weekdays": ["1", "2", "3", "5"]})
    both(anna, ben, f"/o/acme/steps/{step.pk}/edit/", {"subject": "Hers"}, {"body": "One.\r\n\r\nTwo."})
    with open_tenant(tenant):
        assert Sequence.objects.get(pk=sequence.pk).weekdays == [1, 2, 5]
        step = SequenceStep.objects.get(pk=step.pk)
    assert (step.subject, step.body.split()) == ("Hers", ["One.", "Two."])


def test_words_that_are_used_again(tenant: Tenant, anna: Client, ben: Client) -> None:
    with open_tenant(tenant):
        template = MessageTemplate.objects.create(name="Hello", subject="Hi", body="One.\n\nTwo.")
        snippet = Snippet.objects.create(name="where", body="Here.")
        topic = Topic.objects.create(name="News", description="What happens.")

    both(anna, ben, f"/o/acme/templates/{template.pk}/edit/", {"subject": "Hers"}, {"body": "One.\r\n\r\nTwo."})
    both(anna, ben, f"/o/acme/templates/{template.pk}/edit/", {"body": "Three."}, {"body": "Three."})
    both(anna, ben, f"/o/acme/snippets/{snippet.pk}/edit/", {"body": "There."}, {"name": "place"})
    both(ben, ben, f"/o/acme/settings/topics/{topic.pk}/", {"description": "Hers."}, {"name": "His"})
    with open_tenant(tenant):
        assert MessageTemplate.objects.values_list("subject", "body").get(pk=template.pk) == ("Hers", "Three.")
        assert Snippet.objects.values_list("name", "body").get(pk=snippet.pk) == ("place", "There.")
        assert Topic.objects.values_list("name", "description").get(pk=topic.pk) == ("His", "Hers.")


def test_a_text_that_both_changed_comes_back(tenant: Tenant, anna: Client, ben: Client) -> None:
    with open_tenant(tenant):
        template = MessageTemplate.objects.create(name="Hello", subject="Hi", body="Long ago.")
    path = f"/o/acme/templates/{template.pk}/edit/"
    hers, his = opened(anna, path) | {"body": "Hers."}, opened(ben, path) | {"body": "His."}

    assert anna.post(path, hers).status_code == 302
    answer = ben.post(path, his)

    assert answer.status_code == 422
    assert "It says “Hers.” now" in answer.content.decode()


def test_broadcasts_and_what_a_workspace_sends(tenant: Tenant, anna: Client, ben: Client) -> None:
    with open_tenant(tenant):
        broadcast = a_broadcast()
        mailbox = Mailbox.objects.create(name="Jobs", from_address="jobs@acme.test")

    both(anna, ben, f"/o/acme/broadcasts/{broadcast.pk}/edit/", {"subject": "Hers"}, {"name": "His"})
    both(ben, ben, "/o/acme/settings/contact-rules/", {"cool_down_days": "77"}, {"sender_gap_days": "9"})
    both(ben, ben, "/o/acme/settings/workspace/", {"name": "Hers"}, {"time_zone": "Asia/Tokyo"})
    both(ben, ben, f"/o/acme/mailboxes/{mailbox.pk}/pace/", {"daily_cap": "70"}, {"gap_seconds": "9"})
    with open_tenant(tenant):
        assert Broadcast.objects.values_list("subject", "name").get(pk=broadcast.pk) == ("Hers", "His")
        rules = contact_rules.current()
        mailbox = Mailbox.objects.get(pk=mailbox.pk)
    assert Tenant.objects.values_list("name", "time_zone").get(pk=tenant.pk) == ("Hers", "Asia/Tokyo")
    assert (rules.cool_down_days, rules.sender_gap_days) == (77, 9)
    assert (mailbox.daily_cap, mailbox.gap_seconds) == (70, 9)
