"""A file's statements one after another, with the line where each begins."""

import re
from dataclasses import dataclass, replace

from starlift.dump.dialect import Dialect
from starlift.dump.lexer import FLAGS, lexer, without_comments
from starlift.dump.text import STRAY, Text
from starlift.errors import StarliftError

_WORD = re.compile(r"[^\W\d]\w*")
# so much is looked at to tell what a statement is
_AHEAD = 65_536
# A body of several statements, as triggers of SQLite and routines of PostgreSQL have them.
_WITH_BODY = re.compile(
    r"create\s+(?:or\s+replace\s+)?(?:temp\w*\s+|definer\s*=\s*\S+\s+)?(?:trigger|procedure|function)\b.*?\bbegin\b",
    FLAGS,
)
_BODIES = ("trigger", "procedure", "function")
_OPENS = re.compile(r"\b(?:begin|(?<!end )case)\b", FLAGS)
# of others than these: IF ... END IF
_ENDS = re.compile(r"\bend\b(?! (?:if|loop|while|repeat)\b)", FLAGS)


@dataclass(frozen=True)
class Statement:
    text: str
    line: int
    place: str


class Scanner:
    """Where in a file the reading is, and what the next thing there is."""

    def __init__(self, text: Text, dialect: Dialect) -> None:
        self.text = text
        self.dialect = dialect
        self.delimiter = ";"
        self._set()

    def _set(self) -> None:
        self.lexer = lexer(self.dialect, self.delimiter)

    def set_delimiter(self, delimiter: str) -> None:
        self.delimiter = delimiter
        self._set()

    def set_backslash(self, means_escape: bool) -> None:
        """PostgreSQL's standard_conforming_strings."""
        self.dialect = replace(self.dialect, backslash=means_escape)
        self._set()

    def skip_space(self) -> bool:
        """Go past white space and comments; false at the end of the file."""
        text = self.text
        while True:
            found = self.lexer.space.match(text.buffer, text.at)
            text.at = found.end() if found else text.at
            if text.at < len(text.buffer) and not self._may_be_cut():
                return True
            if not text.more():
                if text.at < len(text.buffer):
                    if text.buffer.startswith("/*", text.at):
                        raise self.truncated("comment", text.line())
                    return True
                return False

    def _may_be_cut(self) -> bool:
        """Whether a comment begins here whose end is not in the window."""
        opening = self.text.buffer[self.text.at : self.text.at + 2]
        return opening[:1] in ("-", "/", "#") and (
            len(opening) < 2 or opening in ("--", "/*") or opening[0] == "#"
        )

    def ahead(self) -> None:
        """See enough to tell what comes."""
        while len(self.text.buffer) - self.text.at < _AHEAD and self.text.more():
            pass

    def word(self) -> str:
        """The word that begins here, in small letters; empty where there is none."""
        found = _WORD.match(self.text.buffer, self.text.at)
        return found[0].lower() if found else ""

    def rest_of_line(self) -> Statement:
        """The line from here on, which is a command of a client and has no delimiter."""
        text = self.text
        position = text.buffer.find("\n", text.at)
        while position < 0 and text.more():
            position = text.buffer.find("\n", text.at)
        position = len(text.buffer) if position < 0 else position
        line = Statement(text.buffer[text.at : position].strip(), text.line(), text.place())
        text.at = min(position + 1, len(text.buffer))
        return line

    def statement(self) -> Statement:
        """The statement that begins here; what stands after it is next."""
        text, begins = self.text, self.text.at
        line, place = text.line(), text.place()
        position = begins
        while True:
            position = self._to_delimiter(position, line)
            body = text.buffer[text.at : position]
            if self.delimiter != ";" or not _goes_on(body, self.lexer.comments):
                break
            position += 1
        text.at = position + len(self.delimiter)
        bare = without_comments(body, self.dialect).strip()
        return Statement(self.clean(bare), line, place)

    def _to_delimiter(self, position: int, line: int) -> int:
        text = self.text
        while True:
            found = self.lexer.pieces.match(text.buffer, position)
            position = found.end() if found else position
            if text.buffer.startswith(self.delimiter, position):
                return position
            extended = text.extend(position)
            if extended is None:
                raise self.truncated("statement", line)
            position = extended

    def clean(self, value: str) -> str:
        return self.text.mended(value) if STRAY.search(value) else value

    def truncated(self, what: str, line: int) -> StarliftError:
        return StarliftError(
            f"{self.text.path} ends in the middle of the {what} that begins in line {line}: it was cut off, "
            f"or lacks a {self.delimiter!r} or a closing quote; get it whole, and load it again. Nothing was "
            "loaded."
        )


def _goes_on(body: str, hidden: re.Pattern[str]) -> bool:
    """Whether a semicolon here ends a statement within a body, and not the body."""
    opening = body[:300].lstrip().lower()
    if not (opening.startswith("create") and any(word in opening for word in _BODIES)):
        return False
    # what is quoted has its own end
    seen = " ".join(hidden.sub(" ", body).split())
    return bool(_WITH_BODY.match(seen)) and len(_OPENS.findall(seen)) > len(_ENDS.findall(seen))
