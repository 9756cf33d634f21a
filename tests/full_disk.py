"""What a full disk is likened by where no file system may be mounted: files that cannot grow (RLIMIT_FSIZE)."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

THIS_PROCESS = 0


@contextmanager
def no_file_grows_beyond(size_bytes: int, process: int = THIS_PROCESS) -> Iterator[None]:
    """Have every write of `process` beyond the size fail until the block ends; what is there already is rewritten."""
    before = resource.prlimit(process, resource.RLIMIT_FSIZE, (size_bytes, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.prlimit(process, resource.RLIMIT_FSIZE, before)
