"""Owns what differs in Japanese résumés (rirekisho): names, and one table of joining and leaving."""

import re
from dataclasses import replace

from sourcing.resumes.fields import Education, Employment, Fields, Found
from sourcing.resumes.parse.page import Page

_KANA = re.compile(r"^[\u3040-\u309f\u30a0-\u30ff]+[\s　]+[\u3040-\u309f\u30a0-\u30ff]+$")
_NAME = re.compile(r"^[\u3040-\u30ff\u3400-\u9fff々]{1,5}[\s　][\u3040-\u30ff\u3400-\u9fff々]{1,5}$")
_LABELLED = re.compile(
    r"氏\s*名[:：\s　]*([\u3040-\u30ff\u3400-\u9fff々]{1,5}[\s　]+[\u3040-\u30ff\u3400-\u9fff々]{1,5})"
)
_MOVE = re.compile(r"(?<!\S)(?P<name>\S.{0,60}?)[\s　]*(?P<move>入社|入所|入職|退職|退社|入学|卒業|修了|中退)")
_COMPANY = re.compile(r"(?:(?:株式|有限|合同)会社[^\s　入退]{1,40}|(?<!\S)[^\s　]{1,40}?(?:株式|有限|合同)会社)")
_SCHOOL = re.compile(r"(?<![^\s　\d])[^\s　\d]{0,40}?(?:大学|高等専門学校|専門学校|高等学校|高校|中学校)")
_DATE = re.compile(r"((?:19|20)\d\d)\s*[年./\s]\s*(\d{1,2})")
_SCRIPT = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def is_japanese(page: Page) -> bool:
    letters = "".join(line.text for line in page.lines)
    return len(_SCRIPT.findall(letters)) * 5 > len(letters)


def complete(page: Page, fields: Fields) -> Fields:
    """`fields` with name, employers and schools as a rirekisho states them."""
    employments, schools = _table(page)
    return replace(
        fields,
        name=_name(page) or fields.name,
        employments=tuple(employments) or fields.employments,
        education=tuple(schools) or fields.education,
    )


def _name(page: Page) -> Found | None:
    for index, line in enumerate(page.lines[:40]):
        labelled = _LABELLED.search(line.text)
        if labelled:
            return page.found(labelled[1], index, 0.9)
        if index and _NAME.match(line.text) and not _KANA.match(line.text) and _KANA.match(page.lines[index - 1].text):
            return page.found(line.text, index, 0.85)
    return None


def _table(page: Page) -> tuple[list[Employment], list[Education]]:
    jobs: list[Employment] = []
    schools: dict[str, Education] = {}
    for index, line in enumerate(page.lines):
        move = _MOVE.search(line.text)
        if move is None:
            continue
        company, school = _COMPANY.search(move["name"]), _SCHOOL.search(move["name"])
        date = _date(page, index)
        if school:
            old = schools.get(school.group(), Education(page.found(school.group(), index, 0.85), None, None, None))
            begins = move["move"] == "入学"
            schools[school.group()] = replace(old, start=old.start or date) if begins else replace(old, end=date)
        elif company and move["move"].startswith("入"):
            jobs.append(Employment(None, page.found(company.group(), index, 0.85), date, None, True))
        elif company:
            jobs = [_left(job, company.group(), date) for job in jobs]
    return jobs, list(schools.values())


def _date(page: Page, index: int) -> Found | None:
    match = _DATE.search(page.lines[index].text)
    if match is None or not 1 <= int(match[2]) <= 12:
        return None
    return replace(page.found(match[1], index, 0.8), value=f"{match[1]}-{int(match[2]):02d}")


def _left(job: Employment, company: str, date: Found | None) -> Employment:
    if job.is_current and job.company and job.company.value == company:
        return replace(job, end=date, is_current=False)
    return job
