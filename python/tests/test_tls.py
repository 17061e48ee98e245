"""Logging in over TLS: what is refused before anything is sent, what is told, and real servers."""

from __future__ import annotations

import contextlib
import io
import logging
import ssl
from typing import TYPE_CHECKING, Any

import pytest
from certificates import TRUSTED, UNKNOWN, Pair
from conftest import PASSWORD, USER, serving
from OpenSSL import SSL
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import TLS_FTPHandler

import qftp
from qftp import ftplib

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from qftp.tls_options import TlsMode

CA = b"-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"
KEY = b"-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----\n"


@pytest.fixture
def plain_client() -> Iterator[qftp.Client]:
    """A client of a module that could do TLS; without a session."""
    with qftp.connect("emulator://ec2x") as client:
        yield client


@pytest.mark.parametrize(
    ("dialect", "tls"),
    [("gsm", "implicit"), ("gsm", "explicit"), ("ec20", "explicit"), ("nl668", "explicit")],
)
def test_a_module_that_cannot(dialect: str, tls: TlsMode) -> None:
    with qftp.connect(f"emulator://{dialect}") as client, pytest.raises(qftp.UnsupportedError, match=f"{tls} TLS"):
        client.login("127.0.0.1", "u", "p", tls=tls, ca=CA)


def test_what_cannot_be_meant(plain_client: qftp.Client, tmp_path: Path) -> None:
    def refused(match: str, **options: object) -> None:
        with pytest.raises(qftp.UsageError, match=match) as caught:
            plain_client.login("127.0.0.1", "u", "p", **options)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        assert "SECRET" not in f"{caught.value!r} {caught.value}"

    refused("no CA is given", tls="explicit")
    refused("switched off", tls="explicit", ca=CA, verify=False)
    refused("without its key", tls="explicit", ca=CA, cert=CA)
    refused("without its client certificate", tls="explicit", ca=CA, key=KEY)
    refused("the CA is no PEM", tls="explicit", ca=b"SECRET")
    refused("holds a private key", tls="explicit", ca=KEY)
    refused("passive", tls="explicit", ca=CA, passive=False)
    refused('not "starttls"', tls="starttls", ca=CA)
    for name in ("ca", "cert", "key"):
        refused("are for TLS", **{name: CA})
    refused("are for TLS", verify=False)
    refused("are for TLS", check_dates=False)
    path = tmp_path / "key.pem"
    path.write_bytes(KEY.replace(b"PRIVATE", b"ENCRYPTED PRIVATE"))
    refused("key is encrypted", tls="explicit", ca=CA, cert=CA, key=path)
    with pytest.raises(FileNotFoundError):
        plain_client.login("127.0.0.1", "u", "p", tls="explicit", ca=tmp_path / "none.pem")


def test_doing_without_verification_is_a_warning(plain_client: qftp.Client, caplog: pytest.LogCaptureFixture) -> None:
    for options, warned in [
        ({"verify": False}, "not verified"),
        ({"ca": CA, "check_dates": False}, "dates"),
        ({"ca": CA}, None),
    ]:
        caplog.clear()
        with pytest.raises(qftp.ModuleError):
            plain_client.login("127.0.0.1", "u", "p", port=1, tls="implicit", **options)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        told = [record for record in caplog.records if record.levelno == logging.WARNING]
        assert [record.name for record in told] == (["qftp"] if warned else [])
        assert all(warned is not None and warned in record.getMessage() for record in told)


def test_certificates_come_from_paths_and_bytes_and_stay_in_the_module(
    plain_client: qftp.Client, tmp_path: Path
) -> None:
    path = tmp_path / "ca.pem"
    path.write_bytes(CA)
    for ca in (CA, path, str(path)):
        with pytest.raises(qftp.ModuleError):
            plain_client.login("127.0.0.1", "u", "p", port=1, tls="explicit", ca=ca, cert=CA, key=KEY)
        names = {file.name: file.size for file in plain_client.store.list()}
        sizes = {"qftp5ca.pem": len(CA), "qftp5crt.pem": len(CA), "qftp5key.pem": len(KEY)}
        assert names == {f"UFS:{name}": size for name, size in sizes.items()}


def test_the_key_is_in_no_log_and_no_trace(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    trace = tmp_path / "trace.json"
    caplog.set_level(logging.DEBUG, "qftp")
    with qftp.connect("emulator://ec2x") as client:
        for _ in range(2):
            with pytest.raises(qftp.ModuleError):
                client.login("127.0.0.1", "u", "password", port=1, tls="explicit", ca=CA, cert=CA, key=KEY)
        client.trace.save(trace)
        shown = f"{caplog.text} {client!r} {trace.read_text()}"
    assert "QFUPL" in shown
    assert "SECRET" not in shown
    assert "password" not in shown


class Served:
    """A server that insists on TLS, and the commands that it was given."""

    def __init__(self, root: Path, pair: Pair, *, implicit: bool, client_certificates: bool = False) -> None:
        """Makes its certificate's files beside `root`."""
        files = root.parent / "server.pem", root.parent / "server.key", root.parent / "trusted.pem"
        for file, content in zip(files, (*pair, TRUSTED.certificate)):
            file.write_bytes(content)
        context = SSL.Context(SSL.TLS_SERVER_METHOD)
        context.use_certificate_chain_file(str(files[0]))
        context.use_privatekey_file(str(files[1]))
        if client_certificates:
            context.load_verify_locations(str(files[2]))
            context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT)
            context.set_session_id(b"test")
        self.commands: list[str] = []
        authorizer = DummyAuthorizer()
        authorizer.add_user(USER, PASSWORD, str(root), perm="elradfmwMT")
        self.handler = _handler(self.commands, authorizer, context, implicit=implicit)


