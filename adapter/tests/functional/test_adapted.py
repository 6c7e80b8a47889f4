"""The public suite's tests that need a word of MySQL's own, and what that word is."""

from pathlib import Path

import pytest
from dbt.tests.adapter.aliases import fixtures as alias_fixtures
from dbt.tests.adapter.aliases.test_aliases import BaseAliases, BaseSameAliasDifferentSchemas
from dbt.tests.adapter.basic import expected_catalog
from dbt.tests.adapter.basic.test_docs_generate import BaseDocsGenerate, BaseDocsGenReferences
from dbt.tests.adapter.basic.test_get_catalog_for_single_relation import BaseGetCatalogForSingleRelation
from dbt.tests.adapter.caching.test_caching import (
    BaseCachingLowercaseModel,
    BaseCachingSelectedSchemaOnly,
    BaseCachingUppercaseModel,
)
from dbt.tests.adapter.column_types.test_column_types import BaseColumnTypes
from dbt.tests.adapter.constraints.test_constraints import (
    BaseConstraintQuotedColumn,
    BaseConstraintsRollback,
    BaseConstraintsRuntimeDdlEnforcement,
    BaseIncrementalConstraintsColumnsEqual,
    BaseIncrementalConstraintsRollback,
    BaseIncrementalConstraintsRuntimeDdlEnforcement,
    BaseModelConstraintsRuntimeEnforcement,
    BaseTableConstraintsColumnsEqual,
    BaseTableContractSqlHeader,
    BaseViewConstraintsColumnsEqual,
)
from dbt.tests.adapter.dbt_show.test_dbt_show import BaseShowDoesNotHandleDoubleLimit
from dbt.tests.adapter.grants.test_invalid_grants import BaseInvalidGrants
from dbt.tests.adapter.hooks import test_model_hooks, test_run_hooks
from dbt.tests.adapter.incremental import fixtures as incremental_fixtures
from dbt.tests.adapter.incremental.test_incremental_microbatch import BaseMicrobatch
from dbt.tests.adapter.incremental.test_incremental_on_schema_change import BaseIncrementalOnSchemaChange
from dbt.tests.adapter.persist_docs.test_persist_docs import BasePersistDocs
from dbt.tests.adapter.sample_mode.test_sample_mode import BaseSampleModeTest
from dbt.tests.adapter.simple_seed.test_seed import (
    BaseBasicSeedTests,
    BaseSeedConfigFullRefreshOn,
    BaseSeedWithWrongDelimiter,
)
from dbt.tests.adapter.simple_snapshot import fixtures as snapshot_fixtures
from dbt.tests.adapter.simple_snapshot import (
    new_record_dbt_valid_to_current,
    new_record_timestamp_mode,
    test_various_configs,
)
from dbt.tests.adapter.simple_snapshot.new_record_check_mode import BaseSnapshotNewRecordCheckMode
from dbt.tests.adapter.simple_snapshot.new_record_dbt_valid_to_current import (
    BaseSnapshotNewRecordDbtValidToCurrent,
)
from dbt.tests.adapter.simple_snapshot.new_record_timestamp_mode import BaseSnapshotNewRecordTimestampMode
from dbt.tests.adapter.unit_testing import test_types
from dbt.tests.adapter.unit_testing.test_types import (
    BaseUnitTestingTypes,
    BaseUnitTestingVarcharFixtureNoTruncation,
)
from dbt.tests.adapter.utils.data_types.test_type_int import BaseTypeInt
from dbt.tests.adapter.utils.fixture_date import models__test_date_sql, models__test_date_yml
from dbt.tests.adapter.utils.test_current_timestamp import BaseCurrentTimestamp
from dbt.tests.adapter.utils.test_date import BaseDate
from dbt.tests.adapter.utils.test_escape_single_quotes import BaseEscapeSingleQuotesQuote
from dbt.tests.adapter.utils.test_get_intervals_between import BaseGetIntervalsBetween
from dbt.tests.util import AnyInteger, get_connection, run_dbt

# --- casts are `cast(x as t)`, and a timestamp has no offset ---


class OurAliases:
    @pytest.fixture(scope="class")
    def macros(self):
        return {
            "cast.sql": alias_fixtures.MACROS__CAST_SQL,
            "expect_value.sql": alias_fixtures.MACROS__EXPECT_VALUE_SQL,
            "string_literal.sql": "{% macro starlift_mysql__string_literal(s) %}cast('{{ s }}' as char){% endmacro %}",
        }


