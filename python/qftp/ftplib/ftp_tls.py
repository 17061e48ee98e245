"""`ftplib.FTP_TLS` behind a module: explicit TLS."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

from qftp.errors import UsageError
from qftp.ftplib.ftp import FTP, UNSET

if TYPE_CHECKING:
    import os

    from qftp.emulator import Emulator
    from qftp.tls_options import Certificate


class FTP_TLS(FTP):  # noqa: N801 - the name of the standard library
    """The standard library's FTP client over TLS, behind a module, which does TLS itself.

    `login` starts TLS before the account is sent, and protects the data as well.
    """

    def __init__(
        self,
        host: str = "",
        user: str = "",
        passwd: str = "",
        acct: str = "",
        *,
        context: ssl.SSLContext | None = None,
        timeout: float | None = UNSET,
        source_address: tuple[str, int] | None = None,
        encoding: str = "utf-8",
        line: str | os.PathLike[str] | Emulator | None = None,
        apn: str | None = None,
        ca: Certificate | None = None,
        check_dates: bool = True,
    ) -> None:
        """Takes the arguments of `ftplib.FTP_TLS`, and what a module needs.

        Args:
            host: The server; if given, opens the line.
            user: The user; if given, opens the session.
            passwd: Its password.
            acct: Ignored: modules have no ACCT.
            context: Its one certificate of an authority goes to the module; one that verifies nothing makes the module
                verify nothing.
            timeout: Seconds, or None.
            source_address: Raises UsageError: the module chooses it.
            encoding: The encoding of names.
            line: The port, as for `FTP`.
            apn: The access point; None leaves the setting of the module.
            ca: Certificate of the authority, in place of a context.
            check_dates: False ignores the dates of certificates, for a module whose clock is not set.

        Raises:
            UsageError: There is neither a context nor a `ca`: modules have no certificates of authorities.
        """
        self._tls = {"tls": "explicit", "check_dates": check_dates, **_trust(context, ca)}
        super().__init__(host, user, passwd, acct, timeout, source_address, encoding=encoding, line=line, apn=apn)

    def login(self, user: str = "", passwd: str = "", acct: str = "", secure: bool = True) -> str:
        """Logs in over TLS; without, if `secure` is False."""
        if secure:
            self.auth()
        return super().login(user, passwd, acct)

    def auth(self) -> str:
        """Has the next login start TLS."""
        return self.voidcmd("AUTH TLS")

    def prot_p(self) -> str:
        """Returns the reply of a server that protects the data: the module has it do so at each login."""
        self.voidcmd("PBSZ 0")
        return self.voidcmd("PROT P")

    def prot_c(self) -> str:
        """Raises error_perm: a module protects the data of a session over TLS."""
        return self.voidcmd("PROT C")


def _trust(context: ssl.SSLContext | None, ca: Certificate | None) -> dict[str, Any]:
    """Returns the options of a login that stand for a context or a certificate."""
    if (context is None) == (ca is None):
        raise UsageError("FTP_TLS: give ca=, the certificate of the server's authority, or a context with it")
    if context is None:
        return {"ca": ca}
    if context.verify_mode == ssl.CERT_NONE:
        return {"verify": False}
    found = context.get_ca_certs(binary_form=True)
    if len(found) != 1:
        raise UsageError(
            f"FTP_TLS: a module takes one certificate of an authority, the context has {len(found)}: give ca="
        )
    return {"ca": ssl.DER_cert_to_PEM_cert(found[0]).encode()}
