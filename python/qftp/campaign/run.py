"""Runs a campaign: labgrid's locks are held here, for all of it; the workers of Dask get ports and shares.

A worker takes shares as far as its resource `module` goes: `dask worker scheduler:8786 --resources module=4` drives
four modules at a time. The shares of one module follow each other, so that a module has one worker at a time. The share
of a worker that is lost goes to another one, and is done from its start.
"""

from __future__ import annotations

import contextlib
import secrets
from collections import deque
from typing import TYPE_CHECKING, Any, Callable

from qftp.campaign.results import Results
from qftp.campaign.share import do_share
from qftp.errors import UsageError
from qftp.optional_import import optional_import

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from qftp.campaign.plan import Account, Plan, Share
    from qftp.labgrid import Lab

RESOURCE = "module"
"""The resource of a worker; as much of it as the worker may drive modules at a time."""


def run(
    plan: Plan,
    lab: Lab,
    cluster: Any,
    account: Account,
    folder: str | os.PathLike[str],
    *,
    places: Iterable[str] | None = None,
    on_share: Callable[[Share], object] | None = None,
) -> Path:
    """Acquires places of a lab, does the plan with the module of each, and releases them.

    Args:
        plan: What is to be done with each module.
        lab: The lab.
        cluster: A `dask.distributed.Client`, with workers that have the resource `module`.
        account: The server.
        folder: The folder of the results; one of a campaign that was stopped goes on.
        places: The names of the places; None takes all.
        on_share: Is called behind each share that is done.

    Returns:
        The path of the Parquet file.

    Raises:
        PlaceError: A place cannot be acquired.
        PlanError: The folder is of another plan.
    """
    names = [place.name for place in lab.places()] if places is None else list(places)
    with contextlib.ExitStack() as stack:
        ports: dict[str, str] = {}
        for name in names:
            place = lab.open_place(name)
            stack.callback(place.close)
            place.close_port()
            ports[name] = place.url
        return run_on_ports(plan, ports, cluster, account, folder, on_share=on_share)


def run_on_ports(
    plan: Plan,
    ports: Mapping[str, str],
    cluster: Any,
    account: Account,
    folder: str | os.PathLike[str],
    *,
    on_share: Callable[[Share], object] | None = None,
) -> Path:
    """Does the plan with modules at ports that the workers reach, without labgrid; see `run`.

    Args:
        plan: What is to be done with each module.
        ports: The URL of each module's port, by a name of it.
        cluster: A `dask.distributed.Client`.
        account: The server.
        folder: The folder of the results.
        on_share: Is called behind each share that is done.
    """
    if not ports:
        raise UsageError("a campaign needs a module: there is no place")
    distributed = optional_import("distributed", "a campaign", "campaign")
    results = Results(folder, plan)
    shares = list(plan.shares(ports))
    left: dict[str, deque[Share]] = {place: deque() for place in ports}
    for share in shares:
        if not results.is_done(share):
            left[share.place].append(share)

    # A share that a campaign before this one left may still be known to the cluster, as cancelled.
    token = secrets.token_hex(4)

    # The next share of a module is given out when the one before it is here: a result that a lost worker still had
    # would else be made again, beside it on the same module.
    def begin(place: str) -> Any:
        share = left[place].popleft()
        resources = {RESOURCE: 1}
        arguments = (share, ports[place], account)
        key = f"qftp-{share.name}-{token}"
        future = cluster.submit(do_share, *arguments, key=key, pure=False, resources=resources)
        running[future] = share
        return future

    running: dict[Any, Share] = {}
    ended = distributed.as_completed([begin(place) for place in ports if left[place]])
    try:
        for future in ended:
            results.keep(running[future], future.result())
            share = running.pop(future)
            future.release()
            if left[share.place]:
                ended.add(begin(share.place))
            if on_share is not None:
                on_share(share)
    finally:
        cluster.cancel(list(running))
    return results.join(shares)
