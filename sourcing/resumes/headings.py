"""Owns the headings of résumé sections in eight languages, and dividing a document at them."""

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Literal

from sourcing.resumes.extract.lines import Line

Section = Literal["top", "summary", "experience", "education", "skills", "contact", "other"]

_WORDS: dict[Section, str] = {
    "experience": """experience|work experience|professional experience|employment|employment history|work history
        |career history|professional background|relevant experience|career|experience & employment|work
        |professional history|industry experience|internships|internship experience|positions held|job history
        |appointments|professional appointments|academic appointments|clinical experience|teaching experience
        |research experience|experiences|professional experiences|work and research experience
        |berufserfahrung|beruflicher werdegang|berufliche erfahrung|berufspraxis|werdegang|praktische erfahrung
        |berufliche stationen|berufliche laufbahn|praktika|expérience|expériences|expérience professionnelle
        |expériences professionnelles|parcours professionnel|experiencia|experiencia laboral|experiencia profesional
        |trayectoria profesional|historial laboral|esperienza|esperienze|esperienza lavorativa|esperienze lavorative
        |esperienza professionale|esperienze professionali|experiência|experiência profissional|experiências
        |experiências profissionais|histórico profissional|werkervaring|ervaring|professionele ervaring|loopbaan
        |職歴|職務経歴|経歴""",
    "education": """education|academic background|academic history|education and training|education & training
        |educational background|academic qualifications|qualifications|academics|studies|training and education
        |education & certifications|education and certifications|academic education|schooling|degrees
        |ausbildung|bildung|studium|schulbildung|akademische ausbildung|ausbildung und studium|bildungsweg|bildungsgang
        |aus- und weiterbildung|studium und ausbildung|formation|formations|études|parcours académique|diplômes
        |formation académique|diplômes et formations|formation et diplômes|éducation|educación|formación
        |formación académica|estudios|istruzione|istruzione e formazione|formazione|titoli di studio|studi|educação
        |formação|formação acadêmica|formação académica|escolaridade|opleiding|opleidingen|onderwijs|学歴|学歷""",
    "skills": """skills|top skills|technical skills|key skills|core skills
        |professional skills|skills & tools|skills and tools
        |core competencies|competencies|areas of expertise|expertise|technologies|technical expertise|tech stack
        |skills & technologies|skills and technologies|technical proficiencies|proficiencies|tools|tools & technologies
        |it skills|computer skills|skill set|skillset|hard skills|soft skills|other skills|additional skills
        |programming skills|skills & abilities|skills and abilities|skills summary|key competencies|specialties
        |strengths|technical summary|technical competencies|relevant skills|skills & expertise|technologies and tools
        |kenntnisse|fähigkeiten|it-kenntnisse|edv-kenntnisse|fachkenntnisse|kompetenzen|kenntnisse und fähigkeiten
        |technische kenntnisse|besondere kenntnisse|fähigkeiten und kenntnisse|schlüsselkompetenzen|compétences
        |compétences techniques|compétences clés|compétences informatiques|outils|competencias|habilidades|aptitudes
        |conocimientos|conocimientos técnicos|competencias técnicas|habilidades técnicas|competenze
        |competenze tecniche|competenze informatiche|conoscenze informatiche|capacità|competências
        |competências técnicas|conhecimentos|vaardigheden|competenties|technische vaardigheden|kennis|スキル|技能""",
    "summary": """summary|professional summary|profile|objective|career objective|about|about me|career summary
        |executive summary|personal statement|personal profile|professional profile|overview|introduction|statement
        |summary of qualifications|highlights|professional objective|info|profil|kurzprofil|über mich|zusammenfassung
        |profil professionnel|à propos|résumé|resumen|perfil|perfil profesional|sobre mí|profilo
        |profilo professionale|resumo|sobre mim|perfil profissional|profiel|over mij|samenvatting|自己pr|志望動機""",
    "contact": """contact|contact information|contact details|contact me|contacts|personal details|personal information
        |personal data|links|profiles|social|social media|online|persönliche daten|persönliche angaben|kontakt
        |kontaktdaten|coordonnées|informations personnelles|contacto|datos personales|datos de contacto|contatti
        |dati personali|informazioni personali|contato|dados pessoais|contactos|persoonlijke gegevens|gegevens
        |personalia|contactgegevens|連絡先""",
    "other": """projects|personal projects|selected projects|key projects|side projects|academic projects
        |certifications|certificates|certification|licenses & certifications|licenses|licenses and certifications
        |professional certifications|courses|coursework|relevant coursework|training|publications|selected publications
        |papers|patents|awards|honors|honours|honors & awards|honors and awards|awards & honors|awards and honors
        |selected honors|achievements|accomplishments|recognition|languages|language skills|language|interests
        |hobbies|hobbies & interests|hobbies and interests|personal interests|activities|extracurricular activities
        |leadership|leadership & activities|references|referees|volunteer|volunteering|volunteer experience
        |volunteer work|community service|community involvement|affiliations|memberships|professional memberships
        |professional affiliations|conferences|talks|invited talks|presentations|speaking|service|samples|writing
        |open source|open source contributions|open source projects|portfolio|additional information|additional
        |miscellaneous|other|research|research interests|grants|scholarships|military service|patents & publications
        |projekte|sprachen|sprachkenntnisse|zertifikate|zertifizierungen|weiterbildung|weiterbildungen|interessen
        |auszeichnungen|veröffentlichungen|publikationen|ehrenamt|engagement|referenzen|projets|langues|certificats
        |centres d'intérêt|loisirs|intérêts|bénévolat|références|distinctions|proyectos|idiomas|certificaciones
        |intereses|voluntariado|referencias|premios|publicaciones|cursos|progetti|lingue|certificazioni|interessi
        |volontariato|pubblicazioni|corsi|riconoscimenti|projetos|certificações|interesses|voluntariado|prêmios
        |publicações|projecten|talen|certificaten|interesses|vrijwilligerswerk|publicaties|cursussen|referenties
        |資格|免許・資格|語学|趣味|特技|賞罰""",
}


