"""What analytics shows on other pages."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils import timezone

from analytics.services import messages, spans
from crm.access import zone
from crm.requests import MemberRequest


def this_week(request: MemberRequest, _thing: object) -> str:
    """On the start page: what went out this week, and how many answered."""
    span = spans.this_week(timezone.now(), zone(request.tenant.time_zone))
    words = {
        "sent": messages.sent(span).count(),
        "replied": sum(messages.replied_by_week(span).values()),
        "tenant": request.tenant,
        "span": span,
    }
    return render_to_string("analytics/partials/this_week.html", words, request)
