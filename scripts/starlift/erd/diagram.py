"""What a diagram shows, whatever it is of and however it is drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Line:
    """A column of a box."""

    name: str
    # What stands on its right, such as its type.
    note: str = ""
    is_primary: bool = False
    is_foreign: bool = False
    # The table that its note names, where no line leads there.
    leads_to: str = ""


@dataclass(frozen=True)
class Box:
    """A table."""

    name: str
    lines: tuple[Line, ...]
    # Below its name, such as how many rows it has.
    subtitle: str = ""
    # Columns that it has besides.
    more: int = 0
    # Which colour it gets: one for each number.
    colour: int = 0


@dataclass(frozen=True)
class Tie:
    """A foreign key: the child's columns hold the parent's."""

    child: str
    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    # Declared nowhere, and found in names and values.
    is_inferred: bool = False
    # No two children have the same parent.
    is_one_to_one: bool = False
    # A child may have no parent.
    is_optional: bool = True
    # Told at the child's column instead of by a line.
    is_told: bool = False


@dataclass(frozen=True)
class Group:
    """Boxes that are framed together; a group without a name has no frame."""

    name: str
    boxes: tuple[str, ...]


@dataclass(frozen=True)
class Diagram:
    title: str
    boxes: tuple[Box, ...]
    ties: tuple[Tie, ...]
    groups: tuple[Group, ...]
    # What the colours mean, where that is not only "belong together".
    colours: Mapping[int, str] | None = None

    @cached_property
    def by_name(self) -> dict[str, Box]:
        return {box.name: box for box in self.boxes}

    @cached_property
    def drawn(self) -> tuple[Tie, ...]:
        """The ties that are lines."""
        return tuple(tie for tie in self.ties if not tie.is_told)
