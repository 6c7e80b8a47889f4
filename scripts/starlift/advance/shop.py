"""One day of the web shop: orders come and move on, things are sent back, people retype what they typed.

Deletes are drawn first; what a day has touched it does not touch again, so that each row changes at most
once a day. Settled payments of a paid order stay the net price of its items, and refunds stay what was
returned, whatever else a day brings.
"""

from typing import ClassVar

import numpy as np

from starlift.advance.day import to_json
from starlift.advance.shop_orders import ShopOrders
from starlift.advance.shop_people import ShopPeople
from starlift.advance.shop_returns import ShopReturns
from starlift.advance.state import Row
from starlift.generate.period import DAY
from starlift.sources import SHOP


class ShopDay(ShopPeople, ShopOrders, ShopReturns):
    """Draws the changes of the shop's next day."""

    highlights: ClassVar[dict[str, str]] = {
        "order_new": "new orders",
        "order_backdated": "back-dated",
        "order_delivered": "delivered",
        "return_new": "returns",
        "refund_paid": "refunds",
        "customer_deleted": "customers deleted",
        "customer_reinserted": "brought back",
    }

    def draw(self) -> None:
        self._reinserts()
        self._withdrawn_orders()
        self._deleted_customers()
        self.draw_new_customers()
        self.draw_changed_customers()
        self.draw_products()
        self.draw_withdrawn_returns()
        self.draw_corrected_returns()
        self.draw_refunds()
        self.draw_unpaid_orders()
        self.draw_paid_orders()
        self.draw_shipped_orders()
        self.draw_moved_orders()
        self.draw_new_orders()
        self.draw_backdated_orders()
        self.draw_returns()

    # --- what was deleted comes back ---

    def _reinserts(self) -> None:
        """The longest gone customer, as he was, and an order withdrawn by mistake, with all its rows."""
        dice = self.dice("reinserts")
        back = {event["customer_id"] for event in self.past("customer_reinserted")}
        for event in self.past("customer_deleted"):
            if event["customer_id"] not in back:
                self.changes.insert("customers", self.from_json("customers", event["row"]))
                self.busy["customers"].add(event["customer_id"])
                self.tell("customer_reinserted", customer_id=event["customer_id"])
                break
        back = {event["order_id"] for event in self.past("order_reinstated")}
        customers = self.state.ids("customers")
        for event in self.past("order_withdrawn"):
            row = self.from_json("orders", event["row"])
            if row["order_id"] in back or not np.isin(row["customer_id"], customers):
                continue
            row["updated_at"] = self.at(dice, 7, 10)
            self.changes.insert("orders", row)
            for table, children in event["details"].items():
                for child in children:
                    self.changes.insert(table, self.from_json(table, child))
            self.busy["customers"].add(row["customer_id"])
            self.tell("order_reinstated", order_id=row["order_id"])
            break

    # --- deletes ---

    def _delete_orders(self, ids: list[int]) -> dict[int, dict[str, list[Row]]]:
        """Delete orders and what hangs on them, which is returned by order and table."""
        gone: dict[int, dict[str, list[Row]]] = {
            number: {"order_items": [], "payments": [], "returns": []} for number in ids
        }
        order_of = {}
        for table in ("order_items", "payments"):
            key = SHOP.table(table).primary_key
            for child in self.state.children(table, "order_id", ids):
                self.changes.delete(table, [child[key]])
                gone[child["order_id"]][table].append(child)
                if table == "order_items":
                    order_of[child["order_item_id"]] = child["order_id"]
        for child in self.state.children("returns", "order_item_id", order_of):
            self.changes.delete("returns", [child["return_id"]])
            self.busy["returns"].add(child["return_id"])
            gone[order_of[child["order_item_id"]]]["returns"].append(child)
        self.changes.delete("orders", ids)
        self.busy["orders"].update(ids)
        return gone

    def _withdrawn_orders(self) -> None:
        """Entered twice or in error: one of the last weeks, and an old one."""
        dice = self.dice("withdrawn")
        placed = self.state.numbers("orders", "placed_at")
        recent = np.flatnonzero(placed >= self.first_second - 30 * DAY)
        found = self.some(dice, "orders", self.many(20, 1), recent)
        found += self.some(dice, "orders", self.many(20, 1))
        gone = self._delete_orders([row["order_id"] for row in found])
        for row in found:
            self.busy["customers"].add(row["customer_id"])
            details = {
                table: [to_json(child) for child in children]
                for table, children in gone[row["order_id"]].items()
            }
            self.tell("order_withdrawn", order_id=row["order_id"], row=to_json(row), details=details)

    def _deleted_customers(self) -> None:
        """Who asked to be forgotten: one who never ordered, and one with the few orders he had."""
        dice = self.dice("deleted customers")
        ids, owners = self.state.ids("customers"), self.state.numbers("orders", "customer_id")
        orders = np.bincount(np.searchsorted(ids, owners), minlength=len(ids))
        for candidates in (ids[orders == 0], ids[(orders > 0) & (orders <= 3)]):
            for row in self.state.rows(
                "customers", dice.some(candidates, self.many(2, 1), self.busy["customers"])
            ):
                number = row["customer_id"]
                theirs = self.state.ids("orders")[owners == number].tolist()
                if self.busy["orders"] & set(theirs):
                    continue
                self._delete_orders(theirs)
                self.changes.delete("customers", [number])
                self.busy["customers"].add(number)
                self.tell("customer_deleted", customer_id=number, order_ids=theirs, row=to_json(row))
