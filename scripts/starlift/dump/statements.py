"""Statements that make no row: what is passed over, and what is said of it."""

import re

from starlift.dump.lexer import FLAGS

SETTINGS = "settings of a session (SET, USE, LOCK, ...)"
_OBJECT = r"(?:or\s+replace\s+)?(?:definer\s*=\s*\S+\s+)?(?:sql\s+security\s+\w+\s+)?"
_VIEW = (
    rf"(?:create\s+{_OBJECT}(?:algorithm\s*=\s*\w+\s+)?{_OBJECT}(?:temp\w*\s+)?(?:recursive\s+)?"
    r"(?:materialized\s+)?view|refresh\s+materialized)"
)

# What a statement begins with: what it is, why it is passed over. The first that fits wins.
_PASSED_OVER: dict[str, tuple[str, str]] = {
    r"set|use|lock|unlock|pragma|begin|start\s+transaction|commit|end|savepoint|release|analyze|vacuum|flush|"
    r"reset|discard|show|reindex": (SETTINGS, "they change no row"),
    r"create\s+(?:unique\s+|fulltext\s+|spatial\s+)?index|drop\s+index|create\s+index": (
        "indexes",
        "the target indexes its own keys",
    ),
    _VIEW: ("views", "a warehouse has its own: the SQL is another dialect's"),
    rf"create\s+{_OBJECT}(?:constraint\s+)?trigger": ("triggers", "rows are as the triggers left them"),
    rf"create\s+{_OBJECT}(?:aggregate\s+)?(?:function|procedure|event|aggregate|rule|operator|cast)": (
        "routines and events",
        "only tables are loaded",
    ),
    r"create\s+(?:or\s+replace\s+)?(?:temp\w*\s+)?(?:sequence|extension|role|user|database|schema|tablespace|policy|"
    r"publication|subscription|server|foreign\s+data|collation|text\s+search|statistics|language|access|event\s+trigger|"
    r"conversion|transform)|"
    r"alter\s+(?:sequence|view|materialized|function|procedure|schema|database|type|domain|default|extension|role|user|"
    r"index|aggregate|publication|event|operator|language|policy|large|text|server|foreign\s+data|statistics|trigger|procedural)|"
    r"drop\s+(?!table)|create\s+type|create\s+domain|comment\s+on|security\s+label": (
        "sequences, schemas, comments and the like",
        "only tables are loaded",
    ),
    r"grant|revoke": ("privileges", "they belong to the server"),
    r"select\s+(?:pg_catalog\.)?lo\w+": (
        "commands for large objects",
        "these are in no table: save them otherwise",
    ),
    r"select\s+(?:pg_catalog\.)?(?:setval|set_config|pg_catalog)": (
        "sequences, schemas, comments and the like",
        "only tables are loaded",
    ),
    r"select": ("queries", "they change no row"),
    r"(?:delete\s+from|insert\s+into)\s+[\"'`]?sqlite_\w+": ("SQLite's own records", "they are no data"),
}
_PATTERNS = [(re.compile(rf"(?:{opening})\b", FLAGS), told) for opening, told in _PASSED_OVER.items()]
_NAMED = re.compile(
    r"\b(?:view|trigger|function|procedure|event)\s+(?:if\s+(?:not\s+)?exists\s+)?"
    r"(?P<name>(?:[`\"\[]?[\w$ ]+?[`\"\]]?\.)?[`\"\[]?[\w$]+)",
    FLAGS,
)
# Statements that there are; what begins otherwise is no SQL.
_VERBS = re.compile(
    r"(?:insert|replace|update|delete|merge|create|alter|drop|truncate|rename|call|do|exec|execute|with|declare|if|"
    r"select|values|copy|load|import|attach|detach|prepare|deallocate|handler|optimize|check|repair|checksum|cluster|"
    r"notify|listen|unlisten|xa|rollback|go|delimiter|source|print|upsert|explain|describe|desc|install|uninstall|purge|"
    r"change|reassign|abort|close|fetch|move|open|while|begin|end|return|else|elsif|then|when|case|loop|leave|iterate|signal|"
    r"get|put|unset|kill|shutdown|restart|clone|binlog|cache|reload|help|grant|revoke|declare|refresh|security|comment)\b",
    FLAGS,
)


def passed_over(statement: str) -> tuple[str, str, str] | None:
    """(what, why, name) of a statement that changes no table; None for any other."""
    for pattern, (what, why) in _PATTERNS:
        if pattern.match(statement):
            named = (
                _NAMED.search(statement[:2000])
                if what in ("views", "triggers", "routines and events")
                else None
            )
            name = re.sub(r"[`\"\[\]]", "", named["name"]).split(".")[-1].strip() if named else ""
            return what, why, name
    return None


def is_sql(statement: str) -> bool:
    return bool(_VERBS.match(statement))
