"""The new part of a reply: what the person wrote now, apart from quotations and the signature.

Own rules, because the ready-made readers follow one language list each: of 98 labelled replies the best of them
(mail-parser-reply, sixteen languages) read 58 as a person would.
"""

import re
from dataclasses import dataclass

MAX_CHARS = 200_000
_MAX_LINE = 1_000
_MAX_ATTRIBUTION_LINES = 4
_LOOK_AHEAD = 100  # lines; keeps hostile texts from costing quadratic time
_NEW, _QUOTED, _SIGNATURE = "new", "quoted", "signature"

_VERBS = (
    r"wrote|writes|schrieb|geschrieben|a [ée]crit|ha scritto|escribi[óo]|escreveu|schreef|geschreven|skrev|"
    r"kirjoitti|"
    r"napisała?\b|napisał\(a\)|napsala?|napsal\(a\)|napísala?|написала?|пишет|писал|írta|yazdı|a scris|έγραψε|"
    r"viết|写道|"
    r"寫道|作成|書きました|님이 작성|wrote on|skrifaði|rašė|rakstīja|napisao|пише"
)
_VERB = re.compile(rf"(?:\b|\d)(?:{_VERBS})", re.IGNORECASE)
_VERB_AT_END = re.compile(rf"(?:{_VERBS})\s*(?:[:：]|-{{2,}})?\s*\Z", re.IGNORECASE)
_VERB_AND_MORE = re.compile(rf"(?:{_VERBS})\s?[:：](?=\s)", re.IGNORECASE)
_INTRODUCTION = re.compile(r"(?:-{2,}\s*)?(?:On|Am|Le|El|Il|In data|Op|Em|Den|Dne|Dnia|W dniu|På|Em)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>()\"]{1,100}@[^\s<>()\"]{1,100}\.\w")
_WHEN = re.compile(r"(?:19|20)\d\d|\d{1,2}[:.h]\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{2}")

_LABELS = {
    "from": "from|von|de|van|da|fra|från|od|lähettäjä|от|от кого|feladó|kimden|寄件者|"
    "发件人|差出人|보낸 사람|expéditeur",
    "sent": "sent|date|gesendet|datum|envoyé|envoyé le|date d'envoi|message du|enviado|enviado el|enviado em|"
    "fecha|data|"
    "inviato|data invio|verzonden|sendt|dato|skickat|lähetetty|päivämäärä|wysłano|data wysłania|odesláno|"
    "отправлено|дата|"
    "elküldve|gönderme tarihi|傳送時間|发送时间|送信日時|보낸 날짜",
    "to": "to|an|à|a|para|aan|til|till|do|komu|vastaanottaja|кому|címzett|kime|"
    "收件者|收件人|宛先|받는 사람|destinataire",
    "cc": "cc|kopie|copie|copie à|copia|kopia|kopi|копия|抄送",
    "subject": "subject|betreff|objet|sujet|asunto|assunto|oggetto|onderwerp|emne|ämne|temat|předmět|aihe|тема|"
    "tárgy|konu|"
    "主旨|主题|件名|제목",
}
_LABEL = re.compile(
    r"[>\s*_]{0,12}(?:"
    + "|".join(f"(?P<{key}>{'|'.join(map(re.escape, words.split('|')))})" for key, words in _LABELS.items())
    + r")\s{0,3}\*{0,2}\s?[:：]",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"[>\s]{0,5}[-_=*—]{2,}\s?(?P<words>[^\W\d_][^\n]{3,60}?)\s?[-_=*—]{2,}\s*\Z")
