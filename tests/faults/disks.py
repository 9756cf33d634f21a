"""A disk that is full in earnest: a small file system of its own, filled up."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SIZE_MB = 64


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Have `folder` be a file system of SIZE_MB until the block ends; False where nothing may be mounted."""
    wanted = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(folder)]
    mounted = subprocess.run(wanted, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def filled(folder: Path) -> Iterator[int]:
    """Fill the file system of `folder` to the last block until the block ends; gives how many are free."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    try:
        yield os.statvfs(folder).f_bavail
    finally:
        filler.unlink()
