"""The models of the ways in."""

from sourcing.models.batches import ImportBatch, ImportRow
from sourcing.models.documents import ParsedDocument

__all__ = ["ImportBatch", "ImportRow", "ParsedDocument"]
