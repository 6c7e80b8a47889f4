"""Literals of SQL as text: what is staged of a value before anything is made of it."""

import re
from collections.abc import Callable

from starlift.dump.dialect import Dialect
from starlift.dump.lexer import FLAGS, lexer
from starlift.dump.text import STRAY, Text, latin1

# As staged: text; of a column of bytes, its hex digits.
Staged = str | None

_ESCAPE = re.compile(r"\\(.)|''|\"\"", re.DOTALL)
# As MySQL reads them; any other character loses its backslash.
_MYSQL = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "Z": "\x1a", "%": "\\%", "_": "\\_"}
_POSTGRES_ESCAPE = re.compile(
    r"((?:\\(?:[0-7]{1,3}|x[0-9a-fA-F]{1,2}))+)|\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|''", re.DOTALL
)
_BYTE = re.compile(r"\\(x?)([0-9a-fA-F]+)")
_POSTGRES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_OCTAL = re.compile(rb"\\([0-3][0-7]{2}|\\)")
_BARE_WORDS = {"null": None, "true": "1", "false": "0"}


class NoLiteral(Exception):
    """A value that has to be worked out."""


class Literals:
    """Reads the literals of one dialect in one file."""

    def __init__(self, dialect: Dialect, text: Text) -> None:
        self.dialect = dialect
        self.text = text
        # values whose bytes are not of the file's encoding
        self.mended = 0
        quoted = lexer(dialect).text
        if dialect.double_quoted_text:
            quoted += r'|"[^"\\]*+(?:(?:\\.|"")[^"\\]*+)*+"'
        elif not dialect.folds_names:
            # SQLite and others take a name that they do not know for a text
            quoted += r'|"[^"]*+(?:""[^"]*+)*+"'
        number = r"[-+]?(?:\d++(?:\.\d*+)?|\.\d++)(?:e[-+]?\d++)?"
        bare = rf"0x[0-9a-f]++\b|(?:null|true|false|default|{number})(?![\w.])"
        prefix = r"(?:n|e|x|b|date|timestamp|time|_\w++)\s*+"
        cast = r"(?:\s++collate\s++\w++)?+" if dialect.conditional_comments else ""
        if dialect.dollar_quotes:
            cast = r"(?:\s*+::\s*+[\w\". ]++(?:\([\d, ]*\))?(?:\[\])?)*+"
        value = rf"(?:({bare})|(_binary\s++|_utf8\w*\s++)?(0x[0-9a-f]++)|({prefix})?({quoted}){cast})"
        plain = re.sub(r"(?<!\\)\((?!\?)", "(?:", value)
        self.value = re.compile(value, FLAGS)
        self.row = re.compile(rf"\(\s*+{plain}\s*+(?:,\s*+{plain}\s*+)*+\)", FLAGS)

    def staged(self, groups: tuple[str, ...], family: str) -> Staged:
        """One found value, as a column of this family stages it; NoLiteral where it has to be worked out."""
        bare, _, hexed, prefix, quoted = groups
        if bare:
            return self._bare(bare, family)
        if hexed:
            return self._bytes(bytes.fromhex(_even(hexed[2:])), family)
        prefix = prefix.strip().lower()
        if prefix in ("x", "b"):
            return self._digits(prefix, quoted[1:-1], family)
        value = self._unquoted(quoted, prefix)
        if family in ("blob", "bits"):
            raw = self.text.bytes_of(value)
            return self._bytes(self._bytea(raw) if self.dialect.folds_names else raw, family)
        if self.text.stray and STRAY.search(value):
            self.mended += 1
            return self.text.mended(value)
        return value

    def _digits(self, prefix: str, digits: str, family: str) -> str:
        """What stands in X'' and B''."""
        if prefix == "b" and (self.dialect.folds_names or family == "text"):
            return digits
        if not re.fullmatch(r"[01]*" if prefix == "b" else r"[0-9a-fA-F]*", digits):
            raise NoLiteral
        if prefix == "b":
            return self._number(int(digits or "0", 2), family)
        return self._bytes(bytes.fromhex(_even(digits)), family)

    def _bare(self, bare: str, family: str) -> Staged:
        word = bare.lower()
        if word in _BARE_WORDS:
            return _BARE_WORDS[word]
        if word == "default":
            raise NoLiteral
        if word.startswith("0x"):
            return self._bytes(bytes.fromhex(_even(word[2:])), family)
        return word.encode().hex() if family == "blob" else word.removeprefix("+")

    def _unquoted(self, quoted: str, prefix: str) -> str:
        quote, inner = quoted[0], quoted[1:-1]
        if prefix == "e" or (self.dialect.backslash and self.dialect.folds_names):
            return _POSTGRES_ESCAPE.sub(self._postgres_escaped, inner)
        if self.dialect.backslash:
            return _ESCAPE.sub(_mysql_escaped(quote), inner) if "\\" in inner or quote in inner else inner
        return inner.replace(quote * 2, quote) if quote in inner else inner

    def _postgres_escaped(self, found: re.Match[str]) -> str:
        if found[1] is not None:
            return self.text.of_bytes(escaped_bytes(found[1]))
        escaped = found[2]
        if escaped is None:
            return "'"
        if len(escaped) > 1:
            return chr(int(escaped[1:], 16))
        return _POSTGRES.get(escaped, escaped)

    def _bytes(self, raw: bytes, family: str) -> str:
        """A literal of bytes: in MySQL also a way to write text and numbers."""
        if family == "blob":
            return raw.hex()
        if family in ("text", "any"):
            try:
                return raw.decode("utf-8")
            except UnicodeDecodeError:
                self.mended += 1
                return latin1(raw)
        return self._number(int.from_bytes(raw, "big"), family)

    @staticmethod
    def _number(number: int, family: str) -> str:
        if family == "blob":
            return number.to_bytes(max(1, (number.bit_length() + 7) // 8), "big").hex()
        return str(number)

    def hex_of_text(self, value: str) -> str:
        return self._bytea(self.text.bytes_of(value)).hex()

    @staticmethod
    def _bytea(raw: bytes) -> bytes:
        """PostgreSQL's text form of bytes, new or old."""
        if raw[:2] == b"\\x":
            try:
                return bytes.fromhex(raw[2:].decode("ascii"))
            except ValueError as error:
                raise NoLiteral from error
        return _OCTAL.sub(lambda found: b"\\" if found[1] == b"\\" else bytes([int(found[1], 8)]), raw)


def escaped_bytes(written: str) -> bytes:
    """PostgreSQL's \\303 and \\xc3: bytes, of which several may be one character."""
    return bytes(int(digits, 16 if hexed else 8) & 255 for hexed, digits in _BYTE.findall(written))


def _even(digits: str) -> str:
    return digits if len(digits) % 2 == 0 else f"0{digits}"


def _mysql_escaped(quote: str) -> Callable[[re.Match[str]], str]:
    def escaped(found: re.Match[str]) -> str:
        if found[1] is not None:
            return _MYSQL.get(found[1], found[1])
        # only the text's own quotes are doubled in it
        return quote if found[0] == quote * 2 else found[0]

    return escaped
