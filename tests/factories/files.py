"""Files as people bring them, written here."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

CSV = b"""Name,E-mail,Job title,Company,City,Country,Skills
Amara Okafor,amara@example.com,Platform engineer,Savanna Cloud,Lagos,Nigeria,"Go; Kubernetes"
Jonas Weber,jonas@example.com,Data scientist,Nordlicht,Berlin,Germany,"Python, SQL"
Amara O.,AMARA@example.com,,,,,Terraform
,not an address,Nobody,,,,
"""

RESUME = """Mei Tanaka
mei.tanaka@example.com
+81 3 1234 5678
Tokyo, Japan
linkedin.com/in/mei-tanaka-example

Skills
Python, Django, PostgreSQL

Experience
Backend Engineer, Sakura Systems
Jan 2020 - Present
"""


def a_picture(kind: str = "PNG", size: tuple[int, int] = (48, 32)) -> bytes:
    """A picture of no flat colour: cut anywhere, it lacks something."""
    into = BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(into, kind)
    return into.getvalue()
