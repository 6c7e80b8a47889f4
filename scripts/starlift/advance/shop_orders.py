"""Orders on a day: new ones, late ones, and those that move on, change or are called off."""

from datetime import datetime, timedelta

import numpy as np

from starlift.advance import shop_rows as rows
from starlift.advance.day import dollars, moment, other
from starlift.advance.dice import Dice
from starlift.advance.shop_part import ShopPart, cents
from starlift.advance.shop_rows import NewOrder
from starlift.advance.state import Row
from starlift.generate.period import DAY
from starlift.generate.retail.shop_plan import REGULAR, WEEKDAY

# What may become of an order that is not paid yet, in turn.
_FATES = ("paid", "shortened", "cancelled", "paid", "failed", "shortened", "paid", "changed", "paid", "waits")


class ShopOrders(ShopPart):
    """Orders that come, and those that move on."""

    def _step(self, dice: Dice, row: Row, status: str, column: str, when: datetime) -> None:
        """An order moves on."""
        self.busy["orders"].add(row["order_id"])
        self.update("orders", row, dice, **{"order_status": status, column: when})
        self.tell(
            f"order_{status.lower()}", order_id=row["order_id"], **{"from": row["order_status"], "to": status}
        )

    def draw_unpaid_orders(self) -> None:
        """Money comes, or fails to; items change or go; the order is called off; or nothing happens."""
        dice = self.dice("unpaid orders")
        unpaid = self.with_status("Placed")
        items = self.items([row["order_id"] for row in unpaid])
        for place, row in enumerate(unpaid):
            number, listed = row["order_id"], items[row["order_id"]]
            fate = _FATES[(place + 3 * len(self.manifest.days)) % len(_FATES)]
            due = sum(map(rows.net_cents, listed))
            if fate == "paid":
                when = self.at(dice, 8, 18)
                payments = rows.pay(dice, number, rows.TRANSFER, due, when)
                self._step(dice, row, "Paid", "paid_at", when)
                self._tell_payments(payments)
            elif fate == "cancelled":
                self._step(dice, row, "Cancelled", "cancelled_at", self.at(dice, 8, 18))
            elif fate == "failed":
                self.busy["orders"].add(number)
                self._tell_payments([rows.failure(number, rows.method(dice), due, self.at(dice, 8, 18))])
            elif fate == "changed":
                self._change_item(dice, row, dice.pick(listed))
            elif fate == "shortened" and len(listed) > 1:
                self.busy["orders"].add(number)
                last = max(listed, key=lambda item: item["line_number"])
                self.changes.delete("order_items", [last["order_item_id"]])
                self.tell("item_removed", order_id=number, order_item_id=last["order_item_id"])

    def _change_item(self, dice: Dice, order: Row, item: Row) -> None:
        self.busy["orders"].add(order["order_id"])
        quantity = other(dice, [1, 2, 3], item["quantity"])
        off = rows.discount_cents(order["promotion_code"], cents(item["unit_price"]) * quantity)
        self.update("order_items", item, dice, quantity=quantity, discount_amount=dollars(off))
        self.tell_change("item_changed", "order_item_id", item, item["quantity"], quantity)

    def _tell_payments(self, payments: list[Row], created: datetime | None = None) -> None:
        """Insert payments of one order; those that failed, and those in parts, are told of."""
        numbers = self.insert_payments(payments, created)
        settled = [n for n, row in zip(numbers, payments, strict=True) if row["payment_status"] == "Settled"]
        for number, row in zip(numbers, payments, strict=True):
            if row["payment_status"] == "Failed":
                self.tell("payment_failed", order_id=row["order_id"], payment_id=number)
        if len(settled) > 1:
            self.tell("payment_in_parts", order_id=payments[0]["order_id"], payment_ids=settled)

    def draw_paid_orders(self) -> None:
        """Six in ten leave the warehouse today, one or two in a hundred are called off."""
        dice = self.dice("paid orders")
        for place, row in enumerate(self.with_status("Paid")):
            when = self.at(dice, 7, 18)
            if place == 1 or dice.chance(2):
                self._step(dice, row, "Cancelled", "cancelled_at", when)
            elif dice.chance(60):
                self._step(dice, row, "Shipped", "shipped_at", when)

    def draw_shipped_orders(self) -> None:
        dice = self.dice("shipped orders")
        for row in self.with_status("Shipped"):
            if dice.chance(35):
                self._step(dice, row, "Delivered", "delivered_at", self.at(dice, 8, 18))

    def draw_moved_orders(self) -> None:
        """Booked on another account of the customer, or on somebody else's by mistake."""
        dice = self.dice("moved orders")
        there = self.state.ids("customers")
        for row in self.some(dice, "orders", self.many(10, 1)):
            customer_id = self._customer(dice, there, row["placed_at"])
            if customer_id not in {None, row["customer_id"]}:
                self.update("orders", row, dice, customer_id=customer_id)
                self.tell_change("order_moved", "order_id", row, row["customer_id"], customer_id)

    def _customer(self, dice: Dice, there: np.ndarray, placed: datetime) -> int | None:
        """Who is registered by then and not deleted today; regulars more often."""
        registered = self.state.numbers("customers", "registered_at")
        for _ in range(50):
            place = dice.below(len(there)) if len(there) else 0
            place -= place % REGULAR if dice.chance(35) else 0
            if len(there) and moment(int(registered[place])) < placed:
                number = int(there[place])
                if number not in self.changes.deleted["customers"]:
                    return number
        return None

    def _shelf(self) -> rows.Shelf:
        return rows.shelf(self.manifest.seed, self.state.tables["products"].to_pylist())

    def draw_new_orders(self) -> None:
        """Most are paid at once; bank transfers, and payments that failed, are waited for."""
        dice = self.dice("new orders")
        goods, there = self._shelf(), self.state.ids("customers")
        for place in range(self.many(1_300, 12) * WEEKDAY[self.day.weekday()] // 100):
            placed = self.at(dice, 17, 23) if place < len(self.newcomers) else self.at(dice, 0, 23)
            if place < len(self.newcomers):
                customer_id: int | None = self.newcomers[place]
            else:
                customer_id = self._customer(dice, there, placed)
            if customer_id is None:
                continue
            made = rows.new_order(dice, goods, self.next_id("orders"), customer_id, placed)
            number, how, when = made.row["order_id"], rows.method(dice), placed
            if how == rows.TRANSFER:
                pass
            elif dice.chance(8):
                made.payments = [rows.failure(number, how, made.due, placed + timedelta(minutes=3))]
            else:
                when = placed + timedelta(seconds=dice.between(20, 600))
                made.payments = rows.pay(dice, number, how, made.due, when)
                made.row |= {"order_status": "Paid", "paid_at": when}
            self._enter(made, placed, when)
            self.tell("order_new", order_id=number)

    def _enter(
        self, made: NewOrder, created: datetime, updated: datetime, paid: datetime | None = None
    ) -> None:
        self.insert("orders", made.row, created, updated)
        self.busy["orders"].add(made.row["order_id"])
        for item in made.items:
            self.insert("order_items", item, created)
        self._tell_payments(made.payments, paid)

    def draw_backdated_orders(self) -> None:
        """What a marketplace tells only now; every third is stamped as if it had been known all along."""
        dice = self.dice("back-dated orders")
        goods, there = self._shelf(), self.state.ids("customers")
        now = moment(self.first_second + DAY - 1)
        for place in range(self.many(40, 3)):
            placed = self.at(dice, 0, 23) - timedelta(days=dice.between(2, 60))
            customer_id = self._customer(dice, there, placed)
            if customer_id is None:
                continue
            made = rows.new_order(dice, goods, self.next_id("orders"), customer_id, placed)
            entered, then = self.at(dice, 8, 20), place % 3 == 2
            rows.old_order(dice, made, entered)
            steps = [made.row[f"{step}_at"] for step in ("placed", "paid", "shipped", "delivered")]
            last = max(step for step in steps if step is not None)
            if then:
                self._enter(made, placed, min(last, now))
            else:
                self._enter(made, entered, entered, paid=entered)
            self.tell(
                "order_backdated",
                order_id=made.row["order_id"],
                placed_at=placed.isoformat(),
                stamped_then=then,
            )
