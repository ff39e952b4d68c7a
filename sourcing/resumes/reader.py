"""Owns reading a résumé: the one function that other code calls."""

from sourcing.resumes import errors, sandbox
from sourcing.resumes.fields import ParsedResume
from sourcing.resumes.resolve import resolve


def read(content: bytes, filename: str, *, region: str | None = None) -> ParsedResume:
    """The text and fields of a résumé, each field with its source and a confidence.

    The type is decided from the content; `filename` is data and never trusted. `region` (ISO 3166-1 alpha-2) is the
    country taken for telephone numbers when the résumé names none. The file is parsed in a separate process with
    limits of memory, time and output. Raises a `ResumeError` whose text is a sentence for the recruiter;
    `NoText` means that the file is sound but has no text (a scan or a picture) and can be kept as a document.
    """
    if len(content) > errors.MAX_BYTES:
        raise errors.TooLarge
    if not content:
        raise errors.Empty
    try:
        return resolve(ParsedResume.from_json(sandbox.run(content)), region=region)
    except ValueError as error:
        raise errors.Damaged from error
