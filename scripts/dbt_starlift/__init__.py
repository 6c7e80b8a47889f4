"""Where dbt finds Starlift's plugin: it loads every module whose name begins like this one's."""

from dbt_starlift.plugin import StarliftPlugin

plugins = [StarliftPlugin]