def _key(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    folded = "".join(character for character in folded if not unicodedata.combining(character))
    return re.sub(r"\s+", " ", re.sub(r"[^\w&'+/-]+", " ", folded)).strip(" -_=/&+'")


_SECTION_OF: dict[str, Section] = {
    _key(word): section for section, words in _WORDS.items() for word in words.split("|") if word.strip()
}
_LETTERSPACED = re.compile(r"^(?:\w ){3,}\w$")


@dataclass(frozen=True, slots=True)
class Part:
    """Lines `start` (the first after the heading) to `stop` (exclusive) under one heading."""

    section: Section
    start: int
    stop: int
    first: str = ""  # what stands beside the heading in its own line


def _bare(text: str) -> str:
    """Without numbers, rules and colons around it; the end of a sentence is no heading."""
    if re.search(r"[^.]\.\s*$", text):
        return ""
    return re.sub(r"^[\s=_*#-]*(?:[\divx]{1,3}[.)]\s+)?", "", text.rstrip(" :-–—_=.|*#"))


def heading(text: str) -> Section | None:
    """The section that a whole line announces, or None."""
    stripped = _bare(text)
    if not 0 < len(stripped) <= 60:
        return None
    if _LETTERSPACED.match(re.sub(r"\s{2,}", " ", stripped)):
        stripped = " ".join(word.replace(" ", "") for word in re.split(r"\s{2,}", stripped))
    key = _key(stripped)
    return _SECTION_OF.get(key) or _SECTION_OF.get(key.replace(" and ", " & ")) or _combined(key)


def _combined(key: str) -> Section | None:
    """ "Skills & Interests", "Awards and Publications": the first known half decides."""
    halves = re.split(r" (?:&|and|und|et|y|e|en) ", key)
    known = [_SECTION_OF.get(half.strip()) for half in halves]
    return known[0] if len(halves) == 2 and all(known) else None


def parts(lines: list[Line]) -> list[Part]:
    """The document divided at its headings; the part before the first is `top`."""
    marks = _marks(lines)
    found = [Part("top", 0, marks[0][0] if marks else len(lines))]
    for (index, section, rest), following in zip(marks, [*marks[1:], None], strict=False):
        stop = following[0] if following else len(lines)
        found.append(Part(section, index if rest else index + 1, stop, rest))
    return found


def with_head(found: list[Part], line: int) -> list[Part]:
    """The parts, with the head beginning in `line` when a side column (contact, skills) comes before the name."""
    inside = next((part for part in found if part.start < line < part.stop and part.section != "top"), None)
    if inside is None or inside.section in ("experience", "education"):
        return found
    pieces = [replace(inside, stop=line), Part("top", line, inside.stop)]
    return [piece for part in found for piece in (pieces if part is inside else [part])]


def _marks(lines: list[Line]) -> list[tuple[int, Section, str]]:
    known: dict[int, tuple[Section, str]] = {}
    for index, line in enumerate(lines):
        if line.text[:1].islower() and not (line.gap or line.marked):
            continue  # the last word of a sentence
        cells = line.cells
        section = heading(line.text)
        if section:
            known[index] = (section, "")
        elif len(cells) > 1 and heading(cells[0]) and (line.gap or line.marked) and len(cells[0]) > 4:
            known[index] = (heading(cells[0]) or "other", cells[0])
    known = {index: mark for index, mark in known.items() if _stands_out(lines, index, known)}
    looks = {_look(lines[index]) for index, (section, _) in known.items() if section not in ("other", "contact")}
    for index, line in enumerate(lines):
        if index not in known and _looks_like_heading(line, looks) and index > min(known, default=0):
            known[index] = ("other", "")
    return [(index, *known[index]) for index in sorted(known)]


def _stands_out(lines: list[Line], index: int, known: dict[int, tuple[Section, str]]) -> bool:
    """A single word in a list ("Training", "Research") is no heading when real ones look different."""
    line = lines[index]
    if (line.marked and not line.size) or line.text.isupper() or not known:
        return True
    sizes = [lines[other].size for other, (section, _) in known.items() if section in ("experience", "education")]
    return not sizes or line.size >= 0.75 * min(sizes)


def _look(line: Line) -> tuple[float, bool, bool, bool]:
    return round(line.size), line.bold, line.text.isupper(), line.marked


def _looks_like_heading(line: Line, looks: set[tuple[float, bool, bool, bool]]) -> bool:
    """An unknown heading: it looks like the known ones, and they look like nothing else."""
    size, _, upper, marked = _look(line)
    text = _bare(line.text)
    if _look(line) not in looks or not line.gap or not 3 < len(text) <= 45 or line.is_bullet:
        return False
    if re.search(r"\d|@|[.,;|]", text) or len(line.cells) > 1:
        return False
    return marked or upper or size >= 12