class TestAliases(OurAliases, BaseAliases):
    pass


class TestSameAliasDifferentSchemas(OurAliases, BaseSameAliasDifferentSchemas):
    pass


MICROBATCH_INPUT = """
{{ config(materialized='table', event_time='event_time') }}
select 1 as id, timestamp '2020-01-01 00:00:00' as event_time
union all
select 2 as id, timestamp '2020-01-02 00:00:00' as event_time
union all
select 3 as id, timestamp '2020-01-03 00:00:00' as event_time
"""


class TestMicrobatch(BaseMicrobatch):
    @pytest.fixture(scope="class")
    def input_model_sql(self):
        return MICROBATCH_INPUT

    @pytest.fixture(scope="class")
    def insert_two_rows_sql(self, project):
        target = project.adapter.Relation.create(schema=project.test_schema, identifier="input_model")
        return (
            f"insert into {target} (id, event_time) values "
            "(4, timestamp '2020-01-04 00:00:00'), (5, timestamp '2020-01-05 00:00:00')"
        )


class TestSampleMode(BaseSampleModeTest):
    @pytest.fixture(scope="class")
    def input_model_sql(self):
        return """
{{ config(materialized='table', event_time='event_time') }}
select 1 as id, timestamp '2025-01-01 01:25:00' as event_time
union all
select 2 as id, timestamp '2025-01-02 13:47:00' as event_time
union all
select 3 as id, timestamp '2025-01-03 01:32:00' as event_time
"""


class TestUnitTestingTypes(BaseUnitTestingTypes):
    @pytest.fixture
    def data_types(self):
        return [
            ["1", "1"],
            ["'1'", "1"],
            ["true", "true"],
            ["date '2020-01-02'", "2020-01-02"],
            ["timestamp '2013-11-03 00:00:00'", "2013-11-03 00:00:00"],
            ["cast('2013-11-03 00:00:00.123456' as datetime(6))", "'2013-11-03 00:00:00.123456'"],
            ["cast('1.50' as decimal(12, 2))", "1.5"],
            ["cast('it''s a \\ text' as char(20))", '"it\'s a \\\\ text"'],
            ["cast(1.5 as double)", "1.5"],
            ["""json_object('bar', 'baz')""", """'{"bar": "baz"}'"""],
        ]


class TestUnitTestingVarcharFixtureNoTruncation(BaseUnitTestingVarcharFixtureNoTruncation):
    @pytest.fixture(scope="class")
    def models(self):
        return {
            "my_model.sql": test_types._length_model_sql,
            "my_upstream_model.sql": "select cast('short' as char(5)) as tested_column",
            "schema.yml": test_types._length_test_yml,
        }


class TestTypeInt(BaseTypeInt):
    def assert_columns_equal(self, project, expected_cols, actual_cols):
        """A cast gives a bigint on MySQL, and an int on MariaDB where that is enough."""
        names_and_types = [(name, "int", size) for name, _, size in expected_cols]
        assert [(name, kind.removeprefix("big"), size) for name, kind, size in actual_cols] == names_and_types


IS_TYPE = """
{% macro family(column) -%}
    {{ return('text' if column.is_string() else 'float' if column.is_float() else 'decimal' if column.is_numeric()
        else 'integer' if column.is_integer() else column.dtype) }}
{%- endmacro %}

{% test is_type(model, column_map) %}
    {% if execute %}
        {% for column in adapter.get_columns_in_relation(model) %}
            {% if family(column) != column_map[column.name] %}
                {% do exceptions.raise_compiler_error(column.name ~ ' is ' ~ family(column)) %}
            {% endif %}
        {% endfor %}
    {% endif %}
    select * from (select 1) as one where false
{% endtest %}
"""


class TestColumnTypes(BaseColumnTypes):
    @pytest.fixture(scope="class")
    def macros(self):
        return {"test_is_type.sql": IS_TYPE}

    @pytest.fixture(scope="class")
    def models(self):
        columns = (
            "{int_col: integer, text_col: text, double_col: float, decimal_col: decimal, date_col: date}"
        )
        return {
            "model.sql": "select 1 as int_col, cast('7' as char) as text_col, cast(1.5 as double) as double_col, "
            "cast(6.5 as decimal(12, 2)) as decimal_col, cast('2020-01-01' as date) as date_col",
            "schema.yml": "models: [{name: model, data_tests: [{is_type: {arguments: {column_map: "
            + columns
            + "}}}]}]",
        }

    def test_run_and_test(self, project):
        self.run_and_test()


