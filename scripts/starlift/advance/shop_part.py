"""What every part of the shop's day needs: rows to take, rows to add, and what an order consists of."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

import numpy as np

from starlift.advance.day import Day
from starlift.advance.dice import Dice
from starlift.advance.state import Row, State
from starlift.generate.files import Manifest
from starlift.generate.retail import world
from starlift.sources import SHOP


class ShopPart(Day):
    """A part of what happens in the shop on a day; `ShopDay` puts them together."""

    source = SHOP

    def __init__(self, state: State, manifest: Manifest, day: date, seed: int) -> None:
        super().__init__(state, manifest, day, seed)
        self.size = len(state.ids("orders"))
        self.newcomers: list[int] = []
        # What the shop was made with, which the people and the products are a function of.
        self.world_size = world.Size(manifest.sizes["order_items"], manifest.sizes["customers"], 0, 0)

    def some(self, dice: Dice, table: str, count: int, positions: np.ndarray | None = None) -> list[Row]:
        """Rows that nothing else happens to today; they are then taken."""
        ids = self.state.ids(table)
        found = dice.some(ids if positions is None else ids[positions], count, self.busy[table])
        self.busy[table].update(found)
        return self.state.rows(table, found)

    def with_status(self, status: str) -> list[Row]:
        """All orders of that status that nothing else happens to today."""
        ids = self.state.ids("orders")[np.flatnonzero(self.state.equals("orders", "order_status", status))]
        return self.state.rows(
            "orders", [number for number in ids.tolist() if number not in self.busy["orders"]]
        )

    def items(self, orders: Iterable[int]) -> dict[int, list[Row]]:
        """The items of these orders."""
        found: dict[int, list[Row]] = {number: [] for number in orders}
        for item in self.state.children("order_items", "order_id", found):
            found[item["order_id"]].append(item)
        return found

    def insert(self, table: str, row: Row, created: datetime, updated: datetime | None = None) -> int:
        """A new row with a key of its own, which is returned."""
        key = SHOP.table(table).primary_key
        number = row.get(key) or self.next_id(table)
        stamps = {"created_at": created, "updated_at": updated or created}
        self.changes.insert(table, {key: number} | row | stamps)
        return number

    def insert_payments(self, payments: list[Row], created: datetime | None = None) -> list[int]:
        return [self.insert("payments", row, created or row["paid_at"]) for row in payments]


def cents(amount: Decimal) -> int:
    return int(amount.scaleb(2))
