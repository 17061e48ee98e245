"""The driver: a `qftp.Client` on the serial port of a target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attr
from labgrid.driver import Driver
from labgrid.factory import target_factory
from labgrid.resource import SerialPort
from labgrid.step import step
from labgrid.util.proxy import proxymanager

import qftp
from qftp.errors import UsageError
from qftp.labgrid.resource import QFTPModule

if TYPE_CHECKING:
    import os

    from qftp import Client, Transferred

_PROTOCOLS = {"rfc2217": "rfc2217://{place}?baud={speed}", "raw": "socket://{place}"}
"""The protocols of a NetworkSerialPort, and the URL of each."""

_optional = attr.validators.optional


def port_url(port: Any) -> str:
    """Returns the URL of the port that a resource stands for, through labgrid's proxy where the place needs one.

    Raises:
        UsageError: The resource has a protocol that qftp does not speak.
    """
    if isinstance(port, QFTPModule):
        return str(port.url)
    if isinstance(port, SerialPort):
        return f"{port.port}?baud={port.speed}"
    if port.protocol not in _PROTOCOLS:
        raise UsageError(f"a NetworkSerialPort of protocol {port.protocol}: there are {', '.join(_PROTOCOLS)}")
    host, number = proxymanager.get_host_and_port(port)
    place = f"[{host}]:{number}" if ":" in host else f"{host}:{number}"
    return _PROTOCOLS[port.protocol].format(place=place, speed=port.speed)


@target_factory.reg_driver
@attr.s(eq=False)
class QFTPModemDriver(Driver):  # type: ignore[misc] # labgrid has no types
    """FTP through the module on a serial port. While it is active, it has the port for itself.

    Args:
        dialect: One of `qftp.DIALECTS`, or the model of the module; None asks the module.
        wait: Seconds for which a module that boots is waited for.
        timeout: Seconds of silence after which a call fails; None waits as long as the manual says.
        record: A file for a record of the line, replaced at each activation.
    """

    bindings = {"port": {"SerialPort", "NetworkSerialPort", "QFTPModule"}}  # noqa: RUF012 # as labgrid reads it

    dialect: str | None = attr.ib(default=None, validator=_optional(attr.validators.instance_of(str)))
    wait: float = attr.ib(default=0.0, converter=float)
    timeout: float | None = attr.ib(default=None, converter=attr.converters.optional(float))
    record: str | None = attr.ib(default=None, validator=_optional(attr.validators.instance_of(str)))

    def __attrs_post_init__(self) -> None:
        """Begins without a session."""
        super().__attrs_post_init__()
        self._session: Client | None = None

    def on_activate(self) -> None:
        """Opens the port and identifies the module."""
        self._session = qftp.connect(
            port_url(self.port), dialect=self.dialect, wait=self.wait, timeout=self.timeout, record=self.record
        )

    def on_deactivate(self) -> None:
        """Logs out where a session is open, and closes the port."""
        session, self._session = self._session, None
        if session is not None:
            session.__exit__(None, None, None)

    @property
    @Driver.check_active
    def session(self) -> Client:
        """The client, while the driver is active."""
        assert self._session is not None
        return self._session

    @Driver.check_active
    @step(args=["line"], result=True)
    def command(self, line: str) -> list[str]:
        """Sends an AT command and returns its information lines; see `qftp.Client.command`."""
        return self.session.command(line)

    # The password is no argument of the step: labgrid writes those into its log.
    @Driver.check_active
    @step(args=["host", "user"])
    def login(self, host: str, user: str, password: str, **options: Any) -> None:
        """Logs in to an FTP server; see `qftp.Client.login`."""
        self.session.login(host, user, password, **options)

    @Driver.check_active
    @step(args=["remote"])
    def put(self, source: str | bytes | os.PathLike[str], remote: str, **options: Any) -> Transferred:
        """Uploads a file or bytes; see `qftp.Client.put`."""
        return self.session.put(source, remote, **options)

    @Driver.check_active
    @step(args=["remote"])
    def get(self, remote: str, *arguments: Any, **options: Any) -> Any:
        """Downloads a file; see `qftp.Client.get`."""
        return self.session.get(remote, *arguments, **options)

    @Driver.check_active
    @step()
    def logout(self) -> None:
        """Closes the FTP session; see `qftp.Client.logout`."""
        self.session.logout()

    @Driver.check_bound
    def get_export_vars(self) -> dict[str, str]:
        """Returns the URL of the port, for `labgrid-client export` and programs: `qftp -p "$LG__MODEM_URL" probe`."""
        return {"url": port_url(self.port)}
