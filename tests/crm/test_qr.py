"""QR codes: what is drawn is what the standard's modules say."""

from __future__ import annotations

import re
from base64 import b64decode
from io import BytesIO

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M

from crm import qr

TEXT = "https://crm.example.com/o/acme/check-in/" + "x" * 87 + "/"


def modules() -> list[list[bool]]:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=qr.QUIET)
    code.add_data(TEXT)
    return code.get_matrix()


def drawn(path: str, size: int) -> list[list[bool]]:
    """What a path of ours paints: each `h<n>` after a move is a run of dark modules."""
    grid, x, y = [[False] * size for _ in range(size)], 0, 0
    for kind, first, second in re.findall(r"(M|m|h(?=\d+v))(\d+)(?: (\d+))?", path):
        if kind == "M":
            x, y = int(first), int(second)
        elif kind == "m":
            x += int(first)
        else:
            grid[y][x : x + int(first)] = [True] * int(first)
    return grid


def test_svg_draws_every_module() -> None:
    wanted, svg = modules(), qr.svg(TEXT, "“Code” & more")

    assert drawn(re.findall(r' d="([^"]*)"', svg)[1], len(wanted)) == wanted
    assert ('aria-label="“Code” &amp; more"' in svg, f'viewBox="0 0 {len(wanted)} {len(wanted)}"' in svg) == (
        True,
        True,
    )


def test_picture_shows_the_same() -> None:
    wanted = modules()
    picture = Image.open(BytesIO(b64decode(qr.png_address(TEXT).partition(",")[2]))).convert("L")
    centre = qr.DOT // 2
    seen = [
        [picture.getpixel((x * qr.DOT + centre, y * qr.DOT + centre)) == 0 for x in range(len(wanted))]
        for y in range(len(wanted))
    ]

    assert seen == wanted
