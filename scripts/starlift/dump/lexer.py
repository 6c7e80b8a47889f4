"""What a piece of SQL may be in each dialect: quoted things and comments, which hide what stands in them.

Possessive quantifiers (`*+`) keep a broken file from sending the matcher back and forth. Every pattern ends
where a piece is cut off by the end of the window, so that whoever uses it can ask for more.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from starlift.dump.dialect import Dialect

FLAGS = re.IGNORECASE | re.DOTALL
_ESCAPING = r"'[^'\\]*+(?:(?:\\.|'')[^'\\]*+)*+'"
_PLAIN = r"'[^']*+(?:''[^']*+)*+'"
_DOUBLE_ESCAPING = r'"[^"\\]*+(?:(?:\\.|"")[^"\\]*+)*+"'
_DOUBLE = r'"[^"]*+(?:""[^"]*+)*+"'
_BACKTICKED = r"`[^`]*+(?:``[^`]*+)*+`"
_BRACKETED = r"\[(?!\d*+\])[^\]\n]++\]"
_DOLLAR = r"(?<![\w$])(?P<tag>\$(?:[^\W\d]\w*)?\$).*?(?P=tag)"
# comments within comments, one level deep
_NESTED = r"/\*(?:[^*/]++|\*(?!/)|/(?!\*)|/\*(?:[^*]++|\*(?!/))*+\*/)*+\*/"
_FLAT = r"/\*(?:[^*]++|\*(?!/))*+\*/"
# MySQL's and MariaDB's own SQL in a comment, but not what is meant for a server that is still to come
_CONDITION = r"/\*M?!(?!9{5,6})(?:\d{5,6})?|\*/"


@dataclass(frozen=True)
class Lexer:
    """The patterns of one dialect with one delimiter."""

    text: str
    name: str
    space: re.Pattern[str]
    # Goes on up to a delimiter, or up to a piece that is cut off.
    pieces: re.Pattern[str]
    # As `pieces`, and stops at parentheses and commas, too.
    inner: re.Pattern[str]
    # Quoted things as `kept`, and comments, which are not.
    comments: re.Pattern[str]


@lru_cache(maxsize=64)
def lexer(dialect: Dialect, delimiter: str = ";") -> Lexer:
    text = _ESCAPING if dialect.backslash else rf"(?<=[^\w][eE]){_ESCAPING}|(?<![^\w][eE]){_PLAIN}"
    double = _DOUBLE_ESCAPING if dialect.backslash else _DOUBLE
    quoted = [text, double, _BACKTICKED]
    comments = [r"--(?=\s)[^\n]*+\n" if dialect.conditional_comments else r"--[^\n]*+\n"]
    rest = [r"-(?=-\S)|-(?=[^-])" if dialect.conditional_comments else r"-(?=[^-])"]
    if dialect.hash_comments:
        comments.append(r"#[^\n]*+\n")
    if dialect.conditional_comments:
        comments += [_CONDITION, rf"(?=/\*(?!M?!)|/\*M?!9{{5,6}}){_FLAT}"]
        rest.append(r"\*(?=[^/])")
    else:
        comments.append(_NESTED if dialect.dollar_quotes else _FLAT)
    rest.append(r"/(?=[^*])")
    special = "'\"`/" + r"\-" + ("#" if dialect.hash_comments else "")
    special += "*" if dialect.conditional_comments else ""
    if dialect.brackets:
        quoted.append(_BRACKETED)
        rest.append(r"\[(?=\d*+\]|[^\]\n]*+\n)")
        special += r"\["
    if dialect.dollar_quotes:
        quoted.append(_DOLLAR)
        rest.append(r"(?<=[\w$])\$|\$(?=\w*+[^\w$])")
        special += "$"
    whole = "|".join([*quoted, *comments])
    first = re.escape(delimiter[0])
    if len(delimiter) > 1:
        rest.append(rf"(?!{re.escape(delimiter)}){first}(?=.{{{len(delimiter) - 1}}})")
    # where these quote no names, they hold the elements of an array
    subscripts = "" if dialect.brackets else r"\[\]"
    # a delimiter may look like what is special otherwise
    stop = rf"(?!{re.escape(delimiter)})"
    names = [_BACKTICKED, r"[^\W\d][\w$]*+|\d+[^\W\d][\w$]*+", _DOUBLE]
    names += [_BRACKETED] if dialect.brackets else []
    return Lexer(
        text=text,
        name=f"(?:{'|'.join(names)})",
        space=re.compile(rf"(?:\s++|{'|'.join(comments)})*+", FLAGS),
        pieces=re.compile(rf"(?:{stop}(?:[^{special}{first}]++|{whole}|{'|'.join(rest)}))*+", FLAGS),
        comments=re.compile(rf"(?P<kept>{'|'.join(quoted)})|{'|'.join(comments)}", FLAGS),
        inner=re.compile(rf"(?:[^{special};(){subscripts},]++|{whole}|{'|'.join(rest)})*+", FLAGS),
    )


@lru_cache(maxsize=8)
def _quoted_things(dialect: Dialect) -> re.Pattern[str]:
    names = [_BACKTICKED, *([] if dialect.double_quoted_text else [_DOUBLE])]
    names += [_BRACKETED] if dialect.brackets else []
    texts = [lexer(dialect).text, *([_DOUBLE_ESCAPING] if dialect.double_quoted_text else [])]
    return re.compile(rf"(?P<text>{'|'.join(texts)})|(?P<name>{'|'.join(names)})", FLAGS)


def requoted(sql: str, dialect: Dialect, quote: str) -> str:
    """The SQL with all its quoted names in the quotes of another grammar."""

    def again(found: re.Match[str]) -> str:
        if found["name"] is None:
            return found[0]
        name = unquoted(found[0], dialect)
        return quote + name.replace(quote, quote * 2) + quote

    return _quoted_things(dialect).sub(again, sql)


def without_comments(sql: str, dialect: Dialect) -> str:
    """The SQL without its comments; of those that MySQL runs, the content stays."""
    if not ("--" in sql or "/*" in sql or "#" in sql):
        return sql

    def bare(found: re.Match[str]) -> str:
        return found[0] if found["kept"] is not None else " "

    return lexer(dialect).comments.sub(bare, sql)


def unquoted(name: str, dialect: Dialect) -> str:
    """A name without its quotes, and as the dialect means it."""
    opening = name[:1]
    if opening in '`"':
        return name[1:-1].replace(opening * 2, opening)
    if opening == "[":
        return name[1:-1]
    return name.lower() if dialect.folds_names else name
