"""Places of a coordinator, opened without an event loop of the caller's: a notebook has one that runs.

labgrid's client speaks to the coordinator in an event loop. Here that is one of its own, in a thread, so that calls
wait where they stand. While a place is open it is acquired, so that no other user has it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from labgrid.factory import target_factory
from labgrid.remote.client import ClientSession
from labgrid.remote.client import Error as LabgridError
from labgrid.remote.common import Reservation, ReservationState
from labgrid.remote.generated import labgrid_coordinator_pb2 as messages
from labgrid.remote.generated.labgrid_coordinator_pb2_grpc import CoordinatorStub
from labgrid.target import Target
from labgrid.util.proxy import proxymanager

from qftp.errors import Error, OperationTimeout
from qftp.labgrid.driver import QFTPModemDriver, port_url

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from types import TracebackType

    from qftp import Client

_COORDINATOR = "127.0.0.1:20408"
_POLL_S = 0.5
"""Seconds between two questions after a reservation."""


class PlaceError(Error, RuntimeError):
    """The coordinator is not there, or does not give the place."""


class PlaceInfo(NamedTuple):
    """A place, as the coordinator tells it."""

    name: str
    tags: dict[str, str]
    acquired: str | None
    """Host and user that have it; None for a free one."""


class Lab:
    """A session at a coordinator. Close it, or use it in `with`.

    Places that it has opened are released with it.
    """

    def __init__(self, coordinator: str | None = None) -> None:
        """Connects to the coordinator.

        Args:
            coordinator: Its address, "host:20408"; None takes LG_COORDINATOR, else the one of this machine.

        Raises:
            PlaceError: It does not answer.
        """
        address = coordinator or os.environ.get("LG_COORDINATOR", _COORDINATOR)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="qftp.labgrid", daemon=True)
        self._thread.start()
        self._open: list[OpenPlace] = []
        self._tokens: dict[str, str] = {}
        """The reservations of ours, by the place."""
        try:
            self._session: Any = self._wait(self._connect(address))
        except BaseException:
            self._end()
            raise

    async def _connect(self, address: str) -> Any:
        target = proxymanager.get_grpc_address(address, default_port=20408)
        session = _session(target, self._loop)
        try:
            await session.start()
        except LabgridError as error:
            await session.close()
            raise PlaceError(f"no coordinator answers at {address}") from error
        return session

    def _wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def places(self, **tags: str) -> list[PlaceInfo]:
        """Returns the places that have these tags, by name."""
        self._wait(self._session.sync_with_coordinator())
        found = [
            PlaceInfo(name, dict(place.tags), place.acquired or None) for name, place in self._session.places.items()
        ]
        return sorted(place for place in found if tags.items() <= place.tags.items())

    def reserve(self, *, timeout: float | None = None, prio: float = 0.0, **tags: str) -> str:
        """Reserves a place that has these tags, and returns its name.

        It is ours for a minute, in which to open it, and then until it is closed.

        Args:
            timeout: Seconds to wait until one is free; None waits for ever.
            prio: The priority among those who wait.
            tags: What the place must have: `dialect="ec2x"`.

        Raises:
            OperationTimeout: None was free in time.
            PlaceError: No place has these tags.
        """
        if not self.places(**tags):
            raise PlaceError(f"no place has the tags {_written(tags)}")
        return str(self._wait(self._reserve(tags, prio, timeout)))

    async def _reserve(self, tags: dict[str, str], prio: float, timeout: float | None) -> str:
        stub = self._session.stub
        filters = {"main": messages.Reservation.Filter(filter=tags)}
        response = await stub.CreateReservation(messages.CreateReservationRequest(filters=filters, prio=prio))
        reservation = Reservation.from_pb2(response.reservation)
        begun = time.monotonic()
        while reservation.state is ReservationState.waiting:
            if timeout is not None and time.monotonic() - begun >= timeout:
                await stub.CancelReservation(messages.CancelReservationRequest(token=reservation.token))
                raise OperationTimeout(f"no place with the tags {_written(tags)} was free within {timeout} s")
            await asyncio.sleep(_POLL_S)
            response = await stub.PollReservation(messages.PollReservationRequest(token=reservation.token))
            reservation = Reservation.from_pb2(response.reservation)
        if reservation.state is not ReservationState.allocated:
            raise PlaceError(f"the reservation is {reservation.state.name}")
        (name,) = reservation.allocations["main"]
        self._tokens[name] = reservation.token
        return str(name)

    async def _cancel(self, name: str) -> None:
        """Gives up the reservation of a place, which would keep others from it for a minute more."""
        import grpc

        token = self._tokens.pop(name, None)
        if token is not None:
            with contextlib.suppress(grpc.aio.AioRpcError):  # it has expired
                await self._session.stub.CancelReservation(messages.CancelReservationRequest(token=token))

    def open_place(self, name: str, **options: Any) -> OpenPlace:
        """Acquires a place and opens the module on its serial port.

        Args:
            name: The name of the place.
            options: Those of `QFTPModemDriver`: `dialect`, `wait`, `timeout`, `record`.

        Raises:
            PlaceError: The place does not exist, is somebody else's, or has no port for a module.
            qftp.Error: The module cannot be opened; the place is released then.
        """
        place = OpenPlace(self, name, options)
        self._open.append(place)
        return place

    def close(self) -> None:
        """Closes the places that are open, releases them, and leaves the coordinator."""
        if self._loop.is_closed():
            return
        try:
            for place in list(self._open):
                place.close()
        finally:
            self._wait(self._leave())
            self._end()

    async def _leave(self) -> None:
        for name in list(self._tokens):
            await self._cancel(name)
        await self._session.stop()
        await self._session.close()

    def __enter__(self) -> Lab:
        """Returns the lab."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes it."""
        self.close()

    def _acquire(self, name: str) -> list[tuple[str, Any]]:
        """Acquires a place; the name and the entry of each of its resources."""
        try:
            self._wait(self._call("AcquirePlace", messages.AcquirePlaceRequest(placename=name)))
            place = self._session.places[name]
            resources = self._session.get_target_resources(place)
        except LabgridError as error:
            raise PlaceError(f"{name}: {error}") from error
        return [(resource, entry) for (resource, _), entry in resources.items()]

    def _release(self, name: str) -> None:
        try:
            self._wait(self._call("ReleasePlace", messages.ReleasePlaceRequest(placename=name)))
        finally:
            self._wait(self._cancel(name))

    async def _call(self, method: str, request: Any) -> None:
        import grpc

        if request.placename not in self._session.places:
            raise PlaceError(f"the coordinator has no place {request.placename}")
        try:
            await getattr(self._session.stub, method)(request)
        except grpc.aio.AioRpcError as error:
            raise PlaceError(f"{request.placename}: {error.details()}") from error
        await self._session.sync_with_coordinator()


