"""The text of a dump, piece by piece: its encoding, its place in the file, and what is no text at all."""

import codecs
import gzip
import re
import zlib
from pathlib import Path
from typing import BinaryIO

from starlift.errors import StarliftError

_SAMPLE = 65_536
_TAIL = 4_096
_CHUNK = 1 << 20
# No statement but INSERT and COPY, and no row of these, is as long as that unless a quote is not closed.
_LONGEST = 256 * _CHUNK

# By their first bytes: what it is, and how to make a dump of it.
_NO_TEXT = {
    b"SQLite format 3\0": "an SQLite database; write a dump of it (`sqlite3 FILE .dump > dump.sql`)",
    b"PGDMP": "a dump in PostgreSQL's custom format; make it plain (`pg_restore -f dump.sql FILE`)",
    b"PK\x03\x04": "a zip archive; unpack it",
    b"BZh": "compressed by bzip2; unpack it",
    b"\xfd7zXZ": "compressed by xz; unpack it",
    b"\x28\xb5\x2f\xfd": "compressed by zstd; unpack it",
    b"PAR1": "a Parquet file, not a dump",
}
_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_DECLARED = re.compile(rb"(?:SET\s+NAMES\s+|client_encoding\s*(?:=|TO)\s*)['\"]?(\w+)", re.IGNORECASE)
# What servers call encodings, where Python does not know that name.
_ENCODINGS = {
    "latin1": "cp1252",
    "utf8mb3": "utf-8",
    "utf8mb4": "utf-8",
    "unicode": "utf-8",
    "win1250": "cp1250",
    "win1251": "cp1251",
    "win1252": "cp1252",
    "latin2": "iso8859-2",
    "uhc": "cp949",
}
# What surrogateescape makes of bytes that the encoding does not know.
STRAY = re.compile("[\udc80-\udcff]")


class Text:
    """A window on the text that moves on: `buffer` from `at` is what is still to be read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = _size(path)
        self.ended = False
        self.at = 0
        # the line at a place of the buffer, from where the next is counted
        self._line, self._counted = 1, 0
        self._raw, self.sample, self.encoding = _opened(path)
        self._decoder = codecs.getincrementaldecoder(self.encoding)("surrogateescape")
        self._read = 0
        self.buffer = ""
        # whether there have been bytes that are not of the encoding
        self.stray = False
        # the last that has been taken in
        self.tail = ""
        self.more()

    def close(self) -> None:
        self._raw.close()

    def more(self) -> bool:
        """Forget what is read, and take in as much again as is not; false where there is no more."""
        if self.ended:
            return False
        rest = self.buffer[self.at :]
        if len(rest) > _LONGEST:
            raise self.refused(f"a statement or row does not end within {_LONGEST >> 20} MB: close its quote")
        self._line, self._counted = self.line(), 0
        self.at = 0
        try:
            data = self._raw.read(max(_CHUNK, len(rest)))
        except (OSError, EOFError, zlib.error) as error:
            raise StarliftError(f"{self.path} cannot be read ({error}): get it whole.") from error
        self._read += len(data)
        try:
            new = self._decoder.decode(data, not data)
        except UnicodeDecodeError as error:
            raise self.refused("bytes that are no text: the file is damaged", len(rest)) from error
        self.stray = self.stray or (not new.isascii() and bool(STRAY.search(new)))
        # a comment ends with its line, and what may be a delimiter has something behind it
        self.ended = not data
        self.tail = (self.tail + new)[-_TAIL:]
        self.buffer = rest + new + ("\n" * 4 if self.ended else "")
        if "\0" in new:
            raise self.refused(
                "a byte that no SQL text has: the file is damaged", len(rest) + new.index("\0")
            )
        return True

    def extend(self, position: int) -> int | None:
        """Take in more; where `position` is then, or None at the end."""
        before = self.at
        return position - before if self.more() else None

    def line(self, position: int | None = None) -> int:
        position = self.at if position is None else position
        if position < self._counted:
            return self._line - self.buffer.count("\n", position, self._counted)
        self._line += self.buffer.count("\n", self._counted, position)
        self._counted = position
        return self._line

    def place(self, position: int | None = None) -> str:
        return f"{self.path}, line {self.line(position)}"

    def refused(self, what: str, position: int | None = None) -> StarliftError:
        what = " ".join(what.split())
        return StarliftError(f"{self.place(position)}: {what}, and load it again. Nothing was loaded.")

    @property
    def read_share(self) -> float:
        return min(1.0, self._read / self.size) if self.size else 1.0

    def bytes_of(self, value: str) -> bytes:
        """The bytes that stood in the file."""
        return value.encode(self.encoding, "surrogateescape")

    def of_bytes(self, raw: bytes) -> str:
        """What these bytes would be in the file."""
        value = raw.decode(self.encoding, "surrogateescape")
        self.stray = self.stray or bool(STRAY.search(value))
        return value

    def mended(self, value: str) -> str:
        """Text whose bytes are not of the file's encoding: read as Windows-1252, the usual other one."""
        return latin1(self.bytes_of(value))


def latin1(raw: bytes) -> str:
    """As MySQL means it: Windows-1252, as far as that goes."""
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise StarliftError(f"There is no file {path} ({error.strerror}): name the dump.") from error


def _opened(path: Path) -> tuple[BinaryIO, str, str]:
    """The file at its first character, a sample of its beginning, and its encoding."""
    if path.is_dir():
        raise StarliftError(f"{path} is a folder: name the dump's files in it.")
    try:
        raw: BinaryIO = path.open("rb")
        if raw.read(2) == b"\x1f\x8b":
            raw.close()
            raw = gzip.open(path, "rb")  # type: ignore[assignment]  # noqa: SIM115 - the caller closes it
        raw.seek(0)
        head = raw.read(_SAMPLE)
    except (OSError, EOFError, zlib.error) as error:
        raise StarliftError(f"{path} cannot be read ({error}): get it whole.") from error
    for magic, what in _NO_TEXT.items():
        if head.startswith(magic):
            raise StarliftError(f"{path}, line 1: this is {what}, and load that.")
    bom, encoding = next(((bom, name) for bom, name in _BOMS.items() if head.startswith(bom)), (b"", ""))
    if not bom:
        declared = _DECLARED.search(head)
        encoding = _known(declared[1].decode("ascii", "replace")) if declared else "utf-8"
    raw.seek(len(bom))
    return raw, head[len(bom) :].decode(encoding, "replace"), encoding


def _known(name: str) -> str:
    """Python's name of an encoding; UTF-8 where it knows none, and for single bytes that say nothing."""
    try:
        return codecs.lookup(_ENCODINGS.get(name.lower(), name)).name
    except LookupError:
        return "utf-8"
