"""Which dialect a dump is in, from the words at its beginning, and which it may not be."""

import re
from dataclasses import dataclass
from pathlib import Path

from starlift.errors import StarliftError


@dataclass(frozen=True)
class Dialect:
    """What its words and quotes mean; `grammars` are sqlglot's names, the first that understands wins."""

    name: str
    grammars: tuple[str, ...]
    # a backslash in a text begins an escape
    backslash: bool = False
    # "x" is a text, not a name
    double_quoted_text: bool = False
    # [x] is a name
    brackets: bool = False
    hash_comments: bool = False
    dollar_quotes: bool = False
    # /*!50700 x */ is x
    conditional_comments: bool = False
    # names without quotes are in small letters
    folds_names: bool = False


MYSQL = Dialect(
    "MySQL",
    ("mysql", "", "postgres"),
    backslash=True,
    double_quoted_text=True,
    hash_comments=True,
    conditional_comments=True,
)
POSTGRES = Dialect("PostgreSQL", ("postgres", ""), dollar_quotes=True, folds_names=True)
SQLITE = Dialect("SQLite", ("sqlite", "", "mysql", "postgres"), brackets=True)
GENERIC = Dialect("plain SQL", ("", "mysql", "sqlite", "postgres"), brackets=True, dollar_quotes=True)

_FLAGS = re.IGNORECASE | re.MULTILINE
_TEXTS = re.compile(r"'(?:[^'\\]|\\.|'')*'", re.DOTALL)
_COMMENTS = re.compile(r"--[^\n]*|/\*(?!!).*?\*/", re.DOTALL)

# The first words of the programs that write dumps.
_HEADS = {
    r"^-- (?:MySQL|MariaDB) dump |^-- phpMyAdmin |^(?:--|#) HeidiSQL|MySQL Workbench|^-- Host: ": MYSQL,
    r"^-- PostgreSQL database (?:cluster )?dump": POSTGRES,
    r"\A\s*PRAGMA foreign_keys\s*=\s*OFF;\s*BEGIN TRANSACTION;": SQLITE,
}
# What only one of them says, outside of texts and comments.
_SIGNS = {
    MYSQL: r"`|/\*!\d{5}|\bENGINE\s*=|\bAUTO_INCREMENT\b|^DELIMITER\s|\bUNSIGNED\b|^SET NAMES",
    POSTGRES: (
        r"::\s*\w|\bFROM\s+stdin;|\b(?:BIG|SMALL)?SERIAL\b|\bBYTEA\b|\bTIMESTAMPTZ\b|\bnextval\s*\(|\$\$|"
        r"\bALTER TABLE ONLY\b|^\\connect|\bSET search_path\b|\bJSONB\b"
    ),
    SQLITE: r"\bAUTOINCREMENT\b|^\s*PRAGMA\s|\bWITHOUT\s+ROWID\b|\bsqlite_sequence\b|^BEGIN TRANSACTION;",
}
_REFUSED = {
    "SQL Server": (
        r"^\s*GO\s*$|\[dbo\]|^\s*SET\s+(?:ANSI_NULLS|QUOTED_IDENTIFIER|IDENTITY_INSERT)\b|"
        r"(?<!AS )\bIDENTITY\s*\(\s*\d|"
        r"\bN?VARCHAR\s*\(\s*MAX\s*\)|\[?\bN?VARCHAR\]\s*\(|\bON\s+\[PRIMARY\]|\bNONCLUSTERED\b|\bUNIQUEIDENTIFIER\b"
    ),
    "Oracle": (
        r"\bVARCHAR2\b|\bNUMBER\s*\(\s*[\d*]|^REM\s+INSERTING|^\s*SET\s+DEFINE\s+OFF|\bENABLE\s+ROW\s+MOVEMENT\b|"
        r"\bPCTFREE\b|^\s*PROMPT\s"
    ),
}
# Theirs, too, where nothing else tells: others have functions of these names.
_REFUSED_LAST = {"Oracle": r"\bTO_(?:DATE|TIMESTAMP)\s*\(\s*'|\bSYSDATE\b(?!\s*\()"}
# A backslash before a quote that does not end the text: only MySQL's kind of dump has these.
_ESCAPED_QUOTE = re.compile(r"'[^'\n]*\w\\'\w[^'\n]*'")


def recognise(path: Path, sample: str) -> Dialect | None:
    """The dialect; None where nothing tells. StarliftError for one that cannot be read."""
    for sign, dialect in _HEADS.items():
        if re.search(sign, sample[:4000], _FLAGS):
            return dialect
    bare = _blanked(sample)
    _refuse(path, bare, _REFUSED)
    counts = {dialect: len(re.findall(sign, bare, _FLAGS)) for dialect, sign in _SIGNS.items()}
    if _ESCAPED_QUOTE.search(sample):
        counts[MYSQL] += 1
    likeliest = max(counts, key=lambda dialect: counts[dialect])
    if counts[likeliest]:
        return likeliest
    _refuse(path, bare, _REFUSED_LAST)
    return None


def _refuse(path: Path, bare: str, signs: dict[str, str]) -> None:
    for name, sign in signs.items():
        if found := re.search(sign, bare, _FLAGS):
            line = bare.count("\n", 0, found.end() - len(found[0].lstrip())) + 1
            raise StarliftError(
                f"{path}, line {line}: this is {name}'s SQL ({found[0].strip()!r}), which cannot be read: "
                "export the tables in another form, such as CSV. Nothing was loaded."
            )


def _blanked(sample: str) -> str:
    """Without the content of texts and comments, each line where it was."""

    def blank(found: re.Match[str]) -> str:
        return "''" + "\n" * found[0].count("\n")

    return _COMMENTS.sub(lambda found: "\n" * found[0].count("\n"), _TEXTS.sub(blank, sample))
