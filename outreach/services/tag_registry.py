"""Where merge tags are kept: those that every workspace has, and families of which each workspace has its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from crm.tenancy.context import in_tenant

if TYPE_CHECKING:
    from outreach.services.merge_tags import MergeTag


class Family(Protocol):
    """Tags that each workspace makes for itself. Their names begin with `prefix`, such as "custom."."""

    prefix: str

    def tag(self, name: str) -> MergeTag | None:
        """The tag of that name, whether or not the workspace has it: nothing is asked, and an unknown one says nothing.

        None for what can be no name of the family.
        """

    def own(self, name: str) -> MergeTag | None:
        """The same under the name that people know it by; None where the current workspace offers no such tag."""

    def every(self) -> list[MergeTag]:
        """All that the current workspace offers."""


class Tags(dict[str, "MergeTag"]):
    """{name: tag}. A tag of a family is `in` it where the workspace has one, and can be got in any case: a text may
    name what was taken away since, and then has a blank there like any other."""

    def __init__(self) -> None:
        super().__init__()
        self.families: dict[str, Family] = {}

    def provide(self, *families: Family) -> None:
        """Offer families of tags; called by wiring."""
        self.families.update({family.prefix: family for family in families})

    def _family(self, name: object) -> Family | None:
        found = (family for prefix, family in self.families.items() if str(name).startswith(prefix))
        return next(found, None)

    def __contains__(self, name: object) -> bool:
        if super().__contains__(name):
            return True
        family = self._family(name)
        return family is not None and family.own(str(name)) is not None

    def __missing__(self, name: str) -> MergeTag:
        family = self._family(name)
        found = (family.own(name) or family.tag(name)) if family else None
        if found is None:
            raise KeyError(name)
        return found

    def get(self, name: str, default: Any = None) -> Any:
        """The tag, without asking whether the workspace has it; `default` for what is no tag at all."""
        if super().__contains__(name):
            return self[name]
        family = self._family(name)
        return (family.tag(name) if family else None) or default

    def chosen(self, names: Collection[str]) -> list[MergeTag]:
        """The tags of these names."""
        return [tag for name in names if (tag := self.get(name)) is not None]

    def values(self) -> list[MergeTag]:  # type: ignore[override]
        """Everything that texts may name, the workspace's own tags last."""
        own = [tag for family in self.families.values() for tag in family.every()] if in_tenant() else []
        return [*super().values(), *own]


def nested(values: Mapping[str, str | None]) -> dict[str, Any]:
    """Values as a text reads them: what is called `custom.notice` is the `notice` of `custom`."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        family, dot, key = name.partition(".")
        if dot:
            found.setdefault(family, {})[key] = value
        else:
            found[name] = value
    return found