# --- no full outer join; a comment's dashes want a space behind them ---


class TestDate(BaseDate):
    @pytest.fixture(scope="class")
    def models(self):
        return {
            "test_date.yml": models__test_date_yml,
            "test_date.sql": self.interpolate_macro_namespace(
                models__test_date_sql.replace("full outer join", "left join"), "date"
            ),
        }


class TestGetIntervalsBetween(BaseGetIntervalsBetween):
    @pytest.fixture(scope="class")
    def models(self):
        return {
            "test.sql": "select {{ get_intervals_between(\"date '2023-09-01'\", \"date '2023-09-12'\", 'day') }} as intervals, "
            "11 as expected",
            "test.yml": "models: [{name: test, data_tests: [{assert_equal: {arguments: {actual: intervals, expected: expected}}}]}]",
        }


class TestIncrementalOnSchemaChange(BaseIncrementalOnSchemaChange):
    @pytest.fixture(scope="class")
    def models(self):
        names = [name for name in vars(incremental_fixtures) if name.startswith("_MODELS__INCREMENTAL")]
        files = {
            name.removeprefix("_MODELS__").lower(): getattr(incremental_fixtures, name) for name in names
        }
        files["model_a"] = incremental_fixtures._MODELS__A
        return {
            f"{name}.sql": sql.replace("--,", "-- ,") for name, sql in files.items() if "special" not in name
        }


# --- a backslash is a letter: what the suite calls the backslash's way would end the literal ---


class TestEscapeSingleQuotesAsTheStandardDoes(BaseEscapeSingleQuotesQuote):
    pass


class TestCurrentTimestamp(BaseCurrentTimestamp):
    def test_has_microseconds_and_no_offset(self, project, current_timestamp):
        relation = project.adapter.Relation.create(schema=project.test_schema, identifier="current_ts")
        with get_connection(project.adapter):
            columns = project.adapter.get_columns_in_relation(relation)
        assert columns[0].data_type == "datetime(6)"
        assert current_timestamp.tzinfo is None


# --- contracts: a result tells the family of a type, no more ---


class OurTypes:
    @pytest.fixture
    def string_type(self):
        return "text"

    @pytest.fixture
    def int_type(self):
        return "int"

    @pytest.fixture
    def data_types(self, schema_int_type, int_type, string_type):
        return [
            ["1", schema_int_type, int_type],
            ["'1'", string_type, string_type],
            ["cast('2013-11-03 00:00:00' as datetime(6))", "timestamp", "datetime"],
            ["date '2013-11-03'", "date", "date"],
            ["cast('1' as decimal(12, 2))", "numeric", "decimal"],
            ["cast(1 as double)", "float", "double"],
        ]


class TestTableConstraintsColumnsEqual(OurTypes, BaseTableConstraintsColumnsEqual):
    pass


class TestViewConstraintsColumnsEqual(OurTypes, BaseViewConstraintsColumnsEqual):
    pass


class TestIncrementalConstraintsColumnsEqual(OurTypes, BaseIncrementalConstraintsColumnsEqual):
    pass


class OurRollback:
    @pytest.fixture(scope="class")
    def expected_error_messages(self):
        return ["Column 'id' cannot be null"]


class TestTableConstraintsRollback(OurRollback, BaseConstraintsRollback):
    pass


class TestIncrementalConstraintsRollback(OurRollback, BaseIncrementalConstraintsRollback):
    pass


class OurDdl:
    """A column's foreign key stands below the columns, since MySQL forgets `references` behind a column."""

    @pytest.fixture(scope="class")
    def expected_sql(self):
        return """
create table <model_identifier> (
    id int not null primary key unique,
    color text,
    date_day text,
    check ((id > 0)),
    check (id >= 1),
    foreign key (id) references <foreign_key_model_identifier> (id)
);
insert into <model_identifier> (id, color, date_day)
select id, color, date_day
from (
    -- depends_on: <foreign_key_model_identifier>
    select 'blue' as color, 1 as id, '2019-01-01' as date_day
) as model_subq
"""


class TestTableConstraintsRuntimeDdlEnforcement(OurDdl, BaseConstraintsRuntimeDdlEnforcement):
    pass


class TestIncrementalConstraintsRuntimeDdlEnforcement(
    OurDdl, BaseIncrementalConstraintsRuntimeDdlEnforcement
):
    pass


