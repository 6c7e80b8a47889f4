"""The shop's customers and products on a day: they come, they move, and what was typed is typed anew."""

import numpy as np

from starlift.advance import shop_rows as rows
from starlift.advance.day import other
from starlift.advance.dice import Dice
from starlift.advance.shop_part import ShopPart
from starlift.advance.state import Row
from starlift.generate.retail import typed, world
from starlift.sources.shop import PRODUCT_STATUSES

_PRAISE = ("New ", "Improved ", "")


class ShopPeople(ShopPart):
    """Who comes, moves and types anew, and what the shop calls its goods."""

    # --- customers ---

    def draw_new_customers(self) -> None:
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
            self.insert("customers", row | {"registered_at": registered}, registered)
            self.newcomers.append(row["customer_id"])
            self.tell("customer_new", customer_id=row["customer_id"])
        known = np.flatnonzero(self.state.tables["customers"]["email"].is_valid().to_numpy())
        for row in self.some(dice, "customers", self.many(3, 1), known):
            number, registered = self.next_id("customers"), self.at(dice, 6, 16)
            again = {
                "customer_id": number,
                "email": row["email"].strip().upper(),
                "phone": rows.phone(dice, self._digits(row)),
                "registered_at": registered,
            }
            self.insert("customers", row | again, registered)
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

    def draw_changed_customers(self) -> None:
        """They move, and they type their phone or address anew: the same one or another."""
        dice = self.dice("customers")
        for row in self.some(dice, "customers", self.many(100, 2)):
            new = rows.address(dice)
            self.update("customers", row, dice, **new)
            self.tell_change("customer_moved", "customer_id", row, row["city"], new["city"])
        for place, row in enumerate(self.some(dice, "customers", self.many(60, 4))):
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

    def draw_products(self) -> None:
        """Names, categories and prices are typed anew; some vanish from the pages, some come back."""
        dice = self.dice("products")
        for row in self.some(dice, "products", 1):
            plain = row["product_name"].removeprefix("New ").removeprefix("Improved ")
            name = other(dice, [praise + plain for praise in _PRAISE], row["product_name"])
            self._retyped(dice, row, "product_name", name)
        for row in self.some(dice, "products", 1):
            texts = [text for text, _ in typed.CATEGORY_SPELLINGS]
            if dice.chance(15):
                texts = list(typed.CATEGORY_STRANGERS)
            self._retyped(dice, row, "category_text", other(dice, texts, row["category_text"]))
        prices = rows.shelf(self.manifest.seed, self.state.tables["products"].to_pylist()).prices
        for row in self.some(dice, "products", 2):
            cents = max(1, prices[row["product_id"]] * dice.between(900, 1_120) // 1000)
            self._retyped(dice, row, "list_price_text", rows.price(dice, cents))
        statuses = list(PRODUCT_STATUSES)
        status, becomes = statuses if len(self.manifest.days) % 2 == 0 else reversed(statuses)
        of_status = np.flatnonzero(self.state.equals("products", "status", status))
        for row in self.some(dice, "products", 1, of_status):
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
