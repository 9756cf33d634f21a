"""Folders that only the program's own user may read: personal data, keys, logs. Encrypts nothing."""

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

log = logging.getLogger(__name__)

FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def open_private(folder: Path) -> None:
    """Make `folder` if need be; what this process makes from now on is for its user alone (0700, 0600)."""
    os.umask(FOR_OTHERS)
    folder.mkdir(parents=True, exist_ok=True)


def repair_modes(folder: Path) -> int:
    """Take away what others may do with `folder` and everything in it; how many files and folders there were.

    Symbolic links are left alone, and what they lead to. What belongs to somebody else is logged.
    """
    repaired = 0
    refused = []
    for path in _all(folder):
        try:
            mode = stat.S_IMODE(path.lstat().st_mode)
            if mode & FOR_OTHERS:
                path.chmod(mode & ~FOR_OTHERS)
                repaired += 1
        except FileNotFoundError:  # gone meanwhile
            continue
        except PermissionError:
            refused.append(path)
    if refused:
        log.warning("%d files of another user may be read by others, such as %s; chown them", len(refused), refused[0])
    return repaired


def _all(folder: Path) -> Iterator[Path]:
    yield folder
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(parent) / name
            if not path.is_symlink():
                yield path