_SEPARATOR_WORDS = re.compile(
    r"original|origine|ursprüngliche|weitergeleitete|forwarded|transféré|transmis|oprindelig|videresendt|"
    r"oorspronkelijk|"
    r"doorgestuurd|reenviado|encaminhada|inoltrato|ursprungligt|vidarebefordrat|alkuperäinen|oryginalna|przekazana|"
    r"původní|исходное|пересылаемое|eredeti|asıl|mensaje|原始|转发|元のメッセージ",
    re.IGNORECASE,
)
_RULE = re.compile(r"[\s>]{0,5}(?:[-_=*—]\s?){2,}\Z")
_SIGNATURE_MARK = re.compile(r"(?:--|—|–|__)\s?\Z|_{20,}\Z|[—–]{2,}\Z")
_TORN_BRACKET = re.compile(r">\s?(?:" + _VERBS + r")?\s?[:：]\Z")
_DEVICE = re.compile(
    r"[\s>*_(]{0,5}(?:sent (?:from|via|with|using)|get outlook for|sent by|"
    r"(?:von meinem|von meiner) .{1,40} gesendet|gesendet (?:von|mit|über|aus)|diese nachricht wurde von mein|"
    r"envoyé (?:de|depuis|à partir|avec|via)|télécharger outlook|obtenez outlook|"
    r"enviado (?:desde|do|de|a partir|pelo|con|via|com)|obtener outlook|obter o outlook|"
    r"inviato (?:da|dal|con|tramite)|scarica outlook|ottieni outlook|"
    r"verzonden (?:vanaf|met|via|vanuit)|verstuurd vanaf|download outlook|outlook voor|"
    r"skickat från|sendt fra|sänt från|lähetetty|wysłane z|odesláno z|отправлено (?:с|из)|iphone'umdan|iphoneから送信)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NewText:
    """A reply in three piles; each holds whole lines of the input in their order."""

    text: str
    quoted: str
    signature: str


def new_text(text: str) -> NewText:
    """Splits the plain text of a mail into what is new, what is quoted and the signature.

    Answers between quoted lines stay. Linear in the length of the text; what lies beyond 200,000 characters counts as
    quoted.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    head, tail = text[:MAX_CHARS], text[MAX_CHARS:]
    if tail and "\n" in head:
        head, rest = head.rsplit("\n", 1)
        tail = rest + tail
    lines = head.split("\n")
    piles = _sort(lines)
    _mark_rules_above_quotes(lines, piles)

    def pile(kind: str) -> str:
        return "\n".join(line for line, found in zip(lines, piles, strict=True) if found == kind).strip("\n")

    return NewText(pile(_NEW).strip(), "\n".join(filter(None, [pile(_QUOTED), tail])), pile(_SIGNATURE))


def _sort(lines: list[str]) -> list[str]:
    """The pile of each line."""
    piles: list[str] = []
    state = _NEW
    while len(piles) < len(lines):
        index = len(piles)
        line = lines[index][:_MAX_LINE]
        if _is_quoted_line(lines, index):
            piles.append(_QUOTED)
            continue
        header = 0 if state == _QUOTED else _quote_header(lines, index)
        if header:
            piles += [_QUOTED] * header
            # An attribution above marked lines quotes those alone; above anything else it quotes the rest.
            state = _NEW if _next_is_marked(lines, len(piles)) else _QUOTED
        elif state == _NEW and _is_device_line(line):
            piles.append(_SIGNATURE)
            state = _NEW if _quote_follows(lines, index + 1) else _QUOTED
        elif state == _NEW and _SIGNATURE_MARK.match(line) and _is_signature(lines, index):
            piles.append(_SIGNATURE)
            state = _SIGNATURE
        else:
            piles.append(state)
    return piles


def _is_quoted_line(lines: list[str], index: int) -> bool:
    if lines[index].lstrip().startswith(">"):
        return True
    if not 0 < index < len(lines) - 1 or not lines[index].strip():
        return False
    # A mail program broke a long quoted line and left its end without the mark.
    before, after = lines[index - 1], lines[index + 1]
    return before.startswith(">") and after.startswith(">") and len(before) >= 60


def _quote_header(lines: list[str], index: int) -> int:
    """How many lines, from `index` on, announce a quotation; 0 if none does."""
    line = lines[index][:_MAX_LINE]
    if not line.strip():
        return 0
    separator = _SEPARATOR.match(line)
    if separator and (_SEPARATOR_WORDS.search(separator["words"]) or _header_block(lines, index + 1)):
        return 1
    return _header_block(lines, index) or _attribution(lines, index)


def _header_block(lines: list[str], index: int) -> int:
    """A block of From, Sent, To, Subject lines as mail programs put above a quoted mail, in any of their languages."""
    if index >= len(lines) or not (first := _LABEL.match(lines[index][:_MAX_LINE])):
        return 0
    kinds = {first.lastgroup}
    length = 1
    for offset, line in enumerate(lines[index + 1 : index + 7], 1):
        found = _LABEL.match(line[:_MAX_LINE])
        if found:
            kinds.add(found.lastgroup)
            length = offset + 1
    complete = len(kinds) >= 3 or (len(kinds) == 2 and "from" in kinds and kinds & {"sent", "subject"})
    return length if complete and kinds & {"from", "sent"} else 0


def _attribution(lines: list[str], index: int) -> int:
    """A line such as "On Monday, Ann wrote:", broken over up to four lines."""
    first = lines[index][:_MAX_LINE].strip()
    if _quotes_in_one_line(first) or _names_author_above_marks(lines, index):
        return 1
    if not (any(ch.isdigit() for ch in first[:120]) or _INTRODUCTION.match(first) or _ADDRESS.search(first)):
        return 0
    joined = ""
    for length in range(1, _MAX_ATTRIBUTION_LINES + 1):
        if index + length > len(lines):
            return 0
        part = lines[index + length - 1][:_MAX_LINE].strip()
        if not part or (part.startswith(">") and not _TORN_BRACKET.match(part)) or len(joined) > 500:
            return 0
        joined = f"{joined} {part}".strip()
        if _reads_as_attribution(joined):
            return length
    return 0


def _quotes_in_one_line(line: str) -> bool:
    """Attribution and quotation run together, as programs do that throw line breaks away."""
    found = _VERB_AND_MORE.search(line[:500])
    if not found or not _INTRODUCTION.match(line):
        return False
    announced = line[: found.end()]
    return bool(_WHEN.search(announced) and _ADDRESS.search(announced))


def _names_author_above_marks(lines: list[str], index: int) -> bool:
    """A short line such as "Ann wrote:", without a date, is one when marked lines follow at once."""
    line = lines[index].strip()
    return (
        len(line) <= 120 and bool(_VERB_AT_END.search(line)) and line[-1] in ":：" and _next_is_marked(lines, index + 1)
    )


def _reads_as_attribution(joined: str) -> bool:
    if len(joined) > 500 or not (_WHEN.search(joined) or _ADDRESS.search(joined)):
        return False
    addressed = bool(_ADDRESS.search(joined))
    if _VERB_AT_END.search(joined):
        return addressed or bool(_INTRODUCTION.match(joined)) or joined.endswith((":", "：", "-"))
    if not joined.endswith((":", "：")):
        return False
    if addressed:
        return (
            bool(_WHEN.search(joined)) and bool(re.search(r"[>)\]\w]\s*[:：]\Z", joined)) and _ends_in_address(joined)
        )
    return bool(_INTRODUCTION.match(joined) and _VERB.search(joined) and _WHEN.search(joined))


def _ends_in_address(joined: str) -> bool:
    tail = joined.rstrip(":： ").rstrip(">)]").split()
    return (bool(tail) and "@" in "".join(tail[-2:])) or bool(_VERB.search(joined))


def _next_is_marked(lines: list[str], index: int) -> bool:
    following = next((line for line in lines[index : index + _LOOK_AHEAD] if line.strip()), "")
    return following.lstrip().startswith(">")


def _quote_follows(lines: list[str], index: int) -> bool:
    upcoming = [number for number in range(index, min(index + 6, len(lines))) if lines[number].strip()]
    return bool(upcoming) and (
        lines[upcoming[0]].lstrip().startswith(">") or any(_quote_header(lines, number) for number in upcoming[:2])
    )


def _is_device_line(line: str) -> bool:
    bare = re.sub(r"<[^<>]{0,300}>|\(?https?://\S{1,300}\)?", "", line).strip()
    return bool(_DEVICE.match(bare)) and len(bare) <= 80 and "," not in bare and len(bare.split()) <= 10


def _is_signature(lines: list[str], index: int) -> bool:
    """A mark ends the text only if a signature follows it, not another page: quotations do not count."""
    if lines[index].startswith("--"):
        return True
    own = [
        line
        for line in lines[index + 1 : index + 1 + _LOOK_AHEAD]
        if line.strip() and not line.lstrip().startswith(">")
    ]
    return len(own) <= 12


def _mark_rules_above_quotes(lines: list[str], piles: list[str]) -> None:
    """Lines of dashes directly above a quotation belong to it."""
    for index in range(len(lines) - 1, 0, -1):
        blank = not lines[index - 1].strip()
        if (
            piles[index] == _QUOTED
            and piles[index - 1] == _NEW
            and (blank or _RULE.match(lines[index - 1][:_MAX_LINE]))
        ):
            piles[index - 1] = _QUOTED
