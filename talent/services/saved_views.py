"""Views of the list of candidates under a name: one's own or the team's, pinned to the rail, last used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Sum
from django.db.models.functions import Length
from django.http import QueryDict

from crm import paging, together
from crm.actors import Actor
from crm.models import Member
from crm.services import audit
from crm.together import Asked
from crm.unseen import one_line
from talent.models import SavedView, ViewPin
from talent.services import kept_rules, listing

MOST_PINS = 7
MOST_VIEWS, MOST_LETTERS = 200, 5_000_000  # of one member: so many views, so many letters of all their lists
NO_PART = ("view", "own", "after")  # of what is saved
USED_EVERY = timedelta(hours=1)


class NameTaken(ValueError):
    """The member has another view of that name."""


class TooManyPins(ValueError):
    """The rail has room for a few views only."""


class TooManyViews(ValueError):
    """A member has as many views as one may have; the message says how many, and what to do."""


class NotYours(ValueError):
    """Only who made a view may change it."""


def canonical(query: str | QueryDict) -> str:
    """A query string of the list as it is saved and compared: its rule spelled out, without empty values, in order."""
    said = QueryDict(kept_rules.spelled_out(query if isinstance(query, str) else query.urlencode()))
    pairs = sorted((n, v) for n, values in said.lists() if n not in NO_PART for v in values if v.strip())
    kept = QueryDict(mutable=True)
    for name, value in pairs:
        kept.appendlist(name, value)
    return kept.urlencode()


def _save(view: SavedView) -> None:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        if "saved_view_name_once" not in str(error):
            raise
        raise NameTaken(f"You have a view called “{view.name}” already.") from error


def _require_room(owner: Member, query: str, *, besides: UUID | None = None) -> None:
    """Raises TooManyViews where a member's views, archived ones too, would become too many or too long."""
    Member.objects.select_for_update().get(pk=owner.pk)
    others = SavedView.objects.filter(owner=owner).exclude(pk=besides)
    has = others.aggregate(views=Count("pk"), letters=Sum(Length("query"), default=0))
    if besides is None and has["views"] >= MOST_VIEWS:
        raise TooManyViews(
            f"You have {MOST_VIEWS} views, archived ones among them, and more are not kept. Delete one first."
        )
    if has["letters"] + len(query) > MOST_LETTERS:
        raise TooManyViews(
            f"The rules of all your views together may have {MOST_LETTERS:,} letters, and this one is too long for what"
            " is left. Delete a view with a long rule first, or make a segment of the rule."
        )


def _to_be_kept(query: str) -> str:
    """The query string as it is saved. Raises NotReadable."""
    query = canonical(query)
    if problems := listing.unreadable(query):
        raise listing.NotReadable(problems)
    return query


def _record(action: str, view: SavedView, by: Actor) -> None:
    audit.record(action=action, by=by, object_type="talent.savedview", object_id=view.pk)


def _require_owner(view: SavedView, member: Member) -> None:
    if view.owner_id != member.pk:
        raise NotYours("This view belongs to a colleague. Save it as a view of your own.")


@transaction.atomic
def create(*, name: str, query: str, is_shared: bool, owner: Member) -> SavedView:
    """A new view. Raises NameTaken, NotReadable or TooManyViews."""
    query = _to_be_kept(query)
    _require_room(owner, query)
    view = SavedView(name=one_line(name)[:80], query=query, is_shared=is_shared, owner=owner)
    _save(view)
    _record("saved_view.create", view, owner.actor)
    return view


@transaction.atomic
def change(
    *, view: SavedView, by: Member, name: str | None = None, query: str | None = None, is_shared: bool | None = None
) -> SavedView:
    """Rename a view, share it, or let it show something else.

    Raises NameTaken, NotReadable, NotYours or TooManyViews.
    """
    _require_owner(view, by)
    if query is not None:
        query = _to_be_kept(query)
        _require_room(by, query, besides=view.pk)
    view.name = view.name if name is None else one_line(name)[:80]
    view.query = view.query if query is None else query
    view.is_shared = view.is_shared if is_shared is None else is_shared
    _save(view)
    _record("saved_view.change", view, by.actor)
    return view


