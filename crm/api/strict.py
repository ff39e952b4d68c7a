"""Serializers that say what they do not know: unknown fields are refused, not ignored."""

from __future__ import annotations

import threading
from typing import Any, Self

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

_here = threading.local()


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

    @classmethod
    def checked(cls, data: object) -> dict[str, Any]:
        """The same for `data`, by a serializer that each thread makes once: its fields take longer to make than to ask.

        Not for one that is told more than the data: a context, or that it is partial.
        """
        try:
            return dict(cls._kept().run_validation(data))
        except ValidationError:
            return cls(data=data).sent()  # says what is wrong in the words and the form that it always has

    @classmethod
    def _kept(cls) -> Self:
        made: dict[type[Any], Any] = _here.__dict__.setdefault("made", {})
        if cls not in made:
            made[cls] = cls()
        kept: Self = made[cls]
        return kept
