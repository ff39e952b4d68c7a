"""Owns reading word processor files: DOCX (ECMA-376), its flat predecessor WordprocessingML 2003, and ODT."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element  # the type alone; parsing is defusedxml's

from sourcing.resumes import errors
from sourcing.resumes.extract.lines import CELL, Document, Line
from sourcing.resumes.extract.packed import Package, parse_xml

_SKIPPED = {"Fallback", "del", "instrText", "delText", "pict", "object", "binData", "annotation", "tracked-changes"}
_LINK = re.compile(r'HYPERLINK\s+"((?:https?:|mailto:)[^"]{1,300})"')


def read_docx(content: bytes) -> Document:
    """Headers of the pages, then the body with tables and text boxes in place."""
    package = Package(content)
    document = Document()
    styles = _styles(package)
    headers = [name for name in package.names() if re.fullmatch(r"word/header\d*\.xml", name)]
    for name in [*headers, "word/document.xml"]:
        _Writer(document, styles).write(package.tree(name))
    if "word/_rels/document.xml.rels" in package.names():
        for relation in package.tree("word/_rels/document.xml.rels"):
            target = relation.get("Target", "")
            if relation.get("Type", "").endswith("/hyperlink") and target.startswith(("http", "mailto:")):
                document.hyperlinks.append(target[:500])
    return document


def read_wordml(content: bytes) -> Document:
    """Word 2003 XML (often named .doc) and flat OPC: the same elements in one file."""
    root = parse_xml(content)
    document = Document()
    body = next((element for element in root.iter() if _tag(element) == "body"), None)
    if body is None:
        raise errors.Damaged
    _Writer(document, {}).write(body)
    return document


def read_odt(content: bytes) -> Document:
    """Paragraphs and headings of an OpenDocument text."""
    package = Package(content)
    if package.part("mimetype").strip() != b"application/vnd.oasis.opendocument.text":
        raise errors.UnsupportedType
    document = Document()
    for element in package.tree("content.xml").iter():
        if _tag(element) in ("h", "p"):
            is_heading = _tag(element) == "h"
            text = _odt_text(element)
            document.add(Line(text, gap=is_heading, marked=is_heading, bold=is_heading))
        if _tag(element) == "a":
            target = next((value for key, value in element.attrib.items() if key.endswith("href")), "")
            if target.startswith(("http", "mailto:")):
                document.hyperlinks.append(target[:500])
    return document


def _odt_text(element: Element) -> str:
    parts = [element.text or ""]
    for child in element:
        if _tag(child) in ("tab", "line-break"):
            parts.append(CELL)
        elif _tag(child) == "s":
            parts.append(" ")
        elif _tag(child) not in ("p", "h", "annotation", "frame"):
            parts.append(_odt_text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _attribute(element: Element | None, name: str = "val") -> str:
    if element is None:
        return ""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _child(element: Element | None, *path: str) -> Element | None:
    for name in path:
        element = next((child for child in element if _tag(child) == name), None) if element is not None else None
    return element


def _size(properties: Element | None) -> float:
    value = _attribute(_child(properties, "sz"))
    return int(value) / 2 if value.isdecimal() else 0.0


def _is_bold(properties: Element | None) -> bool:
    bold = _child(properties, "b")
    return bold is not None and _attribute(bold) not in ("0", "false", "off")


def _styles(package: Package) -> dict[str, tuple[str, float, bool]]:
    """Style id -> its name, size in points, bold."""
    if "word/styles.xml" not in package.names():
        return {}
    found = {}
    for style in package.tree("word/styles.xml"):
        name = _attribute(_child(style, "name")).lower()
        properties = _child(style, "rPr")
        found[_attribute(style, "styleId")] = (name, _size(properties), _is_bold(properties))
    return found


class _Writer:
    """Walks a body and writes its paragraphs as lines."""

    def __init__(self, document: Document, styles: dict[str, tuple[str, float, bool]]) -> None:
        self._document = document
        self._styles = styles
        self._gap = False

    def write(self, element: Element) -> None:
        for child in element:
            tag = _tag(child)
            if tag == "p":
                self._paragraph(child)
            elif tag == "tbl":
                self._table(child)
            elif tag not in _SKIPPED:
                self.write(child)

    def _table(self, table: Element) -> None:
        for row in (child for child in table.iter() if _tag(child) == "tr"):
            cells = [child for child in row if _tag(child) == "tc"]
            texts = [[_text(p) for p in cell.iter() if _tag(p) == "p"] for cell in cells]
            if len(cells) > 1 and all(len([text for text in cell if text.strip()]) <= 1 for cell in texts):
                self._emit(CELL.join(text.strip() for cell in texts for text in cell if text.strip()), cells[0])
                continue
            for cell in cells:
                self._gap = True
                for child in cell:
                    if _tag(child) == "p":
                        self._paragraph(child)

    def _paragraph(self, paragraph: Element) -> None:
        text = _text(paragraph)
        properties = _child(paragraph, "pPr")
        if _child(properties, "numPr") is not None and text.strip():
            text = "• " + text.strip()
        for piece in text.split("\n"):
            self._emit(piece, paragraph)
        for box in _boxes(paragraph):
            self._gap = True
            self.write(box)

    def _emit(self, text: str, element: Element) -> None:
        if not text.strip():
            self._gap = True
            return
        style = _attribute(_child(element, "pPr", "pStyle"))
        name, size, bold = self._styles.get(style, (style.lower(), 0.0, False))
        if name.startswith("list") and not text.startswith("•"):
            text = "• " + text.strip()
        runs = [child for child in element.iter() if _tag(child) == "r" and _text(child).strip()]
        first = _child(runs[0], "rPr") if runs else None
        bold |= bool(runs) and all(_is_bold(_child(run, "rPr")) for run in runs)
        is_heading = name.startswith(("heading", "title", "überschrift", "titre", "titolo", "título"))
        line = Line(text, size=_size(first) or size, bold=bold, gap=self._gap or is_heading, marked=is_heading)
        self._document.add(line)
        self._document.hyperlinks += _LINK.findall(
            "".join(e.text or "" for e in element.iter() if _tag(e) == "instrText")
        )
        self._gap = False


def _boxes(element: Element) -> Iterator[Element]:
    """Text boxes, each once: the fallback copies for old programs are left out."""
    for child in element:
        if _tag(child) == "txbxContent":
            yield child
        elif _tag(child) != "Fallback":
            yield from _boxes(child)


def _text(element: Element) -> str:
    parts = []
    for child in element:
        tag = _tag(child)
        if tag == "t":
            parts.append(
                (child.text or "") + "".join(("\n" if _tag(e) == "br" else "") + (e.tail or "") for e in child)
            )
        elif tag in ("tab", "ptab"):
            parts.append(CELL)
        elif tag in ("br", "cr"):
            parts.append("\n")
        elif tag == "noBreakHyphen":
            parts.append("-")
        elif tag not in _SKIPPED and tag not in ("txbxContent", "pPr", "rPr"):
            parts.append(_text(child))
    return "".join(parts)
