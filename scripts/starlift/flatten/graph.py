"""Which tables there are around one, and what leads from which to which."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from starlift.relations import Relation

_KEY = re.compile(r"_?(?:durable_)?(?:key|id|code|no|nr)$", re.IGNORECASE)


@dataclass(frozen=True)
class Link:
    """Columns of `child` that hold the key of a row of `parent`."""

    child: str
    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]

    @property
    def role(self) -> str:
        """What the parent is to the child: `billing_customer_id` leads to its billing_customer."""
        stem = _KEY.sub("", self.columns[0]) if len(self.columns) == 1 else ""
        return (stem or self.parent).lower()


@dataclass(frozen=True)
class Graph:
    # By the names that the links use.
    tables: Mapping[str, Relation]
    links: tuple[Link, ...]
    primary_keys: Mapping[str, tuple[str, ...]]
    # Columns that say nothing of what a row is about, such as when it was valid.
    housekeeping: frozenset[str] = frozenset()
    # What the columns end in that are made to join by, and say nothing else.
    made_to_join: str | None = None
    # A parent's key that stands for "there is no child", in bridges.
    no_child: int | None = None

    def parents_of(self, name: str) -> list[Link]:
        """In the order of the columns that lead there."""
        order = {column.name: at for at, column in enumerate(self.tables[name].columns)}
        found = [link for link in self.links if link.child == name]
        return sorted(found, key=lambda link: order.get(link.columns[0], len(order)))

    def children_of(self, name: str) -> list[Link]:
        return [link for link in self.links if link.parent == name]

    def is_key(self, name: str, column: str) -> bool:
        """Whether a column is one to join by, not to add up."""
        if column in self.primary_keys.get(name, ()):
            return True
        return any(
            column in (link.columns if link.child == name else link.parent_columns)
            for link in self.links
            if name in (link.child, link.parent)
        ) or bool(re.search(r"(?:^|_)(?:key|id)$|[a-z]I[dD]$", column))
