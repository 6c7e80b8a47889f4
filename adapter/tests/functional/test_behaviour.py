"""What this adapter promises beyond the public suite."""

import secrets
import threading
import time

import pytest
import yaml
from dbt.tests.util import get_connection, run_dbt, run_dbt_and_capture, write_file
from dbt_common.exceptions import DbtDatabaseError

SEED = (
    "id,name,born\n"
    "1,O'Brien \\ back\\n,2020-01-02\n"
    '2,"two\nlines 😀 %s {{ x }} ""q""",2021-01-02\n'
    "3,a,\n"
    "4,A,\n"
    "5,ä,\n"
)
TEXTS = [
    (1, "O'Brien \\ back\\n"),
    (2, 'two\nlines 😀 %s {{ x }} "q"'),
    (3, "a"),
    (4, "A"),
    (5, "ä"),
]


class TestTexts:
    """Text comes back as it was written, and is compared as it is."""

    @pytest.fixture(scope="class")
    def seeds(self):
        return {"people.csv": SEED}

    @pytest.fixture(scope="class")
    def models(self):
        return {
            "v.sql": "{{ config(materialized='view') }} select id, name, cast(name as char(50)) as cast_name, "
            "cast(id as char) as id_text, 'x' || name as joined, 'a\\b' as literal, 'it''s' as quoted from {{ ref('people') }}",
            "t.sql": "{{ config(materialized='table') }} select v.* from {{ ref('v') }} as v "
            "inner join {{ ref('people') }} as p on v.cast_name = p.name and v.id_text = cast(p.id as char)",
        }

    def test_round_trip(self, project):
        run_dbt(["build"])
        rows = project.run_sql("select id, name, joined, literal from {schema}.t order by id", fetch="all")
        assert [(row[0], row[1]) for row in rows] == TEXTS
        assert [row[2] for row in rows] == ["x" + name for _, name in TEXTS]
        assert {row[3] for row in rows} == {"a\\b"}
        assert project.run_sql("select distinct quoted from {schema}.t", fetch="all") == [("it's",)]
        assert project.run_sql("select count(distinct name) from {schema}.t", fetch="one") == (5,)
        # the schema's collation knows trailing spaces too
        assert project.run_sql("select count(*) from {schema}.t where name = 'a '", fetch="one") == (0,)


TABLE = """
{{ config(materialized='table', indexes=[{'columns': ['id'], 'unique': true}, {'columns': ['name', 'id']}]) }}
select {{ var('version', 1) }} as id, cast('x' as char(20)) as name
"""


class TestTable:
    @pytest.fixture(scope="class")
    def models(self):
        return {
            "t.sql": TABLE,
            "reader.sql": "{{ config(materialized='view') }} select * from {{ ref('t') }}",
        }

    def test_indexes_and_no_leftovers(self, project, sql):
        run_dbt(["run"])
        shown = project.run_sql("show indexes from {schema}.t", fetch="all")
        assert [(row[1], row[4]) for row in shown] == [(0, "id"), (1, "name"), (1, "id")]

        # a killed run leaves its table behind, of whichever shape
        project.run_sql("create table {schema}.t__dbt_tmp (odd int)")
        project.run_sql("create view {schema}.t__dbt_backup as select 1 as odd")
        run_dbt(["run", "--vars", "version: 2"])
        tables = project.run_sql("show tables from {schema}", fetch="all")
        assert sorted(name for (name,) in tables) == ["reader", "t"]
        assert project.run_sql("select id from {schema}.reader", fetch="one") == (2,)

    def test_readers_never_find_it_missing(self, project, sql):
        run_dbt(["run"])
        done, reads, failures = threading.Event(), [], []

        def read():
            while not done.is_set():
                try:
                    reads.append(sql(f"select id from {project.test_schema}.t")[0][0])
                except Exception as error:
                    failures.append(error)

        reader = threading.Thread(target=read)
        reader.start()
        try:
            for version in (2, 3, 4):
                run_dbt(["run", "--select", "t", "--vars", f"version: {version}"])
                # the reader goes on until it has seen it
                deadline = time.monotonic() + 60
                while version not in reads and not failures and time.monotonic() < deadline:
                    time.sleep(0.01)
        finally:
            done.set()
            reader.join()
        assert not failures
        assert {2, 3, 4} <= set(reads)

    def test_a_broken_build_keeps_the_old_rows(self, project):
        run_dbt(["run", "--vars", "version: 7"])
        run_dbt(
            ["run", "--select", "t", "--vars", "version: \"cast('x' as date) union all select nonsense\""],
            expect_pass=False,
        )
        assert project.run_sql("select id from {schema}.t", fetch="one") == (7,)

    def test_table_and_view_change_places(self, project):
        run_dbt(["run"])
        write_file(TABLE.replace("'table'", "'view'"), project.project_root, "models", "t.sql")
        run_dbt(["run"])
        write_file(TABLE, project.project_root, "models", "t.sql")
        run_dbt(["run"])
        with get_connection(project.adapter):
            kinds = {
                r.identifier: r.type
                for r in project.adapter.list_relations_without_caching(
                    project.adapter.Relation.create(schema=project.test_schema)
                )
            }
        assert kinds == {"t": "table", "reader": "view"}


