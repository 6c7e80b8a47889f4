"""Where dbt finds Starlift's plugin: it loads every module whose name begins like this one's."""

from starlift.dbt_plugin import StarliftPlugin

plugins = [StarliftPlugin]
