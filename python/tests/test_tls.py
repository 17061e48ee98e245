"""Logging in over TLS: what is refused before anything is sent, what is told, and real servers."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

import qftp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CA = b"-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"
KEY = b"-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----\n"


@pytest.fixture
def plain_client() -> Iterator[qftp.Client]:
    """A client of a module that could do TLS; nobody is logged in."""
    with qftp.connect("soft://ec2x") as client:
        yield client


@pytest.mark.parametrize(
    ("dialect", "tls"),
    [("gsm", "implicit"), ("gsm", "explicit"), ("ec20", "explicit"), ("nl668", "explicit")],
)
def test_a_module_that_cannot(dialect: str, tls: str) -> None:
    with qftp.connect(f"soft://{dialect}") as client, pytest.raises(qftp.Unsupported, match=f"{tls} TLS"):
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
        names = {file.name: file.size for file in plain_client.files.list()}
        sizes = {"qftp5ca.pem": len(CA), "qftp5crt.pem": len(CA), "qftp5key.pem": len(KEY)}
        assert names == {f"UFS:{name}": size for name, size in sizes.items()}


def test_the_key_is_in_no_log_and_no_trace(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    trace = tmp_path / "trace.json"
    caplog.set_level(logging.DEBUG, "qftp")
    with qftp.connect("soft://ec2x") as client:
        for _ in range(2):
            with pytest.raises(qftp.ModuleError):
                client.login("127.0.0.1", "u", "password", port=1, tls="explicit", ca=CA, cert=CA, key=KEY)
        client.trace.save(trace)
        shown = f"{caplog.text} {client!r} {trace.read_text()}"
    assert "QFUPL" in shown
    assert "SECRET" not in shown
    assert "password" not in shown
