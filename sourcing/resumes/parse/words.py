"""Owns the words by which titles, companies, schools and degrees are told apart."""

import re

_TITLES = """engineer developer programmer architect manager director officer analyst scientist
    consultant designer intern
    internship assistant associate administrator specialist coordinator lead leader head president vp ceo cto cfo
    coo cmo cio chief founder co-founder cofounder owner partner researcher professor lecturer teacher tutor
    instructor trainer coach nurse physician doctor surgeon therapist pharmacist technician mechanic electrician
    operator driver clerk cashier salesperson representative executive accountant auditor controller bookkeeper
    recruiter advisor adviser strategist planner producer editor writer author journalist copywriter translator
    attorney lawyer paralegal counsel secretary receptionist supervisor superintendent foreman inspector buyer
    merchandiser agent broker trader banker underwriter actuary economist statistician biologist chemist physicist
    freelancer freelance contractor volunteer fellow postdoc trainee apprentice student tester sysadmin devops sre
    dba webmaster chef cook waiter waitress barista bartender host hostess janitor guard captain pilot steward
    photographer artist animator illustrator musician principal dean librarian curator counselor psychologist
    caregiver nanny stylist barber plumber carpenter welder ninja evangelist advocate generalist staff member
    manager marketer ingenieur entwickler softwareentwickler leiter leiterin berater beraterin kaufmann kauffrau
    sachbearbeiter sachbearbeiterin werkstudent werkstudentin praktikant praktikantin mitarbeiter mitarbeiterin
    geschäftsführer geschäftsführerin entwicklerin ingenieurin assistentin referent referentin projektleiter
    projektmanager teamleiter abteilungsleiter auszubildender techniker mechaniker lehrer lehrerin arzt ärztin
    krankenschwester verkäufer verkäuferin buchhalter vertriebsleiter ingénieur ingénieure développeur développeuse
    chef responsable directeur directrice chargé chargée consultante stagiaire assistante comptable conseiller
    conseillère gestionnaire technicien technicienne vendeur vendeuse professeur alternant enseignant infirmier
    infirmière ingeniero ingeniera desarrollador desarrolladora gerente director directora jefe jefa analista
    consultor consultora diseñador diseñadora becario becaria asistente coordinador coordinadora administrador
    administradora técnico contador contadora profesor profesora vendedor vendedora encargado ingegnere sviluppatore
    sviluppatrice responsabile direttore direttrice tirocinante stagista impiegato impiegata progettista consulente
    tecnico addetto addetta insegnante engenheiro engenheira desenvolvedor desenvolvedora diretor diretora
    estagiário estagiária coordenador coordenadora gestor gestora assistente programador ontwikkelaar adviseur
    stagiair medewerker projectleider directeur leraar verpleegkundige verkoper"""
_COMPANIES = """inc llc llp ltd limited corp corporation company gmbh ag kg ug se sa sas sarl srl spa bv nv plc pty oy
    ab as aps kk university college institute hospital clinic bank group holding holdings partners labs laboratories lab
    technologies technology solutions systems services consulting studio studios agency ventures capital industries
    enterprises foundation association society ministry department school airlines motors pharmaceuticals pharma media
    networks dynamics bros brothers sons e.v. s.a. s.l. s.p.a. s.r.l. b.v. n.v. ltda lda universität
    universidad université università universidade hochschule"""
_SCHOOLS = r"""universit|universid|hochschule|college|\binstitut|school|academ|academy|akademie|akademia|polytech
    |politecn|politécn|école|ecole|escuela|escola|scuola|liceo|lycée|lycee|gymnasium|faculty|fakultät|facult[éa]|facultad
    |berufskolleg|kolleg|schule|\bhtl\b|\biut\b|\biit\b|\bmit\b|\bcaltech\b|\bucla\b|\buc\s[A-Z]|\bnyu\b|\beth\b|\bepfl\b
    |\btu\s[A-Z]|\bfh\s|seminary|conservator|campus|bootcamp|大学|高校|高等学校|中学校|専門学校|学院|研究科"""
