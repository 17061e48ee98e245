"""The control connection as `ftplib.FTP` sees it: it takes FTP commands, runs them on the module, and answers.

FTP commands and reply codes are those of RFC 959 and RFC 3659.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, BinaryIO, Callable

from qftp import _native
from qftp.errors import Error
from qftp.ftplib.replies import reply

if TYPE_CHECKING:
    import ftplib
    from collections.abc import Generator

    from qftp.client import Client

BEFORE_LOGIN = frozenset({"USER", "PASS", "QUIT", "TYPE", "NOOP", "AUTH", "PBSZ"})


class Control:
    """Replaces the socket of the control connection of `ftplib.FTP`, and the file that it reads replies from."""

    def __init__(self, client: Client, owner: ftplib.FTP, apn: str | None, tls: dict[str, Any] | None) -> None:
        """Takes host, port and transfer mode from the owner, and the options of a login over TLS."""
        self.client = client
        self.failure: Error | None = None
        """The error of the last command, as the cause of the exception for its reply."""
        self._owner = owner
        self._apn = apn
        self._tls = tls
        self._is_secure = False
        self._user = ""
        self._logged_in = False
        self._passive = True
        self._rename_from = b""
        self._offset = 0
        self._facts: frozenset[bytes] = frozenset()
        self._data: Any = None
        self._reply = f"220 {client.identity.model} is on {client.port}."

    # Calls of ftplib on a socket and its file

    def sendall(self, line: bytes, flags: int = 0) -> None:
        """Executes a command."""
        self.failure = None
        name, _, argument = line.rstrip(b"\r\n").partition(b" ")
        self._reply = self._execute(name.decode("ascii", "replace").upper(), argument)

    def readline(self, size: int = -1) -> str:
        """Returns the reply to the last command."""
        reply_line, self._reply = self._reply, ""
        return f"{reply_line}\r\n" if reply_line else ""

    def close(self) -> None:
        """Closes the port."""
        self.client.close()

    # Calls of transfers

    @contextlib.contextmanager
    def data(self, data: Any) -> Generator[None, None, None]:
        """Sets the object that the next transfer reads from or writes to."""
        self._data = data
        try:
            yield
        finally:
            self._data = None
            self._offset = 0

    def _execute(self, name: str, argument: bytes) -> str:
        command = COMMANDS.get(name)
        if command is None:
            return f"502 {name}: a module sends no such command."
        if not (self._logged_in or name in BEFORE_LOGIN):
            return "530 Not logged in: call login first."
        try:
            return command(self, argument)
        except Error as error:
            self.failure = error
            return reply(error)

    # Session

    def _take_user(self, user: bytes) -> str:
        self._user = self._text(user)
        return "331 The module needs the password too."

    def _log_in(self, password: bytes) -> str:
        owner = self._owner
        transcript = _native.transcript_command(self.client.dialect)
        if transcript is not None:
            # Without it the module does not show the server's reply codes (003 section 1.2.3).
            self.client.command(transcript)
        self._logged_in = False
        self._passive = bool(owner.passiveserver)
        self.client.login(
            owner.host,
            self._user,
            self._text(password),
            port=owner.port,
            apn=self._apn,
            passive=self._passive,
            **((self._tls or {}) if self._is_secure else {}),
        )
        self._logged_in = True
        return "230 Logged in."

    def _secure(self, mechanism: bytes) -> str:
        # The module sends AUTH, PBSZ and PROT itself, when it logs in.
        if self._tls is None or mechanism.upper() not in (b"TLS", b"TLS-C", b"SSL"):
            return "504 No such mechanism: use FTP_TLS."
        if self._logged_in:
            return "503 A module starts TLS when it logs in: call auth first."
        self._is_secure = True
        return "234 The module starts TLS when it logs in."

    def _protect(self, level: bytes) -> str:
        if self._is_secure and level.upper() == b"P":
            return "200 The module protects the data."
        return "536 A module protects the data of a session over TLS, and of no other."

    def _set_protection_size(self, _: bytes) -> str:
        return "200 PBSZ=0"

    def _quit(self, _: bytes) -> str:
        if self._logged_in:
            self._logged_in = False
            self.client.logout()
        return "221 Goodbye."

    def _nothing(self, _: bytes) -> str:
        if self._logged_in and self.client.service_state() == "closed":
            return "421 The session has ended."
        return "200 The module is there."

    def _set_type(self, kind: bytes) -> str:
        # Transfers are binary. Lines are made of them, and of lines them, in this process.
        if kind.upper() in (b"I", b"L 8", b"A", b"A N"):
            return "200 Type set."
        return "504 No such type."

    # Directories

    def _print_directory(self, _: bytes) -> str:
        path = self.client.pwd().replace('"', '""')
        return f'257 "{path}" is the current directory.'

    def _change_directory(self, path: bytes) -> str:
        self.client.cwd(path)
        return "250 Directory changed."

    def _change_up(self, _: bytes) -> str:
        self.client.cdup()
        return "250 Directory changed."

    def _make_directory(self, path: bytes) -> str:
        made = self.client.mkd(path).replace('"', '""')
        return f'257 "{made}" made.'

    def _remove_directory(self, path: bytes) -> str:
        return self.client.rmd(path)

    # Files

    def _delete(self, path: bytes) -> str:
        self.client.delete(path)
        return "250 Deleted."

    def _rename_this(self, path: bytes) -> str:
        self._rename_from = path
        return "350 And to what?"

    def _rename_to(self, path: bytes) -> str:
        old, self._rename_from = self._rename_from, b""
        if not old:
            return "503 RNFR comes first."
        self.client.rename(old, path)
        return "250 Renamed."

    def _size(self, path: bytes) -> str:
        return f"213 {self.client.size(path)}"

    def _modified(self, path: bytes) -> str:
        return f"213 {self.client.mdtm(path)}"

    # Transfers

    def _restart(self, offset: bytes) -> str:
        if not offset.isdigit():
            return "501 Give a number of bytes."
        self._offset = int(offset)
        return f"350 From byte {self._offset}."

    def _store(self, path: bytes) -> str:
        return self._moved(lambda data: self.client.put(data, path, offset=self._offset))

    def _append(self, path: bytes) -> str:
        return self._moved(lambda data: self.client.append(data, path))

    def _retrieve(self, path: bytes) -> str:
        def read(data: BinaryIO) -> None:
            self.client.get(path, data, offset=self._offset)

        return self._moved(read)

    def _list(self, path: bytes) -> str:
        def write(data: Any) -> None:
            data.write(self.client._native.list_text(path or b"."))

        return self._moved(write)

    def _names(self, path: bytes) -> str:
        def write(data: Any) -> None:
            for name in self.client._native.nlst(path or b"."):
                # The module cannot ask without a directory; some servers put the one it names before each name.
                data.write((name if path else name.removeprefix(b"./")) + b"\r\n")

        return self._moved(write)

    def _machine_list(self, path: bytes) -> str:
        def write(data: Any) -> None:
            for line in self.client._native.mlsd_text(path or b".").splitlines():
                data.write(self._wanted(line) + b"\r\n")

        return self._moved(write)

    def _options(self, argument: bytes) -> str:
        option, _, facts = argument.partition(b" ")
        if option.upper() != b"MLST":
            return "501 No such option."
        self._facts = frozenset(fact for fact in facts.lower().split(b";") if fact)
        return "200 Listings have these facts."

    def _wanted(self, line: bytes) -> bytes:
        if not self._facts:
            return line
        facts, _, name = line.partition(b" ")
        wanted = [fact for fact in facts.split(b";") if fact.partition(b"=")[0].lower() in self._facts]
        return b"".join(fact + b";" for fact in wanted) + b" " + name

    def _moved(self, move: Callable[[Any], object]) -> str:
        if self._data is None:
            return "425 No data connection: use retrbinary, retrlines, storbinary or storlines."
        self._follow_mode()
        move(self._data)
        return "226 Transfer complete."

    def _follow_mode(self) -> None:
        """Follows a `set_pasv` between login and transfer."""
        wanted = bool(self._owner.passiveserver)
        if wanted != self._passive:
            commands = _native.transfer_mode_commands(self.client.dialect)
            self.client.command(commands["passive" if wanted else "active"])
            self._passive = wanted

    def _text(self, name: bytes) -> str:
        return name.decode(self._owner.encoding, "surrogateescape")


COMMANDS: dict[str, Callable[[Control, bytes], str]] = {
    "USER": Control._take_user,
    "PASS": Control._log_in,
    "AUTH": Control._secure,
    "PBSZ": Control._set_protection_size,
    "PROT": Control._protect,
    "QUIT": Control._quit,
    "NOOP": Control._nothing,
    "TYPE": Control._set_type,
    "PWD": Control._print_directory,
    "CWD": Control._change_directory,
    "CDUP": Control._change_up,
    "MKD": Control._make_directory,
    "RMD": Control._remove_directory,
    "DELE": Control._delete,
    "RNFR": Control._rename_this,
    "RNTO": Control._rename_to,
    "SIZE": Control._size,
    "MDTM": Control._modified,
    "REST": Control._restart,
    "STOR": Control._store,
    "APPE": Control._append,
    "RETR": Control._retrieve,
    "LIST": Control._list,
    "NLST": Control._names,
    "MLSD": Control._machine_list,
    "OPTS": Control._options,
}
