"""Serves a serial port by pyserial's side of RFC 2217, one host after another."""

import contextlib
import socket
import sys
import threading

import serial
import serial.rfc2217

device, port = sys.argv[1], int(sys.argv[2])


class Terminal(serial.Serial):  # type: ignore[misc]
    """A pseudo terminal, which has no control lines."""

    def _update_dtr_state(self) -> None:
        pass

    def _update_rts_state(self) -> None:
        pass

    cts = dsr = ri = cd = False


class Host:
    """The connection, as the port manager writes to it."""

    def __init__(self, connection: socket.socket) -> None:
        """Takes a connection."""
        self.connection = connection
        self.lock = threading.Lock()

    def write(self, data: bytes) -> None:
        """Sends all of it."""
        with self.lock:
            self.connection.sendall(data)


def serve(line: serial.Serial, connection: socket.socket) -> None:
    """Serves one host until it goes."""
    host = Host(connection)
    manager = serial.rfc2217.PortManager(line, host)
    over = threading.Event()

    def read_line() -> None:
        while not over.is_set():
            if data := line.read(line.in_waiting or 1):
                with contextlib.suppress(OSError):
                    host.write(b"".join(manager.escape(data)))

    reader = threading.Thread(target=read_line)
    reader.start()
    try:
        while data := connection.recv(1024):
            line.write(b"".join(manager.filter(data)))
    except OSError:
        pass
    over.set()
    reader.join()


with socket.create_server(("127.0.0.1", port)) as server:
    while True:
        connection, _ = server.accept()
        with (
            connection,
            contextlib.suppress(OSError),  # a host may go at any time
            Terminal(device, timeout=0.05) as line,
        ):
            serve(line, connection)
