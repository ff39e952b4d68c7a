"""Notes of the team about a person: who reads them, and what they said before."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q

from crm.models import Member
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from crm.viewing import viewer
from talent.choices_notes import NoteVisibility
from talent.models.candidate import Candidate


class NoteQuerySet(TenantQuerySet["Note"]):
    """Notes of the current tenant."""

    def visible(self) -> NoteQuerySet:
        """Those that whoever looks may read (see `crm.viewing`)."""
        who = viewer()
        if who.is_machinery:
            return self
        if who.member_id is None:
            return self.open_to_all()
        named = NoteReader.objects.filter(note_id=OuterRef("pk"), member_id=who.member_id).fenced()
        mine = Q(author_id=who.member_id) | Q(Q(visibility=NoteVisibility.CHOSEN), Exists(named))
        return self.filter(Q(visibility=NoteVisibility.TEAM) | mine)

    def open_to_all(self) -> NoteQuerySet:
        """What search, segments and everything that is computed once for everybody may read."""
        return self.filter(visibility=NoteVisibility.TEAM)

    def quotable(self) -> NoteQuerySet:
        """Those whose first line mails to the person may name."""
        return self.open_to_all().filter(is_quotable=True)

    def pinned(self) -> NoteQuerySet:
        return self.filter(pinned_at__isnull=False).order_by("-pinned_at")


class NoteManager(TenantManager.from_queryset(NoteQuerySet)):  # type: ignore[misc]
    """Notes of the current tenant that whoever looks may read."""

    BY_VIEWER = True

    def beginning(self, rows: NoteQuerySet) -> NoteQuerySet:
        return rows.visible()


class Note(TenantModel):
    """Internal text; the person sees it at most where `may_be_shown` says so, when they ask what is kept of them."""

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="notes", db_index=False)
    author = TenantForeignKey(Member, on_delete=models.SET_NULL, related_name="+", null=True)
    text = models.TextField(max_length=10000)
    visibility = models.CharField(max_length=8, choices=NoteVisibility, default=NoteVisibility.TEAM)
    may_be_shown = models.BooleanField(default=False, help_text="May be seen by the candidate.")
    is_quotable = models.BooleanField(
        default=False, help_text="Mails may name its first line as what was talked about."
    )
    pinned_at = models.DateTimeField(null=True, blank=True, editable=False)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[NoteManager] = NoteManager()
    whole_table = TenantManager()  # for Django's own joins and deletions

    class Meta(TenantModel.Meta):
        base_manager_name = "whole_table"
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_quotable=False) | Q(visibility=NoteVisibility.TEAM), name="note_quotable_is_open"
            )
        ]
        indexes = [models.Index(fields=["tenant", "candidate", "-created_at"], name="note_by_candidate")]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def topic(self) -> str:
        """Its first line, which mails name where it is quotable."""
        return next((line.strip() for line in self.text.splitlines() if line.strip()), "")

    @property
    def is_open(self) -> bool:
        return self.visibility == NoteVisibility.TEAM

    def may_be_changed_by(self, member_id: UUID | None) -> bool:
        """Its words, and who reads them, are the author's."""
        return member_id is not None and self.author_id == member_id

    def pin(self, at: datetime | None) -> None:
        """Keep it on top of the profile; None lets it go."""
        self.pinned_at = at
        self.save(update_fields=["pinned_at"])


class OfNoteManager(TenantManager):
    """Rows of notes that whoever looks may read."""

    BY_VIEWER = True

    def beginning(self, rows: TenantQuerySet[Any]) -> TenantQuerySet[Any]:
        return rows.filter(note__in=Note.objects.order_by().values("pk"))


class NoteReader(TenantModel):
    """A colleague who may read a note that is for chosen ones."""

    note = TenantForeignKey(Note, on_delete=models.CASCADE, related_name="readers", db_index=False)
    member = TenantForeignKey(Member, on_delete=models.CASCADE, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "note", "member"], name="note_reader_once")]

    def __str__(self) -> str:
        return f"{self.member_id} reads {self.note_id}"


class NoteVersion(TenantModel):
    """What a note said before it was edited. Rows are only added; they go with their note."""

    note = TenantForeignKey(Note, on_delete=models.CASCADE, related_name="versions", db_index=False)
    text = models.TextField(max_length=10000)
    written_at = models.DateTimeField(help_text="Since when it said so.")
    replaced_at = models.DateTimeField()

    objects: ClassVar[OfNoteManager] = OfNoteManager()
    whole_table = TenantManager()  # for Django's own joins and deletions

    class Meta(TenantModel.Meta):
        base_manager_name = "whole_table"
        ordering = ["-replaced_at"]
        indexes = [models.Index(fields=["tenant", "note", "-replaced_at"], name="note_version_by_note")]

    def __str__(self) -> str:
        return self.text[:60]
