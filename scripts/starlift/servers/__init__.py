"""Private database servers for people and tests: installed binaries, a folder of their own, loopback only."""

from starlift.servers.kinds import NotInstalled, Tuning
from starlift.servers.private import KINDS, PrivateServer, Server, private_server, quickest_folder

__all__ = ["KINDS", "NotInstalled", "PrivateServer", "Server", "Tuning", "private_server", "quickest_folder"]
