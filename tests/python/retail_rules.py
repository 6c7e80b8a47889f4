"""What holds for the retailer's data whatever made them: looked up in Parquet files with DuckDB."""

import duckdb

from extract_files import one
from starlift.sources import Source


def broken_rules(con: duckdb.DuckDBPyConnection, source: Source, now: str) -> dict[tuple[str, str], int]:
    """Rows that break a rule of the source, or that were entered after `now`, by table and rule."""
    found = {}
    for table in source.tables:
        rules = [f"not ({check.sql})" for check in table.checks]
        rules += [f"{column.name} is null" for column in table.columns if not column.nullable]
        for key in table.foreign_keys:
            parent = source.table(key.references)
            rules.append(f"{key.column} not in (select {parent.primary_key} from {parent.name})")
        for column in table.columns:
            if "char" in column.type:
                rules.append(f"length({column.name}) > {column.type.split('(')[1][:-1]}")
        rules += ["updated_at < created_at", f"updated_at > timestamp '{now}'", "created_at is null"]
        for rule in rules:
            found[table.name, rule] = one(con, f"select count(*) from {table.name} where {rule}")
        for column in (table.primary_key, *table.unique):
            twice = f"select count(*) - count(distinct {column}) from {table.name}"
            found[table.name, f"{column} twice"] = one(con, twice)
    return {rule: count for rule, count in found.items() if count}


# Each is a query that finds nothing where the stores' data agree with themselves.
POS_SENSE = {
    "sold before the store opened, or after it closed": """
        select 1 from sales join stores using (store_id)
        where sold_at::date < opened_on or sold_at::date > closed_on""",
    "sold by who was not there": """
        select 1 from sales join employees using (employee_id)
        where sold_at::date < hired_on or sold_at::date > left_on""",
    "sold by who works in another store, and has ever since": """
        select 1 from sales join employees using (employee_id)
        where sales.store_id <> employees.store_id and employees.created_at = employees.updated_at""",
    "sold to who was not registered": """
        select 1 from sales join customers using (customer_id) where sold_at::date <= registered_on""",
    "entered before it was sold": "select 1 from sales where created_at < sold_at",
    "lines not numbered 1, 2, 3": """
        select 1 from sale_lines group by sale_id
        having min(line_number) <> 1 or max(line_number) <> count(*)
            or count(distinct line_number) <> count(*)""",
    "a sale without a line": "select 1 from sales where sale_id not in (select sale_id from sale_lines)",
    "negative stock": """
        select 1 from inventory
        where least(opening_quantity, received_quantity, sold_quantity, closing_quantity) < 0""",
    "does not open as it closed": """
        select 1 from (
            select opening_quantity, inventory_date,
                lag(closing_quantity) over days as closed, lag(inventory_date) over days as day_before
            from inventory window days as (partition by store_id, product_id order by inventory_date))
        where closed is not null and (opening_quantity <> closed or inventory_date <> day_before + 1)""",
    "stock twice": "select 1 from inventory group by store_id, product_id, inventory_date having count(*) > 1",
    "sold quantities that are not the lines'": """
        with sold as (
            select store_id, product_id, sold_at::date as inventory_date, sum(quantity) as quantity
            from sales join sale_lines using (sale_id)
            where sold_at::date >= (select min(inventory_date) from inventory)
            group by all)
        select 1 from sold full join inventory using (store_id, product_id, inventory_date)
        where coalesce(quantity, 0) <> coalesce(sold_quantity, 0)""",
    "stock that ends before today": """
        select 1 from inventory group by store_id, product_id
        having max(inventory_date) < (select max(inventory_date) from inventory)""",
    "not one at the head": "select 1 from employees having count(*) filter (manager_id is null) <> 1",
    "a manager who is none": """
        select 1 from employees where manager_id not in (select employee_id from employees)""",
    "led by who has left": """
        select 1 from employees join employees leader on leader.employee_id = employees.manager_id
        where employees.left_on is null and leader.left_on is not null""",
    "a circle of managers": """
        with recursive chain as (
            select employee_id, manager_id, 1 as steps from employees
            union all
            select chain.employee_id, employees.manager_id, steps + 1
            from chain join employees on employees.employee_id = chain.manager_id where steps < 12)
        select 1 from chain where steps = 12""",
    "a store led by who does not lead one": """
        select 1 from stores left join employees on employees.employee_id = stores.manager_id
        where employees.position is distinct from 'Store manager'
            or employees.store_id <> stores.store_id
            or (closed_on is null and left_on is not null)""",
}


def nonsense(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """What does not agree in the stores' data, and in how many rows."""
    found = {name: len(con.execute(query).fetchall()) for name, query in POS_SENSE.items()}
    return {name: count for name, count in found.items() if count}
