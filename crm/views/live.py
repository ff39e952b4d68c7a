"""What the shell's elements ask for: search in the palette, and whether anything is new."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse

from crm import navigation
from crm.access import member
from crm.registry import PaletteSource, registered
from crm.requests import MemberRequest
from crm.services import liveness

PREFIXES = "@#"
SHORTEST = 2


def _sources(request: MemberRequest, typed: str) -> tuple[list[PaletteSource], str]:
    """The sources that the typed text is for, and the words without the prefix."""
    prefix = typed[:1] if typed[:1] in PREFIXES else ""
    held = request.member.permissions
    open_to_member = [s for s in registered.palette if s.permission is None or s.permission in held]
    return [s for s in open_to_member if not prefix or s.prefix == prefix], typed.removeprefix(prefix).strip()


@member()
def palette(request: MemberRequest) -> JsonResponse:
    """`?q=` -> {"groups": [{"label", "items": [{"title", "subtitle", "url", "shortcut"}]}]}."""
    sources, words = _sources(request, request.GET.get("q", "").replace("\x00", "").strip())
    groups = []
    if len(words) >= SHORTEST:
        found = [(source.label, source.search(request, words)) for source in sources]
        groups = [{"label": label, "items": [asdict(item) for item in items]} for label, items in found if items]
    return JsonResponse({"groups": groups})


def _candidate(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Http404("No such candidate.") from error


@member()
def live(request: MemberRequest) -> HttpResponse:
    """`?since=TOKEN[&candidate=ID]` -> 204 when nothing is new, else {"token", "badges", "topics"}."""
    candidate = _candidate(request.GET.get("candidate", ""))
    token = liveness.version(candidate)
    if token == request.GET.get("since"):
        return HttpResponse(status=204)
    return JsonResponse(
        {"token": token, "badges": navigation.badges(request), "topics": ["candidate"] if candidate else []}
    )