class TestModelConstraintsRuntimeEnforcement(BaseModelConstraintsRuntimeEnforcement):
    @pytest.fixture(scope="class")
    def expected_sql(self):
        return """
create table <model_identifier> (
    id int not null,
    color varchar(255),
    date_day varchar(255),
    check ((id > 0)),
    check (id >= 1),
    primary key (id),
    constraint strange_uniqueness_requirement unique (color, date_day),
    foreign key (id) references <foreign_key_model_identifier> (id)
);
insert into <model_identifier> (id, color, date_day)
select id, color, date_day
from (
    -- depends_on: <foreign_key_model_identifier>
    select 'blue' as color, 1 as id, '2019-01-01' as date_day
) as model_subq
"""


class TestConstraintQuotedColumn(BaseConstraintQuotedColumn):
    @pytest.fixture(scope="class")
    def expected_sql(self):
        return """
create table <model_identifier> (
    id int not null,
    `from` text not null,
    date_day text,
    check (("from" = 'blue'))
);
insert into <model_identifier> (id, `from`, date_day)
select id, `from`, date_day
from (
    select 'blue' as `from`, 1 as id, '2019-01-01' as date_day
) as model_subq
"""


class TestTableContractSqlHeader(BaseTableContractSqlHeader):
    @pytest.fixture(scope="class")
    def models(self):
        return {
            "my_model_contract_sql_header.sql": """
{{ config(materialized="table") }}
{% call set_sql_header(config) %} set @column = 'blue'; {%- endcall %}
select cast(@column as char) as column_name
""",
            "constraints_schema.yml": """
models:
  - name: my_model_contract_sql_header
    config: {contract: {enforced: true}}
    columns: [{name: column_name, data_type: text}]
""",
        }


# --- docs: nobody owns a table, and views have no comments ---

STATS = {
    "rows": {
        "id": "rows",
        "label": "Rows (estimate)",
        "value": AnyInteger(),
        "description": "The server's estimate of how many rows the table has",
        "include": True,
    },
    "bytes": {
        "id": "bytes",
        "label": "Size",
        "value": AnyInteger(),
        "description": "Bytes of rows and indexes",
        "include": True,
    },
    "has_stats": {**expected_catalog.no_stats()["has_stats"], "value": True},
}
OUR_CATALOG = {
    "role": None,
    "id_type": "int",
    "text_type": "varchar(255)",
    "time_type": "datetime(6)",
    "view_type": "VIEW",
    "table_type": "BASE TABLE",
}


def without_display_widths(catalog):
    """MariaDB still shows int(11), MySQL int."""
    return catalog


class TestDocsGenerate(BaseDocsGenerate):
    @pytest.fixture(scope="class")
    def expected_catalog(self, project):
        int_type = "int(11)" if is_mariadb(project) else "int"
        return expected_catalog.base_expected_catalog(
            project,
            **{**OUR_CATALOG, "id_type": int_type},
            model_stats=expected_catalog.no_stats(),
            seed_stats=STATS,
        )


def is_mariadb(project):
    return "mariadb" in project.run_sql("select lower(version())", fetch="one")[0]


class TestDocsGenReferences(BaseDocsGenReferences):
    @pytest.fixture(scope="class")
    def expected_catalog(self, project):
        widths = is_mariadb(project)
        return expected_catalog.expected_references_catalog(
            project,
            **{**OUR_CATALOG, "id_type": "int(11)" if widths else "int"},
            bigint_type="bigint(21)" if widths else "bigint",
            model_stats=STATS,
            seed_stats=STATS,
            view_summary_stats=expected_catalog.no_stats(),
        )


class TestGetCatalogForSingleRelation(BaseGetCatalogForSingleRelation):
    @pytest.fixture(scope="class")
    def expected_catalog_my_seed(self):
        return None

    @pytest.fixture(scope="class")
    def expected_catalog_my_view_model(self):
        return None

    def test_get_catalog_for_single_relation(self, project):
        run_dbt(["seed"])
        run_dbt(["run"])
        for name, kind in (("my_seed", "BASE TABLE"), ("my_view_model", "VIEW")):
            with get_connection(project.adapter):
                found = project.adapter.get_catalog_for_single_relation(
                    self.get_relation_for_identifier(project, name)
                )
            assert (found.metadata.name, found.metadata.type) == (name, kind)
            assert list(found.columns) == ["id", "first_name", "email", "ip_address", "updated_at"]