def _handler(commands: list[str], users: DummyAuthorizer, context: SSL.Context, *, implicit: bool) -> type[Any]:
    class Handler(TLS_FTPHandler):  # type: ignore[misc]
        authorizer = users
        ssl_context = context
        tls_control_required = True
        tls_data_required = True

        def process_command(self, command: str, *arguments: Any, **options: Any) -> None:
            commands.append(command)
            super().process_command(command, *arguments, **options)

    class Implicit(Handler):
        def handle(self) -> None:
            self.secure_connection(self.ssl_context)

        def handle_ssl_established(self) -> None:
            super().handle()

    return Implicit if implicit else Handler


WAYS = [("ec20", "implicit"), ("ec2x", "explicit"), ("ec2x", "implicit"), ("bg96", "explicit"), ("nl668", "implicit")]


@contextlib.contextmanager
def _client(dialect: str) -> Generator[qftp.Client]:
    with qftp.Emulator(dialect) as module, qftp.connect(module) as client:
        yield client


@pytest.mark.parametrize(("dialect", "tls"), WAYS)
def test_files_go_up_and_come_back_with_a_certificate_of_one_s_own(dialect: str, tls: TlsMode, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    pair = TRUSTED.issue()
    served = Served(root, TRUSTED.issue(), implicit=tls == "implicit", client_certificates=True)
    with serving(served.handler) as (host, port), _client(dialect) as client:
        with pytest.raises(qftp.TlsError) as caught:
            client.login(host, USER, PASSWORD, port=port, tls=tls, ca=TRUSTED.certificate)
        assert isinstance(caught.value, ConnectionError)
        assert caught.value.module_code == 631
        assert "USER" not in served.commands
        client.login(
            host, USER, PASSWORD, port=port, tls=tls, ca=TRUSTED.certificate, cert=pair.certificate, key=pair.key
        )
        client.put(b"12345", "a.bin")
        assert (root / "a.bin").read_bytes() == b"12345"
        assert client.get("a.bin") == b"12345"


@pytest.mark.parametrize(("dialect", "tls"), WAYS)
@pytest.mark.parametrize(
    ("pair", "why"),
    [
        (TRUSTED.issue(days=(-30, -1)), "certificate has expired"),
        (TRUSTED.issue(days=(1, 30)), "not yet valid"),
        (TRUSTED.issue("192.0.2.1"), "mismatch"),
        (UNKNOWN.issue(), "local issuer"),
    ],
    ids=["expired", "not yet valid", "wrong name", "unknown authority"],
)
def test_a_bad_certificate(dialect: str, tls: TlsMode, pair: Pair, why: str, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    served = Served(root, pair, implicit=tls == "implicit")
    with serving(served.handler) as (host, port), _client(dialect) as client:
        with pytest.raises(qftp.TlsError) as caught:
            client.login(host, USER, PASSWORD, port=port, tls=tls, ca=TRUSTED.certificate)
        # nl668 has a number for it, and the same for all of these.
        assert ("GTSSLERR -11" if dialect == "nl668" else why) in str(caught.value)
        assert caught.value.hint
        assert PASSWORD not in f"{caught.value!r} {caught.value.hint}"
    assert "USER" not in served.commands


@pytest.mark.parametrize("trust", ["ca", "context", "no verification"])
def test_ftp_tls_of_ftplib(trust: str, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    served = Served(root, TRUSTED.issue(), implicit=False)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    options: dict[str, Any] = {"context": context}
    if trust == "ca":
        options = {"ca": TRUSTED.certificate}
    elif trust == "context":
        context.load_verify_locations(cadata=TRUSTED.certificate.decode())
    else:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with serving(served.handler) as (host, port), ftplib.FTP_TLS(line="emulator://ec2x", **options) as ftp:
        ftp.connect(host, port)
        ftp.login(USER, PASSWORD)
        ftp.prot_p()
        ftp.storbinary("STOR a.bin", io.BytesIO(b"12345"))
        assert (root / "a.bin").read_bytes() == b"12345"
        blocks: list[bytes] = []
        ftp.retrbinary("RETR a.bin", blocks.append)
        assert blocks == [b"12345"]
        with pytest.raises(ftplib.error_perm, match="536"):
            ftp.prot_c()
    assert served.commands[0] == "AUTH"


def test_ftp_tls_of_ftplib_without_an_authority() -> None:
    many = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for pair in (TRUSTED, UNKNOWN):
        many.load_verify_locations(cadata=pair.certificate.decode())
    for options in ({}, {"context": many}, {"context": many, "ca": TRUSTED.certificate}):
        with pytest.raises(qftp.UsageError, match="give ca="):
            ftplib.FTP_TLS(**options)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("dialect", ["gsm", "ec20", "nl668"])
def test_ftp_tls_of_ftplib_on_a_module_without_it(dialect: str) -> None:
    with ftplib.FTP_TLS(line=f"emulator://{dialect}", ca=TRUSTED.certificate) as ftp:
        ftp.connect("127.0.0.1", 1)
        with pytest.raises(ftplib.error_perm, match="502"):
            ftp.login(USER, PASSWORD)
