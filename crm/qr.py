"""QR codes (ISO/IEC 18004) of addresses: as SVG for pages, as PNG for mails."""

from __future__ import annotations

import base64
from io import BytesIO
from itertools import groupby

import qrcode
from django.utils.html import format_html
from django.utils.safestring import SafeString
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.pil import PilImage

QUIET = 4  # modules of white around it, which scanners ask for
DOT = 5  # pixels of a module in a picture


def _code(text: str) -> qrcode.QRCode[PilImage]:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET, box_size=DOT, image_factory=PilImage)
    code.add_data(text)
    code.make(fit=True)
    return code


def svg(text: str, label: str) -> SafeString:
    """Black on white in any theme; `label` is what it is called for those who do not see it."""
    rows = _code(text).get_matrix()
    dots = "".join(f"M0 {y}{_line(row)}" for y, row in enumerate(rows) if any(row))
    return format_html(
        '<svg class="qr" role="img" aria-label="{}" viewBox="0 0 {} {}" shape-rendering="crispEdges">'
        '<path fill="#fff" d="M0 0h{}v{}H0z"/><path d="{}"/></svg>',
        *(label, len(rows), len(rows), len(rows), len(rows), dots),
    )


def _line(row: list[bool]) -> str:
    """A row of modules from its left end, each run of dark ones a box."""
    runs = ((is_dark, len(list(run))) for is_dark, run in groupby(row))
    return "".join(f"h{n}v1h-{n}zm{n} 0" if is_dark else f"m{n} 0" for is_dark, n in runs)


def png_address(text: str) -> str:
    """The picture as a `data:` address."""
    held = BytesIO()
    _code(text).make_image().save(held, "PNG")
    return f"data:image/png;base64,{base64.b64encode(held.getvalue()).decode()}"
