"""The retailer's data on servers: every value as it was generated, blanks and spellings included."""

from dataclasses import dataclass, replace

import pyarrow.parquet as pq
import pytest

from starlift.advance.run import advance
from starlift.generate.retail import world
from starlift.generate.retail.pos import generate_pos
from starlift.generate.retail.shop import generate_shop
from starlift.sources import POS, SHOP, Source
from test_load_servers import NUMBERS, Raw, in_order

GENERATED = {"pos": (POS, generate_pos), "shop": (SHOP, generate_shop)}


@dataclass
class RetailRaw(Raw):
    described: Source

    @property
    def source(self):
        return replace(self.described, schema=self.schema)


def assert_loaded(raw, folder):
    for table in raw.source.tables:
        columns = ", ".join(table.column_names)
        found = in_order(raw.rows(f"select {columns} from {raw.schema}.{table.name}"))
        rows = pq.read_table(folder / f"{table.name}.parquet").to_pylist()
        assert found == in_order([tuple(row.values()) for row in rows]), table.name


@pytest.mark.parametrize("server", ["postgres", "mariadb"])
@pytest.mark.parametrize("source", [*GENERATED])
def test_every_value_arrives_and_a_second_load_replaces_it(tmp_path, source, server, request):
    described, generate = GENERATED[source]
    raw = RetailRaw(request.getfixturevalue(f"{server}_server"), f"t{next(NUMBERS)}_{source}", described)
    generate(tmp_path / source, size=world.SIZES["tiny"])
    try:
        raw.load(tmp_path / source)
        assert_loaded(raw, tmp_path / source)
        if source == "shop":
            advance("shop", tmp_path / source, days=2)
        raw.load(tmp_path / source)
        assert_loaded(raw, tmp_path / source)
    finally:
        raw.drop()
