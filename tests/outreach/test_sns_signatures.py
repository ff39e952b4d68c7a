"""Notices of Amazon SNS: only Amazon's own are believed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from outreach.models import ProviderCall
from outreach.services import provider_events, sns_signatures
from outreach.services.sns_signatures import NotSigned
from tests.fakes import sns


def test_text_that_is_signed_is_that_of_the_guide() -> None:
    """The form of the Developer Guide: names and values on lines of their own, in order, no field that is missing."""
    notice = {"Type": "Notification", "TopicArn": "arn", "Message": "Hi", "MessageId": "m", "Timestamp": "t"}

    assert (
        sns_signatures.text_of(notice)
        == b"Message\nHi\nMessageId\nm\nTimestamp\nt\nTopicArn\narn\nType\nNotification\n"
    )
    confirmation = {**notice, "Type": "SubscriptionConfirmation", "Token": "k", "SubscribeURL": "u", "Subject": "no"}
    assert b"SubscribeURL\nu\nTimestamp\nt\nToken\nk\n" in sns_signatures.text_of(confirmation)
    assert b"Subject" not in sns_signatures.text_of(confirmation)


@pytest.mark.parametrize("version", ["1", "2"])
def test_notice_of_amazon_is_believed(version: str) -> None:
    sns_signatures.check(sns.signed(version, Message="{}", Subject="Report"))


@pytest.mark.parametrize(
    "change",
    [
        {"Message": "other"},
        {"Subject": "added"},
        {"Signature": "AAAA"},
        {"Signature": "no base64"},
        {"SignatureVersion": "3"},
        {"SigningCertURL": "https://sns.eu-central-1.amazonaws.com.evil.test/SimpleNotificationService-0a0a.pem"},
        {"SigningCertURL": "https://evil.test/sns.eu-central-1.amazonaws.com/SimpleNotificationService-0a.pem"},
        {"SigningCertURL": sns.ADDRESS.replace("https", "http")},
        {"SigningCertURL": sns.ADDRESS.replace("sns.", "bucket.s3.")},
        {"SigningCertURL": sns.ADDRESS + "?x=1"},
        {"SigningCertURL": ""},
    ],
)
def test_everything_else_is_refused(change: dict[str, Any]) -> None:
    notice = sns.signed(Message="{}") | change

    with pytest.raises(NotSigned):
        sns_signatures.check(notice)


def test_confirmation_that_is_not_signed_is_not_followed() -> None:
    """Nobody is asked for an address that somebody else than Amazon names."""
    notice = {"Type": "SubscriptionConfirmation", "SubscribeURL": "https://sns.eu-central-1.amazonaws.com/"}

    with pytest.raises(NotSigned):
        provider_events.read(ProviderCall(provider="ses", body=json.dumps(notice).encode()))
