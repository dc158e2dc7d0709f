"""Which files a confined process may open: those of the system that hold no secrets, and what it was given.

By Landlock (https://docs.kernel.org/userspace-api/landlock.html), which Linux has had since 5.13. It also keeps the
process from looking into others, such as its parent's environment, and from sending them signals. The constants are
from linux/landlock.h and linux/prctl.h.
"""

import ctypes
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import tasks_app

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
"""Numbers of system calls, alike on every architecture."""

ASK_VERSION = 1
PATH_BENEATH = 1
PR_SET_NO_NEW_PRIVS = 38

EXECUTE, WRITE, READ_FILE, READ_FOLDER, TRUNCATE, IOCTL = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14, 1 << 15
ON_FILES = EXECUTE | WRITE | READ_FILE | TRUNCATE | IOCTL
"""What can be allowed of a file; all else is about folders."""

READING = EXECUTE | READ_FILE | READ_FOLDER
SCOPED = 0b11
"""No signals and no abstract sockets to processes that are not confined with this one."""

RIGHTS_SINCE = ((1, (1 << 13) - 1), (2, 1 << 13), (3, TRUNCATE), (5, IOCTL))
"""By the version of Landlock that introduced them."""

SCOPES_SINCE = 6

SYSTEM = (
    *[
        "/usr",
        "/lib",
        "/lib64",
        "/bin",
        "/sbin",
        "/opt",
        "/nix/store",
        "/var/cache/fontconfig",
        "/sys/devices/system/cpu",
    ],
    *["/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/etc/libreoffice", "/etc/alternatives", "/etc/mime.types"],
    *["/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/papersize", "/dev/urandom", "/dev/random", "/dev/zero"],
    *(sys.prefix, sys.base_prefix, str(Path(tasks_app.__file__).resolve().parent)),
)
"""Programs, libraries, fonts, and the code of this project; none of its settings, secrets or media."""

NETWORK = ("/etc/hosts", "/etc/resolv.conf", "/run/systemd/resolve", "/etc/ssl", "/etc/ca-certificates")
"""What a process reads besides if it is to reach other machines."""


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathRule(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def leave_files(*, readable: Iterable[str | Path] = (), writable: Iterable[str | Path] = ()) -> bool:
    """Keep this process, and all that it starts, from every other file for good; whether the machine can.

    What is open stays open. A path that does not exist is skipped.
    """
    if sys.platform != "linux":
        return False
    call = ctypes.CDLL(None, use_errno=True).syscall
    version = call(CREATE_RULESET, None, ctypes.c_size_t(0), ASK_VERSION)
    if version < 1:
        return False
    handled = sum(rights for since, rights in RIGHTS_SINCE if since <= version)
    rules = _Ruleset(handled, 0, SCOPED if version >= SCOPES_SINCE else 0)
    size = ctypes.sizeof(rules) if version >= SCOPES_SINCE else ctypes.sizeof(ctypes.c_uint64)
    ruleset = call(CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), 0)
    for paths, rights in (
        ((*SYSTEM, *readable), READING),
        (("/dev/null", "/dev/full"), READ_FILE | WRITE),
        (writable, handled & ~EXECUTE),
    ):
        for path in paths:
            _allow(call, ruleset, path, rights & handled)
    ctypes.CDLL(None).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    refused: int = call(RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)
    return refused == 0


def _allow(call: "ctypes._NamedFuncPointer", ruleset: int, path: str | Path, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        rule = _PathRule(rights if os.path.isdir(path) else rights & ON_FILES, place)
        call(ADD_RULE, ruleset, PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(place)
