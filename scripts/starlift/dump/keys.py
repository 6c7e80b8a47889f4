"""The keys that a dump declares, held against its rows."""

from dataclasses import dataclass, field

from starlift.dump.fit import FittedTable
from starlift.dump.model import ForeignKey
from starlift.dump.report import CheckedKey, Report
from starlift.dump.staging import StagedTable, Staging
from starlift.load.extract import quoted


@dataclass(frozen=True)
class HeldForeignKey:
    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]


@dataclass
class Keys:
    """What the target can declare of one table: the keys that no row breaks."""

    primary: tuple[str, ...] = ()
    unique: list[tuple[str, ...]] = field(default_factory=list)
    foreign: list[HeldForeignKey] = field(default_factory=list)


def check_keys(staging: Staging, tables: list[FittedTable], report: Report) -> dict[str, Keys]:
    """Count what breaks the keys; what can be declared, by table."""
    held = {table.name: _own_keys(staging, table, report) for table in tables}
    for table in tables:
        for key in table.staged.table.foreign_keys:
            checked, holds = _foreign_key(staging, table, key, tables)
            report.foreign_keys.append(checked)
            if holds and holds.parent_columns in (held[holds.parent].primary, *held[holds.parent].unique):
                held[table.name].foreign.append(holds)
    return held


def _own_keys(staging: Staging, table: FittedTable, report: Report) -> Keys:
    keys = Keys()
    described = table.staged.table
    wanted = [(described.primary_key, True)] if described.primary_key else []
    wanted += [(unique, False) for unique in described.unique]
    for columns, primary in wanted:
        known = described.known(columns)
        if known is None or not set(known) <= {column.name for column in table.columns}:
            report.note(
                f"{table.name}: the key ({', '.join(columns)}) names a column that is not there; left out"
            )
            continue
        broken = _repeated(staging, table, known, primary=primary)
        if broken:
            kind = "primary key" if primary else "unique"
            report.broken_keys.append(CheckedKey(table.name, f"{kind} ({', '.join(known)})", broken))
        elif primary:
            keys.primary = known
        elif known != keys.primary and known not in keys.unique:
            keys.unique.append(known)
    return keys


def _repeated(staging: Staging, table: FittedTable, columns: tuple[str, ...], *, primary: bool) -> int:
    """How many rows repeat the key of another; in a primary key a missing value breaks it, too."""
    names = ", ".join(map(quoted, columns))
    missing = " or ".join(f"{quoted(column)} is null" for column in columns)
    row = staging.connection.execute(
        "select coalesce(sum(n - 1), 0) from "
        f"(select count(*) as n from {table.relation} where not ({missing}) "
        f"group by {names} having count(*) > 1)"
    ).fetchone()
    empty = staging.connection.execute(f"select count(*) from {table.relation} where {missing}").fetchone()
    return int(row[0] if row else 0) + (int(empty[0]) if primary and empty else 0)


def _foreign_key(
    staging: Staging, table: FittedTable, key: ForeignKey, tables: list[FittedTable]
) -> tuple[CheckedKey, HeldForeignKey | None]:
    """What the rows say of a foreign key, and the key where a target could declare it."""
    schema = key.parent[0] or table.staged.table.name[0]
    staged = staging.find((schema, key.parent[1])) or staging.find(key.parent)
    parent = next((each for each in tables if each.staged is staged), None) if staged else None
    if parent is None:
        return CheckedKey(table.name, str(key), 0, f"the dump has no table {key.parent[1]}"), None
    columns = _loaded(table, key.columns)
    others = _loaded(parent, key.parent_columns or parent.staged.table.primary_key)
    if not columns or not others or len(columns) != len(others):
        return CheckedKey(table.name, str(key), 0, "it names columns that are not there"), None
    broken = _orphans(staging, table, columns, parent, others)
    checked = CheckedKey(table.name, f"({', '.join(columns)}) -> {parent.name}({', '.join(others)})", broken)
    same = all(
        table.column(one).type.family == parent.column(other).type.family
        for one, other in zip(columns, others, strict=True)
    )
    return checked, HeldForeignKey(columns, parent.name, others) if same and not broken else None


def _loaded(table: FittedTable, columns: tuple[str, ...]) -> tuple[str, ...] | None:
    known = table.staged.table.known(columns) if columns else None
    return known if known and set(known) <= {column.name for column in table.columns} else None


def _orphans(
    staging: Staging,
    table: FittedTable,
    columns: tuple[str, ...],
    parent: FittedTable,
    others: tuple[str, ...],
) -> int:
    def compared(side: str, owner: FittedTable, name: str, facing: str) -> str:
        return (
            f"{side}.{quoted(name)}"
            if owner.column(name).type.family == facing
            else f"{side}.{quoted(name)}::varchar"
        )

    pairs = " and ".join(
        f"{compared('child', table, one, parent.column(other).type.family)} = "
        f"{compared('parent', parent, other, table.column(one).type.family)}"
        for one, other in zip(columns, others, strict=True)
    )
    filled = " and ".join(f"child.{quoted(column)} is not null" for column in columns)
    row = staging.connection.execute(
        f"select count(*) from {table.relation} as child where {filled} "
        f"and not exists (select 1 from {parent.relation} as parent where {pairs})"
    ).fetchone()
    return int(row[0]) if row else 0


def parts_in_their_whole(staging: Staging, report: Report) -> None:
    """The rows of partitions as rows of the table that they are parts of, as queries of it see them."""
    for staged in list(staging.tables.values()):
        if staged.table.part_of is None:
            continue
        whole = _whole(staging, staged)
        if whole is None or whole is staged:
            continue
        positions = [staged.table.position(column.name) for column in whole.table.columns]
        columns = ", ".join("null" if position is None else f"c{position}" for position in positions)
        staging.connection.execute(f"insert into {whole.relation} select {columns} from {staged.relation}")
        whole.rows += staged.rows
        report.skip("partitions", "their rows are rows of the whole table", staged.table.name[1])
        staging.drop(staged)


def _whole(staging: Staging, staged: StagedTable) -> StagedTable | None:
    """The outermost table: parts may have parts."""
    for _ in range(20):
        if staged.table.part_of is None:
            return staged
        above = staging.find(staged.table.part_of)
        if above is None:
            return None
        staged = above
    return None
