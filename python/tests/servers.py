"""Real FTP servers, configured as crates/qftp-test/src/servers/*.rs configures them, each on free loopback ports.

`scripts/test-setup.sh` brings them; `make test` calls it and starts the tests as root.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Callable, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Generator

USER = "qftptest"
PASSWORD = "qftp-secret"
PASSWORD_FILE = Path("/etc/qftptest.passwd")
CACHE = Path(__file__).resolve().parents[2] / ".cache"
START_S = 30
"""A server goes without an answer for at most this long before its start has failed."""
FIRST, BLOCK, BLOCKS = 12_000, 40, 500
"""Ports below those that systems assign by themselves, in blocks, as in crates/qftp-test/src/servers/ports.rs."""


class Server(NamedTuple):
    """An FTP server, and the folder that is "/" for its user."""

    kind: str
    host: str
    port: int
    root: Path

    def write(self, name: str, data: bytes) -> None:
        """Makes a file that the user may change."""
        path = self.root / name
        path.write_bytes(data)
        self._give(path)

    def clear(self) -> None:
        """Takes everything out of the folder."""
        for path in self.root.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()

    def mkdir(self, name: str) -> Path:
        """Makes a folder that the user may change."""
        path = self.root / name
        path.mkdir()
        self._give(path)
        return path

    def _give(self, path: Path) -> None:
        owner = pwd.getpwnam(USER)
        os.chown(path, owner.pw_uid, owner.pw_gid)


class Site(NamedTuple):
    """The options that a server starts with."""

    port: int
    folder: Path
    root: Path
    uid: int
    gid: int
    password_hash: str

    @property
    def passive(self) -> tuple[int, int]:
        """First and last port for data."""
        return self.port + 1, self.port + BLOCK - 1


def vsftpd(site: Site) -> list[str]:
    """The strictest of them. It logs in users of the system, by a PAM service of the setup script."""
    empty = site.folder / "empty"
    empty.mkdir()
    settings = {
        "listen": "YES",
        "listen_address": "127.0.0.1",
        "listen_port": site.port,
        "background": "NO",
        "anonymous_enable": "NO",
        "local_enable": "YES",
        "local_root": site.root,
        "local_umask": "022",
        "write_enable": "YES",
        "chroot_local_user": "YES",
        "allow_writeable_chroot": "YES",
        "secure_chroot_dir": empty,
        "pam_service_name": "qftptest",
        "ascii_upload_enable": "YES",
        "ascii_download_enable": "YES",
        "delay_failed_login": 0,
        "delay_successful_login": 0,
        "pasv_min_port": site.passive[0],
        "pasv_max_port": site.passive[1],
    }
    file = site.folder / "vsftpd.conf"
    file.write_text("".join(f"{key}={value}\n" for key, value in settings.items()))
    return [_brought("servers/vsftpd/usr/sbin/vsftpd"), str(file)]


def proftpd(site: Site) -> list[str]:
    """ProFTPD, with a user of its own file."""
    folder = site.folder
    # It takes no list of users that others can read.
    for name, text in (
        ("passwd", f"{USER}:{site.password_hash}:{site.uid}:{site.gid}::{site.root}:/bin/sh\n"),
        ("group", f"{USER}:x:{site.gid}:\n"),
    ):
        (folder / name).write_text(text)
        (folder / name).chmod(0o600)
    file = folder / "proftpd.conf"
    file.write_text(f"""ModulePath {CACHE}/servers/proftpd/usr/lib/proftpd
