"""The stated day of return in out-of-office answers."""

from datetime import date

import pytest

from inbox.mail.absence import returns_on

TODAY = date(2026, 11, 3)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("I am away until 12 November and back on Monday, November 16th.", date(2026, 11, 16)),
        ("I will return on 2026-11-20.", date(2026, 11, 20)),
        ("On leave through Jan 4, 2027", date(2027, 1, 5)),
        ("Away from 2026-11-02 to 2026-11-10", date(2026, 11, 10)),
        ("I will be back on Thursday.", date(2026, 11, 5)),
        ("Out today, back tomorrow", date(2026, 11, 4)),
        ("Ich bin vom 2.11. bis 13.11.2026 nicht im Büro.", date(2026, 11, 13)),
        ("Ich bin am 9. November zurück.", date(2026, 11, 9)),
        ("bis einschließlich 13. November im Urlaub", date(2026, 11, 14)),
        ("Je suis absent jusqu'au 9 novembre inclus.", date(2026, 11, 10)),
        ("Estaré fuera hasta el 15 de noviembre.", date(2026, 11, 15)),
        ("Rientrerò il 21/11/2026.", date(2026, 11, 21)),
        ("Ik ben afwezig tot en met 8 november.", date(2026, 11, 9)),
        ("Estarei fora até 30 de novembro.", date(2026, 11, 30)),
        ("I was away until 3 May 2025.", None),
        ("I will get back to you soon. Call 0123 456.", None),
        ("Back on 31 February 2027.", None),
        ("", None),
    ],
)
def test_returns_on_reads_dates(text: str, day: date | None) -> None:
    assert returns_on(text, today=TODAY) == day
