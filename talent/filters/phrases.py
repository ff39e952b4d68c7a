"""What fields of one kind say, for each operator that they offer."""

from __future__ import annotations


def text(whose: str, *, missing: str, there: str) -> dict[str, str]:
    """`whose` as in “whose title”."""
    return {
        "contains": f"{whose} contains {{text}}",
        "not_contains": f"{whose} does not contain {{text}}",
        "contains_any": f"{whose} contains {{quoted or}}",
        "contains_none": f"{whose} does not contain {{quoted or}}",
        "is": f"{whose} is {{text}}",
        "is_not": f"{whose} is not {{text}}",
        "starts": f"{whose} starts with {{text}}",
        "ends": f"{whose} ends with {{text}}",
        "is_any_of": f"{whose} is {{quoted or}}",
        "is_none_of": f"{whose} is neither {{quoted or}}",
        "is_empty": missing,
        "is_not_empty": there,
    }


def rows_of_text(have: str, lack: str, *, missing: str, there: str) -> dict[str, str]:
    """Texts of which a person has several: “who worked at ...”, “who never worked at ...”."""
    return {
        "contains": f"{have} like {{text}}",
        "not_contains": f"{lack} like {{text}}",
        "contains_any": f"{have} like {{quoted or}}",
        "contains_none": f"{lack} like {{quoted or}}",
        "is": f"{have} called {{text}}",
        "is_not": f"{lack} called {{text}}",
        "starts": f"{have} that starts with {{text}}",
        "ends": f"{have} that ends with {{text}}",
        "is_any_of": f"{have} called {{quoted or}}",
        "is_none_of": f"{lack} called {{quoted or}}",
        "is_empty": missing,
        "is_not_empty": there,
    }


def long_text(have: str, lack: str, *, missing: str, there: str) -> dict[str, str]:
    """Notes, résumés: only whether words occur in one of them."""
    return {
        "contains": f"{have} {{text}}",
        "not_contains": f"{lack} {{text}}",
        "contains_any": f"{have} {{quoted or}}",
        "contains_none": f"{lack} {{quoted or}}",
        "is_empty": missing,
        "is_not_empty": there,
    }


def choice(yes: str, no: str, missing: str = "", there: str = "", every: str = "") -> dict[str, str]:
    known = {"is_empty": missing, "is_not_empty": there, "is_all_of": every}
    return {"is_any_of": yes, "is_none_of": no} | {op: words for op, words in known.items() if words}


def moment(did: str, last: str, *, never: str = "", ever: str = "") -> dict[str, str]:
    """`did` as in “contacted”, `last` as in “last contacted”."""
    words = {
        "in_last": f"{did} in the last {{days}}",
        "not_in_last": f"not {did} in the last {{days}}",
        "more_than_ago": f"{last} more than {{ago}}",
        "on_or_after": f"{last} on or after {{date}}",
        "before": f"{last} before {{date}}",
        "between": f"{last} between {{range}}",
        "anniversary": f"{last} on a day whose anniversary is in the next {{ahead}}",
    }
    return words | ({"is_empty": never, "is_not_empty": ever} if never else {})


def future(what: str, *, missing: str, there: str) -> dict[str, str]:
    """A date that may lie ahead: `what` as in “whose notice ends”."""
    return {
        "in_last": f"{what} in the last {{days}}",
        "in_next": f"{what} in the next {{ahead}}",
        "more_than_ago": f"{what} more than {{ago}}",
        "on_or_after": f"{what} on or after {{date}}",
        "before": f"{what} before {{date}}",
        "between": f"{what} between {{range}}",
        "anniversary": f"{what} on a day whose anniversary is in the next {{ahead}}",
        "is_empty": missing,
        "is_not_empty": there,
    }


def number(what: str, *, missing: str = "", there: str = "") -> dict[str, str]:
    """`what` as in “whose salary is”."""
    words = {
        "eq": f"{what} {{number}}",
        "ne": f"{what} not {{number}}",
        "lt": f"{what} less than {{number}}",
        "le": f"{what} at most {{number}}",
        "gt": f"{what} more than {{number}}",
        "ge": f"{what} at least {{number}}",
        "between": f"{what} between {{range}}",
    }
    return words | ({"is_empty": missing, "is_not_empty": there} if missing else {})


def often(did: str, what: str) -> dict[str, str]:
    """Events that are counted: `did` as in “who opened”, `what` as in “mail”."""
    return {
        "at_least": f"{did} at least {{times}} in the last {{days}}",
        "at_most": f"{did} at most {{times}} in the last {{days}}",
        "exactly": f"{did} exactly {{times}} in the last {{days}}",
        "none_in_last": f"{did} no {what} in the last {{days}}",
    }
