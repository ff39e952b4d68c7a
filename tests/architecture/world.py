"""Example objects for the arguments of every address, each with the canary in its texts.

A URL whose argument has no example fails the outsider walk: add a function here. The key is (the part of the path
before the argument, the argument), so that a new verb on a known noun needs no new example.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from crm.models import Member, Tenant
from tests.architecture.addresses import Route

CANARY = "zanzibarcanary"
CANDIDATE = ("candidates", "pk")
Key = tuple[str, str]


@dataclass
class World:
    """The tenant whose objects are walked around, and what was made in it."""

    tenant: Tenant
    owner: Member
    made: dict[Key, Any] = field(default_factory=dict)

    def value(self, key: Key) -> Any:
        """The argument's value; its object is made once."""
        if key not in self.made:
            self.made[key] = EXAMPLES[key](self)
        return self.made[key]


EXAMPLES: dict[Key, Callable[[World], Any]] = {}


def example(noun: str, argument: str = "pk") -> Callable[[Callable[[World], Any]], Callable[[World], Any]]:
    def register(function: Callable[[World], Any]) -> Callable[[World], Any]:
        EXAMPLES[(noun, argument)] = function
        return function

    return register


def keys_of(route: Route) -> dict[str, Key]:
    """Which example each argument of a route needs: {argument: key}. `tenant` comes from the actor.

    Where two apps mean different things by a noun, the key is ("app/noun", argument).
    """
    app = re.split(r"[-:]", route.name)[0]
    keys: dict[str, Key] = {}
    noun = ""
    for part in route.pattern.split("/"):
        found = re.search(r"<(?:\w+:)?(\w+)>", part)
        if found is None:
            noun = part
        elif found[1] != "tenant":
            own = (f"{app}/{noun}", found[1])
            keys[found[1]] = own if own in EXAMPLES else (noun, found[1])
    return keys
