"""Prints how long it takes from Ctrl-C to KeyboardInterrupt while a client waits: median and worst, in milliseconds."""

from __future__ import annotations

import os
import signal
import statistics
import threading
import time

import qftp

RUNS = 20


def interrupted(client: qftp.Client) -> float:
    """Milliseconds from the signal to the exception."""
    pressed: list[float] = []

    def press() -> None:
        pressed.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(0.1, press)
    timer.start()
    try:
        client.poll(60)
    except KeyboardInterrupt:
        return (time.monotonic() - pressed[0]) * 1000
    finally:
        timer.join()
    raise SystemExit("nothing was interrupted")


def main() -> None:
    """Measures and prints."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with qftp.Emulator("ec2x") as module, qftp.connect(module) as client:
        took = [interrupted(client) for _ in range(RUNS)]
    print(f"Ctrl-C: {statistics.median(took):.1f} ms, at most {max(took):.1f} ms; we aim at less than 100 ms")


if __name__ == "__main__":
    main()
