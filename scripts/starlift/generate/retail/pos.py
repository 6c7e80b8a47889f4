"""`starlift generate pos`: the eleven tables of the stores as Parquet, from a seed."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from starlift.defaults import END, SEED, START
from starlift.errors import StarliftError
from starlift.generate.files import (
    Manifest,
    TableEntry,
    TableWriter,
    dates,
    integers,
    replaced_folder,
    rows_of,
    stamps,
)
from starlift.generate.making import Progress, checked, in_order
from starlift.generate.period import DAY
from starlift.generate.retail import registers, sales, stock
from starlift.generate.retail.chain import NEVER, Chain
from starlift.generate.retail.world import Size
from starlift.sources import POS

_MAX_LINES = 200_000_000  # keys stay within 32 bits
_PIECE = 1 << 17  # rows of customers and of stock written at a time


def _check(size: Size) -> None:
    if not 1 <= size.lines <= _MAX_LINES:
        raise StarliftError(f"Sale lines must be at least 1 and at most {_MAX_LINES:,}.")
    if min(size.customers, size.stores) < 1 or size.products < 20:
        raise StarliftError("There must be a customer, a store and twenty products at least.")


def generate_pos(
    out: Path,
    *,
    size: Size,
    seed: int = SEED,
    start: date = START,
    end: date = END,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Manifest:
    """Write the folder `out`, all or nothing: the same bytes on any number of threads."""
    _check(size)
    period, threads, tell = checked(start, end, threads, progress)
    with replaced_folder(out, POS) as folder:
        chain = Chain(seed, period, size)
        whole = registers.reference_tables(period) | {
            "suppliers": registers.supplier_table(chain),
            "products": registers.product_table(chain),
            "stores": registers.store_table(chain),
            "employees": registers.employee_table(chain),
        }
        entries = {name: _write(folder, name, [rows]) for name, rows in whole.items()}
        came = registers.registered(period, size.customers)

        def customers(lo: int) -> pa.Table:
            return registers.customer_table(seed, period, came[lo : lo + _PIECE], lo)

        pieces = in_order(threads, customers, range(0, size.customers, _PIECE))
        entries["customers"] = _write(folder, "customers", pieces)
        making = _Making(folder, chain, threads, tell)
        entries |= making.write_sales(came)
        entries["inventory"] = _write(folder, "inventory", making.stock())
        manifest = Manifest(
            source=POS.name,
            seed=seed,
            sizes={
                "sale_lines": size.lines,
                "customers": size.customers,
                "stores": size.stores,
                "products": size.products,
            },
            start=start.isoformat(),
            end=end.isoformat(),
            extracted_at=f"{end.isoformat()}T23:59:59",
            tables={table.name: entries[table.name] for table in POS.tables},
        )
        manifest.write(folder)
    return manifest


def _write(folder: Path, name: str, pieces: Iterator[pa.Table] | list[pa.Table]) -> TableEntry:
    writer = TableWriter(folder, POS.table(name))
    for piece in pieces:
        writer.write(piece)
    return writer.close()


class _Making:
    """Sales first, then the stock that they were taken from."""

    def __init__(self, folder: Path, chain: Chain, threads: int, tell: Progress) -> None:
        self.folder, self.chain, self.threads, self.tell = folder, chain, threads, tell
        period = chain.period
        self.days = min(stock.WINDOW, period.days)
        self.first_day = period.first_day + period.days - self.days
        # what each open store has on its shelves and still sells, by store and product
        self.store, self.product = self._shelves()
        self.pair = np.full((chain.size.stores, chain.size.products), -1, dtype=np.int32)
        self.pair[self.store, self.product] = np.arange(len(self.store))
        # lines of the last days: where in [day, pair] they stand, and their quantities
        self._sold: list[tuple[np.ndarray, np.ndarray]] = []

    def _shelves(self) -> tuple[np.ndarray, np.ndarray]:
        stores = self.chain.open_at_the_end()
        store = np.repeat(stores, self.chain.shelf)
        product = np.sort(self.chain.stocked[stores], axis=1).ravel()
        sells = self.chain.discontinued[product] == NEVER
        return store[sells], product[sells]

    def write_sales(self, came: np.ndarray) -> dict[str, TableEntry]:
        """Make the chunks and write both tables' pieces in order."""
        chain = self.chain
        till = sales.make_till(chain.seed, chain.period, chain.size.lines)
        total = len(till.sold)
        writers = {name: TableWriter(self.folder, POS.table(name)) for name in ("sales", "sale_lines")}
        # made once, before threads ask for them at the same time
        _ = chain.staff, chain.stocked, chain.lasting, chain.prices, chain.epochs, chain.store_of

        def make(lo: int) -> sales.Made:
            return sales.make_chunk(chain, till, came, lo, min(lo + sales.CHUNK, total))

        with ThreadPoolExecutor(self.threads) as pool:
            writing: list[Future[None]] = []
            for made in in_order(self.threads, make, range(0, total, sales.CHUNK)):
                for task in writing:
                    task.result()
                self.tell("sales and their lines", writers["sales"].rows, total)
                writing = [
                    pool.submit(writers["sales"].write, made.sales),
                    pool.submit(writers["sale_lines"].write, made.lines),
                ]
                self._remember(made)
            for task in writing:
                task.result()
        self.tell("sales and their lines", total, total)
        return {name: writer.close() for name, writer in writers.items()}

    def _remember(self, made: sales.Made) -> None:
        recent = np.flatnonzero(made.day >= self.first_day)
        pair = self.pair[made.store[recent], made.product[recent]].astype(np.int64)
        self._sold.append(
            ((made.day[recent] - self.first_day) * len(self.store) + pair, made.quantity[recent])
        )

    def _sold_by_day(self) -> np.ndarray:
        """[day, pair] -> what was sold."""
        size = self.days * len(self.store)
        sold = np.zeros(size, dtype=np.int32)
        at = np.concatenate([place for place, _ in self._sold])
        quantity = np.concatenate([count for _, count in self._sold])
        order = np.argsort(at, kind="stable")
        at, quantity = at[order], quantity[order]
        first = np.flatnonzero(np.diff(at, prepend=-1))
        if len(first):
            sold[at[first]] = np.add.reduceat(quantity, first)
        return sold.reshape(self.days, len(self.store))

    def stock(self) -> Iterator[pa.Table]:
        """Every day's stock, some days at a time."""
        seed, pairs = self.chain.seed, len(self.store)
        sold = self._sold_by_day()
        rate = sold.sum(axis=0, dtype=np.int64) * 1_000 // self.days
        closing = stock.first_opening(seed, self.store, self.product, rate)
        waiting: list[pa.Table] = []
        for index in range(self.days):
            day, opening = self.first_day + index, closing
            received, adjusted, closing = stock.next_day(
                seed=seed,
                day=day,
                spells_from=self.first_day + self.days,
                store=self.store,
                product=self.product,
                opening=opening,
                sold=sold[index],
                rate=rate,
            )
            ids = np.arange(index * pairs + 1, (index + 1) * pairs + 1)
            counts = (opening, received, sold[index], adjusted, closing)
            waiting.append(stock_rows(ids, self.store + 1, self.product + 1, day, counts))
            self.tell("stock by day", index + 1, self.days)
            if len(waiting) * pairs >= _PIECE or index == self.days - 1:
                yield pa.concat_tables(waiting).combine_chunks()
                waiting = []


def stock_rows(
    ids: np.ndarray,
    store_id: np.ndarray,
    product_id: np.ndarray,
    day: int,
    counts: tuple[np.ndarray, ...],
) -> pa.Table:
    """One day's rows of the inventory, counted after the stores have closed."""
    entered = stamps(day * DAY + 22 * 3_600 + (store_id % 60) * 60)
    return rows_of(
        POS.table("inventory"),
        integers(ids),
        integers(store_id),
        integers(product_id),
        dates(np.full(len(ids), day)),
        *(integers(values) for values in counts),
        entered,
        entered,
    )
