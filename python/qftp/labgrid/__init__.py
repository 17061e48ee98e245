"""Modules in a lab that labgrid runs: a driver for its targets, and places opened from a notebook.

`imports: [qftp.labgrid]` in an environment of labgrid makes `QFTPModemDriver` and `QFTPModule` known. In a notebook:

    from qftp.labgrid import open_place

    with open_place("lte-1") as client:
        client.login("ftp.example.com", "user", "password")

`pip install qftp[labgrid]` brings labgrid.
"""

from __future__ import annotations

from qftp.labgrid.driver import QFTPModemDriver
from qftp.labgrid.places import Lab, OpenPlace, PlaceError, PlaceInfo, open_place
from qftp.labgrid.resource import QFTPModule

__all__ = ["Lab", "OpenPlace", "PlaceError", "PlaceInfo", "QFTPModemDriver", "QFTPModule", "open_place"]
