"""What callers of the API send, read as strictly as the standard of JSON has it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import IO, Any

import orjson
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, DataAndFiles, MultiPartParser

from crm.unseen import cleaned

HIDING = re.compile(rb"\\u|[\x7f-\xff]")  # without one of these, no letter of it is drawn as nothing


class StrictJSONParser(BaseParser):
    """JSON in UTF-8. Half a character (a lone surrogate), which no database and no answer can hold, is no text.

    A text of which nobody can see anything is empty.
    """

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The value; ParseError with the place where it is not JSON."""
        sent = stream.read()
        try:
            told = orjson.loads(sent)
        except orjson.JSONDecodeError as error:
            raise ParseError(f"This is not JSON: {error}.") from error
        return cleaned(told) if HIDING.search(sent) else told


class SeenMultiPartParser(MultiPartParser):
    """A form with files, whose texts are looked at as those of JSON are."""

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> DataAndFiles[Any, Any]:
        sent: DataAndFiles[Any, Any] = super().parse(stream, media_type, parser_context)
        texts = sent.data.copy()
        for name, values in sent.data.lists():
            texts.setlist(name, cleaned(values, name))
        return DataAndFiles(texts, sent.files)
