"""Columns that look as if they said something of a person: by their names, by their values, or by both."""

import re
from collections.abc import Callable
from datetime import date
from functools import cache

from starlift.inspect.model import Column, PersonalData, Table
from starlift.inspect.names import singular, words

# What a name has to contain, as words next to each other; the first that fits.
_BY_NAME: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("e-mail", ("email", "e mail", "mail address")),
    ("password", ("password", "passwd", "pwd", "password hash", "pin code")),
    (
        "phone",
        ("phone", "telephone", "mobile", "cell", "fax", "tel", "contact number", "contact no", "msisdn"),
    ),
    ("birth date", ("birth", "birthdate", "birthday", "dob", "born")),
    (
        "identity number",
        (
            "ssn",
            "social security",
            "passport",
            "national id",
            "tax id",
            "tin",
            "driver license",
            "mrn",
            "nhs number",
        ),
    ),
    ("bank account", ("iban", "bank account", "account number", "card number", "credit card", "cvv")),
    (
        "address",
        ("address", "street", "postal code", "postcode", "zip", "zip code", "zipcode", "house number"),
    ),
    ("location", ("latitude", "longitude", "geolocation")),
    ("network address", ("ip", "ip address", "mac address", "device id")),
    (
        "name",
        (
            "first name",
            "last name",
            "full name",
            "middle name",
            "maiden name",
            "given name",
            "surname",
            "forename",
            "family name",
            "firstname",
            "lastname",
            "fullname",
            "fname",
            "lname",
            "contact name",
            "user name",
            "username",
            "nickname",
            "next of kin",
            "emergency contact",
        ),
    ),
    (
        "sensitive attribute",
        ("gender", "sex", "religion", "ethnicity", "race", "nationality", "marital status"),
    ),
    ("health", ("diagnosis", "blood type", "allergy", "medical history", "symptom", "medication")),
    ("picture", ("photo", "portrait", "avatar", "signature")),
)
# Tables of people: what is called just `name` there is a person's.
_PEOPLE = {
    "patient", "customer", "client", "user", "employee", "person", "contact", "member", "doctor", "physician",
    "nurse", "staff", "student", "teacher", "radiographer", "radiologist", "technician", "provider", "guest",
    "author", "subscriber", "applicant", "candidate", "tenant", "worker", "agent", "passenger", "donor",
}  # fmt: skip
# Where somebody or something can be reached.
_PLACES = ("phone", "address", "location")
# Tables of things: their phones, addresses and places are no person's.
_THINGS = {
    "company", "product", "category", "department", "brand", "country", "city", "region", "machine", "clinic",
    "hospital", "office", "store", "shop", "branch", "warehouse", "airport", "station",
}  # fmt: skip

# What often bears a person's name and is none.
_NAMED_AFTER_PEOPLE = {
    "city",
    "state",
    "county",
    "region",
    "country",
    "company",
    "product",
    "brand",
    "title",
    "place",
}

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
_PHONE = re.compile(r"\+?[\d\s().\-/]{7,20}(?:\s?(?:x|ext\.?)\s?\d+)?")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_IP = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}")
_SSN = re.compile(r"\d{3}-\d{2}-\d{4}")
_STREET = re.compile(
    r"(?:\d+\w?[ ,]+\S.*\b(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|way|court)\b\.?.*"
    r"|.*(?:stra(?:ss|ß)e|str\.|weg|platz|allee)\s*\d+.*|\d+,? (?:rue|avenue|boulevard)\b.*)",
    re.IGNORECASE,
)
_DATE = re.compile(r"(\d{4})-\d{2}-\d{2}")
# So many different values have to agree, and this share of them.
_LEAST_VALUES, _LEAST_SHARE = 4, 0.6


def personal_data(table: Table, column: Column, values: list[str]) -> PersonalData | None:
    """What kind of personal data the column seems to hold; `values` are some of its own."""
    of = {singular(word) for word in words(table.name)}
    named = _by_name(of, column)
    shown = _by_values(column, values)
    if shown and shown[0] in _PLACES and of & _THINGS:
        return None
    if named and shown and named == shown[0]:
        return PersonalData(named, f"by its name and {shown[1]:.0%} of its values")
    if shown:
        return PersonalData(shown[0], f"by {shown[1]:.0%} of its values")
    return PersonalData(named, "by its name") if named else None


