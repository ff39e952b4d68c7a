"""The invented people of the journey, on paper: a table of sixty, and a stack of résumés."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from tests.sourcing.resume_files import docx, pdf

GIVEN = ("Aino", "Bruno", "Carla", "Dario", "Elif", "Farid", "Greta", "Henrik", "Ilse", "Jonas")
FAMILY = ("Abendroth", "Bellini", "Castell", "Dufresne", "Engström", "Ferreira")
WORK = (
    ("Backend Engineer", "Elbe Software", "Python; PostgreSQL; Docker"),
    ("Data Engineer", "Alster Labs", "Python; Spark; SQL"),
    ("Product Designer", "Isar Studio", "Figma; User research"),
    ("Site Reliability Engineer", "Spree Cloud", "Go; Kubernetes; Python"),
    ("Technical Recruiter", "Neckar People", "Sourcing; Interviewing"),
)
PLACES = (("Hamburg", "Germany"), ("Vienna", "Austria"), ("Lyon", "France"), ("Sevilla", "Spain"), ("Malmö", "Sweden"))
HEADINGS = ("Full name", "E-mail", "Job title", "Company", "City", "Country", "Skills", "Badge")
RECRUITER = "ada@lighthouse.example.com"
COLLEAGUE = "bo@lighthouse.example.com"


def address(name: str) -> str:
    plain = name.lower().replace(" ", ".").replace("ö", "oe").replace("ä", "ae").replace("å", "aa")
    return f"{plain}@example.com"


def rows() -> list[tuple[str, ...]]:
    """Sixty people: every given name with every family name; work and place go round at different paces."""
    names = [f"{given} {family}" for family in FAMILY for given in GIVEN]
    return [
        (name, address(name), *WORK[number % 5][:2], *PLACES[number % 7 % 5], WORK[number % 5][2], f"B{number:03d}")
        for number, name in enumerate(names)
    ]


def table(folder: Path) -> Path:
    """The sixty, one of them twice, one with an address that is none, and a line that names nobody."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow(HEADINGS)
    writer.writerows(rows())
    writer.writerow(("Aino Abendroth", address("Aino Abendroth"), "", "", "", "", "Go", ""))
    writer.writerow(("Broken Address", "broken.at.example", "Tester", "Nowhere", "Bonn", "Germany", "Testing", ""))
    writer.writerow(("", "", "Nobody", "", "", "", "", ""))
    file = folder / "conference-2026.csv"
    file.write_text(text.getvalue(), encoding="utf-8")
    return file


def _resume(name: str, title: str, place: str, company: str, skills: str) -> str:
    return f"""{name}
{title}
{place} | {address(name)} | +49 40 3456{len(name):03d}

EXPERIENCE
{title} | {company} | Jan 2020 - Present
- Ran the platform of a shipping company with nine engineers
Junior Developer | Alster Labs | 03/2016 - 12/2019
- Wrote the tests

EDUCATION
Universität Hamburg
Bachelor of Science in Computer Science, 2012 - 2016

SKILLS
Tools: {skills}
"""


def resumes(folder: Path) -> list[Path]:
    """Four people in six files: Nora as PDF and as DOCX, Greta known from the table, and a file that is no résumé."""
    nora = _resume("Nora Testmann", "Backend Engineer", "Hamburg, Germany", "Elbe Software GmbH", "Python, Docker")
    greta = _resume("Greta Bellini", "Staff Engineer", "Vienna, Austria", "Donau Systems", "Python, Rust, Kubernetes")
    omar = _resume("Omar Haddad", "Data Engineer", "Berlin, Germany", "Spree Cloud", "Python, Spark, Airflow")
    pia = _resume("Pia Lindholm", "Product Designer", "Bremen, Germany", "Isar Studio", "Figma, Prototyping, Research")
    made = {
        "nora-testmann.pdf": pdf(nora),
        "nora-testmann-2.docx": docx(nora),
        "greta-bellini.docx": docx(greta),
        "omar-haddad.pdf": pdf(omar),
        "pia-lindholm.docx": docx(pia),
        "scan-of-nothing.pdf": b"%PDF-1.4\nthis is no PDF\n",
    }
    for name, content in made.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in made]


def python_engineers_outside_spain() -> int:
    """How many of the table and the résumés fit the segment of step 4 (Nora and Omar come with their résumés)."""
    fitting = [row for row in rows() if "Engineer" in row[2] and "Python" in row[6] and row[5] != "Spain"]
    return len(fitting) + 2
