"""Types at the serial device PATH: standard input goes there, what comes from it goes to standard output."""

import sys
import threading

import serial

port = serial.Serial(sys.argv[1], 115200, timeout=0.05, exclusive=True)
done = threading.Event()


def listen() -> None:
    while not done.is_set():
        sys.stdout.buffer.write(port.read(max(1, port.in_waiting)))
        sys.stdout.buffer.flush()


listener = threading.Thread(target=listen)
listener.start()
while data := sys.stdin.buffer.read1(65536):
    port.write(data)
done.set()
listener.join()
port.close()
