"""The adapter: what dbt asks of it in Python; the SQL is in the macros."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from dbt.adapters.base import available
from dbt.adapters.base.impl import ConstraintSupport
from dbt.adapters.capability import Capability, CapabilityDict, CapabilitySupport, Support
from dbt.adapters.events.logging import AdapterLogger
from dbt.adapters.sql import SQLAdapter
from dbt_common.contracts.constraints import ConstraintType, ModelLevelConstraint
from dbt_common.contracts.metadata import CatalogTable
from dbt_common.exceptions import DbtDatabaseError

from dbt.adapters.starlift_mysql import catalog, ddl, errors, seeds, types
from dbt.adapters.starlift_mysql.column import StarliftMySQLColumn
from dbt.adapters.starlift_mysql.compat import MySQLAdapter
from dbt.adapters.starlift_mysql.connections import Session, StarliftMySQLConnectionManager
from dbt.adapters.starlift_mysql.relation import StarliftMySQLRelation
from dbt.adapters.starlift_mysql.server import Server

if TYPE_CHECKING:
    import agate
    from dbt.adapters.contracts.relation import RelationConfig

logger = AdapterLogger("starlift_mysql")

_TABLE_TYPES = {"BASE TABLE": "table", "SYSTEM VERSIONED": "table", "VIEW": "view", "SYSTEM VIEW": "view"}


class Starlift_MySQLAdapter(MySQLAdapter):
    """MySQL and MariaDB; dbt derives its module's name from the class's, hence the underscore."""

    Relation = StarliftMySQLRelation
    Column = StarliftMySQLColumn
    ConnectionManager = StarliftMySQLConnectionManager

    CONSTRAINT_SUPPORT: ClassVar[dict[ConstraintType, ConstraintSupport]] = {
        ConstraintType.check: ConstraintSupport.ENFORCED,
        ConstraintType.not_null: ConstraintSupport.ENFORCED,
        ConstraintType.unique: ConstraintSupport.ENFORCED,
        ConstraintType.primary_key: ConstraintSupport.ENFORCED,
        ConstraintType.foreign_key: ConstraintSupport.ENFORCED,
    }

    _capabilities = CapabilityDict(
        {
            Capability.SchemaMetadataByRelations: CapabilitySupport(support=Support.Full),
            Capability.MicrobatchConcurrency: CapabilitySupport(support=Support.Full),
        }
    )

    # --- the server ---

    @property
    def _server(self) -> Server:
        session: Session = self.connections.get_thread_connection().handle
        return session.server

    @available.parse(lambda *a, **k: False)
    def is_mariadb(self) -> bool:
        """Whether the server is MariaDB; false while dbt only parses."""
        return self._server.name == "MariaDB"

    @available.parse(lambda *a, **k: "")
    def binary_collation(self) -> str:
        """The collation that tells apart what differs in case, accent or trailing space."""
        return self._server.collation

    @available.parse(lambda *a, **k: "")
    def view_sql(self, sql: str) -> str:
        """A view's query, as the server must read it so that it stores what was meant."""
        return self._server.view_sql(sql)

    @classmethod
    def date_function(cls) -> str:
        return "utc_timestamp(6)"

    def debug_query(self) -> None:
        self.execute("select 1 as id")

    # --- types ---

    @available
    @classmethod
    def ddl_type(cls, data_type: str) -> str:
        """The column type for a portable type name."""
        return types.ddl_type(data_type)

    @available.parse(lambda *a, **k: "")
    def cast_type(self, data_type: str, keep_length: bool = True) -> str:
        """What CAST calls a type."""
        return types.cast_type(data_type, casts_to_json=self._server.casts_to_json, keep_length=keep_length)

    @classmethod
    def convert_text_type(cls, agate_table: "agate.Table", col_idx: int) -> str:
        return seeds.text_type(agate_table, col_idx)

    @classmethod
    def convert_number_type(cls, agate_table: "agate.Table", col_idx: int) -> str:
        return seeds.number_type(agate_table, col_idx)

    @classmethod
    def convert_integer_type(cls, agate_table: "agate.Table", col_idx: int) -> str:
        return seeds.integer_type(agate_table, col_idx)

    @classmethod
    def convert_boolean_type(cls, agate_table: "agate.Table", col_idx: int) -> str:
        return "tinyint(1)"

    @classmethod
    def convert_datetime_type(cls, agate_table: "agate.Table", col_idx: int) -> str:
        return "datetime(6)"

    # --- relations ---

    @classmethod
    def quote(cls, identifier: str | None) -> str:
        return "`{}`".format(str(identifier).replace("`", "``"))

    def _rows(self, sql: str) -> Sequence[Any]:
        _, table = self.execute(sql, fetch=True)
        return table.rows

    def list_schemas(self, database: str | None) -> list[str]:
        return [row[0] for row in self._rows("select schema_name as name from information_schema.schemata")]

    @available.parse(lambda *a, **k: False)
    def check_schema_exists(self, database: str | None, schema: str) -> bool:
        return schema in self.list_schemas(database)

    def list_relations_without_caching(
        self, schema_relation: StarliftMySQLRelation
    ) -> list[StarliftMySQLRelation]:
        rows = self._rows(
            "select table_name as name, table_type as kind from information_schema.tables "
            f"where table_schema = {ddl.literal(schema_relation.schema)}"
        )
        return [
            self.Relation.create(schema=schema_relation.schema, identifier=name, type=_TABLE_TYPES[kind])
            for name, kind in rows
            if kind in _TABLE_TYPES
        ]

    @available.parse_list
    def get_columns_in_relation(self, relation: StarliftMySQLRelation) -> list[StarliftMySQLColumn]:
        try:
            rows = self._rows(f"show columns from {relation.render()}")
        except DbtDatabaseError as error:
            if errors.is_about(error, errors.NO_SUCH_TABLE):
                return []
            raise
        return [
            self.Column.from_server(name, column_type, nullable == "YES", key == "PRI")
            for name, column_type, nullable, key, *_ in rows
        ]

    def expand_column_types(self, goal: StarliftMySQLRelation, current: StarliftMySQLRelation) -> None:
        """Widen texts, and let a column be null where the new rows' may be.

        `create table ... as` makes a column NOT NULL whose expression cannot be null today; tomorrow's may.
        """
        wanted = {column.name: column for column in self.get_columns_in_relation(goal)}
        changes = {}
        for column in self.get_columns_in_relation(current):
            new = wanted.get(column.name)
            if new is None:
                continue
            wider = self.Column.string_type(new.string_size()) if column.can_expand_to(new) else None
            may_be_null = new.nullable and not column.nullable and not column.in_primary_key
            if wider or may_be_null:
                changes[column.name] = (wider, may_be_null)
        if not changes:
            return
        definitions = ddl.column_definitions(self._create_table(current))
        clauses = [
            f"modify column {self.quote(name)} {ddl.widened(definitions[name], *change)}"
            for name, change in changes.items()
        ]
        self.execute(f"alter table {current.render()} {', '.join(clauses)}")

    def _create_table(self, relation: StarliftMySQLRelation) -> str:
        return self._rows(f"show create table {relation.render()}")[0][1]

    @available.parse_list
    def leftovers(self, relation: StarliftMySQLRelation) -> list[StarliftMySQLRelation]:
        """What a killed run left beside a relation, as dbt's cache knows it from before this run."""
        return [
            beside
            for beside in self.list_relations(None, relation.schema)
            if ddl.is_beside(beside.identifier, relation.identifier)
        ]

    def drop_relation(self, relation: StarliftMySQLRelation) -> None:
        """Drop it, and first the foreign keys that point at it, as `cascade` does on PostgreSQL."""
        try:
            super().drop_relation(relation)
        except DbtDatabaseError as error:
            if not errors.is_about(error, errors.REFERENCED_BY_FOREIGN_KEY):
                raise
            self._drop_foreign_keys_to(relation)
            super().drop_relation(relation)

    def _drop_foreign_keys_to(self, relation: StarliftMySQLRelation) -> None:
        keys = self._rows(
            "select constraint_schema as s, table_name as t, constraint_name as n "
            "from information_schema.referential_constraints "
            f"where unique_constraint_schema = {ddl.literal(relation.schema)} "
            f"and referenced_table_name = {ddl.literal(relation.identifier)}"
        )
        for schema, table, name in keys:
            child = self.Relation.create(schema=schema, identifier=table)
            logger.info(
                f"Dropping the foreign key {name} of {child.render()}, whose parent is being replaced"
            )
            self.execute(f"alter table {child.render()} drop foreign key {self.quote(name)}")

    def _make_match_kwargs(self, database: str | None, schema: str, identifier: str) -> dict[str, str]:
        # a name that is not quoted keeps its case here, so there is nothing to fold
        parts = {"database": database, "schema": schema, "identifier": identifier}
        return {part: value for part, value in parts.items() if value is not None}

    def valid_incremental_strategies(self) -> list[str]:
        return ["append", "delete+insert", "merge", "microbatch"]

    # --- tables: definitions, and putting them in place ---

    @available
    @classmethod
    def literal(cls, value: Any) -> str:
        return ddl.literal(value)

    @available
    @classmethod
    def name_beside(cls, identifier: str, suffix: str) -> str:
        return ddl.name_beside(identifier, suffix)

    @available
    @classmethod
    def table_options(cls, engine: str | None, row_format: str | None) -> str:
        return ddl.table_options(engine, row_format)

    @available
    @classmethod
    def table_parts(
        cls,
        columns: Mapping[str, Mapping[str, Any]],
        constraints: Sequence[Mapping[str, Any]],
        indexes: Sequence[Mapping[str, Any]],
    ) -> list[str]:
        """What stands between the parentheses of CREATE TABLE: columns, constraints, indexes."""
        of_table = [cls._parse_model_constraint(raw) for raw in constraints]
        keys = ddl.index_columns(indexes) | {
            c for con in of_table if con.type in ddl.KEYS for c in con.columns
        }
        definitions, below = [], []
        for column in columns.values():
            name = cls.quote(column["name"]) if column.get("quote") else column["name"]
            of_column = [cls._parse_column_constraint(raw) for raw in column.get("constraints") or []]
            in_key = column["name"] in keys or any(constraint.type in ddl.KEYS for constraint in of_column)
            parts = [name, types.ddl_type(column["data_type"], in_key=in_key)]
            for constraint in of_column:
                rendered = cls.process_parsed_constraint(constraint, cls.render_column_constraint)
                if rendered is None:
                    continue
                if constraint.type == ConstraintType.foreign_key:
                    # MySQL reads `references` behind a column and forgets it
                    below.append(f"foreign key ({name}) {rendered}")
                elif constraint.type == ConstraintType.check:
                    # MariaDB takes one check per column
                    below.append(rendered)
                else:
                    parts.append(rendered)
            definitions.append(" ".join(parts))
        below += [r for c in of_table if (r := cls.process_parsed_constraint(c, cls.render_model_constraint))]
        return [*definitions, *below, *ddl.index_definitions(indexes, cls.quote)]

    @classmethod
    def render_model_constraint(cls, constraint: ModelLevelConstraint) -> str | None:
        if constraint.type in (ConstraintType.check, ConstraintType.foreign_key):
            # the schema has one such name, and the table that is replaced still bears it
            constraint = replace(constraint, name=None)
        return super().render_model_constraint(constraint)

    @available.parse_none
    def put_in_place(
        self,
        intermediate: StarliftMySQLRelation,
        target: StarliftMySQLRelation,
        existing: StarliftMySQLRelation | None,
    ) -> None:
        """Give the finished relation its name in one atomic statement, then drop what bore it."""
        if existing is None:
            self.execute(f"rename table {intermediate.render()} to {target.render()}")
            return
        backup = existing.incorporate(
            path={"identifier": ddl.name_beside(existing.identifier, "__dbt_backup")}, type=existing.type
        )
        self.execute(
            f"rename table {existing.render()} to {backup.render()}, "
            f"{intermediate.render()} to {target.render()}"
        )
        self.cache_dropped(existing)
        self.drop_relation(backup)

    @available.parse_none
    def commit_if_open(self) -> None:
        """Commit what hooks and changes began; a build by DDL alone has begun nothing."""
        if self.connections.get_thread_connection().transaction_open:
            self.connections.commit()

    # --- seeds ---

    @available.parse(lambda *a, **k: "")
    def seed_table_sql(
        self,
        relation: StarliftMySQLRelation,
        model: Mapping[str, Any],
        table: "agate.Table",
        indexes: Sequence[Mapping[str, Any]],
    ) -> str:
        config = model["config"]
        declared = config.get("column_types") or {}
        parts = []
        for index, name in enumerate(table.column_names):
            column_type = types.ddl_type(declared.get(name) or self.convert_type(table, index))
            parts.append(f"{self.quote_seed_column(name, config.get('quote_columns'))} {column_type}")
        parts += ddl.index_definitions(indexes, self.quote)
        name = relation.render()
        return f"drop table if exists {name};\ncreate table {name} ({', '.join(parts)})"

    @available.parse_none
    def load_seed(self, relation: StarliftMySQLRelation, table: "agate.Table") -> None:
        columns = ", ".join(self.quote(name) for name in table.column_names)
        for statement in seeds.inserts(relation.render(), columns, table):
            self.add_query(statement, auto_begin=False, abridge_sql_log=True)

    # --- grants ---

    @available
    @classmethod
    def accounts(cls, grantees: Sequence[str]) -> list[str]:
        return ddl.accounts(grantees)

    @available
    def standardize_grants_dict(self, grants_table: "agate.Table") -> dict[str, list[str]]:
        grants: dict[str, list[str]] = {}
        for user, host, privilege in grants_table.rows:
            grants.setdefault(privilege.lower(), []).append(user if host == "%" else f"{user}@{host}")
        return grants

    # --- docs ---

    def get_catalog(
        self, relation_configs: Iterable["RelationConfig"], used_schemas: frozenset[tuple[str, str]]
    ) -> tuple["agate.Table", list[Exception]]:
        schemas = {config.schema for config in relation_configs} | {schema for _, schema in used_schemas}
        with self.connection_named("catalog"):
            return catalog.table(self._rows(catalog.query(schemas))), []

    def get_catalog_by_relations(
        self, used_schemas: frozenset[tuple[str, str]], relations: set[StarliftMySQLRelation]
    ) -> tuple["agate.Table", list[Exception]]:
        names = {(relation.schema, relation.identifier) for relation in relations}
        schemas = {schema for schema, _ in names}
        with self.connection_named("catalog"):
            rows = [row for row in self._rows(catalog.query(schemas)) if (row[1], row[2]) in names]
        return catalog.table(rows), []

    def get_catalog_for_single_relation(self, relation: StarliftMySQLRelation) -> CatalogTable | None:
        rows = self._rows(catalog.query({relation.schema}))
        return catalog.single([row for row in rows if row[2] == relation.identifier])

    @available.parse(lambda *a, **k: "")
    def column_comments_sql(
        self, relation: StarliftMySQLRelation, columns: Mapping[str, Mapping[str, Any]]
    ) -> str:
        """One ALTER that gives the columns their descriptions."""
        comments = {name: column.get("description") or "" for name, column in columns.items()}
        clauses = ddl.column_comments(self._create_table(relation), comments, self.quote)
        return f"alter table {relation.render()} {', '.join(clauses)}" if clauses else ""

    # --- what the public test suite asks for ---

    get_rows_different_sql = SQLAdapter.get_rows_different_sql
