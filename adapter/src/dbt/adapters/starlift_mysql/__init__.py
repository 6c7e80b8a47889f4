from dbt.adapters.base import AdapterPlugin

from dbt.adapters.starlift_mysql.credentials import StarliftMySQLCredentials
from dbt.adapters.starlift_mysql.impl import Starlift_MySQLAdapter
from dbt.include import starlift_mysql

Plugin = AdapterPlugin(
    adapter=Starlift_MySQLAdapter,
    credentials=StarliftMySQLCredentials,
    include_path=starlift_mysql.PACKAGE_PATH,
    # its macros are inherited, and a project's own `mysql__x` macros are found
    dependencies=["mysql"],
)
