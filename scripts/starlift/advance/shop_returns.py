"""What comes back to the shop on a day, and what is paid back for it."""

import numpy as np

from starlift.advance import shop_rows as rows
from starlift.advance.day import dollars, other, to_json
from starlift.advance.dice import Dice
from starlift.advance.shop_part import ShopPart, cents
from starlift.advance.state import Row
from starlift.generate.period import DAY
from starlift.generate.retail.shop_returns import refund_cents

_REFUNDS_WITHIN = 5  # days after a return or a cancellation


class ShopReturns(ShopPart):
    """Returns that come, are corrected or withdrawn, and the refunds of those of the days before."""

    def _recent_returns(self, days: int) -> np.ndarray:
        """Positions of returns entered within so many days."""
        return np.flatnonzero(self.state.numbers("returns", "created_at") >= self.first_second - days * DAY)

    def _order_of(self, returns: list[Row]) -> dict[int, Row]:
        """The item of each return, by return_id."""
        items = self.state.rows("order_items", [row["order_item_id"] for row in returns])
        return {row["return_id"]: item for row, item in zip(returns, items, strict=True)}

    def draw_withdrawn_returns(self) -> None:
        """Entered for the wrong item; what was paid back for it is taken back, too."""
        dice = self.dice("withdrawn returns")
        found = self.some(dice, "returns", self.many(20, 1), self._recent_returns(60))
        items = self._order_of(found)
        for row in found:
            order_id = items[row["return_id"]]["order_id"]
            if order_id in self.busy["orders"]:
                continue
            self.busy["orders"].add(order_id)
            refunds = [
                payment
                for payment in self.state.children("payments", "order_id", [order_id])
                if payment["payment_type"] == "Refund"
            ]
            same = [payment["payment_id"] for payment in refunds if payment["amount"] == row["refund_amount"]]
            if refunds and not same:
                continue
            self.changes.delete("returns", [row["return_id"]])
            self.changes.delete("payments", same[:1])
            self.tell("return_withdrawn", return_id=row["return_id"], payment_ids=same[:1], row=to_json(row))

    def draw_corrected_returns(self) -> None:
        """The reason, or the day as it was typed; and how many, while nothing is paid back yet."""
        dice = self.dice("corrected returns")
        found = self.some(dice, "returns", self.many(60, 3), self._recent_returns(30))
        items = self._order_of(found)
        for place, row in enumerate(found):
            item = items[row["return_id"]]
            if item["order_id"] in self.busy["orders"]:
                continue
            self.busy["orders"].add(item["order_id"])
            if place % 2:
                column, new = "return_reason", rows.reason(dice)
            else:
                column, new = "returned_on_text", rows.day_text(dice, row["created_at"].date())
            if new != row[column]:
                self.update("returns", row, dice, **{column: new})
                self.tell(
                    "return_corrected",
                    return_id=row["return_id"],
                    column=column,
                    **{"from": row[column], "to": new},
                )
        self._corrected_quantities(dice)

    def _corrected_quantities(self, dice: Dice) -> None:
        """Of returns that nothing is paid back for yet, one more or one less."""
        recent = self.state.ids("returns")[self._recent_returns(1)]
        fresh = self.state.rows("returns", [n for n in recent.tolist() if n not in self.busy["returns"]])
        items = self._order_of(fresh)
        left = self.many(20, 1)
        for row in fresh:
            item = items[row["return_id"]]
            order_id = item["order_id"]
            if not left:
                break
            if item["quantity"] < 2 or order_id in self.busy["orders"]:
                continue
            alone = len(self.state.children("returns", "order_item_id", [item["order_item_id"]])) == 1
            payments = self.state.children("payments", "order_id", [order_id])
            if not alone or any(payment["payment_type"] == "Refund" for payment in payments):
                continue
            left -= 1
            self.busy["orders"].add(order_id)
            quantity = other(dice, list(range(1, item["quantity"] + 1)), row["quantity"])
            self.update(
                "returns", row, dice, quantity=quantity, refund_amount=dollars(_refund(item, quantity))
            )
            self.tell(
                "return_corrected",
                return_id=row["return_id"],
                column="quantity",
                **{"from": row["quantity"], "to": quantity},
            )

    def draw_refunds(self) -> None:
        """What is still owed for what came back, or was called off, within the last days."""
        dice = self.dice("refunds")
        since = self.first_second - _REFUNDS_WITHIN * DAY
        returned = self.state.tables["returns"].take(self._recent_returns(_REFUNDS_WITHIN)).to_pylist()
        cancelled = np.flatnonzero(
            (self.state.numbers("orders", "cancelled_at") >= since)
            & (self.state.numbers("orders", "paid_at") >= 0)
        )
        called_off = set(self.state.ids("orders")[cancelled].tolist())
        orders = {item["order_id"] for item in self._order_of(returned).values()} | called_off
        orders -= self.busy["orders"]
        items = self.items(sorted(orders))
        order_of = {item["order_item_id"]: number for number, listed in items.items() for item in listed}
        owed = {
            number: sum(map(rows.net_cents, items[number])) if number in called_off else 0 for number in items
        }
        for row in self.state.children("returns", "order_item_id", order_of):
            owed[order_of[row["order_item_id"]]] += cents(row["refund_amount"])
        paid: dict[int, list[Row]] = {number: [] for number in owed}
        for row in self.state.children("payments", "order_id", owed):
            if row["payment_type"] == "Refund":
                owed[row["order_id"]] -= cents(row["amount"])
            elif row["payment_status"] == "Settled":
                paid[row["order_id"]].append(row)
        for number, due in owed.items():
            if due > 0:
                how = self._method_of(paid[number])
                (payment_id,) = self.insert_payments([rows.refund(number, how, due, self.at(dice, 8, 20))])
                self.tell("refund_paid", order_id=number, payment_id=payment_id)

    def draw_returns(self) -> None:
        """Items that come back: most soon after they came, some much later."""
        dice = self.dice("returns")
        delivered = self.state.numbers("orders", "delivered_at")
        for event, days, last, count in (
            ("return_new", 30, 0, self.many(150, 4)),
            ("return_late", 240, 31, self.many(8, 1)),
        ):
            low, high = self.first_second - days * DAY, self.first_second - last * DAY
            orders = self.some(dice, "orders", count, np.flatnonzero((delivered >= low) & (delivered < high)))
            items = self.items([row["order_id"] for row in orders])
            chosen = [dice.pick(items[row["order_id"]]) for row in orders]
            gone: dict[int, int] = {}
            for row in self.state.children(
                "returns", "order_item_id", [item["order_item_id"] for item in chosen]
            ):
                gone[row["order_item_id"]] = gone.get(row["order_item_id"], 0) + row["quantity"]
            for item in chosen:
                if item["order_item_id"] not in gone:
                    self._return(dice, event, item)

    def _return(self, dice: Dice, event: str, item: Row) -> None:
        quantity = item["quantity"] if dice.chance(60) else dice.between(1, item["quantity"])
        entered = self.at(dice, 8, 18)
        row = {
            "order_item_id": item["order_item_id"],
            "return_reason": rows.reason(dice),
            "quantity": quantity,
            "refund_amount": dollars(_refund(item, quantity)),
            "returned_on_text": rows.day_text(dice, self.day),
        }
        number = self.insert("returns", row, entered)
        self.tell(event, return_id=number, order_item_id=item["order_item_id"], order_id=item["order_id"])

    def _method_of(self, payments: list[Row]) -> str:
        """How an order was paid for the most part."""
        return max(payments, key=lambda row: row["amount"])["payment_method"] if payments else "Card"


def _refund(item: Row, quantity: int) -> int:
    """What is paid back for so many of an item, in cents."""
    values = (np.array([number]) for number in (rows.net_cents(item), quantity, item["quantity"]))
    return int(refund_cents(*values)[0])
