"""Any bytes as content, any bytes that can stand on a line as names, in every dialect."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
import servers
from conftest import PASSWORD, USER
from hypothesis import given, settings
from hypothesis import strategies as st

import qftp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Server

MANY = {"nl668": 15}
"""Examples of a dialect whose transfers end by silence, which takes its time."""

PIECES = [b"OK\r\n", b"\r\nOK\r\n", b"+++", b"\x10\x03", b"\x10", b"\x03", b"CONNECT\r\n", b"NO CARRIER", b"\xff\xff"]
"""Bytes with a meaning on a line."""
CONTENT = st.one_of(
    st.binary(max_size=5000),
    st.lists(st.sampled_from(PIECES) | st.binary(max_size=3), max_size=30).map(b"".join),
    st.tuples(st.binary(min_size=1, max_size=9), st.integers(1, 5000)).map(lambda pair: pair[0] * pair[1]),
)

NAMES = (
    st.lists(st.integers(0x20, 0xFE).filter(lambda byte: byte not in b'"/\x7f'), min_size=1, max_size=40)
    .map(bytes)
    .filter(lambda name: name not in (b".", b".."))
    # Servers strip spaces; vsftpd takes a tilde for a home directory.
    .filter(lambda name: name.strip() == name and not name.startswith(b"~"))
)


@pytest.fixture(scope="module")
def bytes_server() -> Iterator[Server]:
    """vsftpd, to which names are bytes."""
    with servers.running("vsftpd") as server:
        yield server


@pytest.fixture(scope="module", params=qftp.DIALECTS)
def far(request: pytest.FixtureRequest, bytes_server: Server) -> Iterator[tuple[qftp.Client, Server]]:
    bytes_server.clear()
    with qftp.connect(f"emulator://{request.param}") as client:
        client.login(bytes_server.host, USER, PASSWORD, port=bytes_server.port)
        yield client, bytes_server


def test_any_content(far: tuple[qftp.Client, Server]) -> None:
    client, server = far

    @settings(max_examples=MANY.get(client.dialect, 300), deadline=None, database=None)
    @given(CONTENT)
    def moves(data: bytes) -> None:
        client.put(data, "a")
        assert (server.root / "a").read_bytes() == data
        assert client.get("a") == data

    moves()


def test_any_name(far: tuple[qftp.Client, Server]) -> None:
    client, server = far

    @settings(max_examples=MANY.get(client.dialect, 300), deadline=None, database=None)
    @given(NAMES)
    def is_taken(name: bytes) -> None:
        client.put(name, name)
        path = os.path.join(os.fsencode(server.root), name)
        with open(path, "rb") as file:
            assert file.read() == name
        assert client.get(name) == name
        client.delete(name)
        assert not os.path.exists(path)

    is_taken()


def test_any_listed_name(far: tuple[qftp.Client, Server]) -> None:
    client, server = far
    if qftp.support(client.dialect)["list"] == "missing":
        with pytest.raises(qftp.UnsupportedError):
            client.list()
        return

    @settings(max_examples=15, deadline=None, database=None)
    @given(st.sets(NAMES, max_size=20))
    def are_listed(names: set[bytes]) -> None:
        server.clear()
        for name in names:
            open(os.path.join(os.fsencode(server.root), name), "wb").close()
        listed = {entry.name.encode("utf-8", "surrogateescape") for entry in client.list()}
        assert listed == {name for name in names if not name.startswith(b".")}  # which vsftpd hides

    are_listed()
