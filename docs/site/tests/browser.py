"""Chromium without a window, driven through a pipe by its own protocol: no driver program and no package is needed."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

NAMES = ("chromium", "chromium-browser", "google-chrome")


def program() -> str | None:
    """Returns the path of Chromium, if it is there."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Browser:
    """One page of a browser that ends with the block."""

    def __init__(self) -> None:
        """Makes a profile of its own."""
        self._profile = tempfile.mkdtemp(prefix="qftp-browser-")
        self._number = 0
        self._events: list[dict[str, Any]] = []
        self._rest = b""

    def __enter__(self) -> Browser:
        """Starts the browser."""
        path = program()
        assert path, "no Chromium"
        read_here, write_there = os.pipe()
        read_there, write_here = os.pipe()
        options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
        # Nothing of the network is asked for: a page stands alone, or it fails here.
        options += [
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--remote-debugging-pipe",
            f"--user-data-dir={self._profile}",
        ]

        def as_three_and_four() -> None:
            # Through high numbers, so that neither takes the place of the other.
            there, back = os.dup2(read_there, 30), os.dup2(write_there, 31)
            os.dup2(there, 3)
            os.dup2(back, 4)

        self._process = subprocess.Popen(
            [path, *options, "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=as_three_and_four,
            close_fds=False,
        )
        os.close(read_there)
        os.close(write_there)
        self._from, self._to = read_here, write_here
        self._session: str | None = None
        targets = self._call("Target.getTargets")["targetInfos"]
        page = next(target for target in targets if target["type"] == "page")
        attached = self._call("Target.attachToTarget", targetId=page["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self._call(f"{domain}.enable")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Ends the browser and removes its profile."""
        os.close(self._to)
        os.close(self._from)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._profile, ignore_errors=True)

    def _read(self) -> dict[str, Any]:
        """Returns the next message."""
        while b"\0" not in self._rest:
            read = os.read(self._from, 1 << 16)
            assert read, "Chromium ended"
            self._rest += read
        message, self._rest = self._rest.split(b"\0", 1)
        answer: dict[str, Any] = json.loads(message)
        return answer

    def _call(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                result: dict[str, Any] = answer["result"]
                return result
            self._events.append(answer)

    def open(self, page: Path, width: int, height: int = 900) -> None:
        """Opens a file at a width in pixels, and waits until it is loaded."""
        phone = width < 600
        self._call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)
        self._events.clear()
        self._call("Page.navigate", url=page.as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self._events):
            self._events.append(self._read())

    def failures(self) -> list[str]:
        """Returns what the page asked for and did not get, and its errors."""
        failed = [event["params"] for event in self._events if event.get("method") == "Network.loadingFailed"]
        logged = [event["params"]["entry"] for event in self._events if event.get("method") == "Log.entryAdded"]
        return [one["errorText"] for one in failed] + [one["text"] for one in logged if one["level"] == "error"]

    def requests(self) -> list[str]:
        """Returns the addresses that the page asked for."""
        sent = [event["params"] for event in self._events if event.get("method") == "Network.requestWillBeSent"]
        return [one["request"]["url"] for one in sent]

    def value(self, expression: str) -> Any:
        """Returns the value of an expression of JavaScript."""
        result = self._call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def screenshot(self, to: Path) -> None:
        """Writes what is seen as a PNG."""
        picture = self._call("Page.captureScreenshot", format="png")
        to.write_bytes(base64.b64decode(picture["data"]))
