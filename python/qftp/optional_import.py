"""The packages of `pip install qftp[notebook]` and `qftp[pytest]`, imported when first needed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from qftp.errors import MissingPackageError


def optional_import(package: str, purpose: str, extra: str = "notebook") -> Any:
    """Imports an optional package, or part of one.

    Args:
        package: Its name: "pandas".
        purpose: The caller, for the error: "to_dataframe()".
        extra: The extra of this package that brings it.

    Raises:
        MissingPackageError: It is not installed.
    """
    try:
        return import_module(package)
    except ImportError as error:
        missing = package.partition(".")[0]
        raise MissingPackageError(
            f"{purpose} needs {missing}, which cannot be imported ({error}): pip install qftp[{extra}]"
        ) from error
