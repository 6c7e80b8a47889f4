"""Names in the SQL: quoted where they have to be, none twice, none longer than the engine takes."""

import re

from sqlglot.tokens import Tokenizer

from starlift.relations import Reader

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
_RESERVED = {word.lower() for word in Tokenizer.KEYWORDS if word.isalpha()}


class Names:
    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._taken: set[str] = set()

    def __call__(self, identifier: str) -> str:
        """As it is written in SQL."""
        if _PLAIN.fullmatch(identifier) and identifier not in _RESERVED:
            return identifier
        return self._reader.name(identifier)

    def new(self, wanted: str) -> str:
        """That name, or one like it where that is taken or too long."""
        longest = self._reader.longest_name
        name, number = _cut(wanted, longest), 1
        while name.lower() in self._taken:
            number += 1
            ending = f"_{number}"
            name = _cut(wanted, longest - len(ending)) + ending
        self._taken.add(name.lower())
        return name


def _cut(name: str, longest: int) -> str:
    """PostgreSQL counts bytes, MySQL characters: the fewer of both."""
    return name.encode()[:longest].decode(errors="ignore")
