"""The business domains that ship with Starlift, each fed by one source system or by several."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from starlift.errors import StarliftError
from starlift.generate.clinic import scale_size as clinic_size
from starlift.generate.retail.world import scale_size as retail_size
from starlift.generate.ultrasound import scale_size as ultrasound_size
from starlift.sources import CLINIC, POS, SHOP, ULTRASOUND, Source


@dataclass(frozen=True)
class Domain:
    """A domain; its name is also that of its folder of analyses and, with `_enabled`, of its var."""

    name: str
    # As people speak of it.
    title: str
    sources: tuple[Source, ...]
    # What its size is told in, as the raw table of its first source that holds it is named.
    counted: str
    # How many of them a scale, such as 1m, means; a StarliftError for one that is unknown.
    size_of: Callable[[str], int]

    @property
    def analyses(self) -> Path:
        """Where its questions are, in the project's folder."""
        return Path("analyses") / self.name

    def size(self, raw_rows: Mapping[str, Mapping[str, int]]) -> int:
        """Its size, from the rows of the raw tables by source and name."""
        return raw_rows[self.sources[0].name].get(self.counted, 0)

    def in_words(self, size: int) -> str:
        return f"{size:,} {self.counted.replace('_', ' ').lower()}"

    def step_name(self, work: str, source: Source) -> str:
        """What work on one source is called, which needs no more words where there is no other."""
        return work if len(self.sources) == 1 else f"{work} {source.name}"

    def extract_in(self, data: Path, source: Source) -> Path:
        """Where the extract of one of its sources is within a folder that holds all of them."""
        return data if len(self.sources) == 1 else data / source.name

    def in_schemas(self, schema_of: Callable[[Source], str]) -> "Domain":
        """The same domain with its raw tables elsewhere."""
        return replace(self, sources=tuple(replace(one, schema=schema_of(one)) for one in self.sources))

    def switched_on_alone(self) -> dict[str, bool]:
        """The dbt vars that build this domain and no other."""
        return {f"{name}_enabled": name == self.name for name in DOMAINS}

    def vars_to_tell(self) -> dict[str, Any]:
        """Those of them that vars.yml does not say already: for every other set dbt parses all anew."""
        file = Path("vars.yml")
        said = yaml.safe_load(file.read_text(encoding="utf-8")) if file.is_file() else None
        known = (said or {}).get("vars", {})
        return {name: value for name, value in self.switched_on_alone().items() if known.get(name) != value}


DOMAINS = {
    domain.name: domain
    for domain in (
        Domain("clinic", "the clinic", (CLINIC,), "encounters", lambda scale: clinic_size(scale)[1]),
        Domain("retail", "the retailer", (POS, SHOP), "sale_lines", lambda scale: retail_size(scale).lines),
        Domain(
            "ultrasound",
            ULTRASOUND.title,
            (ULTRASOUND,),
            "Appointments",
            lambda scale: ultrasound_size(scale).appointments,
        ),
    )
}


def domain_named(name: str) -> Domain:
    if name not in DOMAINS:
        raise StarliftError(f"There is no domain {name!r}: choose {', '.join(DOMAINS)}.")
    return DOMAINS[name]
