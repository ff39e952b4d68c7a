"""What stands at no address: a page for people, a sentence in JSON for machines."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.defaults import page_not_found

API = "/api/v1/"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answers 404; below the API as `crm.api.views.handle_exception` does."""
    if API in request.path:
        return JsonResponse({"error": {"message": "There is nothing at this address.", "fields": {}}}, status=404)
    return page_not_found(request, exception)
