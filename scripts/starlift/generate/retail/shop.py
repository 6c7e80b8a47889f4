"""`starlift generate shop`: the six tables of the web shop as Parquet, from a seed."""

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from starlift.defaults import END, SEED, START
from starlift.generate.files import Manifest, TableEntry, TableWriter, integers, replaced_folder
from starlift.generate.making import Progress, checked, in_order
from starlift.generate.retail import world
from starlift.generate.retail.shop_orders import item_table, make_items, make_orders, order_table
from starlift.generate.retail.shop_payments import make_payments, payment_table
from starlift.generate.retail.shop_people import customer_table, product_table
from starlift.generate.retail.shop_plan import CHUNK, Plan, make_plan
from starlift.generate.retail.shop_returns import make_returns, return_table
from starlift.sources import SHOP

_PIECE = 1 << 17  # rows of customers written at a time


def generate_shop(
    out: Path,
    *,
    size: world.Size,
    seed: int = SEED,
    start: date = START,
    end: date = END,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Manifest:
    """Write the folder `out`, all or nothing: the same bytes on any number of threads."""
    period, threads, tell = checked(start, end, threads, progress)
    with replaced_folder(out, SHOP) as folder:
        plan = make_plan(seed, period, size)
        entries = {"products": _write_products(folder, plan)}
        entries["customers"] = _write_customers(folder, plan, threads, tell)
        entries |= _write_orders(folder, plan, threads, tell)
        manifest = Manifest(
            source=SHOP.name,
            seed=seed,
            sizes={"customers": size.customers, "order_items": size.lines},
            start=start.isoformat(),
            end=end.isoformat(),
            extracted_at=f"{end.isoformat()}T23:59:59",
            tables={table.name: entries[table.name] for table in SHOP.tables},
        )
        manifest.write(folder)
    return manifest


def make_chunk(plan: Plan, lo: int, hi: int) -> dict[str, pa.Table]:
    """Orders lo..hi-1 (from 0) and all that hangs on them, whose ids count from 1 within the chunk."""
    orders = make_orders(plan, lo, hi)
    items = make_items(plan, orders)
    returns = make_returns(plan, orders, items)
    return {
        "orders": order_table(plan, orders),
        "order_items": item_table(orders, items),
        "payments": payment_table(make_payments(plan, orders, items, returns), orders),
        "returns": return_table(returns, plan.period.now),
    }


def _write_products(folder: Path, plan: Plan) -> TableEntry:
    writer = TableWriter(folder, SHOP.table("products"))
    writer.write(product_table(plan))
    return writer.close()


def _write_customers(folder: Path, plan: Plan, threads: int, tell: Progress) -> TableEntry:
    writer = TableWriter(folder, SHOP.table("customers"))
    total = plan.size.customers

    def make(lo: int) -> pa.Table:
        return customer_table(plan, lo, min(lo + _PIECE, total))

    for piece in in_order(threads, make, range(0, total, _PIECE)):
        writer.write(piece)
        tell("customers", writer.rows, total)
    return writer.close()


def _write_orders(folder: Path, plan: Plan, threads: int, tell: Progress) -> dict[str, TableEntry]:
    """Make the chunks and write each table's pieces in order; what hangs on orders gets its ids here."""
    names = ("orders", "order_items", "payments", "returns")
    writers = {name: TableWriter(folder, SHOP.table(name)) for name in names}
    # Where each chunk's items begin, for the returns that speak of them.
    first_item = np.concatenate(([0], np.cumsum(plan.item_count, dtype=np.int64)))

    def make(lo: int) -> dict[str, pa.Table]:
        chunk = make_chunk(plan, lo, min(lo + CHUNK, plan.orders))
        returned = chunk["returns"]["order_item_id"].to_numpy() + first_item[lo]
        chunk["returns"] = chunk["returns"].set_column(1, "order_item_id", integers(returned))
        return chunk

    def write(name: str, rows: pa.Table) -> None:
        before = writers[name].rows
        ids = integers(np.arange(before + 1, before + rows.num_rows + 1))
        writers[name].write(rows.set_column(0, rows.schema.names[0], ids))

    with ThreadPoolExecutor(threads) as pool:
        writing: list[Future[None]] = []
        for chunk in in_order(threads, make, range(0, plan.orders, CHUNK)):
            for task in writing:
                task.result()
            tell("orders and what hangs on them", writers["orders"].rows, plan.orders)
            writing = [pool.submit(write, name, rows) for name, rows in chunk.items()]
        for task in writing:
            task.result()
    tell("orders and what hangs on them", plan.orders, plan.orders)
    return {name: writer.close() for name, writer in writers.items()}
