"""One day of the web shop: orders come and move on, things are sent back, people retype what they typed.

Deletes are drawn first; what a day has touched it does not touch again, so that each row changes at most
once a day. Settled payments of a paid order stay the net price of its items, and refunds stay what was
returned, whatever else a day brings.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import ClassVar

import numpy as np

from starlift.advance import shop_rows as rows
from starlift.advance.day import Day, dollars, moment, other, to_json
from starlift.advance.dice import Dice
from starlift.advance.shop_rows import NewOrder
from starlift.advance.state import Row, State
from starlift.generate.files import Manifest
from starlift.generate.period import DAY
from starlift.generate.retail import typed, world
from starlift.generate.retail.shop_plan import REGULAR, WEEKDAY
from starlift.generate.retail.shop_returns import refund_cents
from starlift.sources import SHOP
from starlift.sources.shop import PRODUCT_STATUSES

# What may become of an order that is not paid yet, in turn.
_FATES = ("paid", "shortened", "cancelled", "paid", "failed", "shortened", "paid", "changed", "paid", "waits")
_PRAISE = ("New ", "Improved ", "")
_REFUNDS_WITHIN = 5  # days after a return or a cancellation


class ShopDay(Day):
    """Draws the changes of the shop's next day."""

    source = SHOP
    highlights: ClassVar[dict[str, str]] = {
        "order_new": "new orders",
        "order_backdated": "back-dated",
        "order_delivered": "delivered",
        "return_new": "returns",
        "refund_paid": "refunds",
        "customer_deleted": "customers deleted",
        "customer_reinserted": "brought back",
    }

    def __init__(self, state: State, manifest: Manifest, day: date, seed: int) -> None:
        super().__init__(state, manifest, day, seed)
        self.size = len(state.ids("orders"))
        self.newcomers: list[int] = []
        # What the shop was made with, which the people and the products are a function of.
        self.world_size = world.Size(manifest.sizes["order_items"], manifest.sizes["customers"], 0, 0)

    def draw(self) -> None:
        self._reinserts()
        self._withdrawn_orders()
        self._deleted_customers()
        self._new_customers()
        self._changed_customers()
        self._products()
        self._withdrawn_returns()
        self._corrected_returns()
        self._refunds()
        self._unpaid_orders()
        self._paid_orders()
        self._shipped_orders()
        self._moved_orders()
        self._new_orders()
        self._backdated_orders()
        self._returns()

    # --- helpers ---

    def _some(self, dice: Dice, table: str, count: int, positions: np.ndarray | None = None) -> list[Row]:
        """Rows that nothing else happens to today; they are then taken."""
        ids = self.state.ids(table)
        found = dice.some(ids if positions is None else ids[positions], count, self.busy[table])
        self.busy[table].update(found)
        return self.state.rows(table, found)

    def _with_status(self, status: str) -> list[Row]:
        """All orders of that status that nothing else happens to today."""
        ids = self.state.ids("orders")[np.flatnonzero(self.state.equals("orders", "order_status", status))]
        return self.state.rows(
            "orders", [number for number in ids.tolist() if number not in self.busy["orders"]]
        )

    def _items(self, orders: Iterable[int]) -> dict[int, list[Row]]:
        """The items of these orders."""
        found: dict[int, list[Row]] = {number: [] for number in orders}
        for item in self.state.children("order_items", "order_id", found):
            found[item["order_id"]].append(item)
        return found

    def _insert(self, table: str, row: Row, created: datetime, updated: datetime | None = None) -> int:
        """A new row with a key of its own, which is returned."""
        key = SHOP.table(table).primary_key
        number = row.get(key) or self.next_id(table)
        stamps = {"created_at": created, "updated_at": updated or created}
        self.changes.insert(table, {key: number} | row | stamps)
        return number

    def _insert_payments(self, payments: list[Row], created: datetime | None = None) -> list[int]:
        return [self._insert("payments", row, created or row["paid_at"]) for row in payments]

    def _method_of(self, payments: list[Row]) -> str:
        """How an order was paid for the most part."""
        return max(payments, key=lambda row: row["amount"])["payment_method"] if payments else "Card"

    def _step(self, dice: Dice, row: Row, status: str, column: str, when: datetime) -> None:
        """An order moves on."""
        self.busy["orders"].add(row["order_id"])
        self.update("orders", row, dice, **{"order_status": status, column: when})
        self.tell(
            f"order_{status.lower()}", order_id=row["order_id"], **{"from": row["order_status"], "to": status}
        )

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
        found = self._some(dice, "orders", self.many(20, 1), recent)
        found += self._some(dice, "orders", self.many(20, 1))
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

    # --- customers ---

    def _new_customers(self) -> None:
        """Newcomers, of whom some have long been the stores' customers, and second accounts."""
        dice = self.dice("new customers")
        first_person = world.first_person_on_the_web(self.world_size)
        ids = [self.next_id("customers") for _ in range(self.many(230, 4))]
        persons = [
            dice.below(max(1, first_person)) if dice.chance(20) else first_person + number - 1
            for number in ids
        ]
        for row in rows.customers(self.manifest.seed, dice, ids, persons):
            registered = self.at(dice, 6, 16)
            self._insert("customers", row | {"registered_at": registered}, registered)
            self.newcomers.append(row["customer_id"])
            self.tell("customer_new", customer_id=row["customer_id"])
        known = np.flatnonzero(self.state.tables["customers"]["email"].is_valid().to_numpy())
        for row in self._some(dice, "customers", self.many(3, 1), known):
            number, registered = self.next_id("customers"), self.at(dice, 6, 16)
            again = {
                "customer_id": number,
                "email": row["email"].strip().upper(),
                "phone": rows.phone(dice, self._digits(row)),
                "registered_at": registered,
            }
            self._insert("customers", row | again, registered)
            self.newcomers.append(number)
            self.tell("customer_second_account", customer_id=number, of_customer_id=row["customer_id"])

    def _digits(self, row: Row) -> str:
        """The ten digits of a customer's phone, or of a new one where they cannot be told."""
        found = rows.digits(row["phone"])
        if len(found) == 10:
            return found
        return self._new_digits(row["customer_id"])

    def _new_digits(self, number: int) -> str:
        """A phone of nobody else: that of a person far beyond all there are."""
        person = np.array([50_000_000 + number * 16 + len(self.manifest.days) % 16])
        return world.people(self.manifest.seed, person).phone[0].as_py()

    def _changed_customers(self) -> None:
        """They move, and they type their phone or address anew: the same one or another."""
        dice = self.dice("customers")
        for row in self._some(dice, "customers", self.many(100, 2)):
            new = rows.address(dice)
            self.update("customers", row, dice, **new)
            self.tell_change("customer_moved", "customer_id", row, row["city"], new["city"])
        for place, row in enumerate(self._some(dice, "customers", self.many(60, 4))):
            number = row["customer_id"]
            if place % 2:
                column, event = "phone", "customer_phone_retyped"
                known = self._new_digits(number) if dice.chance(30) else self._digits(row)
                new_text = rows.phone(dice, known)
            else:
                column, event = "email", "customer_email_retyped"
                usual = (row["email"] or f"customer{number}@example.com").strip().lower()
                usual = usual.replace("@", ".new@") if dice.chance(30) and len(usual) < 100 else usual
                new_text = rows.email(dice, usual)
            if new_text != row[column]:
                self.update("customers", row, dice, **{column: new_text})
                self.tell_change(event, "customer_id", row, row[column], new_text)

    # --- products ---

    def _products(self) -> None:
        """Names, categories and prices are typed anew; some vanish from the pages, some come back."""
        dice = self.dice("products")
        for row in self._some(dice, "products", 1):
            plain = row["product_name"].removeprefix("New ").removeprefix("Improved ")
            name = other(dice, [praise + plain for praise in _PRAISE], row["product_name"])
            self._retyped(dice, row, "product_name", name)
        for row in self._some(dice, "products", 1):
            texts = [text for text, _ in typed.CATEGORY_SPELLINGS]
            if dice.chance(15):
                texts = list(typed.CATEGORY_STRANGERS)
            self._retyped(dice, row, "category_text", other(dice, texts, row["category_text"]))
        prices = rows.shelf(self.manifest.seed, self.state.tables["products"].to_pylist()).prices
        for row in self._some(dice, "products", 2):
            cents = max(1, prices[row["product_id"]] * dice.between(900, 1_120) // 1000)
            self._retyped(dice, row, "list_price_text", rows.price(dice, cents))
        statuses = list(PRODUCT_STATUSES)
        status, becomes = statuses if len(self.manifest.days) % 2 == 0 else reversed(statuses)
        of_status = np.flatnonzero(self.state.equals("products", "status", status))
        for row in self._some(dice, "products", 1, of_status):
            self._retyped(dice, row, "status", becomes)

    def _retyped(self, dice: Dice, row: Row, column: str, new: str | None) -> None:
        if new == row[column]:
            return
        events = {
            "product_name": "product_renamed",
            "category_text": "product_recategorised",
            "list_price_text": "product_repriced",
            "status": "product_hidden" if new == "Hidden" else "product_shown",
        }
        self.update("products", row, dice, **{column: new})
        self.tell_change(events[column], "product_id", row, row[column], new)

    # --- returns and refunds ---

    def _recent_returns(self, days: int) -> np.ndarray:
        """Positions of returns entered within so many days."""
        return np.flatnonzero(self.state.numbers("returns", "created_at") >= self.first_second - days * DAY)

    def _order_of(self, returns: list[Row]) -> dict[int, Row]:
        """The item of each return, by return_id."""
        items = self.state.rows("order_items", [row["order_item_id"] for row in returns])
        return {row["return_id"]: item for row, item in zip(returns, items, strict=True)}

    def _withdrawn_returns(self) -> None:
        """Entered for the wrong item; what was paid back for it is taken back, too."""
        dice = self.dice("withdrawn returns")
        found = self._some(dice, "returns", self.many(20, 1), self._recent_returns(60))
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

    def _corrected_returns(self) -> None:
        """The reason, or the day as it was typed; and how many, while nothing is paid back yet."""
        dice = self.dice("corrected returns")
        found = self._some(dice, "returns", self.many(60, 3), self._recent_returns(30))
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

    def _refunds(self) -> None:
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
        items = self._items(sorted(orders))
        order_of = {item["order_item_id"]: number for number, listed in items.items() for item in listed}
        owed = {
            number: sum(map(rows.net_cents, items[number])) if number in called_off else 0 for number in items
        }
        for row in self.state.children("returns", "order_item_id", order_of):
            owed[order_of[row["order_item_id"]]] += _cents(row["refund_amount"])
        paid: dict[int, list[Row]] = {number: [] for number in owed}
        for row in self.state.children("payments", "order_id", owed):
            if row["payment_type"] == "Refund":
                owed[row["order_id"]] -= _cents(row["amount"])
            elif row["payment_status"] == "Settled":
                paid[row["order_id"]].append(row)
        for number, cents in owed.items():
            if cents > 0:
                how = self._method_of(paid[number])
                (payment_id,) = self._insert_payments([rows.refund(number, how, cents, self.at(dice, 8, 20))])
                self.tell("refund_paid", order_id=number, payment_id=payment_id)

    def _returns(self) -> None:
        """Items that come back: most soon after they came, some much later."""
        dice = self.dice("returns")
        delivered = self.state.numbers("orders", "delivered_at")
        for event, days, last, count in (
            ("return_new", 30, 0, self.many(150, 4)),
            ("return_late", 240, 31, self.many(8, 1)),
        ):
            low, high = self.first_second - days * DAY, self.first_second - last * DAY
            orders = self._some(
                dice, "orders", count, np.flatnonzero((delivered >= low) & (delivered < high))
            )
            items = self._items([row["order_id"] for row in orders])
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
        number = self._insert("returns", row, entered)
        self.tell(event, return_id=number, order_item_id=item["order_item_id"], order_id=item["order_id"])

    # --- orders ---

    def _unpaid_orders(self) -> None:
        """Money comes, or fails to; items change or go; the order is called off; or nothing happens."""
        dice = self.dice("unpaid orders")
        unpaid = self._with_status("Placed")
        items = self._items([row["order_id"] for row in unpaid])
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
        off = rows.discount_cents(order["promotion_code"], _cents(item["unit_price"]) * quantity)
        self.update("order_items", item, dice, quantity=quantity, discount_amount=dollars(off))
        self.tell_change("item_changed", "order_item_id", item, item["quantity"], quantity)

    def _tell_payments(self, payments: list[Row], created: datetime | None = None) -> None:
        """Insert payments of one order; those that failed, and those in parts, are told of."""
        numbers = self._insert_payments(payments, created)
        settled = [n for n, row in zip(numbers, payments, strict=True) if row["payment_status"] == "Settled"]
        for number, row in zip(numbers, payments, strict=True):
            if row["payment_status"] == "Failed":
                self.tell("payment_failed", order_id=row["order_id"], payment_id=number)
        if len(settled) > 1:
            self.tell("payment_in_parts", order_id=payments[0]["order_id"], payment_ids=settled)

    def _paid_orders(self) -> None:
        """Six in ten leave the warehouse today, one or two in a hundred are called off."""
        dice = self.dice("paid orders")
        for place, row in enumerate(self._with_status("Paid")):
            when = self.at(dice, 7, 18)
            if place == 1 or dice.chance(2):
                self._step(dice, row, "Cancelled", "cancelled_at", when)
            elif dice.chance(60):
                self._step(dice, row, "Shipped", "shipped_at", when)

    def _shipped_orders(self) -> None:
        dice = self.dice("shipped orders")
        for row in self._with_status("Shipped"):
            if dice.chance(35):
                self._step(dice, row, "Delivered", "delivered_at", self.at(dice, 8, 18))

    def _moved_orders(self) -> None:
        """Booked on another account of the customer, or on somebody else's by mistake."""
        dice = self.dice("moved orders")
        there = self.state.ids("customers")
        for row in self._some(dice, "orders", self.many(10, 1)):
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

    def _new_orders(self) -> None:
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
        self._insert("orders", made.row, created, updated)
        self.busy["orders"].add(made.row["order_id"])
        for item in made.items:
            self._insert("order_items", item, created)
        self._tell_payments(made.payments, paid)

    def _backdated_orders(self) -> None:
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


def _cents(amount: Decimal) -> int:
    return int(amount.scaleb(2))


def _refund(item: Row, quantity: int) -> int:
    """What is paid back for so many of an item, in cents."""
    values = (np.array([number]) for number in (rows.net_cents(item), quantity, item["quantity"]))
    return int(refund_cents(*values)[0])