class TestPersistDocs(BasePersistDocs):
    def _assert_has_view_comments(self, view_node, has_node_comments=True, has_column_comments=True):
        assert view_node["metadata"]["comment"] is None
        assert all(column["comment"] is None for column in view_node["columns"].values())

    def test_has_comments_pglike(self, project):
        catalog = run_dbt(["docs", "generate"])
        nodes = catalog.to_dict()["nodes"]
        self._assert_has_table_comments(nodes["model.test.table_model"])
        self._assert_has_view_comments(nodes["model.test.view_model"])
        assert nodes["model.test.no_docs_model"]["metadata"]["comment"] is None


# --- the cache has no database ---


class OurCache:
    def run_and_inspect_cache(self, project, run_args=None):
        from dbt.tests.util import run_dbt as run  # noqa: PLC0415

        run(run_args)
        adapter = project.adapter
        assert list(adapter.cache.relations)
        (relation,) = adapter.cache.relations.values()
        assert relation.inner.schema == project.test_schema
        run(run_args)
        (second,) = adapter.cache.relations.values()
        assert relation.inner.render() == second.inner.render()


class TestCachingLowercaseModel(OurCache, BaseCachingLowercaseModel):
    pass


class TestCachingUppercaseModel(OurCache, BaseCachingUppercaseModel):
    pass


class TestCachingSelectedSchemaOnly(OurCache, BaseCachingSelectedSchemaOnly):
    pass


# --- words of an error ---


class TestShowDoesNotHandleDoubleLimit(BaseShowDoesNotHandleDoubleLimit):
    DATABASE_ERROR_MESSAGE = "1064 (42000"


class TestInvalidGrants(BaseInvalidGrants):
    def grantee_does_not_exist_error(self):
        return "not allowed to create a user with GRANT|Can't find any matching row"

    def privilege_does_not_exist_error(self):
        return "You have an error in your SQL syntax|Illegal privilege level"

    def test_invalid_grants(self, project, get_test_users, logs_dir):
        from dbt.tests.adapter.grants.test_invalid_grants import (  # noqa: PLC0415
            invalid_privilege_table_model_schema_yml,
            invalid_user_table_model_schema_yml,
        )
        from dbt.tests.util import run_dbt_and_capture, write_file  # noqa: PLC0415

        write_file(
            self.interpolate_name_overrides(invalid_user_table_model_schema_yml),
            project.project_root,
            "models",
            "schema.yml",
        )
        _, log = run_dbt_and_capture(["run"], expect_pass=False)
        assert any(words in log for words in self.grantee_does_not_exist_error().split("|"))
        write_file(
            self.interpolate_name_overrides(invalid_privilege_table_model_schema_yml),
            project.project_root,
            "models",
            "schema.yml",
        )
        _, log = run_dbt_and_capture(["run"], expect_pass=False)
        assert any(words in log for words in self.privilege_does_not_exist_error().split("|"))


# --- hooks: our target, and `analyze table` for `vacuum` ---


class OurContext:
    @pytest.fixture(scope="class")
    def test_data_dir(self):
        return Path(test_model_hooks.__file__).parent / "data"

    def assert_used_schemas(self, project):
        assert project.run_sql(f"select * from {project.test_schema}.schemas", fetch="all") == [
            (project.test_schema,)
        ]

    def check_hooks(self, state, project, host, count=1):
        found = (
            self.get_ctx_vars(state, project) if self.run_hook else self.get_ctx_vars(state, count, project)
        )
        for context in [found] if self.run_hook else found:
            assert context["test_state"] == state
            assert context["target_host"] == host
            assert context["target_name"] == "default"
            assert context["target_schema"] == project.test_schema
            assert context["target_type"] == "starlift_mysql"
            assert context["run_started_at"]
            assert context["invocation_id"]
            assert context["thread_id"].startswith(("Thread-", "MainThread"))


class OurModelContext(OurContext):
    run_hook = False


class TestHookRefs(OurModelContext, test_model_hooks.BaseHookRefs):
    pass


class TestPrePostModelHooks(OurModelContext, test_model_hooks.BasePrePostModelHooks):
    @pytest.fixture(scope="class")
    def project_config_update(self):
        outside = {"sql": "analyze table {{ this.schema }}.on_model_hook", "transaction": False}
        return {
            "models": {
                "test": {
                    "pre-hook": [test_model_hooks.MODEL_PRE_HOOK, outside],
                    "post-hook": [outside, test_model_hooks.MODEL_POST_HOOK],
                }
            }
        }


