"""What changes in the house on a day: products and their suppliers, and the people who work there."""

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from starlift.advance.day import dollars, other
from starlift.advance.dice import Dice
from starlift.advance.pos_sales import cents
from starlift.advance.state import Row
from starlift.generate.retail.chain import (
    ASSOCIATE,
    CASHIER,
    CLERK,
    DEPARTMENTS,
    MANAGER,
    POSITIONS,
    SALARIES,
    SUPERVISOR,
)
from starlift.generate.retail.world import products, supplier_count
from starlift.generate.vocabulary import words

if TYPE_CHECKING:
    from starlift.advance.pos import PosDay

_PLAIN = {POSITIONS[ASSOCIATE], POSITIONS[CASHIER], POSITIONS[CLERK]}


class DaysHouse:
    """Draws the changes; `fresh` collects what a store keeps from today: store, product and how many."""

    def __init__(self, day: "PosDay") -> None:
        self.day, self.state = day, day.state
        self.number = len(day.manifest.days)
        self.fresh: list[tuple[int, int, int]] = []
        stores = self.state.tables["stores"].to_pylist()
        self.stores = {row["store_id"]: row for row in stores if row["closed_on"] is None}

    # --- products and suppliers ---

    def products(self) -> None:
        dice = self.day.dice("products")
        listed = self.state.tables["products"].to_pylist()
        sold = [row for row in listed if row["status"] == "Active"]
        few = 2 + len(listed) // 400
        for row in self._other_rows(dice, "products", sold, few):
            price = max(9, cents(row["retail_price"]) * _near(dice) // 100)
            new = dollars(price // 10 * 10 + 9)
            if new != row["retail_price"]:
                self.day.update("products", row, dice, retail_price=new)
                self._tell("product_price_changed", row, row["retail_price"], new)
        for row in self._other_rows(dice, "products", sold, few):
            new = dollars(max(5, cents(row["unit_cost"]) * _near(dice) // 100 + 1))
            if new != row["unit_cost"]:
                self.day.update("products", row, dice, unit_cost=new)
                self._tell("product_cost_changed", row, row["unit_cost"], new)
        # shelves must not become empty
        if self.number % 2 == 0 and len(sold) > 30:
            for row in self._other_rows(dice, "products", sold, 1):
                self.day.update("products", row, dice, status="Discontinued")
                self._tell("product_status_changed", row, "Active", "Discontinued")
        if self.number % 3 == 2:
            ended = [row for row in listed if row["status"] == "Discontinued"]
            for row in self._other_rows(dice, "products", ended, 1):
                self.day.update("products", row, dice, status="Active")
                self._tell("product_status_changed", row, "Discontinued", "Active")
                self._put_on_shelves(dice, row["product_id"])
        if self.number % 2 == 1:
            self._new_product(dice)

    def _other_rows(self, dice: Dice, table: str, found: list[Row], count: int) -> list[Row]:
        """Some of the rows to which nothing has happened today; they are then taken."""
        key = self.day.source.table(table).primary_key
        rows = {row[key]: row for row in found}
        chosen = dice.some(np.array(list(rows), dtype=np.int64), count, self.day.busy[table])
        self.day.busy[table].update(chosen)
        return [rows[number] for number in chosen]

    def _tell(self, event: str, row: Row, old: object, new: object) -> None:
        plain = [str(value) for value in (old, new)]
        self.day.tell_change(event, "product_id", row, *plain)

    def _new_product(self, dice: Dice) -> None:
        manifest = self.day.manifest
        product_id = self.day.next_id("products")
        made = products(manifest.seed, np.array([product_id - 1]), supplier_count(manifest.sizes["products"]))
        entered = self.day.at(dice, 7, 16)
        row = {
            "product_id": product_id,
            "sku": made.sku[0].as_py(),
            "product_name": made.product_name[0].as_py(),
            "subcategory_id": int(made.subcategory[0]) + 1,
            "brand_id": int(made.brand[0]) + 1,
            "supplier_id": int(made.supplier[0]) + 1,
            "unit_cost": dollars(int(made.unit_cost[0])),
            "retail_price": dollars(int(made.retail_price[0])),
            "status": "Active",
            "created_at": entered,
            "updated_at": entered,
        }
        self.day.changes.insert("products", row)
        self._put_on_shelves(dice, product_id)
        self.day.tell("product_new", product_id=product_id)

    def _put_on_shelves(self, dice: Dice, product_id: int) -> None:
        """Two of five stores get a first delivery, and at least one."""
        without = [store for store in sorted(self.stores) if not self.day.shelves.keeps(store, product_id)]
        chosen = [store for store in without if dice.chance(40)] or without[:1]
        self.fresh += [(store, product_id, dice.between(4, 15)) for store in chosen]

    def suppliers(self) -> None:
        """A contract is renewed for a year or two, on some days."""
        if self.number % 2 == 0:
            dice = self.day.dice("suppliers")
            ending = [row for row in self.state.tables["suppliers"].to_pylist() if row["contract_end"]]
            for row in self._other_rows(dice, "suppliers", ending, 1):
                new = max(row["contract_end"], self.day.day) + timedelta(days=365 * dice.between(1, 2))
                self.day.update("suppliers", row, dice, contract_end=new)
                self.day.tell_change(
                    "contract_renewed", "supplier_id", row, row["contract_end"].isoformat(), new.isoformat()
                )

    # --- people ---

    def employees(self) -> None:
        dice = self.day.dice("employees")
        rows = self.state.tables["employees"].to_pylist()
        here = [row for row in rows if row["left_on"] is None and row["store_id"] in self.stores]
        if self.number % 3 == 0:
            self._new_manager(dice, here)
        # these lead nobody
        plain = [row for row in here if row["position"] in _PLAIN]
        few = 1 + len(here) // 500
        # where somebody leaves, somebody comes
        for row in self._other_rows(dice, "employees", plain, few):
            if sum(row["store_id"] == each["store_id"] for each in plain) > 4:
                self.day.update("employees", row, dice, left_on=self.day.day)
                self.day.tell("employee_left", employee_id=row["employee_id"], store_id=row["store_id"])
            self._hired(dice, row["store_id"], here)
        if self.number % 2 == 0:
            sellers = [row for row in plain if row["position"] == POSITIONS[ASSOCIATE]]
            for row in self._other_rows(dice, "employees", sellers, few):
                self.day.update(
                    "employees",
                    row,
                    dice,
                    position=POSITIONS[SUPERVISOR],
                    department=DEPARTMENTS[SUPERVISOR],
                    salary=row["salary"] + 6_000,
                    manager_id=self._leader(row["store_id"]),
                )
                self.day.tell_change(
                    "employee_promoted", "employee_id", row, row["position"], POSITIONS[SUPERVISOR]
                )
        elif len(self.stores) > 1:
            for row in self._other_rows(dice, "employees", plain, few):
                store_id = other(dice, sorted(self.stores), row["store_id"])
                self.day.update("employees", row, dice, store_id=store_id, manager_id=self._leader(store_id))
                self.day.tell_change("employee_moved", "employee_id", row, row["store_id"], store_id)
        for row in self._other_rows(dice, "employees", plain, few):
            new = dollars(cents(row["salary"]) * dice.between(102, 106) // 10_000 * 100)
            self.day.update("employees", row, dice, salary=new)
            self.day.tell_change("employee_raised", "employee_id", row, str(row["salary"]), str(new))

    def _leader(self, store_id: int) -> int:
        """Who leads the store from tonight."""
        changed = self.day.changes.updated["stores"].get(store_id)
        return (changed or self.stores[store_id])["manager_id"]

    def _hired(self, dice: Dice, store_id: int, here: list[Row]) -> None:
        names = words().female + words().male
        position = dice.pick((ASSOCIATE, CASHIER, CASHIER, CLERK))
        low, more = SALARIES[position]
        entered = self.day.at(dice, 7, 10)
        supervisors = [
            row["employee_id"]
            for row in here
            if row["store_id"] == store_id
            and row["position"] == POSITIONS[SUPERVISOR]
            and row["employee_id"] not in self.day.busy["employees"]
        ]
        row = {
            "employee_id": self.day.next_id("employees"),
            "first_name": dice.pick(names),
            "last_name": dice.pick(words().last),
            "position": POSITIONS[position],
            "department": DEPARTMENTS[position],
            "salary": dollars((low + dice.below(more)) // 100 * 100 * 100),
            "store_id": store_id,
            "manager_id": dice.pick(supervisors) if supervisors else self._leader(store_id),
            "hired_on": self.day.day,
            "left_on": None,
            "created_at": entered,
            "updated_at": entered,
        }
        self.day.changes.insert("employees", row)
        self.day.tell("employee_hired", employee_id=row["employee_id"], store_id=store_id)

    def _new_manager(self, dice: Dice, here: list[Row]) -> None:
        """A store's manager leaves, and one of its supervisors leads it from now on."""
        by_store: dict[int, list[Row]] = {}
        for row in here:
            if row["position"] == POSITIONS[SUPERVISOR]:
                by_store.setdefault(row["store_id"], []).append(row)
        if not by_store:
            return
        store = self.stores[dice.pick(sorted(by_store))]
        new = dice.pick(by_store[store["store_id"]])
        (old,) = (row for row in here if row["employee_id"] == store["manager_id"])
        self.day.update("employees", old, dice, left_on=self.day.day)
        self.day.update(
            "employees",
            new,
            dice,
            position=POSITIONS[MANAGER],
            department=DEPARTMENTS[MANAGER],
            salary=max(new["salary"] + 10_000, dollars(SALARIES[MANAGER][0] * 100)),
            manager_id=old["manager_id"],
        )
        led = [row for row in here if row["manager_id"] == old["employee_id"] and row is not new]
        for row in led:
            self.day.update("employees", row, dice, manager_id=new["employee_id"])
        self.day.busy["employees"].update(row["employee_id"] for row in (old, new, *led))
        self.day.update("stores", store, dice, manager_id=new["employee_id"])
        self.day.busy["stores"].add(store["store_id"])
        self.day.tell_change(
            "store_manager_changed", "store_id", store, old["employee_id"], new["employee_id"]
        )


def _near(dice: Dice) -> int:
    """A percentage some way above or below a hundred."""
    return dice.pick((86, 90, 93, 95, 97, 103, 104, 106, 109, 113))