IN_A_VIEW = r"""
select
    case when id = 1 then 'it''s \' else 'n' end as noted,
    group_concat(id order by id separator '''') as ids
from {{ ref('numbers') }}
where name like 'it!''s%' escape '!'
group by id
union all
select 'o''k', '2'
"""
WANTED = r"where noted = 'it''s \' or noted like '%''k'"


class TestConditionsOnSubqueries:
    """MySQL would write a condition out and read it again, with backslashes that are letters here."""

    @pytest.fixture(scope="class")
    def models(self):
        table = "{{ config(materialized='table') }} "
        return {
            "numbers.sql": table
            + "select 1 as id, 'it''s' as name union all select 3, 'it''s' union all select 2, 'its'",
            "v.sql": "{{ config(materialized='view') }}" + IN_A_VIEW,
            "from_view.sql": table + "select * from {{ ref('v') }} " + WANTED,
            "from_query.sql": f"{table} with q as ({IN_A_VIEW}) select * from q {WANTED}",
            # read again with two backslashes, which nothing equals: no error, no row
            "silent.sql": table
            + r"with q as (select concat(name, '\') as x, count(*) as n from {{ ref('numbers') }} group by 1) "
            r"select x, n from q where x = 'it''s\'",
        }

    def test_find_their_rows(self, project):
        run_dbt(["run"])
        for table in ("from_view", "from_query"):
            rows = project.run_sql(f"select noted, ids from {{schema}}.{table} order by noted", fetch="all")
            assert rows == [("it's \\", "1"), ("o'k", "2")]
        assert project.run_sql("select x, n from {schema}.silent", fetch="all") == [("it's\\", 2)]


class TestForeignKeys:
    """A parent can be rebuilt; the foreign keys that point at it give way, and its children's next build makes them again."""

    @pytest.fixture(scope="class")
    def models(self):
        return {
            "parent.sql": "{{ config(materialized='table') }} select 1 as id",
            "child.sql": "{{ config(materialized='table') }} -- depends_on: {{ ref('parent') }}\nselect 1 as id, 1 as parent_id",
            "models.yml": """
models:
  - name: parent
    config: {contract: {enforced: true}}
    columns: [{name: id, data_type: integer, constraints: [{type: primary_key}]}]
  - name: child
    config: {contract: {enforced: true}}
    columns:
      - {name: id, data_type: integer}
      - name: parent_id
        data_type: integer
        constraints: [{type: foreign_key, to: ref('parent'), to_columns: [id]}]
""",
        }

    def keys(self, project):
        return project.run_sql(
            "select referenced_table_name from information_schema.referential_constraints "
            f"where constraint_schema = '{project.test_schema}'",
            fetch="all",
        )

    def test_rebuild(self, project):
        run_dbt(["run"])
        assert self.keys(project) == [("parent",)]
        run_dbt(["run", "--select", "parent"])
        assert self.keys(project) == []
        run_dbt(["run"])
        assert self.keys(project) == [("parent",)]


INCREMENTAL = """
{{ config(materialized='incremental', unique_key='id', incremental_strategy='merge') }}
{% if is_incremental() %}
select 1 as id, 'longer than before' as name, cast(null as signed) as n union all select 2, cast(null as char), 2
{% else %}
select 1 as id, 'short' as name, 5 as n
{% endif %}
"""


