"""The session: who is logged in where."""

from __future__ import annotations

from qftp.handle import Handle


class Session(Handle):
    """Opens and closes the FTP session of a module."""

    _logged_in: str | None = None

    def login(
        self,
        host: str,
        user: str = "anonymous",
        password: str = "",
        *,
        port: int = 21,
        apn: str | None = None,
        context: int = 1,
        passive: bool = True,
        response_timeout: int = 90,
    ) -> None:
        """Brings the PDP context up, sets the account and opens the session (AT+QFTPOPEN).

        A session that is still open is closed first.

        Args:
            host: Name or address of the server.
            user: User name.
            password: Its password; no log, error or repr shows it.
            port: The server's port.
            apn: Access point; None leaves the context as it is set.
            context: PDP context, 1 to 16.
            passive: Whether the server listens for data connections; active mode otherwise.
            response_timeout: Seconds the module waits for the server, 20 to 180 (002 section 2.1).

        Raises:
            LoginError: The server refused user or password.
            ModuleError: No network, no such host, no answer.
            UsageError: A parameter does not fit.
        """
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
        )
        self._logged_in = f"{user}@{host}:{port}"

    def logout(self) -> None:
        """Closes the session (AT+QFTPCLOSE); the port stays open."""
        self._logged_in = None
        self._native.logout()

    def stat(self) -> str:
        """State of the FTP service: "opening", "idle", "transferring", "closing" or "closed" (AT+QFTPSTAT)."""
        return self._native.stat()
