"""Who runs a private server: the caller, or an unprivileged user where the caller is root."""

import os
import pwd
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlift.errors import StarliftError


@dataclass(frozen=True)
class Account:
    """A user of this machine; `name` is None for the caller."""

    name: str | None = None
    uid: int = -1
    gid: int = -1

    def as_user(self) -> dict[str, Any]:
        """Arguments of subprocess that run a command as this user."""
        if self.name is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Make a file or folder this user's."""
        if self.name is not None:
            os.chown(path, self.uid, self.gid)

    def barred_from(self, folder: Path) -> Path | None:
        """The first folder above that this user may not pass, None where there is none."""
        if self.name is None:
            return None
        for parent in reversed(folder.resolve().parents):
            if not parent.exists():
                # what is made on the way is open to all
                return None
            mode = parent.stat()
            shift = 6 if mode.st_uid == self.uid else 3 if mode.st_gid == self.gid else 0
            if not (mode.st_mode >> shift) & stat.S_IXOTH:
                return parent
        return None


def account_for(title: str, names: Iterable[str]) -> Account:
    """The caller, unless that is root: database servers refuse to run as root, or should."""
    if os.name != "posix" or os.geteuid() != 0:
        return Account()
    for name in names:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, found.pw_uid, found.pw_gid)
    raise StarliftError(
        f"{title} does not run as root, and none of the users {', '.join(names)} exists here: run the "
        "command as another user."
    )


def account_of(uid: int) -> Account:
    """The account that owns what it has made before."""
    if os.name != "posix" or os.geteuid() != 0:
        return Account()
    found = pwd.getpwuid(uid)
    return Account(found.pw_name, found.pw_uid, found.pw_gid)
