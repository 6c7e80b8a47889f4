"""What macros give, against the same thing said in Python."""

import hashlib
import json
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from conftest import Warehouse


def key(*parts: object) -> int:
    """The surrogate key of these parts: first 15 hex digits of md5 over length-prefixed text."""
    text = "|".join("" if part is None else f"{len(str(part))}:{part}" for part in parts)
    return int(hashlib.md5(text.encode()).hexdigest()[:15], 16)


def test_surrogate_keys_are_the_same_in_python(first_day: Warehouse) -> None:
    rows = first_day.rows(
        "select patient_id, version_number, patient_key, patient_durable_key from star.dim_patient where patient_id > 0"
    )
    assert rows
    for patient_id, version, version_key, durable_key in rows:
        assert version_key == key(patient_id, version)
        assert durable_key == key(patient_id)


def test_surrogate_key_macro_tells_the_same_parts_apart(first_day: Warehouse) -> None:
    parts = [("a", "bc"), ("a|b", "c"), ("a", "b|c"), (None, "a"), ("a", None), ("", "a"), ("Zoë", "ü")]
    values = ", ".join(f"({', '.join('null' if p is None else repr(p) for p in pair)})" for pair in parts)
    inline = f"select {{{{ surrogate_key(['a', 'b']) }}}} as k from (values {values}) as t (a, b)"
    shown = first_day.dbt("compile", "--inline", inline, "--output", "json", "--quiet")
    assert shown.ok, shown.output
    compiled = json.loads(shown.output)["compiled"]
    assert [k for (k,) in first_day.rows(compiled)] == [key(*pair) for pair in parts]


def test_quotients_are_rounded_half_away_from_zero_whatever_their_size(first_day: Warehouse) -> None:
    cases = {
        ("1", "8"): Decimal("0.13"),
        ("-1", "8"): Decimal("-0.13"),
        ("1", "0"): None,
        ("cast(122247585600000 as bigint)", "3"): Decimal("40749195200000.00"),
    }
    columns = ", ".join(f"{{{{ amount_per('{part}', '{whole}') }}}}" for part, whole in cases)
    shown = first_day.dbt("compile", "--inline", f"select {columns}", "--output", "json", "--quiet")
    assert shown.ok, shown.output
    assert first_day.rows(json.loads(shown.output)["compiled"]) == [tuple(cases.values())]


def test_the_calendar_agrees_with_python(first_day: Warehouse) -> None:
    rows = first_day.rows(
        """
        select date_key, date_day, iso_year, iso_week, day_of_week, is_weekend, month_name, day_name,
            fiscal_year, fiscal_quarter, fiscal_month
        from star.dim_date where date_day is not null order by date_day
        """
    )
    days = [row[1] for row in rows]
    assert days[0] == date(2000, 1, 1)
    assert days[-1] == date(2040, 12, 31)
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(days))
    for date_key, day, iso_year, iso_week, weekday, weekend, month_name, day_name, *fiscal in rows:
        assert date_key == int(day.strftime("%Y%m%d"))
        assert (iso_year, iso_week, weekday) == tuple(day.isocalendar())
        assert weekend == (day.weekday() >= 5)
        assert (month_name, day_name) == (day.strftime("%B"), day.strftime("%A"))
        # the fiscal year starts in October and is named after the year in which it ends
        month = (day.month - 10) % 12 + 1
        assert fiscal == [day.year + (day.month >= 10), (month - 1) // 3 + 1, month]


def test_holidays_fall_on_their_days(first_day: Warehouse) -> None:
    names = dict(first_day.rows("select date_day, holiday_name from star.dim_date where is_holiday"))
    assert names[date(2026, 11, 26)] == "Thanksgiving Day"
    assert names[date(2024, 5, 27)] == "Memorial Day"
    assert date(2020, 6, 19) not in names
    assert names[date(2021, 6, 19)] == "Juneteenth"
