"""The TLS options of a login: certificates from files or as bytes."""

from __future__ import annotations

import os
from typing import Literal, Optional, Union

from qftp.errors import UsageError

Certificate = Union[str, "os.PathLike[str]", bytes]
"""A path, or the bytes of a PEM file."""
TlsMode = Literal["explicit", "implicit"]
"""The start of TLS: after AUTH TLS, or with the first byte."""
TlsOptions = tuple[str, Optional[bytes], Optional[bytes], Optional[bytes], bool, bool]
"""The start of TLS; authority, certificate, key; verify the certificate; verify its dates."""


def tls_options(
    tls: str | None,
    files: tuple[Certificate | None, Certificate | None, Certificate | None],
    *,
    verify: bool,
    check_dates: bool,
) -> TlsOptions | None:
    """Returns the options as the native login takes them.

    Raises:
        OSError: A file cannot be read.
        UsageError: An option of TLS is given without `tls`.
    """
    if tls is None:
        if any(file is not None for file in files) or not verify or not check_dates:
            raise UsageError('ca, cert, key, verify and check_dates are for TLS: give tls="explicit" or "implicit"')
        return None
    ca, cert, key = (None if file is None else _content(file) for file in files)
    return tls, ca, cert, key, verify, check_dates


def _content(file: Certificate) -> bytes:
    if isinstance(file, bytes):
        return file
    with open(file, "rb") as opened:
        return opened.read()
