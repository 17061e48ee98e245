"""The same with async and await.

    from qftp import aio

    async with aio.connect("/dev/ttyUSB2") as client:
        await client.login("ftp.example.com", "user", "password")
        async with asyncio.timeout(60):
            await client.put("log.txt", "logs/log.txt")

Calls of several tasks wait for their turn, in the order in which they were made. A task that is cancelled, by a
time-out too, ends its call at once, and the next call finds the line usable; one whose turn has not come sends nothing.
Callbacks run in the event loop's thread.

A module goes on with what it was asked: one that was opening a session refuses others as busy (603) until the server
has answered, or `response_timeout` has passed.
"""

from __future__ import annotations

from qftp.aio.client import Client, connect
from qftp.aio.awaitable_context import Opening
from qftp.aio.remote import RemoteFile
from qftp.aio.store import Store
from qftp.aio.urcs import Urcs

__all__ = ["Client", "Opening", "RemoteFile", "Store", "Urcs", "connect"]
