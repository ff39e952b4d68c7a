"""Checked reading of single variables; a wrong one is named, shown without its secrets, and told what was expected."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from crm.runtime.problems import Problem

TRUE = ("1", "true", "yes", "on")
FALSE = ("0", "false", "no", "off", "")
SECRET = re.compile(r"PASSWORD|SECRET|KEY|TOKEN")


class Variables:
    """Named texts. An empty value counts as unset."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def text(self, name: str, default: str = "") -> str:
        return self._values.get(name, "").strip() or default

    def flag(self, name: str, *, default: bool) -> bool:
        told = self.text(name).lower()
        if told not in TRUE + FALSE:
            raise self.wrong(name, "1 or 0")
        return told in TRUE if told else default

    def choice(self, name: str, choices: tuple[str, ...], default: str) -> str:
        told = self.text(name, default).lower()
        if told not in choices:
            raise self.wrong(name, "one of " + ", ".join(choices))
        return told

    def port(self, name: str, default: int) -> int:
        told = self.text(name, str(default))
        if not (told.isascii() and told.isdigit() and 1 <= int(told) <= 65535):
            raise self.wrong(name, "a port number between 1 and 65535")
        return int(told)

    def number(self, name: str, default: int) -> int:
        told = self.text(name, str(default))
        if not (told.isascii() and told.isdigit() and 1 <= int(told) <= 1000):
            raise self.wrong(name, "a whole number from 1 to 1000")
        return int(told)

    def secret(self, name: str, *, required: bool = False, expected: str = "a value") -> str:
        told = self.text(name)
        if required and not told:
            raise self.wrong(name, expected)
        return told

    def address(self, name: str, schemes: tuple[str, ...], example: str, required: bool) -> str:
        """A URL with one of the schemes. Unset gives an empty text, or an error where it is required."""
        told = self.text(name)
        if not told and not required:
            return ""
        try:
            parts = urlsplit(told)
            usable = (
                parts.scheme in schemes and (parts.port is None or parts.port > 0) and bool(parts.netloc + parts.path)
            )
        except ValueError:
            usable = False
        if not usable:
            raise self.wrong(
                name, f"an address that begins with {' or '.join(f'{s}://' for s in schemes)}, such as {example}"
            )
        return told

    def wrong(self, name: str, expected: str) -> Problem:
        """The error for a variable, to be raised by the caller."""
        told = self._values.get(name, "").strip()
        held = f"holds {self._shown(name, told)}" if told else "is not set"
        return Problem(f"{name} {held}; expected {expected}. It is read from the environment, then from the file .env.")

    def _shown(self, name: str, told: str) -> str:
        if SECRET.search(name):
            return f"a secret of {len(told)} characters"
        return repr(re.sub(r"(://[^:/@\s]*):[^@/\s]*@", r"\1:***@", told))
