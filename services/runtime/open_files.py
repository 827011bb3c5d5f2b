"""How many files this process may have open (RLIMIT_NOFILE, getrlimit(2)): each socket is one."""

import resource
from typing import Final

from kuuki.limits import FILES

_LESS: Final = (65_536, 24_576, 10_240)
"""Limits to try where the hard limit is "infinity" but the system allows less, as macOS does (kern.maxfilesperproc)."""


def raise_open_files() -> int:
    """Raise the soft limit to the hard one, or as far as the system allows. Returns how many files may be open now.

    Child processes inherit the limit.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for wanted in sorted({min(_number(hard), each) for each in (FILES, *_LESS)}, reverse=True):
        if wanted <= _number(soft) or _is_set(wanted, hard):
            break
    return _number(resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def _is_set(soft: int, hard: int) -> bool:
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    except (ValueError, OSError):
        return False  # the system allows less
    return True


def _number(limit: int) -> int:
    return FILES if limit == resource.RLIM_INFINITY else min(limit, FILES)
