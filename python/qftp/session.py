"""The session: who is logged in where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qftp.errors import UsageError
from qftp.handle import Handle
from qftp.tls_options import tls_options

if TYPE_CHECKING:
    from qftp.tls_options import Certificate


class Session(Handle):
    """Opens and closes the FTP session of a module."""

    _logged_in: str | None = None

    def login(
        self,
        host: str,
        user: str = "anonymous",
        password: str = "",
        *,
        port: int | None = None,
        apn: str | None = None,
        context: int = 1,
        passive: bool = True,
        response_timeout: int = 90,
        data_address: str | None = None,
        data_timeout: int | None = None,
        tls: str | None = None,
        ca: Certificate | None = None,
        cert: Certificate | None = None,
        key: Certificate | None = None,
        verify: bool = True,
        check_dates: bool = True,
    ) -> None:
        """Brings the PDP context up, sets the account and opens the session (AT+QFTPOPEN).

        A session that is still open is closed first.

        Args:
            host: Name or address of the server.
            user: User name.
            password: Its password; no log, error or repr shows it.
            port: The server's port; None is 21, and 990 for implicit TLS.
            apn: Access point; None leaves the context as it is set.
            context: PDP context, 1 to 16.
            passive: Whether the server listens for data connections; active mode otherwise.
            response_timeout: Seconds the module waits for the server, 20 to 180 (002 section 2.1).
            data_address: Where the module connects for data in passive mode. "server": to the address that the server
                names; "peer": to that of the control connection, for a server behind a NAT that names a private one;
                "peer-then-server": there first, then to the server's. None leaves the module as it is set, which is
                "server" at first.
            data_timeout: Seconds that "peer-then-server" gives the first, 15 to 50; None is 25.
            tls: "implicit": from the first byte. "explicit": after AUTH TLS, before the account is sent. None: never,
                account and files go in clear.
            ca: Certificate of the authority that issued the server's, in PEM: a path, or the bytes. Modules optional_import
                none of their own. It goes into the module's flash, as do the next two, unless it is there already.
            cert: Certificate to show to a server that asks for one.
            key: Its key, not encrypted; no log, error or repr shows it.
            verify: Whether the module verifies the server's certificate by `ca`. Without, anybody on the way can read
                and change everything; it is a warning of the logger `qftp`.
            check_dates: Whether it checks the dates of certificates, for which its clock has to be set (AT+CCLK).

        Raises:
            LoginError: The server refused user or password.
            TlsError: TLS failed; its text says why, as far as the module knows.
            ModuleError: No network, no such host, no answer.
            UnsupportedError: The module has no such TLS or data address. Nothing was sent.
            UsageError: A parameter does not fit; TLS without `ca`.
        """
        security = tls_options(tls, (ca, cert, key), verify=verify, check_dates=check_dates)
        if data_address is None and data_timeout is not None:
            raise UsageError('data_timeout is for data_address="peer-then-server"')
        if port is None:
            port = 990 if tls == "implicit" else 21
        self._logged_in = None
        self._native.login(
            self._encode(host),
            self._encode(user),
            self._encode(password),
            port,
            None if apn is None else self._encode(apn),
            context,
            passive,
            response_timeout,
            security,
            None if data_address is None else (data_address, data_timeout),
        )
        self._logged_in = f"{user}@{host}:{port}"

    def logout(self) -> None:
        """Closes the session (AT+QFTPCLOSE); the port stays open."""
        self._logged_in = None
        self._native.logout()

    def service_state(self) -> str:
        """State of the FTP service: "opening", "idle", "transferring", "closing" or "closed" (AT+QFTPSTAT)."""
        return self._native.service_state()
