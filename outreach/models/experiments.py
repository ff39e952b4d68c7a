"""Experiments: variants of a step's mail, and groups that a sequence leaves alone."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from crm.tenancy.models import TenantForeignKey, TenantModel
from outreach.models.sequences import Sequence
from talent.models import Candidate


class VariantTest(TenantModel):
    """A mail of a sequence that is tried in several wordings. `step_key` is the step's, the same in all versions.

    The step's own words are variant A. With `chosen` everybody gets that one.
    """

    sequence = TenantForeignKey(Sequence, on_delete=models.CASCADE, related_name="variant_tests")
    step_key = models.UUIDField()
    least_people = models.PositiveSmallIntegerField(
        default=50, validators=[MinValueValidator(20), MaxValueValidator(10_000)]
    )
    is_first_paused = models.BooleanField(default=False)
    chosen = models.CharField(max_length=1, blank=True)
    chosen_at = models.DateTimeField(null=True, blank=True)
    chosen_by = models.CharField(max_length=120, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "step_key"], name="variant_test_once")]

    def __str__(self) -> str:
        return str(self.step_key)


class StepVariant(TenantModel):
    """Another wording: B to F."""

    test = TenantForeignKey(VariantTest, on_delete=models.CASCADE, related_name="variants")
    letter = models.CharField(max_length=1)
    subject = models.CharField(max_length=300)
    body = models.TextField(max_length=20_000)
    is_paused = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        ordering = ["letter"]
        constraints = [models.UniqueConstraint(fields=["tenant", "test", "letter"], name="step_variant_letter_once")]

    def __str__(self) -> str:
        return self.letter


class HeldOut(TenantModel):
    """Somebody whom a sequence leaves alone, so that what it does can be told from what would have come anyway."""

    sequence = TenantForeignKey(Sequence, on_delete=models.CASCADE, related_name="held_out")
    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(help_text="When they would have come into it.")

    class Meta(TenantModel.Meta):
        verbose_name_plural = "held out"
        constraints = [models.UniqueConstraint(fields=["tenant", "sequence", "candidate"], name="held_out_once")]
        indexes = [models.Index(fields=["tenant", "candidate"], name="held_out_by_person")]

    def __str__(self) -> str:
        return f"{self.candidate_id} without {self.sequence_id}"
