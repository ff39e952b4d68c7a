"""Making and changing the mailboxes of a workspace, for machines. Secrets go in, and never come out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from outreach.api.mailboxes import MailboxRow
from outreach.api.trials import colleague
from outreach.choices import OWN_MAILBOX, Encryption, TransportKind
from outreach.forms.sending import ADDRESS, MailboxForm, ProviderForm
from outreach.models import Mailbox
from outreach.services import mailboxes
from outreach.services.clock import database_now
from outreach.transports.providers import PROVIDERS

SMTP = "smtp"
KINDS = [(SMTP, "SMTP server"), *((one.key, one.label) for one in PROVIDERS.values())]
PLAIN = (*ADDRESS, *mailboxes.SERVER)


class MailboxSetup(StrictSerializer):
    """How a mailbox sends; what is not sent stays. A change asks for a new test.

    Of an SMTP server: host, port, encryption, username, password. Of a provider: in `settings` what its page in the
    workspace asks for, by name, secrets among them. A secret that is left out stays; none is ever shown.
    """

    kind = serializers.ChoiceField(choices=KINDS, required=False, help_text="An SMTP server, or which provider.")
    name = serializers.CharField(max_length=80, required=False)
    from_address = serializers.EmailField(max_length=254, required=False)
    from_name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    reply_domain = serializers.CharField(max_length=190, required=False, allow_blank=True)
    host = serializers.CharField(max_length=190, required=False)
    port = serializers.IntegerField(min_value=1, max_value=65535, required=False)
    encryption = serializers.ChoiceField(choices=Encryption.choices, required=False)
    username = serializers.CharField(max_length=190, required=False, allow_blank=True)
    password = serializers.CharField(max_length=2000, required=False, write_only=True, trim_whitespace=False)
    settings = serializers.DictField(
        child=serializers.CharField(max_length=2000, allow_blank=True), required=False, write_only=True
    )


class TestRequest(StrictSerializer):
    """Which colleague gets the test mail; whoever asks, unless that is a key."""

    to = serializers.UUIDField(required=False)


def changeable() -> QuerySet[Mailbox]:
    """The workspace's own: a colleague's is connected by its owner, a number for texts has its own page."""
    rows: QuerySet[Mailbox] = Mailbox.objects.for_mail().filter(owner=None).exclude(transport__in=OWN_MAILBOX)
    return rows


def _kind_of(mailbox: Mailbox) -> str:
    return mailbox.provider if mailbox.transport == TransportKind.ESP else SMTP


def _form(mailbox: Mailbox, kind: str, said: dict[str, Any]) -> MailboxForm | ProviderForm:
    """The page's own form, filled with what stands and what was sent."""
    stands = {name: getattr(mailbox, name) for name in PLAIN}
    if kind == SMTP:
        return MailboxForm({**stands, **said}, instance=mailbox)
    options = mailbox.options if mailbox.provider == kind else {}
    return ProviderForm({**stands, **options, **said, **said.get("settings", {})}, instance=mailbox, provider=kind)


def _save(view: TenantAPIView, request: Request, mailbox: Mailbox) -> Mailbox:
    said = MailboxSetup(data=request.data).sent()
    kind = said.pop("kind", None) or _kind_of(mailbox)
    form = _form(mailbox, kind, said)
    _refuse_unknown(form, said.get("settings", {}))
    if not form.is_valid():
        raise ValidationError(dict[str, Any](form.errors))
    stored = Mailbox() if mailbox._state.adding else load(changeable(), mailbox.pk)
    return mailboxes.save(mailbox=stored, setup=form.setup(), by=view.actor)


def _refuse_unknown(form: forms.BaseForm, settings: dict[str, str]) -> None:
    asked = {one.name for one in form.provider.asks} if isinstance(form, ProviderForm) else set[str]()
    if unknown := sorted(set(settings) - asked):
        raise ValidationError({"settings": [f"It does not ask for “{unknown[0][:60]}”."]})


class MailboxList(TenantAPIView):
    """All mailboxes, the main one first; a new one."""

    permissions = {"GET": Permission.TENANT_MANAGE, "POST": Permission.TENANT_MANAGE}

    @extend_schema(operation_id="mailbox_list", responses=MailboxRow(many=True))
    def get(self, request: Request) -> Response:
        return Response(MailboxRow(Mailbox.objects.order_by("-is_default", "name")[:200], many=True).data)

    @extend_schema(operation_id="mailbox_create", request=MailboxSetup, responses={201: MailboxRow})
    def post(self, request: Request) -> Response:
        return Response(MailboxRow(_save(self, request, Mailbox(name=""))).data, status=201)


class MailboxDetail(TenantAPIView):
    """One mailbox; a change of how it sends."""

    permissions = {"GET": Permission.TENANT_MANAGE, "PATCH": Permission.TENANT_MANAGE}

    @extend_schema(operation_id="mailbox_retrieve", responses=MailboxRow)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(MailboxRow(load(Mailbox, pk)).data)

    @extend_schema(operation_id="mailbox_change", request=MailboxSetup, responses=MailboxRow)
    def patch(self, request: Request, pk: UUID) -> Response:
        return Response(MailboxRow(_save(self, request, load(changeable(), pk))).data)


class MailboxMain(TenantAPIView):
    """From now on what names no mailbox leaves from this one."""

    permissions = {"POST": Permission.TENANT_MANAGE}

    @extend_schema(operation_id="mailbox_main", request=None, responses=MailboxRow)
    def post(self, request: Request, pk: UUID) -> Response:
        mailbox = load(changeable(), pk)
        mailboxes.make_main(mailbox=mailbox, by=self.actor)
        return Response(MailboxRow(mailbox).data)


class MailboxTest(TenantAPIView):
    """Sends a test mail to a colleague; over SMTP it only connects and logs in. What went wrong is the error."""

    permissions = {"POST": Permission.TENANT_MANAGE}

    @extend_schema(operation_id="mailbox_test", request=TestRequest, responses=MailboxRow)
    def post(self, request: Request, pk: UUID) -> Response:
        mailbox, said = load(changeable(), pk), TestRequest(data=request.data).sent()
        problem = mailboxes.try_server(mailbox=mailbox, to=colleague(self, said.get("to")).user.email)
        if problem:
            raise ValidationError({"detail": problem})
        mailboxes.record_test(mailbox=mailbox, now=database_now())
        return Response(MailboxRow(mailbox).data)


class ModeSerializer(serializers.Serializer[Any]):
    """`test`: mails go to the sandbox; `live`: they leave this system."""

    mail_mode = serializers.CharField()


class GoLive(TenantAPIView):
    """From now on mails leave this system. Needs a main mailbox that was tested."""

    permissions = {"POST": Permission.TENANT_MANAGE}

    @extend_schema(operation_id="sending_go_live", request=None, responses=ModeSerializer)
    def post(self, request: Request) -> Response:
        try:
            mailboxes.go_live(tenant=self.tenant, by=self.actor)
        except mailboxes.NotLive as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(ModeSerializer(self.tenant).data)


class TestMode(TenantAPIView):
    """From now on mails go to the sandbox again, those planned earlier too."""

    permissions = {"POST": Permission.TENANT_MANAGE}

    @extend_schema(operation_id="sending_test_mode", request=None, responses=ModeSerializer)
    def post(self, request: Request) -> Response:
        mailboxes.back_to_test(tenant=self.tenant, by=self.actor)
        return Response(ModeSerializer(self.tenant).data)