_DEGREES = r"""\b(?:bachelor|master|doctor|doctorate|doctoral|associate)(?:['’]?s)?\b|\bph\.?\s?d\b|\bd\.?phil\b
    |\bm\.?b\.?a\b|\b[bm]\.?\s?sc?\b\.?|\b[bm]\.?\s?a\b\.?|\b[bm]\.?\s?eng\b|\b[bm]\.?\s?tech\b|\bb\.?e\b\.?
    |\bb\.?com\b|\bbba\b|\bll\.?[bm]\b|\bj\.?d\b\.?|\bm\.?d\b\.?|\bm\.?phil\b|\bmfa\b|\bbfa\b|\bmph\b|\bdiploma\b
    |\bdegree\b|\bminor in\b|\bdiplom\b|\bdiplom-|\bmagister\b|\bstaatsexamen\b|\babitur\b|\bfachabitur\b
    |\bausbildung\b|\blicen[cs]e\b|\bmaîtrise\b|\bbaccalauréat\b|\bdoctorat\b|\bmastère\b|\bbts\b|\bdut\b
    |\blicenciatura\b|\bgrado\b|\bgraduado\b|\bmáster\b|\bmaestría\b|\bdoctorado\b|\bbachillerato\b
    |\btécnico superior\b|\blaurea\b|\bdottorato\b|\bdiploma di\b|\bmestrado\b|\bbacharel|\bdoutorado\b
    |\bdoutoramento\b|\bgraduação\b|\bhigh school\b|\bged\b|\ba-?levels?\b|\bgcse|\bpost-?doc|\bassociates\b
    |\bhn[dc]\b|\bbtec\b|\bnvq\b|\bhbo\b|\bmbo\b|\bbsn\b|\bmsn\b|\bpgce\b|\bmres\b|\bfachwirt|\bmeister\b
    |\bundergraduate\b|\bgraduate certificate\b|\bpg(?:dip|cert)\b|\bhonou?rs\b|学士|修士|博士"""


def _any(words: str) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words.split()), key=len, reverse=True))


_TITLE = re.compile(
    rf"(?<!\w)(?:{_any(_TITLES)})s?(?!\w)|\b\w{1, 30}(?:entwickler|leiter|berater|ingenieur|manager)(?:in)?\b", re.I
)
_COMPANY = re.compile(rf"(?<!\w)(?:{_any(_COMPANIES)})\.?(?!\w)|(?<=[\w&] )co\.?$|株式会社|有限会社", re.I)
_SCHOOL = re.compile(re.sub(r"\n\s+", "", _SCHOOLS).replace("[A-Z]", "(?-i:[A-Z])"), re.I)
_DEGREE = re.compile(re.sub(r"\n\s+", "", _DEGREES), re.I)
_SENIORITY = re.compile(
    r"^(?:senior|junior|sr\.?|jr\.?|lead|staff|principal|chief|head of|vice|assistant|deputy)\b", re.I
)


def title_score(text: str) -> int:
    """0 to 3: how much this looks like a job title."""
    hits = _TITLE.findall(text)
    bare = re.sub(r"\s+(?:[IV]{1,3}|\d)$", "", re.split(r"[,(/–]|\s-", text)[0].strip())
    last = bare.split()[-1:]
    ends = bool(last) and _TITLE.fullmatch(last[0]) is not None
    return min(3, bool(hits) + ends + (_SENIORITY.match(text) is not None))


def company_score(text: str) -> int:
    """0 to 2: how much this looks like an organisation."""
    if not _COMPANY.search(text):
        return 0
    return 2 if re.search(r"\b(?:inc|llc|ltd|gmbh|corp|ag|s\.?a\.?|plc|bv|university)\b\.?", text, re.I) else 1


def is_school(text: str) -> bool:
    return _SCHOOL.search(text) is not None


def is_degree(text: str) -> bool:
    return _DEGREE.search(text) is not None


def degree_span(text: str) -> int | None:
    """Where the first degree word begins."""
    match = _DEGREE.search(text)
    return match.start() if match else None
