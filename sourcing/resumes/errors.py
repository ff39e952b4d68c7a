"""Owns the reasons why a résumé cannot be read, each with a sentence for the recruiter."""

MAX_BYTES = 15 * 1024 * 1024
ACCEPTED = "PDF, Word (.docx), OpenDocument (.odt), RTF, HTML and plain text"


class ResumeError(Exception):
    """A file that cannot be read. `code` is stable and may be stored; `str(error)` is the sentence to show."""

    code = "resume_error"
    sentence = "The file could not be read."

    def __init__(self) -> None:
        super().__init__(self.sentence)


class UnsupportedType(ResumeError):
    code = "unsupported_type"
    sentence = f"This type of file cannot be read. Accepted are {ACCEPTED}."


class OldWord(UnsupportedType):
    code = "old_word"
    sentence = (
        "This is a file of an old Word version (.doc). Open it in Word or LibreOffice, save it as .docx or PDF, "
        "and try again."
    )


class NotWord(UnsupportedType):
    code = "not_word"
    sentence = f"This is a ZIP archive, not a document. Unpack it and send the document itself: {ACCEPTED}."


class HasMacros(UnsupportedType):
    code = "has_macros"
    sentence = "The document contains macros, which are not accepted. Save it as .docx without macros and try again."


class Protected(ResumeError):
    code = "protected"
    sentence = "The file is protected by a password. Save it without one and try again."


class Damaged(ResumeError):
    code = "damaged"
    sentence = "The file is damaged or incomplete. Ask for it again, or save it anew as PDF and try again."


class Unsafe(ResumeError):
    code = "unsafe"
    sentence = (
        "The file is packed in an unusual way and was not opened, for safety. "
        "Save it anew as PDF or .docx and try again."
    )


class TooLarge(ResumeError):
    code = "too_large"
    sentence = f"The file is larger than {MAX_BYTES // 1024 // 1024} MB. Save it with smaller pictures and try again."


class Empty(ResumeError):
    code = "empty"
    sentence = "The file is empty."


class NoText(ResumeError):
    """Not a fault of the file: callers keep it as a document without text."""

    code = "no_text"
    sentence = (
        "The file holds pictures of pages, no text (probably a scan). It is kept as a document, "
        "but its fields have to be typed in."
    )


class TooMuchWork(ResumeError):
    code = "too_much_work"
    sentence = "Reading the file took too much time or memory, so it was stopped. Save it anew as PDF and try again."


def by_code(code: str) -> ResumeError:
    """The error with this code; an unknown code counts as damage."""
    known: list[type[ResumeError]] = [ResumeError, *ResumeError.__subclasses__(), *UnsupportedType.__subclasses__()]
    return next((kind() for kind in known if kind.code == code), Damaged())