def _by_name(of: set[str], column: Column) -> str | None:
    own = words(column.name)
    text = f" {' '.join(own)} "
    if own[-1:] in (("id",), ("count",)) and not any(f" {word} " in text for word in ("national", "tax")):
        return None
    for kind, names in _BY_NAME:
        if any(f" {name} " in text for name in names) and _may_be(kind, column, of):
            return kind
    if own[-1:] == ("name",) and column.family == "text":
        before = {singular(word) for word in own[:-1]}
        if (before or of) & _PEOPLE:
            return "name"
    return None


def _may_be(kind: str, column: Column, of: set[str]) -> bool:
    if kind == "birth date":
        return column.family in ("date", "timestamp", "text", "integer")
    if kind in _PLACES:
        return not of & _THINGS
    if kind in ("health", "sensitive attribute"):
        return column.family in ("text", "enum")
    return True


def _by_values(column: Column, values: list[str]) -> tuple[str, float] | None:
    """A kind and the share of the different values that fit it."""
    different = list(dict.fromkeys(value.strip() for value in values if value.strip()))
    if column.family not in ("text", "date") or len(different) < _LEAST_VALUES:
        return None
    if column.family == "date":
        return ("birth date", 1.0) if _are_lives(different) else None
    for kind, fits in _KINDS:
        if kind == "name" and set(words(column.name)) & _NAMED_AFTER_PEOPLE:
            continue
        share = sum(map(fits, different)) / len(different)
        if share >= _LEAST_SHARE:
            return kind, share
    return None


def _are_lives(values: list[str]) -> bool:
    """Dates like births: from many decades, most of them a generation ago, and none to come."""
    years = sorted(int(found[1]) for value in values if (found := _DATE.match(value)))
    if len(years) < _LEAST_VALUES * 2:
        return False
    this = date.today().year
    middle = years[len(years) // 2]
    return years[0] >= this - 120 and years[-1] <= this and years[-1] - years[0] >= 40 and middle <= this - 20


def _is_phone(value: str) -> bool:
    digits = sum(letter.isdigit() for letter in value)
    # a date, an amount or a plain number has no other sign of a phone number
    return (
        7 <= digits <= 15
        and bool(_PHONE.fullmatch(value))
        and not _DATE.match(value)
        and (value.startswith(("+", "(", "0")) or bool(re.search(r"\d[\s\-)/]+\d", value)))
        and not re.fullmatch(r"[\d.]+", value.removeprefix("-"))
    ) or bool(re.fullmatch(r"(?:\+|00)\d{8,14}|0\d{8,11}", value))


def _is_card(value: str) -> bool:
    digits = re.sub(r"[ -]", "", value)
    if not re.fullmatch(r"\d{13,19}", digits):
        return False
    doubled = [int(digit) * (2 if at % 2 else 1) for at, digit in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def _is_name(value: str) -> bool:
    parts = re.findall(r"[^\W\d_]+", value)
    return (
        1 <= len(parts) <= 4
        and len(value) <= 60
        and not any(map(str.isdigit, value))
        and any(part.lower() in _known_names() for part in parts)
    )


@cache
def _known_names() -> frozenset[str]:
    """First and last names, from the lists that Faker carries."""
    from faker.providers.person.en_US import Provider  # noqa: PLC0415 - a large module

    lists = (Provider.first_names, Provider.last_names)
    return frozenset(name.lower() for names in lists for name in names)


_KINDS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("e-mail", lambda value: bool(_EMAIL.fullmatch(value))),
    ("network address", lambda value: bool(_IP.fullmatch(value))),
    ("identity number", lambda value: bool(_SSN.fullmatch(value))),
    ("bank account", lambda value: bool(_IBAN.fullmatch(value.replace(" ", ""))) or _is_card(value)),
    ("phone", _is_phone),
    ("address", lambda value: bool(_STREET.fullmatch(value))),
    ("name", _is_name),
)
