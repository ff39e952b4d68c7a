"""Forms that two people may have open at once: what a colleague saved meanwhile is neither lost nor overwritten.

A form carries, hidden, what its fields said when it was shown. A field that was changed in the form is saved; one that
was not is left as it is by now, whoever changed it; of a list, what was added is added and what was taken out is taken
out. Where both changed the same field, the form comes back and says what the colleague wrote; saved again, it counts.
"""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

import orjson
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString

NAME = "begun"
LONGEST = 200  # letters of what a colleague wrote, in the sentence about it


def sent(field: forms.Field, value: Any) -> Any:
    """A value as its field would send it: a text, a list of texts, or None of an empty box."""
    value = field.prepare_value(value)
    if isinstance(field.widget, forms.CheckboxInput):
        return "on" if value else None
    if isinstance(field.widget, forms.SelectMultiple | forms.CheckboxSelectMultiple):
        return [str(field.prepare_value(one)) for one in value or []]
    shown = field.widget.format_value(value)
    if isinstance(shown, list | tuple):  # a choice
        shown = shown[0] if shown else ""
    return "" if shown is None else str(shown)


@runtime_checkable
class InWords(Protocol):
    """A field whose values are no words: it says what one means."""

    def in_words(self, value: Any) -> str: ...


class Begun(forms.BaseForm):
    """Mixed into a form that is filled with what is kept (`initial`, `instance`), also when it is sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of_colleagues: dict[str, str] = {}

    @property
    def begun_name(self) -> str:
        return self.add_prefix(NAME)

    @property
    def begun(self) -> SafeString:
        """The hidden field; of a form that is shown again, what is kept by now."""
        now = {name: sent(field, self.get_initial_for_field(field, name)) for name, field in self.fields.items()}
        return format_html('<input type="hidden" name="{}" value="{}">', self.begun_name, orjson.dumps(now).decode())

    def full_clean(self) -> None:
        if self.is_bound:
            self._settle()
        super().full_clean()
        for name, said in self.of_colleagues.items():
            self.add_error(name, said)

    def _began(self) -> dict[str, Any]:
        try:
            told = orjson.loads(self.data.get(self.begun_name) or "{}")
        except orjson.JSONDecodeError:
            return {}
        return told if isinstance(told, dict) else {}

    def _settle(self) -> None:
        """Take over what a colleague changed and this form did not; note what both changed."""
        self.of_colleagues = {}
        taken: dict[str, Any] = {}
        for name, began in self._began().items():
            field = self.fields.get(name)
            if field is None or field.disabled or field.widget.needs_multipart_form:
                continue
            here = self.add_prefix(name)
            if field.widget.value_omitted_from_data(self.data, self.files, here):
                continue
            mine = _lines(field.widget.value_from_datadict(self.data, self.files, here))
            kept = sent(field, self.get_initial_for_field(field, name))
            if not _differ(field, began, kept) or not _differ(field, kept, mine):
                continue
            if isinstance(kept, list):
                taken[here] = _merged(began, kept, mine)
            elif _differ(field, began, mine):
                self.of_colleagues[name] = _sentence(field, kept)
            else:
                taken[here] = kept
        if taken:
            self.data = _with(self.data, taken)


def _lines(value: Any) -> Any:
    """A text with the ends of lines that it is kept with; browsers send others (HTML, 4.10.21.4)."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _merged(began: Any, kept: list[str], mine: Any) -> list[str]:
    """What a colleague has made of a list, with what was added and taken out here."""
    before, here = (one if isinstance(one, list) else [] for one in (began, mine))
    stay = [one for one in kept if one in here or one not in before]
    return stay + [one for one in here if one not in (*before, *kept)]


def _differ(field: forms.Field, one: Any, other: Any) -> bool:
    """Whether two values, as sent, mean different things."""
    if isinstance(field, forms.ModelChoiceField) and not isinstance(one, list):
        return str(one or "") != str(other or "")
    try:
        return bool(field.has_changed(field.to_python(one), other))
    except ValidationError:
        return bool(one != other)


def _sentence(field: forms.Field, kept: Any) -> str:
    words = _in_words(field, kept)
    now = f"It says “{words}” now" if words else "It is empty now"
    return f"A colleague changed this while you were writing. {now}. Save again, and what stands here counts."


def _in_words(field: forms.Field, kept: Any) -> str:
    if isinstance(field.widget, forms.CheckboxInput):
        return "yes" if kept else "no"
    if isinstance(field, InWords):
        return field.in_words(kept)
    names = {str(value): str(label) for value, label in getattr(field, "choices", ())}
    words = names.get(str(kept), str(kept)) if kept else ""
    return words if len(words) <= LONGEST else f"{words[:LONGEST]}…"


def _with(data: Any, values: dict[str, Any]) -> QueryDict:
    """What was sent, with other values of some fields."""
    changed = data.copy()
    for name, value in values.items():
        changed.pop(name, None)
        if value is not None:
            changed.setlist(name, value if isinstance(value, list) else [value])
    return changed
