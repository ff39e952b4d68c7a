"""Text messages: their parts as networks count them (3GPP TS 23.038), and the words that people steer them with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_TWICE = frozenset("^{}\\[~]|€\f")  # an escape and a character
SINGLE, PART = {"gsm7": 160, "ucs2": 70}, {"gsm7": 153, "ucs2": 67}
MOST_CHARACTERS = 1600  # more is refused by providers


@dataclass(frozen=True)
class Size:
    """How a text travels: in which alphabet, how many units it takes, in how many parts it is sent and paid."""

    alphabet: str
    units: int
    parts: int

    @property
    def words(self) -> str:
        parts = "1 part" if self.parts == 1 else f"{self.parts} parts"
        special = "" if self.alphabet == "gsm7" else ", with letters outside of the alphabet of text messages"
        return f"{parts}{special}"


def _units(character: str, alphabet: str) -> int:
    if alphabet == "gsm7":
        return 2 if character in GSM_7_TWICE else 1
    return len(character.encode("utf-16-be")) // 2


def size(text: str) -> Size:
    """The size of a text; a character is never split over two parts."""
    alphabet = "gsm7" if all(one in GSM_7 or one in GSM_7_TWICE for one in text) else "ucs2"
    units = [_units(one, alphabet) for one in text]
    if sum(units) <= SINGLE[alphabet]:
        return Size(alphabet, sum(units), 1)
    parts, room = 1, PART[alphabet]
    for one in units:
        if one > room:
            parts, room = parts + 1, PART[alphabet]
        room -= one
    return Size(alphabet, sum(units), parts)


class Keyword(StrEnum):
    """What one word in an answer asks for (CTIA's words and those that providers know)."""

    STOP = "stop"
    START = "start"
    HELP = "help"


WORDS = {
    Keyword.STOP: {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "stopp", "arret"},
    Keyword.START: {"start", "yes", "unstop"},
    Keyword.HELP: {"help", "info", "hilfe", "aide"},
}


def keyword(text: str) -> Keyword | None:
    """The keyword that a message consists of; a sentence with such a word in it is an answer like any other."""
    said = text.strip().strip(".!\"'“”").casefold().replace("-", "").replace(" ", "")
    return next((word for word, known in WORDS.items() if said in known), None)