class TestPrePostModelHooksInConfig(OurModelContext, test_model_hooks.BasePrePostModelHooksInConfig):
    pass


class TestPrePostModelHooksInConfigKwargs(
    OurModelContext, test_model_hooks.BasePrePostModelHooksInConfigKwargs
):
    pass


class TestPrePostModelHooksInConfigWithCount(
    OurModelContext, test_model_hooks.BasePrePostModelHooksInConfigWithCount
):
    @pytest.fixture(scope="class")
    def project_config_update(self):
        outside = {"sql": "analyze table {{ this.schema }}.on_model_hook", "transaction": False}
        return {
            "models": {
                "test": {
                    "pre-hook": [test_model_hooks.MODEL_PRE_HOOK, outside],
                    "post-hook": [outside, test_model_hooks.MODEL_POST_HOOK],
                }
            }
        }


class TestPrePostModelHooksOnSeeds(test_model_hooks.BasePrePostModelHooksOnSeeds):
    @pytest.fixture(scope="class")
    def project_config_update(self):
        return {
            "seeds": {
                "post-hook": [
                    "alter table {{ this }} add column new_col int",
                    "update {{ this }} set new_col = 1",
                    # call any macro to track dependency: https://github.com/dbt-labs/dbt-core/issues/6806
                    "select cast(null as {{ dbt.type_int() }}) as id",
                ],
                "quote_columns": False,
            },
        }


class TestPrePostRunHooks(OurContext, test_run_hooks.BasePrePostRunHooks):
    run_hook = True

    @pytest.fixture(autouse=True)
    def needs_a_column_schema(self, project):
        if not is_mariadb(project):
            pytest.skip("its hooks name a column `schema`, which MySQL reserves")


# --- seeds: a view on a seed outlives the seed's rebuild ---


class ViewsSurvive:
    def _check_relation_end_state(self, run_result, project, exists):
        super()._check_relation_end_state(run_result, project, exists=True)


class TestBasicSeedTests(ViewsSurvive, BaseBasicSeedTests):
    pass


class TestSeedConfigFullRefreshOn(ViewsSurvive, BaseSeedConfigFullRefreshOn):
    pass


class TestSeedWithWrongDelimiter(BaseSeedWithWrongDelimiter):
    def test_seed_with_wrong_delimiter(self, project):
        result = run_dbt(["seed"], expect_pass=False)
        assert "an error in your SQL syntax" in result.results[0].message


# --- snapshots: the suite's read `database.schema.seed` ---


class OurSnapshots:
    @pytest.fixture(scope="class")
    def snapshots(self):
        return {"snapshot.sql": self.snapshot_sql.replace("{{target.database}}.", "")}


class TestSnapshotNewRecordTimestampMode(OurSnapshots, BaseSnapshotNewRecordTimestampMode):
    snapshot_sql = new_record_timestamp_mode._snapshot_actual_sql


class TestSnapshotNewRecordCheckMode(OurSnapshots, BaseSnapshotNewRecordCheckMode):
    snapshot_sql = new_record_timestamp_mode._snapshot_actual_sql


class TestSnapshotNewRecordDbtValidToCurrent(OurSnapshots, BaseSnapshotNewRecordDbtValidToCurrent):
    snapshot_sql = new_record_dbt_valid_to_current._snapshot_actual_sql


class TestSnapshotColumnNames(OurSnapshots, test_various_configs.BaseSnapshotColumnNames):
    snapshot_sql = snapshot_fixtures.snapshot_actual_sql


class TestSnapshotColumnNamesFromDbtProject(
    OurSnapshots, test_various_configs.BaseSnapshotColumnNamesFromDbtProject
):
    snapshot_sql = snapshot_fixtures.snapshot_actual_sql


class TestSnapshotDbtValidToCurrent(OurSnapshots, test_various_configs.BaseSnapshotDbtValidToCurrent):
    snapshot_sql = snapshot_fixtures.snapshot_actual_sql


class TestSnapshotInvalidColumnNames(OurSnapshots, test_various_configs.BaseSnapshotInvalidColumnNames):
    snapshot_sql = snapshot_fixtures.snapshot_actual_sql


class TestSnapshotMultiUniqueKey(test_various_configs.BaseSnapshotMultiUniqueKey):
    @pytest.fixture(scope="class")
    def models(self):
        sql = snapshot_fixtures.model_seed_sql.replace("{{target.database}}.", "")
        return {"seed.sql": sql, "snapshots.yml": snapshot_fixtures.snapshots_multi_key_yml}
