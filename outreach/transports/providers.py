"""The mail providers that a mailbox can send through: what each asks for, and how anymail calls it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """One thing to enter. Secrets are sealed; `choices` are (value, label); `pattern` must match the whole value."""

    name: str
    label: str
    help: str = ""
    is_secret: bool = True
    is_required: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    pattern: str = ""

    def fits(self, value: str) -> bool:
        return not self.pattern or re.fullmatch(self.pattern, value) is not None


@dataclass(frozen=True)
class Provider:
    """A provider. `backend` is anymail's class ("" where we speak to it ourselves); `urls` maps a region to its API."""

    key: str
    label: str
    asks: tuple[Asked, ...]
    backend: str = ""
    urls: Mapping[str, str] | None = None
    signs: str = ""  # the secret that its webhooks are signed with, where they are
    shows_pictures: bool = True  # whether its API takes pictures that the HTML names


EU_OR_US = (("us", "United States"), ("eu", "European Union"))
REGION = Asked("region", "Region", is_secret=False, choices=EU_OR_US)
NAME = r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?"
SIGNED = "Optional: with it, reports of what became of a mail are taken only when they are signed."

PROVIDERS = {
    provider.key: provider
    for provider in (
        Provider(
            "mailgun",
            "Mailgun",
            (
                Asked("sender_domain", "Sending domain", "As it stands in Mailgun.", is_secret=False, pattern=NAME),
                REGION,
                Asked("api_key", "API key"),
                Asked("signing_key", "Webhook signing key", SIGNED, is_required=False),
            ),
            "anymail.backends.mailgun.EmailBackend",
            {"us": "https://api.mailgun.net/v3", "eu": "https://api.eu.mailgun.net/v3"},
            signs="signing_key",
        ),
        Provider(
            "postmark",
            "Postmark",
            (
                Asked("server_token", "Server token"),
                Asked("message_stream", "Message stream", "Empty: the default one.", False, False, pattern=NAME),
            ),
            "anymail.backends.postmark.EmailBackend",
        ),
        Provider(
            "sendgrid",
            "SendGrid",
            (
                Asked("api_key", "API key"),
                Asked("signing_key", "Webhook verification key", SIGNED, is_required=False),
            ),
            "anymail.backends.sendgrid.EmailBackend",
            signs="signing_key",
        ),
        Provider(
            "ses",
            "Amazon SES",
            (
                Asked("region", "Region", "Such as eu-central-1.", is_secret=False, pattern=r"[a-z]{2}(-[a-z]+)+-\d"),
                Asked("access_key_id", "Access key ID", is_secret=False, pattern=r"[A-Z0-9]{16,128}"),
                Asked("secret_access_key", "Secret access key"),
                Asked(
                    "configuration_set",
                    "Configuration set",
                    "The one that reports to us through SNS.",
                    is_secret=False,
                    is_required=False,
                    pattern=r"[A-Za-z0-9_-]{1,64}",
                ),
            ),
        ),
        Provider(
            "brevo",
            "Brevo",
            (Asked("api_key", "API key"),),
            "anymail.backends.brevo.EmailBackend",
            shows_pictures=False,
        ),
        Provider(
            "mailjet",
            "Mailjet",
            (Asked("api_key", "API key"), Asked("secret_key", "Secret key")),
            "anymail.backends.mailjet.EmailBackend",
        ),
        Provider(
            "sparkpost",
            "SparkPost",
            (REGION, Asked("api_key", "API key")),
            "anymail.backends.sparkpost.EmailBackend",
            {"us": "https://api.sparkpost.com/api/v1/", "eu": "https://api.eu.sparkpost.com/api/v1/"},
        ),
        Provider(
            "resend",
            "Resend",
            (
                Asked("api_key", "API key"),
                Asked("signing_key", "Webhook signing secret", SIGNED, is_required=False, pattern=r"whsec_\S+"),
            ),
            "anymail.backends.resend.EmailBackend",
            signs="signing_key",
        ),
    )
}
OURS = ("region", "signing_key")  # not arguments of anymail's classes