class TestIncremental:
    @pytest.fixture(scope="class")
    def models(self):
        return {
            "i.sql": INCREMENTAL,
            "broken.sql": "{{ config(materialized='incremental', unique_key='id', incremental_strategy='delete+insert') }}\n"
            "select 1 as id, {{ \"'abc'\" if is_incremental() else 1 }} as n",
        }

    def test_texts_widen_and_columns_become_nullable(self, project):
        run_dbt(["run", "--select", "i"])
        run_dbt(["run", "--select", "i"])
        rows = project.run_sql("select id, name, n from {schema}.i order by id", fetch="all")
        assert rows == [(1, "longer than before", None), (2, None, 2)]
        assert project.run_sql("show tables from {schema} like 'i%'", fetch="all") == [("i",)]

    def test_a_widened_column_stays_what_it_was(self, project):
        run_dbt(["run", "--select", "i", "--full-refresh"])
        project.run_sql(
            "alter table {schema}.i modify name varchar(5) not null default 'd''\\n' comment 'a ''name''\\n'"
        )
        project.run_sql("create table {schema}.new_rows (id int, name varchar(30) not null)")
        relations = [
            project.adapter.Relation.create(schema=project.test_schema, identifier=name, type="table")
            for name in ("new_rows", "i")
        ]
        with get_connection(project.adapter):
            project.adapter.expand_column_types(*relations)
        shown = project.run_sql("show full columns from {schema}.i like 'name'", fetch="one")
        assert (shown[1], shown[3], shown[8]) == ("varchar(30)", "NO", "a 'name'\\n")
        project.run_sql("drop table {schema}.new_rows")
        project.run_sql("insert into {schema}.i (id, n) values (9, 9)")
        assert project.run_sql("select name from {schema}.i where id = 9", fetch="one") == ("d'\\n",)

    def test_a_failed_insert_undoes_the_delete(self, project):
        run_dbt(["run", "--select", "broken"])
        run_dbt(["run", "--select", "broken"], expect_pass=False)
        assert project.run_sql("select id, n from {schema}.broken", fetch="all") == [(1, 1)]


class TestKilledMicrobatch:
    @pytest.fixture(scope="class")
    def models(self):
        config = (
            "materialized='incremental', incremental_strategy='microbatch', event_time='at', batch_size='day'"
        )
        return {
            "events.sql": "{{ config(materialized='table', event_time='at') }} "
            "select 1 as id, timestamp '2020-01-01 10:00:00' as at union all select 2, timestamp '2020-01-03 10:00:00'",
            "m.sql": f"{{{{ config({config}, begin='2020-01-01') }}}} select * from {{{{ ref('events') }}}}",
        }

    def test_its_batches_tables_are_dropped(self, project):
        run = ["run", "--event-time-start", "2020-01-01", "--event-time-end", "2020-01-04"]
        run_dbt(run)
        # one of a batch that runs again, and one of a batch that does not
        for name in ("m__dbt_tmp_20200102", "m__dbt_tmp_20191231", "m__dbt_tmp_notes"):
            project.run_sql(f"create table {{schema}}.{name} (odd int)")
        run_dbt([*run, "--threads", "2"])
        tables = project.run_sql("show tables from {schema}", fetch="all")
        assert sorted(name for (name,) in tables) == ["events", "m", "m__dbt_tmp_notes"]
        assert project.run_sql("select id from {schema}.m order by id", fetch="all") == [(1,), (2,)]


class TestSnapshotIsOneTransaction:
    @pytest.fixture(scope="class")
    def models(self):
        return {"source_rows.sql": "{{ config(materialized='view') }} select * from {{ schema }}.raw_rows"}

    @pytest.fixture(scope="class")
    def snapshots(self):
        return {
            "s.yml": "snapshots: [{name: s, relation: ref('source_rows'), config: {unique_key: id, strategy: check, "
            "check_cols: all, hard_deletes: new_record}}]"
        }

    def test_a_failed_insert_closes_no_version(self, project):
        project.run_sql("create table {schema}.raw_rows (id int, name varchar(20))")
        project.run_sql("insert into {schema}.raw_rows values (1, 'a'), (2, 'b')")
        run_dbt(["build"])
        project.run_sql("alter table {schema}.s add constraint no_c check (name <> 'c')")
        project.run_sql("update {schema}.raw_rows set name = 'c' where id = 1")
        run_dbt(["snapshot"], expect_pass=False)
        open_versions = project.run_sql(
            "select id, name from {schema}.s where dbt_valid_to is null order by id", fetch="all"
        )
        assert open_versions == [(1, "a"), (2, "b")]

        project.run_sql("update {schema}.raw_rows set name = 'd' where id = 1")
        project.run_sql("delete from {schema}.raw_rows where id = 2")
        run_dbt(["snapshot"])
        rows = project.run_sql(
            "select id, name, dbt_is_deleted, dbt_valid_to is null as open from {schema}.s order by id, dbt_valid_from",
            fetch="all",
        )
        assert rows == [(1, "a", "False", 0), (1, "d", "False", 1), (2, "b", "False", 0), (2, "b", "True", 1)]
        assert "s__dbt_tmp" not in str(project.run_sql("show tables from {schema}", fetch="all"))


