"""Names as people write them, taken apart: PatientID, patient_id, PATIENT-ID and patientid mean the same."""

import re
from collections.abc import Iterable
from functools import lru_cache

# Words that say that a column tells rows apart, without saying rows of what.
KEY_WORDS = ("id", "no", "nr", "num", "number", "code", "key", "uid", "uuid", "guid", "pk", "sk", "ref")
# What stands before or after a name and says nothing of what it names.
_DECORATION = {"tbl", "tb", "t", "table", "fk", "pk"}

_WORD_ENDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")
_IRREGULAR = {
    "people": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "analyses": "analysis",
    "diagnoses": "diagnosis",
    "indices": "index",
    "criteria": "criterion",
    "staff": "staff",
    "series": "series",
    "species": "species",
    "news": "news",
}


@lru_cache(maxsize=10_000)
def words(name: str) -> tuple[str, ...]:
    """The words of a name in small letters: ('patient', 'id')."""
    plain = "".join(_ascii(letter) for letter in name)
    return tuple(part.lower() for part in _WORD_ENDS.split(plain) if part)


def snake_case(name: str) -> str:
    """The name as dbt projects write one; `column_` before one that begins with a digit or has no letter."""
    joined = "_".join(words(name))
    return joined if joined and not joined[0].isdigit() else f"column_{joined}".rstrip("_")


def singular(word: str) -> str:
    """One of what the word says, as far as spelling tells."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes", "uses")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 2:
        return word[:-1]
    return word


def singular_name(name: str) -> str:
    """One of what a table holds, in snake case: order_item of OrderItems."""
    *first, last = snake_case(name).split("_")
    return "_".join((*first, singular(last)))


def spellings(table_words: Iterable[str]) -> set[str]:
    """How a column may write a table's name of these words: run together, in singular and plural."""
    all_words = tuple(table_words)
    if not all_words:
        return set()
    first, last = "".join(all_words[:-1]), all_words[-1]
    # the two singulars of 'movies' and of 'houses': which is right takes a dictionary
    forms = {last, singular(last), last.removesuffix("s") if not last.endswith("ss") else last}
    return {first + form for form in forms}


def undecorated(name_words: tuple[str, ...], common: str | None = None) -> tuple[str, ...]:
    """The words without `tbl` and the like, and without the word that begins most tables of the database."""
    kept = tuple(word for word in name_words if word not in _DECORATION)
    if common and len(kept) > 1 and kept[0] == common:
        kept = kept[1:]
    return kept or name_words


def common_first_word(names: Iterable[str]) -> str | None:
    """The word that begins more than half of at least three names, such as the name of the system."""
    firsts = [parts[0] for name in names if len(parts := words(name)) > 1]
    everything = list(names)
    for word in dict.fromkeys(firsts):
        if len(everything) >= 3 and firsts.count(word) > len(everything) / 2:
            return word
    return None


def _ascii(letter: str) -> str:
    """Letters beyond ASCII as their nearest ones, so that every engine takes the name without quotes."""
    if letter.isascii():
        return letter
    from text_unidecode import unidecode  # noqa: PLC0415 - seldom needed

    return unidecode(letter)
