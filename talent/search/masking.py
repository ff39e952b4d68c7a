"""Takes out of a text what a search by meaning must not learn: who somebody is, and what the law protects.

Names and ways to reach a person, age and birth, gender, nationality, family, religion, health, origin, photos. It is
done before a vector is made, so that nearness cannot stand for any of it. Words of work are kept: "cancer research",
"German C1", "childcare worker" say what somebody does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

# What follows a label of a form, to the end of the line or the next comma or semicolon.
_VALUE = r"\s*[:=–-]\s*[^\n,;|]*"
_MONTH = r"(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2}\.?\s+\w+\s+\d{4}|\w+\s+\d{1,2},?\s+\d{4}|\d{4})"
_PEOPLES = (
    r"afghan|albanian|algerian|american|argentinian|australian|austrian|belgian|brazilian|british|bulgarian|canadian|"
    r"chinese|croatian|czech|danish|dutch|egyptian|english|estonian|eu|filipino|finnish|french|german|ghanaian|greek|"
    r"hungarian|indian|indonesian|iranian|iraqi|irish|israeli|italian|japanese|kenyan|korean|latvian|lithuanian|"
    r"mexican|moroccan|nigerian|norwegian|pakistani|polish|portuguese|romanian|russian|serbian|slovak|slovenian|"
    r"south african|spanish|swedish|swiss|syrian|thai|tunisian|turkish|uk|ukrainian|us|vietnamese"
)
_RULES: dict[str, tuple[str, ...]] = {
    "contact details": (
        r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
        r"(?:https?://|www\.)\S+|\b(?:linkedin|github|xing)\.com/\S+",
        r"\+\d[\d ()/.-]{6,}\d|\b0\d[\d ()/-]{7,}\d",
    ),
    "origin": (
        r"\b(?:ethnicity|ethnic (?:origin|group|background)|race|racial origin|herkunft|skin colou?r|mother tongue)"
        + _VALUE,
        r"\b(?:caucasian|hispanic|latin[oax]s?|african[ -]american|afro-?\w+|asian[ -]american|native american|roma|"
        r"romani|arab(?:ic)? (?:origin|descent)|mixed[ -]race|biracial|(?:person|people) of colou?r|indigenous|"
        r"aboriginal)\b",
        r"\b(?:black|white|brown|asian|arab)[ -]"
        r"(?=(?:wo)?m[ae]n\b|(?:fe)?males?\b|americans?\b|british\b|people\b|persons?\b)",
    ),
    "age": (
        rf"\b(?:date of birth|d\.?o\.?b\.?|birth ?date|birthday|born(?: on| in)?|geburtsdatum|geboren(?: am| in)?|"
        rf"geb\.(?: am)?|date de naissance|née? (?:le|en|à)|fecha de nacimiento)(?:\s*[:=–-]\s*|\s+){_MONTH}",
        rf"\b(?:age|alter|âge|edad|place of birth|birthplace|geburtsort){_VALUE}",
        r"\b(?:aged?|im alter von)\s+\d{2}\b|\b\d{2}[ -]?(?:years?|yrs?|year)[ -]old\b",
        r"\b\d{2} jahre alt\b|\b\d{2} ans\b(?!\s+d)",
        r"\b(?:young(?:er|est)?|elderly|middle-aged|old-aged|pensioner|rentner(?:in)?|digital native)\b",
        r"\bborn\b(?:\s+in\s+\w+)?|\b\d{2}-jährige[rn]?\b",
    ),
    "gender": (
        r"\b(?:gender|sex|geschlecht|sexe|sexo|pronouns?)" + _VALUE,
        r"\b(?:he|she|him|his|hers?|himself|herself|they/them|he/him|she/her)\b",
        r"\b(?:mrs?|ms|miss|sir|madam|herr|frau|monsieur|madame)\b\.?",
        r"\b(?:fe)?males?\b|\b(?:wo)?m[ae]n\b|\bgirls?\b|\bladies\b|\blady\b|\bguys?\b|\b(?:männlich|weiblich)\b",
        r"\b(?:gay|lesbian|bisexual|transgender|non-?binary|queer|lgbtq?\+?|heterosexual|homosexual)\b",
    ),
    "nationality": (
        r"\b(?:nationality|citizenship|nationalité|nacionalidad|nationalität|staatsangehörigkeit|staatsbürgerschaft|"
        r"passport|visa status|residence permit)" + _VALUE,
        rf"\b(?:{_PEOPLES})[ -](?:citizens?(?:hip)?|nationals?|nationality|passport|native|origin|descent|born)\b",
        r"\b(?:citizen|national|native) of \w+|\b(?:im|e)migrants?\b|\brefugees?\b|\basylum\b",
    ),
    "family": (
        r"\b(?:marital status|civil status|family status|familienstand|état civil|estado civil|children|kinder)"
        + _VALUE,
        r"\b(?:(?:un)?married|divorc(?:ed|ée?)|widow(?:ed|er)?|verheiratet|geschieden|ledig|engaged to)\b",
        r"\b(?:husband|wife|spouse|fianc[ée]+|mother|father|mum|dad|single parent|parents? of)\b",
        r"\b(?:\d+|one|two|three|four|five|ein|zwei|drei) (?:small |young |little )?"
        r"(?:children|child|kids?|kinder|sons?|daughters?)\b",
        r"\b(?:pregnan(?:t|cy)|schwanger(?:schaft)?|(?:maternity|paternity|parental) leave|elternzeit|mutterschutz)\b",
    ),
    "religion": (
        r"\b(?:religion|religious affiliation|konfession|confession|denomination|faith)" + _VALUE,
        r"\b(?:christians?|catholics?|protestants?|orthodox church|evangelicals?|muslims?|islam(?:ic)?|"
        r"jew(?:s|ish)?|judaism|hindus?|hinduism|buddhis(?:ts?|m)|sikhs?|atheists?|agnostic|mormons?|katholisch|evangelisch|"
        r"muslimisch|jüdisch)\b",
        r"\b(?:church|mosque|synagogue|parish|hijab|headscarf|kippah)\b",
    ),
    "health": (
        r"\b(?:disabilit(?:y|ies)|disabled|handicap(?:ped)?|wheelchair(?: user)?|schwerbehindert(?:ung)?|behinderung|"
        r"chronically ill|chronic illness|deaf|blind(?:ness)?|autis(?:tic|m)|adhd|dyslexi[ac])\b",
        r"\b(?:health|gesundheit|disability status|medical condition)" + _VALUE,
        r"\b(?:diagnosed with|suffer(?:s|ed|ing)? from|recover(?:ed|ing) from)\s+[^\n,;.]*",
        r"\b(?:sick leave|medical leave|burn-?out|depression|hiv(?: positive)?)\b",
    ),
    "photo": (
        r"\b(?:photo(?:graph)?|picture|lichtbild|bewerbungsfoto)s?(?: (?:attached|enclosed|included))?(?:"
        + _VALUE
        + r")?",
    ),
}
_PATTERNS = {kind: re.compile("|".join(f"(?:{one})" for one in rules), re.IGNORECASE) for kind, rules in _RULES.items()}
_SPACES = re.compile(r"[^\S\n]{2,}")


@dataclass(frozen=True)
class Masked:
    """A text without what was taken out of it, and of which kinds that was."""

    text: str
    kinds: tuple[str, ...] = ()


def _names(names: Iterable[str]) -> re.Pattern[str] | None:
    """Each part of the names, by itself, with a German or English ending of possession."""
    parts = {part for name in names for part in re.findall(r"[^\W\d_]{2,}", name)}
    if not parts:
        return None
    longest_first = sorted(parts, key=lambda part: (-len(part), part))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})(?:['’]?s)?\b", re.IGNORECASE)


def mask(text: str, names: Iterable[str] = ()) -> Masked:
    """The text without the person's `names` and without anything of the kinds above."""
    kinds = []
    if (named := _names(names)) is not None and named.search(text):
        text = named.sub(" ", text)
        kinds.append("name")
    for kind, pattern in _PATTERNS.items():
        text, times = pattern.subn(" ", text)
        kinds += [kind] if times else []
    return Masked(_SPACES.sub(" ", text).strip(), tuple(kinds))