class TestJoinsWithoutAnIndex:
    """Hashed, not each row compared with each: minutes where there are 40,000 of both."""

    @pytest.fixture(scope="class")
    def models(self):
        return {
            "numbers.sql": "{{ config(materialized='table') }} "
            "select generated_number as n from ({{ dbt.generate_series(1000) }}) as q"
        }

    def test_are_hashed(self, project):
        run_dbt(["run"])
        table = f"{project.test_schema}.numbers"
        join = f"select count(*) from {table} as a left join {table} as b on a.n = b.n"
        with get_connection(project.adapter):
            explain = "explain" if project.adapter.is_mariadb() else "explain format=tree"
            _, plan = project.adapter.execute(f"{explain} {join}", fetch=True)
        told = str([tuple(row) for row in plan.rows])
        assert "BNLH join" in told or "hash join" in told


class TestErrors:
    @pytest.fixture(scope="class")
    def models(self):
        return {
            "no_table.sql": "select * from {{ schema }}.nowhere",
            "a_table.sql": "{{ config(materialized='table') }} select 1 as id",
            "arrays.sql": "select {{ dbt.array_construct([1]) if execute else 1 }} as a",
        }

    def test_in_words(self, project):
        _, log = run_dbt_and_capture(["run", "--select", "no_table"], expect_pass=False)
        assert "nowhere' doesn't exist" in log
        _, log = run_dbt_and_capture(["run", "--select", "arrays"], expect_pass=False)
        assert "have no arrays" in log

    @pytest.fixture
    def with_profile(self, profiles_root):
        """dbt's output with some of the profile's lines written otherwise."""
        path = profiles_root / "profiles.yml"
        right = path.read_text(encoding="utf-8")

        def output(command, **changes):
            profile = yaml.safe_load(right)
            profile["test"]["outputs"]["default"].update(changes)
            path.write_text(yaml.safe_dump(profile), encoding="utf-8")
            try:
                return run_dbt_and_capture(command, expect_pass=False)[1]
            except DbtDatabaseError as error:
                return str(error)

        yield output
        path.write_text(right, encoding="utf-8")
        # the project's own connections are the last run's
        run_dbt(["parse"])

    @pytest.fixture
    def visitor(self, project, sql):
        """Someone who may log in and nothing else."""
        password = secrets.token_urlsafe(18)
        user = f"visitor_{project.test_schema}"[:32]
        sql(f"create user {user} identified by '{password}'")
        yield {"user": user, "password": password}
        sql(f"drop user {user}")

    @pytest.mark.parametrize("command", ["debug", "build"])
    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"password": "wrong"}, "check the profile's `user` and `password`"),
            ({"port": 1, "retries": 0}, "No MySQL or MariaDB server answers at"),
        ],
    )
    def test_no_connection(self, project, with_profile, command, changes, sentence):
        log = with_profile([command], **changes)
        assert sentence in log
        assert log.count("Database Error") == 1

    def test_no_privilege(self, project, with_profile, visitor):
        """An unknown schema, too: it is made, where that is allowed."""
        for schema in (project.test_schema, "nowhere_at_all"):
            log = with_profile(["build"], schema=schema, **visitor)
            assert "Grant the profile's user that schema, or the right to create it." in log
            assert log.count("Database Error") == 1

    def test_read_only(self, project, sql, with_profile):
        # transaction_read_only, or what MariaDB called it before 11.1
        variable = sql("show variables like 't%_read_only'")[0][0]
        log = with_profile(["build", "--select", "a_table"], session={variable: 1})
        assert "Sessions are read-only" in log


MERGE = """
{{ config(
    materialized='incremental', incremental_strategy='merge', unique_key='id',
    incremental_predicates=["DBT_INTERNAL_DEST.updated_at < DBT_INTERNAL_SOURCE.updated_at"],
) }}
select 1 as id, {{ var('now', 1) }} as updated_at
"""


class TestMergeWithAPredicateOnAnUpdatedColumn:
    """Once the update has run, the predicate no longer finds the row that matched."""

    @pytest.fixture(scope="class")
    def models(self):
        return {"merged.sql": MERGE}

    def test_a_row_that_matches_is_updated_and_not_added(self, project):
        run_dbt(["run"])
        run_dbt(["run", "--vars", "now: 2"])
        assert project.run_sql("select id, updated_at from {schema}.merged", fetch="all") == [(1, 2)]
