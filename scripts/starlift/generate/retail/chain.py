"""The stores, who works in them and what they keep on their shelves."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from starlift.generate import rng
from starlift.generate.period import Period
from starlift.generate.retail.world import Size, catalogue
from starlift.generate.vocabulary import words

POSITIONS = (
    "Regional manager", "Store manager", "Supervisor", "Sales associate", "Cashier", "Stock clerk",
)  # fmt: skip
DEPARTMENTS = ("Management", "Management", "Sales", "Sales", "Checkout", "Stock")
REGIONAL, MANAGER, SUPERVISOR, ASSOCIATE, CASHIER, CLERK = range(6)
_TEAM = (MANAGER, SUPERVISOR, SUPERVISOR) + (ASSOCIATE,) * 4 + (CASHIER,) * 3 + (CLERK,) * 2
SELLERS = slice(3, 10)  # those of the team who stand at a till
# Dollars a year, the lowest and how much more there may be.
SALARIES = (
    (96_000, 40_000), (58_000, 22_000), (41_000, 10_000), (31_000, 9_000), (29_000, 6_000), (30_000, 7_000),
)  # fmt: skip
LONG = 410  # days from which stores open and close and products go out of the range within the period
REGIONS = {"KY": "South", "IN": "West"}
_SIGHTS = ("Plaza", "Mall", "Square", "Market", "Crossing", "Center")
NEVER = 1 << 20  # a day that does not come


def is_long(period: Period) -> bool:
    return period.days >= LONG


@dataclass(frozen=True)
class Staff:
    """Parallel arrays, one entry per employee, in the order they were hired; days since 1970."""

    store: np.ndarray
    position: np.ndarray
    manager: np.ndarray  # another employee, or -1
    hired: np.ndarray
    left: np.ndarray  # or NEVER
    # [store] who leads it; [store, slot] who sells, until the day `switch` and from then on
    leads: np.ndarray
    first: np.ndarray
    second: np.ndarray
    switch: np.ndarray

    def seller(self, store: np.ndarray, slot: np.ndarray, day: np.ndarray) -> np.ndarray:
        early = day < self.switch[store, slot]
        return np.where(early, self.first[store, slot], self.second[store, slot])


class Chain:
    """Everything about the stores that sales and stock depend on."""

    def __init__(self, seed: int, period: Period, size: Size) -> None:
        self.seed, self.period, self.size = seed, period, size
        self.products = catalogue(seed, size)
        count = size.stores
        number = np.arange(count)
        bits = rng.draw(rng.key(seed, "store"), number)
        start, days = period.first_day, period.days
        self.opened = start - 400 - rng.below(bits, 4_000)
        self.closed = np.full(count, NEVER)
        if is_long(period) and count > 3:
            late = max(1, count // 10)
            self.opened[count - late :] = start + days * (20 + 20 * (np.arange(late) % 3)) // 100
            if count >= 10:
                self.closed[1] = start + days * 70 // 100
        # the first is the largest
        self.kind = np.where(number % 7 == 0, 0, np.where(number % 5 == 3, 2, 1))
        self.weight = (60 + rng.scale16(rng.part(bits, 0), 80)) * np.array((180, 100, 70))[self.kind] // 100
        # 37 and the number of places have no divisor in common: no two stores are in one place
        places = words().places
        self.places = [places[(17 + 37 * index) % len(places)] for index in range(count)]
        self.names = [
            f"{city} {_SIGHTS[index % len(_SIGHTS)]}" for index, (city, _, _) in enumerate(self.places)
        ]
        self.regions = [
            REGIONS.get(state, ("North", "East")[index % 2])
            for index, (_, state, _) in enumerate(self.places)
        ]

    # --- which store is open when ---

    @cached_property
    def epochs(self) -> np.ndarray:
        """Days on which a store opens, or is closed for the first time; the first is the period's."""
        first, last = self.period.first_day, self.period.first_day + self.period.days
        edges = np.concatenate(([first], self.opened, self.closed + 1))
        return np.unique(edges[(edges >= first) & (edges < last)])

    @cached_property
    def store_of(self) -> np.ndarray:
        """[epoch, 16 bits] -> store, in proportion to how busy each is."""
        return np.stack(
            [
                rng.lookup(np.where((self.opened <= day) & (day <= self.closed), self.weight, 0).tolist())
                for day in self.epochs
            ]
        )

    def open_at_the_end(self) -> np.ndarray:
        return np.flatnonzero(self.closed == NEVER)

    # --- what is on the shelves ---

    @property
    def shelf(self) -> int:
        """How many products each store keeps: two of five, always both of a pair."""
        return self.size.products // 2 * 2 // 5 * 2

    @cached_property
    def rank(self) -> np.ndarray:
        """How popular each product is, 0 the most."""
        order = np.argsort(rng.draw(rng.key(self.seed, "popular"), self.products.number), kind="stable")
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        return rank

    @cached_property
    def stocked(self) -> np.ndarray:
        """[store, place] -> product, each store's best seller first; popular pairs are in more stores."""
        pairs = self.size.products // 2
        pair_rank = np.minimum(self.rank[0 : 2 * pairs : 2], self.rank[1 : 2 * pairs : 2])
        shelves = []
        for store in range(self.size.stores):
            luck = rng.draw(rng.key(self.seed, "shelf"), store * (1 << 20) + np.arange(pairs))
            score = rng.below(luck, 1 << 20) * (400 + pair_rank * 1_000 // pairs)
            kept = np.argsort(score, kind="stable")[: self.shelf // 2]
            both = np.concatenate((2 * kept, 2 * kept + 1))
            shelves.append(both[np.argsort(self.rank[both], kind="stable")])
        return np.stack(shelves)

    @cached_property
    def discontinued(self) -> np.ndarray:
        """[product] -> the first day on which it is no longer sold, or NEVER."""
        number = self.products.number
        bits = rng.draw(rng.key(self.seed, "discontinued"), number)
        ends = rng.part(bits, 0) < 2_600
        # neither the first, of which small catalogues have few, nor when the period is short
        ends &= is_long(self.period) & (number >= 12)
        share = 20 + rng.scale16(rng.part(bits, 1), 50)
        return np.where(ends, self.period.first_day + self.period.days * share // 100, NEVER)

    @cached_property
    def lasting(self) -> np.ndarray:
        """[store, place] -> a product that is never discontinued."""
        stays = self.discontinued[self.stocked] == NEVER
        fewest = int(stays.sum(axis=1).min())
        return np.stack([row[mask][:fewest] for row, mask in zip(self.stocked, stays, strict=True)])

    @cached_property
    def prices(self) -> tuple[np.ndarray, np.ndarray]:
        """[product] -> the price before, and the day from which today's holds."""
        bits = rng.draw(rng.key(self.seed, "price changed"), self.products.number)
        changed = rng.part(bits, 0) < 26_000
        old = self.products.retail_price * (88 + rng.scale16(rng.part(bits, 1), 20)) // 100
        since = self.period.first_day + rng.below(bits, self.period.days)
        return (
            np.where(changed, old, self.products.retail_price),
            np.where(changed, since, self.period.first_day),
        )

    # --- who works there ---

    @cached_property
    def staff(self) -> Staff:
        count, start, end = self.size.stores, self.period.first_day, self.period.first_day + self.period.days
        team = len(_TEAM)
        regions = 1 + (count // 10 if count >= 10 else 0)
        here = np.repeat(np.arange(count), team)
        slot = np.tile(np.arange(team), count)
        member = np.arange(count * team)
        bits = rng.draw(rng.key(self.seed, "employee"), member)

        since = np.maximum(self.opened[here], start)
        until = np.minimum(self.closed[here], end - 1)
        seller = (slot >= SELLERS.start) & (slot < SELLERS.stop)
        follows = seller & (rng.part(bits, 0) < 20_000) & (until - since >= 120)
        switch = np.where(follows, since + 30 + rng.below(bits, np.maximum(1, until - since - 60)), 0)
        known = self.opened[here] + rng.below(bits, np.maximum(1, start - self.opened[here]))
        hired = np.where(self.opened[here] < start, known, self.opened[here] - 14)
        closed = self.closed[here]

        # regional managers, then whoever is there now, then those before them
        boss = np.minimum(1 + np.arange(count) // 10, regions - 1)
        leads = regions + np.arange(count) * team
        above = np.where(
            slot == 0,
            boss[here],
            np.where((slot <= 2) | (slot > 9), leads[here], leads[here] + 1 + slot % 2),
        )
        gone = np.flatnonzero(follows)
        head_office = np.maximum(0, np.arange(regions) - 1) * 10 % count
        earliest = int(self.opened.min()) - 30
        store = np.concatenate((head_office, here, here[gone]))
        position = np.concatenate(
            (np.full(regions, REGIONAL), np.array(_TEAM)[slot], np.array(_TEAM)[slot][gone])
        )
        manager = np.concatenate(([-1], np.zeros(regions - 1, dtype=np.int64), above, above[gone]))
        hired_all = np.concatenate(
            (earliest + 5 * np.arange(regions), np.where(follows, switch, hired), hired[gone])
        )
        left = np.concatenate((np.full(regions, NEVER), closed, switch[gone] - 1))

        order = np.argsort(hired_all, kind="stable")
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        second = place[regions + member]
        first = second.copy()
        first[gone] = place[regions + len(member) + np.arange(len(gone))]
        return Staff(
            store=store[order],
            position=position[order],
            manager=np.where(manager < 0, -1, place[manager])[order],
            hired=hired_all[order],
            left=left[order],
            leads=place[leads],
            first=first.reshape(count, team)[:, SELLERS],
            second=second.reshape(count, team)[:, SELLERS],
            switch=switch.reshape(count, team)[:, SELLERS],
        )
