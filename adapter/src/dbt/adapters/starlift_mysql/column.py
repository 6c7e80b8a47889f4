import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from dbt.adapters.starlift_mysql.compat import MySQLColumn
from dbt.adapters.starlift_mysql.types import ddl_type

_SIZED_TEXT = re.compile(r"^(varchar|char)\((\d+)\)$")
_DECIMAL = re.compile(r"^decimal\((\d+),\s*(\d+)\)$")
_TEXT_SIZES = {"tinytext": 255, "text": 65_535, "mediumtext": 16_777_215, "longtext": 4_294_967_295}
_LONGEST_VARCHAR = 16_383
# what a macro may call a column that it is going to add
_UNSIZED_TEXTS = ("string", "varchar", "character varying")


@dataclass(repr=False)
class StarliftMySQLColumn(MySQLColumn):
    TYPE_LABELS: ClassVar[dict[str, str]] = {}
    nullable: bool = True
    in_primary_key: bool = False

    @classmethod
    def from_server(
        cls, name: str, column_type: str, nullable: bool = True, in_primary_key: bool = False
    ) -> "StarliftMySQLColumn":
        """A column as `show columns` tells it."""
        column = cls._of_type(name, column_type)
        column.nullable, column.in_primary_key = nullable, in_primary_key
        return column

    @classmethod
    def _of_type(cls, name: str, column_type: str) -> "StarliftMySQLColumn":
        # the display widths that MariaDB still shows say nothing, but tinyint(1) is how both keep a boolean
        plain = re.sub(r"^((?:small|medium|big)?int)\(\d+\)", r"\1", column_type)
        # and MariaDB remarks on the age of a temporal column's format
        plain = re.sub(r"\s*/\*.*?\*/", "", plain)
        make: Callable[..., StarliftMySQLColumn] = cls
        if match := _SIZED_TEXT.match(plain):
            return make(name, match[1], char_size=int(match[2]))
        if match := _DECIMAL.match(plain):
            precision, scale = int(match[1]), int(match[2])
            return make(name, "decimal", numeric_precision=precision, numeric_scale=scale)
        return make(name, plain)

    @classmethod
    def translate_type(cls, dtype: str) -> str:
        return ddl_type(dtype)

    @property
    def quoted(self) -> str:
        return "`{}`".format(self.column.replace("`", "``"))

    @property
    def data_type(self) -> str:
        if self.char_size is not None:
            return f"{self.dtype}({self.char_size})"
        if self.is_numeric():
            return self.numeric_type(self.dtype, self.numeric_precision, self.numeric_scale)
        return ddl_type(self.dtype) if self.dtype.lower() in _UNSIZED_TEXTS else self.dtype

    def is_string(self) -> bool:
        return self.dtype in ("varchar", "char") or self.dtype in _TEXT_SIZES

    def is_integer(self) -> bool:
        return bool(re.match(r"^(tiny|small|medium|big)?int", self.dtype))

    def string_size(self) -> int:
        if self.dtype in _TEXT_SIZES:
            return _TEXT_SIZES[self.dtype]
        return super().string_size()

    @classmethod
    def string_type(cls, size: int) -> str:
        if size <= _LONGEST_VARCHAR:
            return f"varchar({size})"
        return next((name for name, longest in _TEXT_SIZES.items() if 255 < longest >= size), "longtext")

    def literal(self, value: object) -> str:
        return f"cast({value} as {self.data_type})"
