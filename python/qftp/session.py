"""The FTP session: login, logout, state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from qftp.errors import UsageError
from qftp.handle import Handle
from qftp.tls_options import tls_options

if TYPE_CHECKING:
    from qftp.tls_options import Certificate, TlsMode

ApnAuth = Literal["pap", "chap", "pap-or-chap"]
"""The kind of check by which an access point admits a user."""

DataAddress = Literal["server", "peer", "peer-then-server"]
"""The address of data connections in passive mode."""


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
        apn_user: str | None = None,
        apn_password: str = "",
        apn_auth: ApnAuth = "pap-or-chap",
        context: int = 1,
        passive: bool = True,
        response_timeout: int = 90,
        data_address: DataAddress | None = None,
        data_timeout: int | None = None,
        tls: TlsMode | None = None,
        ca: Certificate | None = None,
        cert: Certificate | None = None,
        key: Certificate | None = None,
        verify: bool = True,
        check_dates: bool = True,
    ) -> None:
        """Activates the PDP context, sets the account and opens the session (AT+QFTPOPEN).

        Closes an open session first.

        Args:
            host: The name or address of the server.
            user: User name.
            password: Its password; no log, error or repr shows it.
            port: The server's port; None is 21, and 990 for implicit TLS.
            apn: The access point; None leaves the context as it is.
            apn_user: User name at the access point; None for one without an account.
            apn_password: Its password; no log, error or repr shows it.
            apn_auth: The kind of check: "pap", "chap", or the one that the network takes.
            context: PDP context, 1 to 16.
            passive: True for passive mode: the server listens for data connections. False for active mode.
            response_timeout: Seconds the module waits for the server, 20 to 180 (002 section 2.1).
            data_address: The address of data connections in passive mode. "server": the one that the server names;
                "peer": that of the control connection, for a server behind a NAT that names a private address;
                "peer-then-server": first the one, then the other. None leaves the module as it is, which is "server"
                after a start.
            data_timeout: Seconds that "peer-then-server" tries the first address, 15 to 50; None is 25.
            tls: "implicit": from the first byte. "explicit": after AUTH TLS, before the account is sent. None: no TLS,
                account and files go in clear.
            ca: Certificate of the authority that issued the server's, in PEM: a path, or the bytes. Modules have
                none of their own. It is written into the module's flash, unless it is there already; so are the next
                two.
            cert: Certificate to show to a server that asks for one.
            key: Its key, not encrypted; no log, error or repr shows it.
            verify: False does not verify the server's certificate by `ca`: an attacker on the network can then read and
                change everything. The logger `qftp` warns of it.
            check_dates: False ignores the dates of certificates, for a module whose clock is not set (AT+CCLK).

        Raises:
            LoginError: The server refused user or password.
            TlsError: TLS failed; the text says why, as far as the module knows.
            ModuleError: The network, the host or an answer is missing.
            UnsupportedError: The module lacks this TLS mode or data address. Nothing was sent.
            UsageError: A parameter does not fit, or TLS lacks `ca`.
        """
        options = tls_options(tls, (ca, cert, key), verify=verify, check_dates=check_dates)
        if data_address is None and data_timeout is not None:
            raise UsageError('data_timeout is for data_address="peer-then-server"')
        if apn is None and apn_user is not None:
            raise UsageError("apn_user is for an access point: give apn as well")
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
            options,
            None if data_address is None else (data_address, data_timeout),
            None if apn_user is None else (self._encode(apn_user), self._encode(apn_password), apn_auth),
        )
        self._logged_in = f"{user}@{host}:{port}"

    def logout(self) -> None:
        """Closes the session (AT+QFTPCLOSE); the port stays open."""
        self._logged_in = None
        self._native.logout()

    def service_state(self) -> str:
        """Returns the state of the FTP service (AT+QFTPSTAT).

        One of "opening", "idle", "transferring", "closing", "closed".
        """
        return self._native.service_state()
