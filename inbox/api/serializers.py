"""Shapes of the hub's API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from crm.api.strict import StrictSerializer
from crm.models import Event
from inbox.choices import WRITTEN_BY
from inbox.services import classes, timeline_kinds


class ThreadOut(serializers.Serializer[Any]):
    """One conversation with one person. Moments are ISO 8601 in UTC."""

    id = serializers.UUIDField()
    candidate_id = serializers.UUIDField()
    channel = serializers.CharField()
    subject = serializers.CharField()
    last_message_at = serializers.DateTimeField()
    last_reply_at = serializers.DateTimeField()
    needs_reply_since = serializers.DateTimeField(allow_null=True)


class AttachmentOut(serializers.Serializer[Any]):
    """A file of a message; fetch it at the message's page."""

    id = serializers.UUIDField()
    name = serializers.CharField(source="file.name")
    content_type = serializers.CharField(source="file.content_type")
    size = serializers.IntegerField(source="file.size", help_text="Bytes.")


class MessageOut(serializers.Serializer[Any]):
    """One message that came in. `text` is what was written now, `full_text` all of it; `candidate_id` may be null."""

    id = serializers.UUIDField()
    thread_id = serializers.UUIDField(allow_null=True)
    candidate_id = serializers.UUIDField(allow_null=True)
    outbound_id = serializers.UUIDField(allow_null=True)
    kind = serializers.CharField()
    reply_class = serializers.CharField(help_text="What it means for us; empty where that is not clear.")
    classed_by = serializers.CharField(help_text="The colleague who corrected the class.")
    matched_by = serializers.CharField()
    from_name = serializers.CharField()
    from_address = serializers.CharField()
    to_addresses = serializers.ListField(child=serializers.CharField())
    subject = serializers.CharField()
    text = serializers.CharField()
    full_text = serializers.CharField()
    sent_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    message_id = serializers.CharField()
    returns_on = serializers.DateField(allow_null=True)
    is_hard = serializers.BooleanField()
    attachments = AttachmentOut(many=True)


class TextMessageOut(serializers.Serializer[Any]):
    """One text message that came in. `candidate_id` is null where its number is nobody's, or several people's."""

    id = serializers.UUIDField()
    candidate_id = serializers.UUIDField(allow_null=True)
    sender = serializers.CharField(help_text="E.164.")
    body = serializers.CharField()
    keyword = serializers.CharField(help_text="stop, start, help; empty: an answer.")
    reply_class = serializers.CharField(help_text="What it means for us; empty where that is not clear.")
    classed_by = serializers.CharField(help_text="The colleague who corrected the class.")
    received_at = serializers.DateTimeField()


class SaidOut(serializers.Serializer[Any]):
    """One message of a conversation, of either side."""

    id = serializers.UUIDField()
    direction = serializers.ChoiceField(choices=["in", "out"])
    who = serializers.CharField()
    at = serializers.DateTimeField()
    subject = serializers.CharField()
    text = serializers.CharField()
    state = serializers.CharField()
    reply_class = serializers.CharField(help_text="Of theirs: what it means for us; empty where that is not clear.")


class EventOut(serializers.Serializer[Any]):
    """One event of a person's timeline; `words` is its sentence, `data` its facts."""

    id = serializers.UUIDField(source="pk")
    kind = serializers.CharField()
    occurred_at = serializers.DateTimeField()
    actor = serializers.CharField(source="actor_label")
    words = serializers.SerializerMethodField()
    subject_type = serializers.CharField()
    subject_id = serializers.UUIDField(allow_null=True)
    data = serializers.JSONField()  # type: ignore[assignment]

    def get_words(self, event: Event) -> str:
        return timeline_kinds.kind_of(event).words(event)


class InboundOut(serializers.Serializer[Any]):
    """A stored mail: it is read within seconds."""

    id = serializers.UUIDField()
    state = serializers.CharField()


class ClassIn(StrictSerializer):
    """What an answer means; empty where that is not clear. Or `kind`: who wrote it, the class is then read from it.

    Where a machine's answer turns out to be a person's, or the other way round, what it did to clocks, conversation and
    sequences is put right.
    """

    reply_class = serializers.ChoiceField(choices=classes.SAID, allow_blank=True, required=False)
    kind = serializers.ChoiceField(choices=WRITTEN_BY, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs:
            raise serializers.ValidationError({"reply_class": ["Say what it means, or who wrote it."]})
        return attrs


class ReplyIn(StrictSerializer):
    """An answer. The same `request_id` is sent once only."""

    request_id = serializers.UUIDField()
    text = serializers.CharField(max_length=50000)


class LetterIn(ReplyIn):
    """A first mail."""

    subject = serializers.CharField(max_length=200)


class OutboundOut(serializers.Serializer[Any]):
    """A planned message; it goes at `due_at`."""

    id = serializers.UUIDField()
    state = serializers.CharField()
    due_at = serializers.DateTimeField()
    put_off_words = serializers.CharField(help_text="Why it waits; empty where nothing keeps it back.")