@transaction.atomic
def archive(*, view: SavedView, by: Member, now: datetime | None) -> SavedView:
    """Put a view away (and off every rail), or with `now` None take it back. Raises NotYours."""
    _require_owner(view, by)
    view.archived_at = now
    view.save(update_fields=["archived_at", "updated_at"])
    if now is not None:
        ViewPin.objects.filter(view=view).delete()
    _record("saved_view.change", view, by.actor)
    return view


@transaction.atomic
def delete(*, view: SavedView, by: Member) -> None:
    """Delete a view with its pins. Raises NotYours."""
    _require_owner(view, by)
    _record("saved_view.delete", view, by.actor)
    view.delete()


@transaction.atomic
def pin(*, view: SavedView, member: Member, is_pinned: bool) -> None:
    """Pin a view to a member's rail, as the last one, or unpin it. Raises TooManyPins."""
    if not is_pinned:
        ViewPin.objects.filter(view=view, member=member).delete()
        return
    places = list(ViewPin.objects.select_for_update().filter(member=member))
    if any(place.view_id == view.pk for place in places):
        return
    if len(places) >= MOST_PINS:
        raise TooManyPins(f"The rail has room for {MOST_PINS} views. Unpin another one first.")
    ViewPin.objects.create(view=view, member=member, position=max((p.position for p in places), default=0) + 1)


@transaction.atomic
def move(*, view: SavedView, member: Member, by: int) -> None:
    """Move a pinned view up (`by` -1) or down (1) in a member's rail."""
    places = list(ViewPin.objects.select_for_update().filter(member=member))
    here = next((n for n, place in enumerate(places) if place.view_id == view.pk), None)
    if here is None or not 0 <= here + by < len(places):
        return
    places.insert(here + by, places.pop(here))
    for number, place in enumerate(places):
        place.position = number
    ViewPin.objects.bulk_update(places, ["position"])


def opened(view: SavedView, now: datetime) -> None:
    """Remember that a view was used: at most one write an hour."""
    if view.last_used_at is None or now - view.last_used_at > USED_EVERY:
        SavedView.objects.filter(pk=view.pk).update(last_used_at=now)


def pinned(member: Member) -> list[SavedView]:
    """The views of a member's rail, in their order."""
    return together.rows(pins_of(member.pk))


@together.planned
def pins_of(member_id: UUID) -> Asked[SavedView]:
    rows = SavedView.objects.seen_by(member_id).in_use().filter(pins__member_id=member_id)
    return rows.order_by("pins__position", "pins__created_at")[:MOST_PINS]


def of(member: Member) -> list[SavedView]:
    """Every view that a member can see, their own first, the one used last first."""
    rows = SavedView.objects.seen_by(member.pk).select_related("owner__user")
    found = list(rows.order_by(F("last_used_at").desc(nulls_last=True), "name"))
    return sorted(found, key=lambda view: view.owner_id != member.pk)


def count(view: SavedView, *, now: datetime, zone: str) -> int:
    """How many people a view shows, counted to 10,001 at most."""
    asked, _ = listing.asked_of(QueryDict(view.query), zone)
    return paging.count(listing.matching(asked, now))


@dataclass(frozen=True)
class Counted:
    """A pinned view with how many people it shows."""

    view: SavedView
    count: int


def counted(member: Member, *, now: datetime, zone: str) -> Sequence[Counted]:
    return [Counted(view, count(view, now=now, zone=zone)) for view in pinned(member)]


def seen(pk: str, member_id: UUID | None) -> SavedView | None:
    """The view of this key, when the member may see it."""
    try:
        key = UUID(pk)
    except ValueError:
        return None
    return SavedView.objects.seen_by(member_id).filter(pk=key).first()
