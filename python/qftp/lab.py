"""A laboratory without hardware: an FTP server and an emulated module, in this process.

    import qftp
    from qftp import lab

    with lab.server() as server, lab.emulator(baud=115200) as module, qftp.connect(module) as client:
        client.login(**server.login)
        client.put(b"1,2,3", "log.csv")
        print((server.root / "log.csv").read_text())

In a notebook, leave `with` out: `server = lab.server()` runs until `server.close()`, or until the kernel ends.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qftp import _native
from qftp.emulator import Emulator

if TYPE_CHECKING:
    from types import TracebackType

    from qftp.tls_options import TlsMode

MODEL = "EC25"
"""The module that `emulator` makes, unless another one is named."""


class LabServer:
    """An FTP server of one folder and one user, the one of `qftp serve`; `server` makes it."""

    def __init__(
        self,
        root: str | os.PathLike[str] | None = None,
        *,
        user: str = "qftp",
        password: str | None = None,
        tls: TlsMode | None = None,
        listen: str = "127.0.0.1:0",
    ) -> None:
        """Starts it; `server` has the arguments."""
        self._temporary: Any = None
        if root is None:
            from tempfile import TemporaryDirectory

            self._temporary = TemporaryDirectory(prefix="qftp-lab-")
            self._root = Path(self._temporary.name)
        else:
            self._root = Path(root)
        self._tls = tls
        try:
            self._native = _native.LabServer(self._root, listen, user, password, tls)
        except BaseException:
            self._remove_root()
            raise
        self._closed = False

    @property
    def root(self) -> Path:
        """The folder that is "/" for the user; a temporary one is removed with the server."""
        return self._root

    @property
    def host(self) -> str:
        """The address."""
        return self._native.address[0]

    @property
    def port(self) -> int:
        """The port."""
        return self._native.address[1]

    @property
    def user(self) -> str:
        """The one user."""
        return self._native.user

    @property
    def password(self) -> str:
        """The password of the user."""
        return self._native.password

    @property
    def ca(self) -> Path | None:
        """The file of the authority that issued the server's certificate; None without TLS."""
        return self._native.ca

    @property
    def url(self) -> str:
        """The URL, with the user and without the password."""
        return self._native.url

    @property
    def login(self) -> dict[str, Any]:
        """The arguments of `Client.login` for this server: `client.login(**server.login)`."""
        account: dict[str, Any] = {"host": self.host, "port": self.port, "user": self.user, "password": self.password}
        if self._tls is not None:
            account.update(tls=self._tls, ca=self.ca)
        return account

    def close(self) -> None:
        """Stops the server and removes a temporary folder. Sessions that are open end."""
        if not self._closed:
            self._closed = True
            self._native.close()
            self._remove_root()

    def _remove_root(self) -> None:
        if self._temporary is not None:
            self._temporary.cleanup()

    def __enter__(self) -> LabServer:
        """Returns the server itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stops the server."""
        self.close()

    def __repr__(self) -> str:
        """Shows URL and folder; never the password."""
        state = "closed" if self._closed else str(self._root)
        return f"<qftp.lab.LabServer {self.url}: {state}>"

    def __reduce__(self) -> Any:
        """Raises TypeError: a server runs in one process."""
        raise TypeError("a qftp.lab.LabServer cannot be pickled: it listens on a port")


def server(
    root: str | os.PathLike[str] | None = None,
    *,
    user: str = "qftp",
    password: str | None = None,
    tls: TlsMode | None = None,
    listen: str = "127.0.0.1:0",
) -> LabServer:
    """Starts an FTP server of one folder.

    Args:
        root: The folder; None is a new temporary one.
        user: The one user.
        password: The password; None generates one.
        tls: "explicit" or "implicit", with a certificate that is generated; None serves without TLS.
        listen: Address and port; port 0 is a free one.

    Raises:
        UsageError: The folder cannot be served, or the address cannot be listened on.
    """
    return LabServer(root, user=user, password=password, tls=tls, listen=listen)


def emulator(model: str = MODEL, **options: Any) -> Emulator:
    """Starts an emulator on a pseudo terminal, as `qftp.Emulator`, whose options it takes.

    `baud=115200` and `latency="response=20..80ms"` make it as slow as a module on a serial line.
    """
    # A socket takes a whole file at once. A pseudo terminal holds as little as a serial line, so that progress is true.
    options.setdefault("pty", not {"link", "unix"} & options.keys())
    return Emulator(model, **options)