ServerName test
ServerType standalone
DefaultAddress 127.0.0.1
SocketBindTight on
Port {site.port}
UseIPv6 off
User nobody
Group nogroup
AuthPAM off
AuthOrder mod_auth_file.c
AuthUserFile {folder}/passwd
AuthGroupFile {folder}/group
RequireValidShell off
UseReverseDNS off
PidFile {folder}/proftpd.pid
ScoreboardFile {folder}/proftpd.score
DelayEngine off
WtmpLog off
TransferLog NONE
SystemLog {folder}/log
DefaultRoot ~
AllowOverwrite on
AllowStoreRestart on
AllowRetrieveRestart on
PassivePorts {site.passive[0]} {site.passive[1]}
""")
    return [_brought("servers/proftpd/usr/sbin/proftpd"), "-n", "-c", str(file)]


def pureftpd(site: Site) -> list[str]:
    """Pure-FTPd, with a user of its own data base; "/./" is where the user is locked in."""
    users, data_base = site.folder / "pureftpd.passwd", site.folder / "puredb"
    users.write_text(f"{USER}:{site.password_hash}:{site.uid}:{site.gid}::{site.root}/./::::::::::::\n")
    make = [_brought("servers/pureftpd/usr/bin/pure-pw"), "mkdb", str(data_base), "-f", str(users)]
    subprocess.run(make, check=True)
    # No anonymous users, no names looked up, any user number, no log to the system, no TLS.
    return [
        _brought("servers/pureftpd/usr/sbin/pure-ftpd"),
        *("-4", "-S", f"127.0.0.1,{site.port}"),
        *("-p", f"{site.passive[0]}:{site.passive[1]}"),
        *("-l", f"puredb:{data_base}", "-g", str(site.folder / "pureftpd.pid")),
        *("-E", "-H", "-u", "1", "-f", "none", "-Y", "0"),
    ]


def pyftpdlib(site: Site) -> list[str]:
    """A server that is a Python library, and a program of its own."""
    passive = "-".join(map(str, site.passive))
    account = ["-u", USER, "-P", PASSWORD, "-d", str(site.root), "-w"]
    return [sys.executable, "-m", "pyftpdlib", "-i", "127.0.0.1", "-p", str(site.port), "-r", passive, *account]


KINDS: dict[str, Callable[[Site], list[str]]] = {
    "pyftpdlib": pyftpdlib,
    "vsftpd": vsftpd,
    "proftpd": proftpd,
    "pureftpd": pureftpd,
}


@contextlib.contextmanager
def running(kind: str) -> Generator[Server, None, None]:
    """Starts a server; it has ended when the `with` has."""
    owner = pwd.getpwnam(USER)
    password_hash = PASSWORD_FILE.read_text().strip().partition(":")[2]
    with tempfile.TemporaryDirectory(prefix="qftp-server-") as name, _claimed_ports() as port:
        folder = Path(name)
        folder.chmod(0o755)
        root = folder / "root"
        root.mkdir()
        os.chown(root, owner.pw_uid, owner.pw_gid)
        site = Site(port, folder, root, owner.pw_uid, owner.pw_gid, password_hash)
        with _process(KINDS[kind](site), folder / "log") as process:
            _wait_for_greeting(port, process, folder / "log")
            yield Server(kind, "127.0.0.1", port, root)


@contextlib.contextmanager
def _claimed_ports() -> Generator[int, None, None]:
    """A block of ports: all test programs agree that it is whose who has a UDP socket on its first number."""
    for turn in range(BLOCKS):
        first = FIRST + (os.getpid() * 7 + turn) % BLOCKS * BLOCK
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as claim:
            try:
                claim.bind(("127.0.0.1", first))
                for port in range(first, first + BLOCK):
                    socket.create_server(("127.0.0.1", port)).close()
            except OSError:
                continue
            yield first
            return
    raise OSError("no free ports")


@contextlib.contextmanager
def _process(command: list[str], log: Path) -> Generator[subprocess.Popen[bytes], None, None]:
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield server
    finally:
        server.send_signal(signal.SIGSTOP)  # stopped, it makes no more children
        for pid in (*_descendants(server.pid), server.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        server.wait()


def _descendants(of: int) -> list[int]:
    """The children of a process, theirs, and so on; those of vsftpd leave its group."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # `<pid> (<name>) <state> <parent> ...`; the name may hold anything.
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(") ")[2].split()[1])
    family = [of]
    for parent in family:
        family += [child for child, its in parents.items() if its == parent]
    return family[1:]


def _wait_for_greeting(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until it says 220; before that it may not listen, or not have come to greet."""
    until = time.monotonic() + START_S
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), START_S) as connection:
                if connection.recv(3) == b"220":
                    return
        except OSError:
            time.sleep(0.01)
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"{process.args!r} does not start: {log.read_text(errors='replace')}; run `make test`")


def _brought(path: str) -> str:
    full = CACHE / path
    if not full.exists():
        raise FileNotFoundError(f"{full}: run `make test`, which brings it")
    return str(full)
