"""The filesystem of fsspec: its own test classes, and what pandas and dask do with it."""

# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false, reportAssignmentType=false
# fsspec states no types.
from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING, Any

import fsspec
import pandas as pd
import pytest
from conftest import PASSWORD, USER, Server, serving_folder, serving_without_sizes
from fsspec.tests.abstract import (
    AbstractCopyTests,
    AbstractFixtures,
    AbstractGetTests,
    AbstractOpenTests,
    AbstractPipeTests,
    AbstractPutTests,
)

import qftp
from qftp.filesystem import QFTPFileSystem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore")  # of the packages around fsspec


@pytest.fixture(scope="module")
def filesystem(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QFTPFileSystem]:
    """A filesystem; the tests below the classes of fsspec run in every dialect."""
    root = tmp_path_factory.mktemp("server")
    with serving_folder(root) as server:
        fs = QFTPFileSystem(
            server.host,
            "emulator://ec2x",
            server.port,
            USER,
            PASSWORD,
            skip_instance_cache=True,
        )
        yield fs
        fs.close()


class Fixtures(AbstractFixtures):  # type: ignore[misc]
    """The filesystem under test."""

    @pytest.fixture
    def fs(self, filesystem: QFTPFileSystem) -> QFTPFileSystem:
        return filesystem

    @pytest.fixture
    def fs_path(self, filesystem: QFTPFileSystem) -> Iterator[str]:
        filesystem.mkdir("/test")
        yield "/test"
        filesystem.rm("/test", recursive=True)

    @pytest.fixture
    def fs_join(self) -> Any:
        return posixpath.join


class TestCopy(AbstractCopyTests, Fixtures):  # type: ignore[misc]
    """Copies on the server."""


class TestGet(AbstractGetTests, Fixtures):  # type: ignore[misc]
    """Downloads."""


class TestPut(AbstractPutTests, Fixtures):  # type: ignore[misc]
    """Uploads."""


class TestOpen(AbstractOpenTests, Fixtures):  # type: ignore[misc]
    """Files."""


class TestPipe(AbstractPipeTests, Fixtures):  # type: ignore[misc]
    """Contents."""


@pytest.fixture
def url(server: Server) -> str:
    """The URL of the server."""
    return f"qftp://{USER}:{PASSWORD}@{server.host}:{server.port}"


@pytest.fixture
def options(dialect: str) -> Iterator[dict[str, Any]]:
    """The storage options that name the module."""
    yield {"port": f"emulator://{dialect}"}
    kept: dict[str, Any] = QFTPFileSystem._cache
    for fs in list(kept.values()):
        fs.close()


def test_pandas_reads_and_writes(url: str, options: dict[str, Any], server: Server) -> None:
    frame = pd.DataFrame({"time": range(500), "level": [n * 0.5 for n in range(500)]})
    frame.to_csv(f"{url}/levels.csv", index=False, storage_options=options)
    assert (server.root / "levels.csv").read_text() == frame.to_csv(index=False)
    pd.testing.assert_frame_equal(pd.read_csv(f"{url}/levels.csv", storage_options=options), frame)
    frame.to_parquet(f"{url}/levels.parquet", storage_options=options)
    pd.testing.assert_frame_equal(pd.read_parquet(f"{url}/levels.parquet", storage_options=options), frame)


@pytest.mark.parametrize("dialect", ["ec2x", "nl668"])
def test_dask_reads_with_threads(url: str, options: dict[str, Any], server: Server) -> None:
    dd = pytest.importorskip("dask.dataframe")
    for part in range(4):
        pd.DataFrame({"n": range(part * 10, part * 10 + 10)}).to_csv(server.root / f"{part}.csv", index=False)
    frame = dd.read_csv(f"{url}/*.csv", storage_options=options)
    assert int(frame["n"].sum().compute(scheduler="threads")) == sum(range(40))


@pytest.mark.parametrize("dialect", ["ec2x", "nl668"])
def test_intake_reads_by_its_storage_options(url: str, options: dict[str, Any], server: Server) -> None:
    from intake.readers import datatypes
    from intake.readers.entry import Catalog

    frame = pd.DataFrame({"n": range(10)})
    frame.to_csv(server.root / "levels.csv", index=False)
    catalog: Any = Catalog()
    catalog["levels"] = datatypes.CSV(url=f"{url}/levels.csv", storage_options=options).to_reader("pandas")
    pd.testing.assert_frame_equal(catalog["levels"].read(), frame)


def test_a_part_of_a_file(url: str, options: dict[str, Any], server: Server) -> None:
    data = bytes(range(256)) * 10
    (server.root / "a").write_bytes(data)
    fs: Any = fsspec.filesystem("qftp", **QFTPFileSystem._get_kwargs_from_urls(url), **options)
    path = "/a"
    for start, end in [(None, None), (10, 20), (-5, None), (None, -2500), (-20, -10), (5, 5), (2550, 9999)]:
        assert fs.cat_file(path, start, end) == data[start:end]


def test_a_transaction_that_fails_leaves_nothing(url: str, options: dict[str, Any], server: Server) -> None:
    fs: Any = fsspec.filesystem("qftp", **QFTPFileSystem._get_kwargs_from_urls(url), **options)
    path = "/a"
    with pytest.raises(RuntimeError), fs.transaction:
        with fs.open(path, "wb") as file:
            file.write(b"half")
        raise RuntimeError
    assert os.listdir(server.root) == []
    with fs.transaction, fs.open(path, "wb") as file:
        file.write(b"whole")
    assert (server.root / "a").read_bytes() == b"whole"


def test_appending(url: str, options: dict[str, Any], server: Server) -> None:
    for piece in (b"one ", b"two"):
        log: Any = fsspec.open(f"{url}/log", "ab", **options)
        with log as file:
            file.write(piece)
    assert (server.root / "log").read_bytes() == b"one two"
    fs: Any = fsspec.filesystem("qftp", **QFTPFileSystem._get_kwargs_from_urls(url), **options)
    with fs.transaction, fs.open("/log", "ab") as file:
        file.write(b" three")
    assert (server.root / "log").read_bytes() == b"one two three"
    assert os.listdir(server.root) == ["log"]


@pytest.mark.parametrize("dialect", ["ec2x", "gsm"])
def test_an_append_replaces_no_file_whose_size_is_refused(options: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"old")
    with serving_without_sizes(tmp_path) as server:
        url = f"qftp://{USER}:{PASSWORD}@{server.host}:{server.port}/log"
        with pytest.raises(qftp.Error), fsspec.open(url, "ab", **options):
            pass
    assert (tmp_path / "log").read_bytes() == b"old"


@pytest.mark.parametrize("dialect", ["ec2x", "nl668"])
def test_links_are_deleted_and_not_followed(url: str, options: dict[str, Any], server: Server) -> None:
    for folder in ("kept", "old"):
        (server.root / folder).mkdir()
        (server.root / folder / "a").write_text(folder)
    (server.root / "link").symlink_to("kept")
    (server.root / "old" / "out").symlink_to("../kept")
    fs: Any = fsspec.filesystem("qftp", **QFTPFileSystem._get_kwargs_from_urls(url), **options)
    assert fs.find("/old") == ["/old/a", "/old/out"]
    fs.rm(["/link", "/old"], recursive=True)
    assert os.listdir(server.root) == ["kept"]
    assert (server.root / "kept" / "a").read_text() == "kept"


@pytest.mark.parametrize("dialect", ["ec2x"])
def test_what_is_missing_is_said(options: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(qftp.UsageError, match="HOST"):
        fsspec.core.url_to_fs("qftp:///a", **options)
