"""Stands in for `dbt` and `starlift` in tests: hands its call to warm_start.py, which has imported both, and waits.

It gives the call its own streams, ends as the call ends, and takes the call with it when it is killed.
Run with `python -IS`: nothing but what the interpreter brings.
"""

import os
import signal
import sys
from array import array
from socket import AF_UNIX, SCM_RIGHTS, SOCK_STREAM, SOL_SOCKET, socket
from struct import pack, unpack


def main(place: str, *words: str) -> int:
    # pathlib takes longer to import than all of this
    parts = (os.getcwd(), str(len(words)), *words, *(f"{name}={value}" for name, value in os.environ.items()))  # noqa: PTH109
    told = "\0".join(parts).encode(errors="surrogateescape")
    with socket(AF_UNIX, SOCK_STREAM) as server:
        server.connect(place)
        server.sendmsg([pack("q", len(told))], [(SOL_SOCKET, SCM_RIGHTS, array("i", (0, 1, 2)))])
        server.sendall(told)
        (process,) = unpack("q", server.recv(8))
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda number, _: os.kill(process, number))
        answer = server.recv(8)
    if not answer:
        return 70
    (code,) = unpack("q", answer)
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
