"""A day's sales: new ones, some that were made days ago, and old ones that were wrong."""

from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from starlift.advance.day import days_since_1970, dollars, moment, to_json
from starlift.advance.dice import Dice
from starlift.advance.shelves import Move
from starlift.advance.state import Row
from starlift.generate import rng
from starlift.generate.period import DAY, Period
from starlift.generate.retail import sales as past
from starlift.generate.retail.world import CATEGORIES
from starlift.sources.pos import PAYMENT_METHODS

if TYPE_CHECKING:
    from starlift.advance.pos import PosDay

_RECENT = 14  # days back in which most mistakes are found
_TILLS = ("Sales associate", "Cashier")


def cents(amount: Decimal) -> int:
    return int(amount.scaleb(2))


class DaysSales:
    """Draws what happens to the sales; the day and its shelves are told of it."""

    def __init__(self, day: "PosDay") -> None:
        self.day, self.state, self.shelves = day, day.state, day.shelves
        self.today = day.shelves.today

    # --- what is known in the morning ---

    @cached_property
    def _products(self) -> dict[int, Row]:
        return {row["product_id"]: row for row in self.state.tables["products"].to_pylist()}

    @cached_property
    def _category(self) -> dict[int, int]:
        """subcategory -> category, from 0."""
        rows = self.state.tables["subcategories"].to_pylist()
        return {row["subcategory_id"]: row["category_id"] - 1 for row in rows}

    @cached_property
    def _sellers(self) -> dict[int, list[Row]]:
        """Who stands at a till, by store; where nobody is left, whoever works there."""
        found: dict[int, list[Row]] = defaultdict(list)
        rest: dict[int, list[Row]] = defaultdict(list)
        for row in self.state.tables["employees"].to_pylist():
            if row["left_on"] is None:
                (found if row["position"] in _TILLS else rest)[row["store_id"]].append(row)
        return {**rest, **found}

    @cached_property
    def _open_stores(self) -> set[int]:
        return {row["store_id"] for row in self.state.tables["stores"].to_pylist() if not row["closed_on"]}

    @cached_property
    def _sold_on(self) -> np.ndarray:
        return self.state.numbers("sales", "sold_at") // DAY

    def _lines(self, sale_ids: list[int]) -> dict[int, list[Row]]:
        found: dict[int, list[Row]] = {sale_id: [] for sale_id in sale_ids}
        for line in self.state.children("sale_lines", "sale_id", sale_ids):
            found[line["sale_id"]].append(line)
        return found

    def _moves(self, sale: Row, lines: list[Row], sign: int = 1) -> list[Move]:
        day = days_since_1970(sale["sold_at"].date())
        return [Move(sale["store_id"], line["product_id"], day, sign * line["quantity"]) for line in lines]

    def _some(self, dice: Dice, count: int, *, old: bool) -> list[Row]:
        """Sales of the last days, or of the time before stock was counted; they are then taken."""
        first = self.shelves.first_day if old else self.today
        places = np.flatnonzero(self._sold_on < first if old else self._sold_on >= self.today - _RECENT)
        found = dice.some(self.state.ids("sales")[places], count, self.day.busy["sales"])
        self.day.busy["sales"].update(found)
        return self.state.rows("sales", found)

    # --- new ones ---

    def usual(self) -> int:
        """How many sales there are on a day like this."""
        first = int(self._sold_on.min(initial=self.today))
        average = len(self._sold_on) // max(1, self.today - first)
        one = past.day_weights(Period(self.day.day, self.day.day))
        # 36,500 stands for a day of the average month and weekday
        return max(4, average * int(one[0]) // (36_500 // 10))

    def new(self) -> None:
        dice = self.day.dice("sales")
        hours = rng.lookup(past.HOURS)
        for _ in range(self.usual()):
            sold = moment(self.day.first_second + dice.of(hours) * 3_600 + dice.below(3_600))
            entered = sold + timedelta(seconds=dice.below(240))
            sale_id = self._sale(dice, sold, entered)
            if sale_id:
                self.day.tell("sale_new", sale_id=sale_id)

    def late(self) -> None:
        """Tills that were off the line for days send what they have sold."""
        dice = self.day.dice("late sales")
        hours = rng.lookup(past.HOURS)
        for _ in range(self.day.many(15, 2)):
            ago = dice.between(1, 9)
            sold = moment(self.day.first_second - ago * DAY + dice.of(hours) * 3_600 + dice.below(3_600))
            sale_id = self._sale(dice, sold, self.day.at(dice, 7, 18))
            if sale_id:
                self.day.tell("sale_late", sale_id=sale_id, sold_at=sold.isoformat())

    def _sale(self, dice: Dice, sold: datetime, entered: datetime) -> int | None:
        """Enter one sale with its lines; None where no store can have made it."""
        stores = self.state.numbers("sales", "store_id")
        recent = stores[-20_000:]
        store_id = int(recent[dice.below(len(recent))])
        day = days_since_1970(sold.date())
        there = [
            row
            for row in self._sellers.get(store_id, ())
            if row["hired_on"] <= sold.date()
            and (day == self.today or row["updated_at"].date() < sold.date())
        ]
        if store_id not in self._open_stores or not there:
            return None
        lines: list[Row] = []
        for _ in range(1 + dice.of(rng.lookup(past.LINES_SHARE))):
            line = self._line(dice, store_id, day, [known["product_id"] for known in lines])
            if line:
                lines.append(line)
        if not lines:
            return None
        sale_id = self.day.next_id("sales")
        stamps = {"created_at": entered, "updated_at": entered}
        sale = {
            "sale_id": sale_id,
            "store_id": store_id,
            "employee_id": dice.pick(there)["employee_id"],
            "customer_id": None if dice.chance(past.ANONYMOUS) else self._customer(dice, day),
            "sold_at": sold,
            "payment_method": PAYMENT_METHODS[dice.of(rng.lookup(past.PAYMENT_SHARE))],
            **stamps,
        }
        self.day.changes.insert("sales", sale)
        for number, line in enumerate(lines, 1):
            ids = {"sale_line_id": self.day.next_id("sale_lines"), "sale_id": sale_id, "line_number": number}
            self.day.changes.insert("sale_lines", {**ids, **line, **stamps})
        return sale_id

    def _customer(self, dice: Dice, day: int) -> int | None:
        """A customer who was known on that day; some come far more often than others."""
        ids, since = self.state.ids("customers"), self.state.numbers("customers", "registered_on")
        for _ in range(10):
            step = 50 if dice.chance(past.REGULAR) else 8 if dice.chance(past.FREQUENT) else 1
            place = dice.below(-(-len(ids) // step)) * step if len(ids) else 0
            if place < len(ids) and since[place] < day and int(ids[place]) not in self.day.gone:
                return int(ids[place])
        return None

    def _line(self, dice: Dice, store_id: int, day: int, known: list[int]) -> Row | None:
        """A product that the store keeps and sells, taken from its shelf."""
        for _ in range(6):
            product_id = self._product(dice, store_id, known)
            row = self._products.get(product_id)
            if row is None or row["status"] != "Active" or product_id in known:
                continue
            category = self._category[row["subcategory_id"]]
            quantity = dice.of(past.quantities()[category])
            if not self.shelves.take([Move(store_id, product_id, day, quantity)]):
                continue
            percent = self._promotion(day)[category] + (5 if dice.below(65_536) < past.COUPON else 0)
            return priced(product_id, quantity, cents(row["retail_price"]), percent)
        return None

    def _product(self, dice: Dice, store_id: int, known: list[int]) -> int:
        """What goes with the product before, what others buy, or anything that the store keeps."""
        if known and dice.chance(30):
            partner = (known[-1] - 1 ^ 1) + 1
            if self.shelves.keeps(store_id, partner):
                return partner
        bought = self.state.numbers("sale_lines", "product_id")
        for _ in range(4):
            product_id = int(bought[dice.below(len(bought))])
            if self.shelves.keeps(store_id, product_id) and not dice.chance(5):
                return product_id
        kept = self.shelves.of_store(store_id)
        return int(kept[dice.below(len(kept))]) if len(kept) else 0

    def _promotion(self, day: int) -> list[int]:
        """Percent off on that day, by category."""
        every = np.arange(len(CATEGORIES))
        return past.promotion(self.day.manifest.seed, np.full(len(every), day), every).tolist()

    # --- old ones ---

    def reinstated(self) -> None:
        """A sale that was withdrawn by mistake stands again, with its lines."""
        dice = self.day.dice("reinstated")
        back = {event["sale_id"] for event in self.day.past("sale_reinstated")}
        customers = self.day.changes.inserted["customers"].keys() | set(self.day.listed("customers"))
        for event in self.day.past("sale_withdrawn"):
            row = self.day.from_json("sales", event["row"])
            if row["sale_id"] in back or not self.shelves.knows(days_since_1970(row["sold_at"].date())):
                continue
            buyer = row["customer_id"]
            if (
                buyer is not None
                and buyer not in customers
                and not (self.state.ids("customers") == buyer).any()
            ):
                continue
            lines = [self.day.from_json("sale_lines", line) for line in event["lines"]]
            if not self.shelves.take(self._moves(row, lines)):
                continue
            self.day.changes.insert("sales", row | {"updated_at": self.day.at(dice, 7, 10)})
            for line in lines:
                self.day.changes.insert("sale_lines", line)
            self.day.busy["customers"].update([] if buyer is None else [buyer])
            self.day.tell("sale_reinstated", sale_id=row["sale_id"])
            break

    def withdrawn(self) -> None:
        """Rung up by mistake, and found out days or years later."""
        dice = self.day.dice("withdrawn")
        found = self._some(dice, self.day.many(12, 1), old=False)
        found += self._some(dice, self.day.many(4, 1), old=True)
        lines = self._lines([row["sale_id"] for row in found])
        for row in found:
            mine = lines[row["sale_id"]]
            if not self.shelves.take(self._moves(row, mine, -1)):
                continue
            self.day.changes.delete("sale_lines", [line["sale_line_id"] for line in mine])
            self.day.changes.delete("sales", [row["sale_id"]])
            self.day.tell(
                "sale_withdrawn",
                sale_id=row["sale_id"],
                row=to_json(row),
                lines=[to_json(line) for line in mine],
            )

    def corrected(self) -> None:
        """Lines with another quantity or discount than was rung up, and lines that should not be there."""
        dice = self.day.dice("corrected")
        found = self._some(dice, self.day.many(40, 4), old=False)
        found += self._some(dice, self.day.many(10, 2), old=True)
        lines = self._lines([row["sale_id"] for row in found])
        for place, sale in enumerate(found):
            mine = lines[sale["sale_id"]]
            line = dice.pick(mine)
            # in turn, so that each kind happens every day
            (self._quantity, self._discount, self._struck)[place % 3](dice, sale, line, mine)

    def _correct(self, dice: Dice, line: Row, column: str, quantity: int, discount: int) -> None:
        price = cents(line["unit_price"])
        new = {
            "quantity": quantity,
            "discount_amount": dollars(discount),
            "line_total": dollars(quantity * price - discount),
        }
        self.day.update("sale_lines", line, dice, **new)
        old = {column: line[column]}
        self.day.tell(
            "line_corrected",
            sale_line_id=line["sale_line_id"],
            column=column,
            **{"from": to_json(old)[column], "to": to_json(new)[column]},
        )

    def _quantity(self, dice: Dice, sale: Row, line: Row, _mine: list[Row]) -> None:
        more = -1 if line["quantity"] > 1 and dice.chance(60) else 1
        quantity = line["quantity"] + more
        if self.shelves.take(self._moves(sale, [line | {"quantity": more}])):
            discount = cents(line["discount_amount"]) * quantity // line["quantity"]
            self._correct(dice, line, "quantity", quantity, discount)

    def _discount(self, dice: Dice, _sale: Row, line: Row, _mine: list[Row]) -> None:
        full = line["quantity"] * cents(line["unit_price"])
        discount = 0 if line["discount_amount"] else full * dice.pick((5, 10, 20)) // 100
        if dollars(discount) != line["discount_amount"]:
            self._correct(dice, line, "discount_amount", line["quantity"], discount)

    def _struck(self, dice: Dice, sale: Row, _line: Row, mine: list[Row]) -> None:
        """The last line goes, so that the others keep their numbers; of one alone, the discount changes."""
        last = max(mine, key=lambda line: line["line_number"])
        if len(mine) == 1:
            self._discount(dice, sale, last, mine)
        elif self.shelves.take(self._moves(sale, [last], -1)):
            self.day.changes.delete("sale_lines", [last["sale_line_id"]])
            self.day.tell("line_deleted", sale_line_id=last["sale_line_id"], sale_id=sale["sale_id"])


def priced(product_id: int, quantity: int, price: int, percent: int) -> dict[str, Any]:
    """What a line says of the product: cents and percent come in, dollars go out."""
    discount = quantity * price * percent // 100
    return {
        "product_id": product_id,
        "quantity": quantity,
        "unit_price": dollars(price),
        "discount_amount": dollars(discount),
        "line_total": dollars(quantity * price - discount),
    }
