"""The API of sending: deciding what is unknown, late mails, previews and trials, results, senders and recipes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from crm.models import AuditEntry, Member, Tenant
from crm.permissions import Role
from crm.services import api_keys
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import HoldReason, MessageState
from outreach.models import Mailbox, MessageEvent, OutboundMessage, SandboxMessage, Sequence, SequenceStep
from tests.conftest import logged_in
from tests.factories.broadcasts import a_broadcast
from tests.factories.outreach import NOON, a_person, a_sequence, enrolled

BASE = "/o/acme/api/v1"
JSON = "application/json"
KeyOf = Callable[[Role], Client]


@pytest.fixture
def key_of(tenant: Tenant, owner: Member) -> KeyOf:
    """A program with a key of some role."""

    def make(role: Role) -> Client:
        with open_tenant(tenant):
            _, secret = api_keys.create(name="Script", by=owner.actor, role=role)
        return Client(headers={"Authorization": f"Bearer {secret}"})

    return make


@pytest.fixture
def message(tenant: Tenant) -> OutboundMessage:
    """A mail of a sequence, to Maya; nobody knows whether it left."""
    with open_tenant(tenant):
        [row] = enrolled(a_sequence(name="Engineers", waits=[3]), [a_person()])
        row.state, row.handed_over_at = MessageState.UNKNOWN, NOON
        row.save()
    return row


def post(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"{BASE}/{path}", body, content_type=JSON)


@pytest.mark.parametrize(
    ("decision", "state"), [("arrived", "accepted"), ("send_again", "planned"), ("give_up", "refused")]
)
def test_unknown_message_is_decided_once(
    key_of: KeyOf, tenant: Tenant, message: OutboundMessage, decision: str, state: str
) -> None:
    key, path = key_of(Role.RECRUITER), f"messages/{message.pk}/settle/"

    first, second = (post(key, path, decision=decision) for _ in range(2))

    assert (first.status_code, first.json()["state"], second.status_code) == (200, state, 400)
    with open_tenant(tenant):
        assert AuditEntry.objects.get(action="message.settle").facts == {"decision": decision}


@pytest.mark.parametrize("body", [{}, {"decision": "forget"}, {"decision": "arrived", "state": "delivered"}])
def test_decision_is_one_of_three(key_of: KeyOf, message: OutboundMessage, body: dict[str, str]) -> None:
    assert post(key_of(Role.RECRUITER), f"messages/{message.pk}/settle/", **body).status_code == 400


def test_late_mails_are_let_go(key_of: KeyOf, tenant: Tenant, message: OutboundMessage) -> None:
    late = {"state": MessageState.PLANNED, "is_held": True, "held_for": HoldReason.LATE, "handed_over_at": None}
    with open_tenant(tenant):
        OutboundMessage.objects.update(**late)

    said = [post(key_of(Role.RECRUITER), "outbox/send-late/").json() for _ in range(2)]

    assert said == [{"released": 1}, {"released": 0}]


def step_of(tenant: Tenant, position: int = 0) -> SequenceStep:
    with open_tenant(tenant):
        found: SequenceStep = SequenceStep.objects.get(position=position)
        return found


def test_step_is_read_as_somebody_gets_it(key_of: KeyOf, tenant: Tenant, message: OutboundMessage) -> None:
    with open_tenant(tenant):
        other = a_person("Ada Byron")
        step = step_of(tenant)
    path = f"{BASE}/steps/{step.pk}/preview/"

    newest, chosen = (
        key_of(Role.HIRING_MANAGER).get(path, asked).json() for asked in ({}, {"candidate": message.candidate_id})
    )

    assert (newest["name"], chosen["name"]) == (other.name, "Maya Lindqvist")
    assert (chosen["subject"], chosen["problems"], chosen["blanks"], chosen["problem"]) == ("Hello", [], [], "")
    assert "Hi Maya," in chosen["text"]
    assert chosen["html"].startswith("<p>Hi Maya,")
    assert chosen["worst"][0] == {
        "difficulty": "The longest name",
        "candidate": str(message.candidate_id),
        "name": "Maya Lindqvist",
    }


def test_wait_has_nothing_to_read(key_of: KeyOf, tenant: Tenant, message: OutboundMessage) -> None:
    step = step_of(tenant, position=1)

    assert key_of(Role.RECRUITER).get(f"{BASE}/steps/{step.pk}/preview/").status_code == 400


def test_preview_needs_a_person(key_of: KeyOf, tenant: Tenant) -> None:
    with open_tenant(tenant):
        step = a_sequence().steps.get()

    refused = key_of(Role.RECRUITER).get(f"{BASE}/steps/{step.pk}/preview/")

    assert (refused.status_code, "Add a candidate" in refused.json()["error"]["message"]) == (400, True)


def trials(tenant: Tenant) -> list[tuple[str, str]]:
    with open_tenant(tenant):
        rows = SandboxMessage.objects.filter(outbound=None).order_by("pk")
        return list(rows.values_list("to_address", "subject"))


def paths_of_trials(tenant: Tenant, owner: Client) -> list[str]:
    """Of a step, a broadcast and a template."""
    made = post(owner, "templates/", name="First", subject="Hi {{ first_name }}", body="Hello").json()["id"]
    with open_tenant(tenant):
        return [
            f"{kind}/{pk}/trial/"
            for kind, pk in (
                ("steps", step_of(tenant).pk),
                ("broadcasts", a_broadcast().pk),
                ("templates", made),
            )
        ]


@pytest.mark.usefixtures("message")
def test_member_tries_mails_on_themselves(tenant: Tenant, recruiter: Member, owner: Member) -> None:
    mine = logged_in(recruiter)

    answers = [post(mine, path, to=str(owner.pk)) for path in paths_of_trials(tenant, mine)]

    assert [one.json()["address"] for one in answers] == [recruiter.user.email] * 3
    assert [subject for _, subject in trials(tenant)] == ["[Test] Hello", "[Test] What we built", "[Test] Hi Maya"]


@pytest.mark.usefixtures("message")
def test_key_names_the_colleague(key_of: KeyOf, tenant: Tenant, owner: Member, outsider: Member) -> None:
    key, path = key_of(Role.RECRUITER), f"steps/{step_of(tenant).pk}/trial/"

    seen = [post(key, path, **body).status_code for body in ({}, {"to": str(outsider.pk)}, {"to": str(owner.pk)})]

    assert (seen, trials(tenant)) == ([400, 400, 200], [(owner.user.email, "[Test] Hello")])


@pytest.mark.usefixtures("message")
def test_trial_as_somebody_of_another_workspace_is_not_sent(key_of: KeyOf, tenant: Tenant, owner: Member) -> None:
    body = {"to": str(owner.pk), "candidate": str(uuid4())}

    assert post(key_of(Role.RECRUITER), f"steps/{step_of(tenant).pk}/trial/", **body).status_code == 404


def test_results_count_each_mail(key_of: KeyOf, tenant: Tenant, message: OutboundMessage) -> None:
    with open_tenant(tenant):
        OutboundMessage.objects.update(state=MessageState.DELIVERED)
        MessageEvent.objects.create(message=message, kind="replied", occurred_at=NOON)
        MessageEvent.objects.create(message=message, kind="opened", occurred_at=NOON, by="bot")
        sequence = Sequence.objects.get()

    said = key_of(Role.HIRING_MANAGER).get(f"{BASE}/sequences/{sequence.pk}/results/").json()

    assert said["states"] == {"active": 1, "paused": 0, "finished": 0, "stopped": 0}
    none = {"opened": 0, "clicked": 0, "bounced": 0}
    first, second = step_of(tenant), step_of(tenant, position=2)
    assert said["mails"] == [
        {"step": str(first.pk), "number": 1, "subject": "Hello", "sent": 1, "replied": 1, **none},
        {"step": str(second.pk), "number": 2, "subject": "Again 1", "sent": 0, "replied": 0, **none},
    ]


def test_sequence_has_a_sender_and_a_mailbox(
    key_of: KeyOf, tenant: Tenant, recruiter: Member, outsider: Member
) -> None:
    with open_tenant(tenant):
        mailbox = Mailbox.objects.create(name="Second", from_address="two@acme.test")
        number = Mailbox.objects.create(name="Texts", from_address="+46700000000", transport="twilio")
    key = key_of(Role.RECRUITER)
    named = {"sender": str(recruiter.pk), "mailbox": str(mailbox.pk)}
    made = post(key, "sequences/", name="Engineers", **named).json()
    path = f"{BASE}/sequences/{made['id']}/"

    wrong = [{"sender": str(outsider.pk)}, {"mailbox": str(number.pk)}, {"mailbox": str(uuid4())}]
    refused = [key.patch(path, one, content_type=JSON).status_code for one in wrong]
    kept = key.get(path).json()
    emptied = key.patch(path, {"sender": None, "mailbox": None}, content_type=JSON).json()

    assert (refused, {name: kept[name] for name in named}) == ([400] * 3, named)
    assert [emptied[name] for name in named] == [None, None]


def test_sequence_of_a_member_is_theirs(recruiter: Member) -> None:
    made = post(logged_in(recruiter), "sequences/", name="Engineers").json()

    assert made["sender"] == str(recruiter.pk)


def test_recipes_are_listed_and_used_by_their_keys(key_of: KeyOf) -> None:
    key = key_of(Role.RECRUITER)

    listed = key.get(f"{BASE}/automation/recipes/").json()
    made = [post(key, f"automation/recipes/{one['key']}/") for one in listed]

    assert [one["key"] for one in listed] == ["whitepaper", "post", "check-in"]
    assert [mail["subject"] for mail in listed[0]["mails"]][1] == "Our next tech talks"
    assert [(one.status_code, one.json()["name"]) for one in made] == [(201, one["name"]) for one in listed]
    assert post(key, "automation/recipes/none/").status_code == 404


@pytest.mark.parametrize("role", [Role.HIRING_MANAGER, Role.VIEWER])
@pytest.mark.parametrize(
    "path", ["messages/{message}/settle/", "outbox/send-late/", "steps/{step}/trial/", "automation/recipes/post/"]
)
def test_roles_that_only_look_change_nothing(
    key_of: KeyOf, tenant: Tenant, message: OutboundMessage, path: str, role: Role
) -> None:
    asked = path.format(message=message.pk, step=step_of(tenant).pk)

    assert post(key_of(role), asked, decision="arrived").status_code == 403


@pytest.mark.parametrize("path", ["steps/{step}/preview/", "sequences/{sequence}/results/", "messages/{message}/"])
def test_another_workspace_finds_nothing(
    key_of: KeyOf, tenant: Tenant, outsider: Member, message: OutboundMessage, path: str
) -> None:
    step = step_of(tenant)
    asked = path.format(step=step.pk, sequence=step.sequence_id, message=message.pk)

    stranger = logged_in(outsider)

    roots = (BASE, BASE.replace("acme", outsider.tenant.slug))
    assert [stranger.get(f"{root}/{asked}").status_code for root in roots] == [404, 404]
