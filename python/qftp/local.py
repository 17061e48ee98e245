"""The local end of a transfer: paths, bytes, file objects."""

from __future__ import annotations

import os
from typing import BinaryIO, Union

LocalPath = Union[str, "os.PathLike[str]"]
Source = Union[LocalPath, bytes, bytearray, memoryview, BinaryIO]
Target = Union[LocalPath, BinaryIO]


def remaining(source: BinaryIO) -> int | None:
    """Returns the number of bytes that a file object has yet to give, if it can tell."""
    try:
        at = source.tell()
        end = source.seek(0, os.SEEK_END)
        source.seek(at)
    except (AttributeError, OSError):
        return None
    return max(end - at, 0)
