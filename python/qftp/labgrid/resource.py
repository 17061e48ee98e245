"""A module that labgrid has no resource for: an emulator, a Unix socket, a record."""

from __future__ import annotations

import attr
from labgrid.factory import target_factory
from labgrid.resource import Resource


@target_factory.reg_resource
@attr.s(eq=False)
class QFTPModule(Resource):  # type: ignore[misc] # labgrid has no types
    """A module at any port that `qftp.connect` opens.

    Args:
        url: The port: "emulator://ec25", "unix:///run/module.sock", "/dev/ttyUSB2?baud=921600".
    """

    url: str = attr.ib(validator=attr.validators.instance_of(str))