class OpenPlace:
    """A place that is acquired, with the module on its port. In `with` it gives the client."""

    def __init__(self, lab: Lab, name: str, options: dict[str, Any]) -> None:
        """Acquires the place and opens the module; `Lab.open_place` calls it."""
        self._lab = lab
        self._owns_lab = False
        self.name = name
        self._driver: Any = None
        resources = lab._acquire(name)
        try:
            self.target = Target(name)
            for resource, entry in resources:
                self._add(resource, entry)
            self._driver = QFTPModemDriver(self.target, name=None, **options)
            self.target.activate(self._driver)
        except BaseException as error:
            lab._release(name)
            if type(error).__module__.startswith("labgrid"):
                raise PlaceError(f"{name}: {error}") from error
            raise

    def _add(self, name: str, entry: Any) -> None:
        """Makes a resource of the place as the coordinator describes it, where the driver can use it."""
        if entry.cls not in QFTPModemDriver.bindings["port"]:
            return
        resource = target_factory.make_resource(self.target, entry.cls, name, entry.args)
        resource.avail = entry.avail
        resource.extra = entry.extra

    @property
    def session(self) -> Client:
        """The client on the module."""
        client: Client = self._driver.session
        return client

    @property
    def url(self) -> str:
        """The URL of the port, for programs; `close_port` first, as one of them has the line at a time."""
        return port_url(self._driver.port)

    def close_port(self) -> None:
        """Closes the module and keeps the place, so that another program can open `url`."""
        self.target.deactivate(self._driver)

    def close(self) -> None:
        """Closes the module and releases the place."""
        if self not in self._lab._open:
            return
        self._lab._open.remove(self)
        try:
            self.target.deactivate(self._driver)
        finally:
            self._lab._release(self.name)
            if self._owns_lab:
                self._lab.close()

    def __enter__(self) -> Client:
        """Returns the client."""
        return self.session

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Closes the module and releases the place."""
        self.close()


def open_place(name: str, *, coordinator: str | None = None, **options: Any) -> OpenPlace:
    """Acquires a place of a lab and opens the module on it; also where an event loop runs, as in a notebook.

        place = open_place("lte-1")
        place.session.probe()
        place.close()

    Args:
        name: The name of the place.
        coordinator: Its address; None takes LG_COORDINATOR, else the one of this machine.
        options: Those of `QFTPModemDriver`.

    Raises:
        PlaceError: The coordinator is not there, or does not give the place.
        qftp.Error: The module cannot be opened.
    """
    lab = Lab(coordinator)
    try:
        place = lab.open_place(name, **options)
    except BaseException:
        lab.close()
        raise
    place._owns_lab = True
    return place


def _session(target: str, loop: asyncio.AbstractEventLoop) -> Any:
    """Returns a client of labgrid with a connection of its own.

    Channels of a process to one address share a connection, and the coordinator takes one client on each: without this
    a second lab, or labgrid's own environment beside one, would be refused.
    """
    import grpc

    session: Any = ClientSession(target, loop)
    keepalive = [("grpc.keepalive_time_ms", 7500), ("grpc.keepalive_timeout_ms", 10_000)]
    options = [("grpc.use_local_subchannel_pool", 1), ("grpc.http2.max_pings_without_data", 0), *keepalive]
    session.channel = grpc.aio.insecure_channel(target, options=options)
    session.stub = CoordinatorStub(session.channel)
    return session


def _written(tags: dict[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in tags.items())
