"""How many files this process may have open (getrlimit(2)): each socket is one."""

import resource
from typing import Final

from kuuki.limits import FILES

_LESS: Final = (65_536, 24_576, 10_240)
"""Asked for where a machine says "infinity" and means less: macOS has kern.maxfilesperproc, or its OPEN_MAX."""


def raise_open_files() -> int:
    """Raise the soft limit to the hard one, or as far as the machine lets it; how many files may be open now.

    Processes that are started from this one inherit it.
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
        return False  # what there is must do
    return True


def _number(limit: int) -> int:
    return FILES if limit == resource.RLIM_INFINITY else min(limit, FILES)
