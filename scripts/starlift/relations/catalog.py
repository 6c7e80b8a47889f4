"""Finds a table or a view by the name that a person gives it."""

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches

from starlift.errors import StarliftError
from starlift.relations.model import Relation
from starlift.relations.readers import Reader

_SHOWN = 5


def find_relation(reader: Reader, name: str) -> Relation:
    """The relation of that name, a model's or `schema.table`, with its columns.

    Where there is none, a StarliftError names what is called alike; where there are several, all of them.
    """
    known = reader.relations()
    found = _named(known, name, reader.schema)
    if not found:
        raise StarliftError(f"{reader.place} has no table or view {name!r}{_alike(known, name)}.")
    if len(found) > 1:
        listed = ", ".join(sorted(map(str, found))[:_SHOWN])
        raise StarliftError(f"Several tables are called {name!r}: say which, {listed}.")
    return replace(found[0], columns=tuple(reader.columns(found[0])))


def _named(known: Sequence[Relation], name: str, warehouse: str) -> list[Relation]:
    """Those of that name that are nearest to the star: of its schema, of its layers, of any other."""
    exact = [one for one in known if name in (str(one), one.name)]
    found = exact or [one for one in known if name.lower() in (str(one).lower(), one.name.lower())]
    written_out = [one for one in found if name.lower() == str(one).lower()]
    if written_out:
        return written_out
    layers = [one for one in found if _is_layer(one.schema, warehouse)]
    return [one for one in found if one.schema == warehouse] or layers or found


def _is_layer(schema: str, warehouse: str) -> bool:
    """Whether it is one of dbt's; the star as of a day stands beside these."""
    return schema.startswith(f"{warehouse}_") and not schema.startswith(f"{warehouse}_as_of_")


def _alike(known: Sequence[Relation], name: str) -> str:
    if not known:
        return ", or any other that you may read: load into it and run `dbt build` first"
    by_words = {word: one for one in known for word in (one.name.lower(), str(one).lower())}
    near = get_close_matches(name.lower(), by_words, n=_SHOWN, cutoff=0.6)
    near += [word for word in by_words if name.lower() in word and word not in near]
    listed = list(dict.fromkeys(str(by_words[word]) for word in near))[:_SHOWN]
    return f"; there is {', '.join(listed)}" if listed else ": name a dbt model, or schema.table"
