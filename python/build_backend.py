"""Builds the package by maturin, with an OpenSSL of its own where pkg-config finds none in the system.

Who gives `build-args`, or MATURIN_PEP517_ARGS, decides that himself.
"""

from __future__ import annotations

import os
import subprocess

from maturin import *  # noqa: F403  # the hooks of PEP 517 and PEP 660


def _has_openssl() -> bool:
    """Returns True if pkg-config finds it; PKG_CONFIG names another one, for the `openssl` crate too."""
    pkg_config = os.environ.get("PKG_CONFIG", "pkg-config")
    try:
        return subprocess.run([pkg_config, "--exists", "openssl"], check=False).returncode == 0
    except OSError:
        return False


if not _has_openssl():
    os.environ.setdefault("MATURIN_PEP517_ARGS", "--features vendored")
