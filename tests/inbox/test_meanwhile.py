"""Two colleagues write to one person at once, or the person adds a word: nobody sends past the other unknowingly."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.test import Client

from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from inbox.models import Thread
from outreach.models import OutboundMessage
from tests.edited import Fields
from tests.factories.inbox import a_mail, a_sent_message, deliver
from tests.factories.talent import a_candidate
from tests.ground import shared

WHILE = "wrote while you were writing"


@shared
def thread(tenant: Tenant) -> Thread:
    with open_tenant(tenant):
        deliver(tenant, a_mail(In_Reply_To=a_sent_message().message_id))
        return Thread.objects.select_related("candidate").get()


def form_in(page: HttpResponse) -> dict[str, Any]:
    reader = Fields()
    for form in page.content.decode().split("<form")[1:]:
        if 'name="began"' in form:
            reader.feed("<form" + form.split("</form>")[0])
    return reader.sent


def planned(tenant: Tenant) -> list[str]:
    with open_tenant(tenant):
        return sorted(OutboundMessage.objects.exclude(text="").filter(state="planned").values_list("text", flat=True))


def texts(tenant: Tenant, *words: str) -> bool:
    found = " ".join(planned(tenant))
    return [word in found for word in words] == [True] * len(words)


def test_second_answer_is_asked_about_once(tenant: Tenant, thread: Thread, anna: Client, ben: Client) -> None:
    address, answer = f"/o/acme/inbox/{thread.pk}/", f"/o/acme/inbox/{thread.pk}/reply/"
    of_anna, of_ben = (form_in(client.get(address)) for client in (anna, ben))

    anna.post(answer, of_anna | {"text": "Tuesday at ten?"})
    held = ben.post(answer, of_ben | {"text": "Thursday?"})
    only = texts(tenant, "Thursday?")
    again = ben.post(answer, form_in(held) | {"text": "Thursday?"})

    assert (held.status_code, WHILE in held.content.decode(), "Tuesday at ten?" in held.content.decode()) == (
        422,
        True,
        True,
    )
    assert (only, again.status_code, texts(tenant, "Tuesday", "Thursday")) == (False, 302, True)


def test_answer_of_the_person_is_told(tenant: Tenant, thread: Thread, anna: Client) -> None:
    form = form_in(anna.get(f"/o/acme/inbox/{thread.pk}/"))
    with open_tenant(tenant):
        sent = OutboundMessage.objects.get()
        deliver(tenant, a_mail("Forget it, I signed elsewhere.", uid="2", In_Reply_To=sent.message_id))

    held = anna.post(f"/o/acme/inbox/{thread.pk}/reply/", form | {"text": "Tuesday?"})

    assert (held.status_code, "I signed elsewhere" in held.content.decode()) == (422, True)


def test_ones_own_word_holds_nothing_up(tenant: Tenant, thread: Thread, anna: Client) -> None:
    pages = [form_in(anna.get(f"/o/acme/inbox/{thread.pk}/")) for _ in range(2)]

    codes = [anna.post(f"/o/acme/inbox/{thread.pk}/reply/", one | {"text": "Hm"}).status_code for one in pages]

    assert codes == [302, 302]


def test_two_first_mails_at_once(tenant: Tenant, anna: Client, ben: Client) -> None:
    with open_tenant(tenant):
        path = f"/o/acme/candidates/{a_candidate('Mia Berg', 'mia@example.com').pk}/write/"
    of_anna, of_ben = (form_in(client.get(path)) for client in (anna, ben))

    first = anna.post(path, of_anna | {"subject": "Hello", "text": "From Anna"})
    second = ben.post(path, of_ben | {"subject": "Hello", "text": "From Ben"})

    assert (first.status_code, second.status_code, WHILE in second.content.decode()) == (302, 422, True)
