"""One day of the stores: what they sold, whom they met, and what the books say of it in the evening."""

from datetime import date
from typing import ClassVar

import numpy as np
import pyarrow as pa

from starlift.advance.day import Day, other, to_json
from starlift.advance.dice import Dice
from starlift.advance.pos_house import DaysHouse
from starlift.advance.pos_sales import DaysSales
from starlift.advance.shelves import Shelves
from starlift.advance.state import Row, State
from starlift.generate.files import Manifest
from starlift.generate.period import DAY
from starlift.generate.retail import cards
from starlift.generate.retail.world import address, people
from starlift.sources import POS
from starlift.sources.pos import TIERS


class PosDay(Day):
    """Draws the changes of the stores' next day."""

    source = POS
    highlights: ClassVar[dict[str, str]] = {
        "sale_new": "new sales",
        "sale_late": "entered late",
        "line_corrected": "lines corrected",
        "sale_withdrawn": "withdrawn",
        "customer_deleted": "customers deleted",
        "customer_reinserted": "brought back",
    }

    def __init__(self, state: State, manifest: Manifest, day: date, seed: int) -> None:
        super().__init__(state, manifest, day, seed)
        self.size = len(state.ids("sale_lines"))
        self.shelves = Shelves(state, self.first_second // DAY)
        # customers who are no longer there this evening
        self.gone: set[int] = set()

    def draw(self) -> None:
        sales, house = DaysSales(self), DaysHouse(self)
        self._brought_back()
        sales.reinstated()
        sales.withdrawn()
        self._deleted_customers()
        sales.corrected()
        self._customers()
        house.products()
        house.suppliers()
        house.employees()
        sales.new()
        sales.late()
        self._stock(house)

    # --- customers ---

    def _brought_back(self) -> None:
        """The customer who has been gone for longest, as he was; his sales stay nobody's."""
        back = {event["customer_id"] for event in self.past("customer_reinserted")}
        for event in self.past("customer_deleted"):
            if event["customer_id"] not in back:
                row = self.from_json("customers", event["row"])
                self.changes.insert("customers", row)
                self.busy["customers"].add(row["customer_id"])
                self.tell("customer_reinserted", customer_id=row["customer_id"])
                break

    def _deleted_customers(self) -> None:
        """One who never bought, and one who asks to be forgotten: the few sales stay, without a name."""
        dice = self.dice("deleted customers")
        ids, owners = self.state.ids("customers"), self.state.numbers("sales", "customer_id")
        known = owners[owners >= 0]
        bought = np.bincount(np.searchsorted(ids, known), minlength=len(ids))
        for candidates in (ids[bought == 0], ids[(bought > 0) & (bought <= 3)]):
            for customer_id in dice.some(candidates, self.many(2, 1), self.busy["customers"]):
                theirs = self.state.ids("sales")[owners == customer_id].tolist()
                if self.busy["sales"] & set(theirs):
                    continue
                for sale in self.state.rows("sales", theirs):
                    self.update("sales", sale, dice, customer_id=None)
                self.busy["sales"].update(theirs)
                self.changes.delete("customers", [customer_id])
                self.busy["customers"].add(customer_id)
                self.gone.add(customer_id)
                row = self.state.rows("customers", [customer_id])[0]
                self.tell("customer_deleted", customer_id=customer_id, sale_ids=theirs, row=to_json(row))

    def _customers(self) -> None:
        dice = self.dice("customers")
        for _ in range(self.many(60, 3)):
            row = self._newcomer(dice)
            self.changes.insert("customers", row)
            self.tell("customer_new", customer_id=row["customer_id"])
        for row in self._others(dice, self.many(60, 2)):
            new = {name: values[0].as_py() for name, values in address(_bits(dice)).items()}
            self.update("customers", row, dice, **new)
            self.tell_change("customer_moved", "customer_id", row, row["city"], new["city"])
        for row in self._others(dice, self.many(40, 2)):
            tier = other(dice, list(TIERS), row["tier"])
            self.update("customers", row, dice, tier=tier)
            self.tell_change("customer_tier_changed", "customer_id", row, row["tier"], tier)
        for row in self._others(dice, self.many(20, 1)):
            # the day and the customer's number keep it apart from all others
            first, last = ((row[name] or "customer").lower() for name in ("first_name", "last_name"))
            email = f"{first}_{last}_{row['customer_id']}_{self.day:%y%m%d}@example.com"
            self.update("customers", row, dice, email=email)
            self.tell_change("customer_email_changed", "customer_id", row, row["email"], email)

    def _others(self, dice: Dice, count: int) -> list[Row]:
        """Customers to whom nothing has happened today; they are then taken."""
        found = dice.some(self.state.ids("customers"), count, self.busy["customers"])
        self.busy["customers"].update(found)
        return self.state.rows("customers", found)

    def _newcomer(self, dice: Dice) -> Row:
        customer_id = self.next_id("customers")
        person = people(self.manifest.seed, np.array([customer_id - 1]))
        entered = self.at(dice, 9, 19)
        written: dict[str, pa.Array] = {
            "first_name": person.first_name,
            "last_name": person.last_name,
            "email": cards.email(_bits(dice).astype(np.uint16), person.email),
            "phone": cards.phone(_bits(dice).astype(np.uint16), person.phone),
            "city": person.city,
            "state": person.state,
            "postal_code": person.postal_code,
        }
        return {
            "customer_id": customer_id,
            **{name: values[0].as_py() for name, values in written.items()},
            "tier": TIERS[0],
            "registered_on": self.day,
            "created_at": entered,
            "updated_at": entered,
        }

    # --- stock ---

    def _stock(self, house: DaysHouse) -> None:
        """Count what the stores hold tonight, and put right the days that turned out to be wrong."""
        dice = self.dice("stock")
        for row in self.shelves.corrected():
            self.update("inventory", row, dice)
            self.tell("inventory_corrected", inventory_id=row["inventory_id"])
        counted = self.shelves.count(
            seed=self.seed,
            end=date.fromisoformat(self.manifest.end),
            first_id=self.manifest.next_ids["inventory"],
            fresh=house.fresh,
        )
        self.manifest.next_ids["inventory"] += counted.num_rows
        self.changes.append("inventory", counted)


def _bits(dice: Dice) -> np.ndarray:
    return np.array([dice.bits()], dtype=np.uint64)
