"""The module's own file store, with await."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

from qftp.aio.async_method import Called, called
from qftp.store import Store as Blocking

if TYPE_CHECKING:
    from qftp.aio.worker import Worker
    from qftp.handle import Name
    from qftp.local import Target


class Store(Called):
    """Files in the module itself, as `qftp.Store`; `Client.store` returns it."""

    def __init__(self, blocking: Blocking, worker: Worker) -> None:
        """Use `Client.store`."""
        self._blocking: Blocking = blocking
        self._worker = worker

    list = called(Blocking.list)
    size = called(Blocking.size)
    space = called(Blocking.space)
    upload = called(Blocking.upload)
    remove = called(Blocking.remove)
    fetch = called(Blocking.fetch)
    send = called(Blocking.send)

    @overload
    async def download(self, name: Name, target: None = None) -> bytes: ...

    @overload
    async def download(self, name: Name, target: Target) -> int: ...

    async def download(self, name: Name, target: Target | None = None) -> bytes | int:
        """Downloads a file from the store, as `qftp.Store.download`."""
        result: bytes | int = await self._call(Blocking.download, name, target)
        return result

    def __repr__(self) -> str:
        """Shows the client."""
        return repr(self._blocking)
