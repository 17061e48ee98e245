"""A share, as a worker does it: each transfer becomes a row, whether it went well or not."""

from __future__ import annotations

import random
import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import qftp

if TYPE_CHECKING:
    from qftp.campaign.plan import Account, Share, Transfer


def do_share(share: Share, url: str, account: Account) -> list[dict[str, Any]]:
    """Does all transfers of a share and returns their rows.

    An error is a result and ends no campaign. After one the module is opened anew.

    Args:
        share: The transfers.
        url: The port of the module.
        account: The server.
    """
    rows: list[dict[str, Any]] = []
    client: qftp.Client | None = None
    try:
        for transfer in share.transfers:
            row = _begun(share, transfer)
            rows.append(row)
            try:
                if client is None:
                    client = qftp.connect(url)
                    client.login(account.host, account.user, account.password, port=account.port, **account.options)
                row.update(dialect=client.dialect, model=client.identity.model, revision=client.identity.revision)
                _do(client, transfer, _name(share, transfer, account), row)
            except (qftp.Error, OSError) as error:
                row.update(error=type(error).__name__, message=str(error))
                _close(client)
                client = None
    finally:
        _close(client)
    return rows


def _begun(share: Share, transfer: Transfer) -> dict[str, Any]:
    return {
        "place": share.place,
        "share": share.number,
        "index": transfer.number,
        "size": transfer.size,
        "seed": transfer.seed,
        "worker": _worker(),
        "started": datetime.now(timezone.utc),
        "is_whole": False,
    }


def _worker() -> str:
    """Returns the name of the worker of Dask that runs this; "" outside of one."""
    from distributed import get_worker

    try:
        return str(get_worker().name)
    except ValueError:
        return ""


def _name(share: Share, transfer: Transfer, account: Account) -> str:
    name = f"campaign-{share.place}-{transfer.number}.bin"
    return f"{account.directory.rstrip('/')}/{name}" if account.directory else name


def _do(client: qftp.Client, transfer: Transfer, name: str, row: dict[str, Any]) -> None:
    content = random.Random(transfer.seed).randbytes(transfer.size)
    begun = time.perf_counter()
    up = client.put(content, name)
    row.update(put_seconds=time.perf_counter() - begun, put_attempts=up.attempts)
    begun = time.perf_counter()
    came = client.get(name)
    row.update(get_seconds=time.perf_counter() - begun, is_whole=came == content)
    client.delete(name)


def _close(client: qftp.Client | None) -> None:
    """Closes a client of which nothing more is wanted, not even an error."""
    if client is not None:
        try:
            client.__exit__(None, None, None)
        except (qftp.Error, OSError):
            client.close()
