"""The client with async and await.

    from qftp import aio

    async with aio.connect("/dev/ttyUSB2") as client:
        await client.login("ftp.example.com", "user", "password")
        async with asyncio.timeout(60):
            await client.put("log.txt", "logs/log.txt")

Calls of several tasks wait for their turn, in order. A cancelled task, or one that timed out, ends its call at once;
the next call finds the line usable. A call that still waits for its turn sends nothing. Callbacks run in the event
loop's thread.

The module continues its own work: while it opens a session, it refuses other commands as busy (603) until the server
has answered or `response_timeout` has passed.
"""

from __future__ import annotations

from qftp.aio.awaitable_context import Opening
from qftp.aio.client import Client, connect
from qftp.aio.remote import RemoteFile
from qftp.aio.store import Store
from qftp.aio.urcs import Urcs

__all__ = ["Client", "Opening", "RemoteFile", "Store", "Urcs", "connect"]
