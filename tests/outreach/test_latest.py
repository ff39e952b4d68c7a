"""What is new stands in mails as it is when they go, whoever put the person in; a preview reads like the mail."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from crm.models import Member, Tenant
from outreach import events as kinds
from outreach.choices import MessageState, StepKind
from outreach.models import Enrolment, OutboundMessage, SandboxMessage, Sequence, SequenceStep
from outreach.services import automation, ledger, outbox, overview, prepared, recipes, rules, simulator, tokens
from outreach.services.actions import Act, SentBy
from outreach.services.overview import NO_WAY_OUT, NO_WHY
from portal.choices import ContentKind
from portal.services import content
from talent.models import Candidate, Task
from talent.services import labels
from tests.factories.broadcasts import policy, started
from tests.factories.outreach import NOON, a_person, a_sequence, enrolled
from tests.outreach.test_automation import a_rule, an_event

pytestmark = pytest.mark.usefixtures("inside")
DAY = timedelta(days=1)
NEWS = """Hi,

{% if company_news_link %}Something happened here too: {{ company_news_title | default: "our latest news" }}
{{ company_news_link }}

{% endif %}How are you?
"""
POST = '{{ content_title | default: "Nothing new" }} {{ content_link | default: "nowhere" }}'


def publish(title: str, kind: ContentKind = ContentKind.NEWS, days: int = -1, now: datetime = NOON) -> None:
    by = Member.objects.first().actor  # type: ignore[union-attr]
    item = content.create(kind=kind, words=content.Words(title=title, body="More of it."), by=by)
    content.publish(item=item, by=by, now=now + days * DAY)


def sent(tenant: Tenant) -> OutboundMessage:
    """The one mail that is due, with the words that it goes with."""
    [message] = ledger.reserve(tenant=tenant, now=NOON).messages
    return message


def previewed(step: SequenceStep, person: Candidate, tenant: Tenant, message: OutboundMessage) -> tuple[str, str]:
    """Subject and text of the preview, with the ways out of the message."""
    place = overview.place_of(step, person, tenant)
    words = {"subject": step.subject_source, "body": step.body_source}
    shown = overview.preview(tenant=tenant, candidate=person, now=NOON, place=place, **words)
    assert shown.rendered is not None
    ways_out = {NO_WAY_OUT: "unsubscribe", NO_WHY: "why"}
    text = shown.rendered.text
    for address, kind in ways_out.items():
        text = text.replace(address, tokens.url(kind, tenant_id=tenant.pk, row_id=message.pk))  # type: ignore[arg-type]
    return shown.rendered.subject, text


def test_who_was_put_in_by_hand_reads_the_news_of_the_day_it_goes(tenant: Tenant, owner: Member) -> None:
    publish("We hired a fifth team", days=-20)
    enrolled(a_sequence(body=NEWS), [a_person()])
    publish("We open in Lisbon")

    text = sent(tenant).text

    assert "Something happened here too: We open in Lisbon\nhttp" in text
    assert "/p/acme/c/we-open-in-lisbon/" in text


def test_without_news_nothing_is_said_of_it(tenant: Tenant, owner: Member) -> None:
    enrolled(a_sequence(body=NEWS), [a_person()])

    assert sent(tenant).text.startswith("Hi,\n\nHow are you?")


def test_news_that_an_enrolment_holds_from_before_is_not_told(tenant: Tenant, owner: Member) -> None:
    enrolled(a_sequence(body=NEWS), [a_person()])
    Enrolment.objects.update(context={"company_news_title": "Old", "company_news_link": "https://example.com/old"})
    publish("We open in Lisbon")

    assert "Something happened here too: We open in Lisbon\n" in sent(tenant).text


def test_broadcast_reads_the_news(tenant: Tenant, owner: Member) -> None:
    a_person()
    policy(approval_people=0, approval_percent=0, approval_for_broad=False)
    publish("We open in Lisbon")

    started(body=NEWS)

    assert "Something happened here too: We open in Lisbon\n" in sent(tenant).text


def test_latest_article_stands_for_content_that_nothing_is_about(tenant: Tenant, owner: Member) -> None:
    publish("Locking down buckets", ContentKind.POST, days=-2)
    publish("We open in Lisbon")
    enrolled(a_sequence(body=POST), [a_person()])

    words = sent(tenant).text.split("\n")[0].split(" http")

    assert (words[0], words[1].endswith("/p/acme/c/locking-down-buckets/")) == ("Locking down buckets", True)


def test_title_of_one_never_meets_the_link_of_another(tenant: Tenant, owner: Member) -> None:
    publish("Locking down buckets", ContentKind.POST)
    a_rule("asset_downloaded", {"act": Act.ENROL.value, "sequence": str(a_sequence(body=POST).pk)})

    automation.react([an_event(kinds.ASSET_DOWNLOADED, a_person(), title="Zero trust in practice")])

    assert sent(tenant).text.startswith("Zero trust in practice nowhere\n")


def test_who_downloaded_nothing_is_not_told_that_they_did(tenant: Tenant, owner: Member) -> None:
    publish("Locking down buckets", ContentKind.POST)
    recipes.use(recipe=recipes.find("whitepaper"), by=owner.actor, member=owner, now=NOON)
    Sequence.objects.update(status="active")

    enrolled(Sequence.objects.get(), [a_person()])

    assert sent(tenant).subject == "You read “our paper”"


def test_enrolment_keeps_what_its_occasion_was_about_alone(owner: Member) -> None:
    publish("We open in Lisbon")
    rule = recipes.use(recipe=recipes.find("post"), by=owner.actor, member=owner, now=NOON)
    rules.turn_on(rule=rule, by=owner.actor, now=NOON)
    labels.set_skills(candidate=a_person(), names=["AWS"], by=owner.actor, now=NOON)

    automation.react([an_event(kinds.CONTENT_PUBLISHED, None, kind="post", title="Drills", topics=["aws"])])

    assert Enrolment.objects.get().context == {"content_title": "Drills", "content_link": "", "matched_skill": "AWS"}


# --- previews


def test_preview_is_what_is_sent_to_whom_a_rule_put_in(tenant: Tenant, owner: Member, recruiter: Member) -> None:
    """With the skill that matched, the news, and the colleague who writes to this person."""
    publish("We open in Lisbon")
    body = f"You know {{{{ matched_skill | default: 'much' }}}}.\n\n{NEWS}\n{{{{ sender_name }}}}"
    sequence = a_sequence(subject="For {{ matched_skill | default: 'you' }}", body=body, tracks_clicks=False)
    enrol = {"act": Act.ENROL.value, "sequence": str(sequence.pk), "sent_by": SentBy.LAST_SPOKEN.value}
    a_rule("content_published", enrol)
    person = a_person()
    labels.set_skills(candidate=person, names=["AWS"], by=owner.actor, now=NOON)
    automation.react([an_event(kinds.CONTENT_PUBLISHED, None, kind="post", title="Drills", topics=["aws"])])
    Enrolment.objects.update(sender=recruiter)

    message = sent(tenant)

    shown = previewed(sequence.steps.get(), person, tenant, message)
    assert shown == (message.subject, message.text)
    assert ("AWS" in shown[0], "We open in Lisbon" in shown[1], recruiter.user.display_name in shown[1]) == (True,) * 3


def test_preview_is_what_is_sent_to_whom_a_colleague_put_in(tenant: Tenant, owner: Member) -> None:
    publish("We open in Lisbon")
    publish("Locking down buckets", ContentKind.POST)
    sequence, person = a_sequence(body=f"{NEWS}\n{POST}", tracks_clicks=False), a_person()
    step = sequence.steps.get()
    enrolled(sequence, [person])
    [row] = OutboundMessage.objects.filter(state=MessageState.PLANNED).select_related(*outbox.LOADED)
    read, problem = outbox.words_of(row, tenant, NOON)

    message = sent(tenant)

    assert previewed(step, person, tenant, message) == (message.subject, message.text)
    assert (problem, "We open in Lisbon" in read.body, "Locking down buckets" in read.body) == ("", True, True)


def test_simulator_writes_what_would_go_and_counts_no_blank(tenant: Tenant, owner: Member) -> None:
    sequence, person = a_sequence(body="News: {{ company_news_title }}"), a_person()
    ids = [person.pk]
    before = simulator.simulate(sequence=sequence, candidate_ids=ids, tenant=tenant, now=NOON)
    publish("We open in Lisbon")

    found = simulator.simulate(sequence=sequence, candidate_ids=ids, tenant=tenant, now=NOON)

    [text] = simulator.texts(found, person, tenant)
    assert ([blank.tag for blank in before.blanks], found.blanks) == (["Latest company news"], [])
    assert text.preview.rendered is not None
    assert text.preview.rendered.text.startswith("News: We open in Lisbon\n")


def test_words_for_a_task_by_hand_read_the_news(tenant: Tenant, owner: Member) -> None:
    publish("We open in Lisbon")
    sequence = Sequence.objects.create(name="By hand", status="active")
    words = {"subject": "Write to them", "body": "News: {{ company_news_title }}"}
    step = SequenceStep.objects.create(sequence=sequence, position=0, kind=StepKind.LINKEDIN, **words)
    person = a_person()
    task = Task.objects.create(candidate=person, title="Write to them")
    Enrolment.objects.create(
        sequence=sequence, candidate=person, enrolled_at=NOON, current_step=step, waiting_for="task", task=task
    )

    found = prepared.of_task(task, tenant, NOON)

    assert found is not None
    assert found.words == "News: We open in Lisbon"


def test_pages_and_trials_read_the_news(tenant: Tenant, owner: Member, owner_client: Client) -> None:
    publish("We open in Lisbon", now=timezone.now())
    sequence, person = a_sequence(body=NEWS), a_person()
    step, base = sequence.steps.get(), "/o/acme"

    pages = [
        owner_client.get(f"{base}/sequences/{sequence.pk}/"),
        owner_client.get(f"{base}/steps/{step.pk}/edit/?as={person.pk}"),
        owner_client.post(f"{base}/templates/preview/", {"subject": "Hello", "body": NEWS, "as": str(person.pk)}),
    ]
    owner_client.post(f"{base}/steps/{step.pk}/trial/", {"as": str(person.pk)})

    assert ["Something happened here too: We open in Lisbon" in page.content.decode() for page in pages] == [True] * 3
    raw = bytes(SandboxMessage.objects.get().raw).decode()
    assert "Something happened here too: We open in Lisbon" in raw
