"""What a profile becomes: the columns of a candidate and the rows that hang off one, not yet written."""

from __future__ import annotations

from collections.abc import Sequence

from crm.unseen import one_line
from talent.choices import ZoneOrigin
from talent.models import Candidate, Document, Education, Employment, Provenance
from talent.profile import Claim, Job, Profile
from talent.services import derived, places


def main_job(jobs: Sequence[Job]) -> Job | None:
    """What the person does now: the newest current job; the first one told where none is current."""
    current = [j for j in jobs if j.is_current]
    return max(current, key=lambda j: j.start) if current else next(iter(jobs), None)


def columns(profile: Profile) -> dict[str, object]:
    """The columns of a candidate's row that a profile speaks about."""
    place = profile.place
    if place and place.text and not place.country:
        read = places.read(place.text)
        place = read if read.country else place
    job = main_job(profile.jobs)
    said: dict[str, object] = {
        "name": _text(profile.name, 200),
        "headline": _text(profile.headline, 300),
        "summary": _text(profile.summary, 20000),
        "current_title": one_line(job.title)[:200] if job else "",
        "current_company": one_line(job.company)[:200] if job else "",
    }
    if place:
        said |= {
            "location": one_line(place.text)[:200],
            "city": one_line(place.city)[:120],
            "region": one_line(place.region)[:120],
            "country": place.country,
            "latitude": place.latitude,
            "longitude": place.longitude,
            "time_zone": place.time_zone,
            "time_zone_origin": derived.zone_origin(place.time_zone, place.city),
        }
    if not said.get("time_zone") and (zone := _zone_by_phone(profile)):
        said |= {"time_zone": zone, "time_zone_origin": ZoneOrigin.PHONE}
    return {name: value for name, value in said.items() if value not in ("", None)}


def _zone_by_phone(profile: Profile) -> str:
    return next((zone for phone in profile.phones if (zone := derived.zone_of_phone(phone.value))), "")


def _text(claim: Claim | None, limit: int) -> str:
    return one_line(claim.value)[:limit] if claim else ""


def jobs(candidate: Candidate, profile: Profile) -> list[Employment]:
    """The profile's jobs, each once."""
    lines = [(one_line(j.title)[:200], one_line(j.company)[:200], j) for j in profile.jobs]
    told = {(title.casefold(), company.casefold(), j.start): (title, company, j) for title, company, j in lines}
    return [
        Employment(candidate=candidate, title=title, company=company, start=j.start, end=j.end, is_current=j.is_current)
        for title, company, j in told.values()
        if title or company
    ]


def schools(candidate: Candidate, profile: Profile) -> list[Education]:
    """The profile's schools, each once."""
    lines = [(one_line(s.institution)[:200], one_line(s.degree)[:200], s) for s in profile.schools]
    told = {(school.casefold(), degree.casefold()): (school, degree, s) for school, degree, s in lines}
    return [
        Education(candidate=candidate, institution=school, degree=degree, start=s.start, end=s.end)
        for school, degree, s in told.values()
        if school or degree
    ]


def _claims(profile: Profile) -> list[tuple[str, str, str, float]]:
    """(field, value, snippet, confidence) of everything a profile says."""
    single = (("name", profile.name), ("headline", profile.headline), ("summary", profile.summary))
    many = (("email", profile.emails), ("phone", profile.phones), ("link", profile.links), ("skill", profile.skills))
    said = [(name, c.value, c.snippet, c.confidence) for name, c in single if c]
    said += [(name, c.value, c.snippet, c.confidence) for name, claims in many for c in claims]
    if profile.place and profile.place.text:
        said.append(("location", profile.place.text, profile.place.snippet, profile.place.confidence))
    said += [("employment", f"{j.title} · {j.company}".strip(" ·"), j.snippet, j.confidence) for j in profile.jobs]
    said += [
        ("education", f"{s.degree} · {s.institution}".strip(" ·"), s.snippet, s.confidence) for s in profile.schools
    ]
    return said


def provenance(candidate: Candidate, profile: Profile, origin: str, document: Document | None) -> list[Provenance]:
    """Where each value of a profile came from."""
    return [
        Provenance(
            candidate_id=candidate.pk,
            field=name,
            value=value[:400],
            snippet=snippet[:600],
            confidence=confidence,
            origin=origin[:120],
            document_id=document.pk if document else None,
        )
        for name, value, snippet, confidence in _claims(profile)
    ]
