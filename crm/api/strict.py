"""Serializers that say what they do not know: unknown fields are refused, not ignored."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that it does not have, so that nobody believes to have set them."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            known = {name for name, field in self.fields.items() if not field.read_only}
            unknown = {str(name)[:60]: ["There is no such field to set."] for name in data if name not in known}
            if unknown:
                raise ValidationError(unknown)
        return super().to_internal_value(data)

    def sent(self) -> dict[str, Any]:
        """The checked values; raises ValidationError with every mistake."""
        self.is_valid(raise_exception=True)
        return dict(self.validated_data)
