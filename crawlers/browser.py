"""Debian's chromium, driven over a pipe to draw one page at a time: without network, without scripts, without pictures.

The page is hostile. The browser keeps its own sandbox (run as root it becomes ``nobody``), lives in a network namespace that has no way
out, has every request refused, gets the HTML handed over (never a file's or a site's address) and is ended when it takes too long.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any

from adverts.records import FairwatchError

PROGRAM = "chromium"
PATIENCE = 20.0
"""Seconds a page may take to be drawn, the browser's start included."""
WIDTH, TALLEST = 1024, 8_000
"""Size of a picture in pixels; what lies below is cut off."""
LARGEST = 32 * 1024 * 1024
"""Bytes of one message of the browser: a picture of the tallest page takes a tenth."""
NOBODY = 65534
POLICY = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
"""Stands before every page: no pictures (faces), no frames, no fonts, nothing but the page's own styles."""

_FLAGS = (
    "--headless", "--remote-debugging-pipe", "--disable-gpu", "--no-first-run", "--disable-extensions", "--disable-background-networking",
    "--disable-sync", "--mute-audio", "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=http://127.0.0.1:1",
    f"--window-size={WIDTH},768", "--hide-scrollbars",
)  # fmt: skip
# a page that leads elsewhere would be drawn as the empty page it cannot lead to
_REFRESH = re.compile(r"http-equiv(?=\s*=\s*[\"']?\s*refresh)", re.I)

_START = """
import fcntl, os, sys
pipes = [fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3]]
for number, pipe in enumerate(pipes, 3):
    os.dup2(pipe, number)
os.execvp(sys.argv[3], sys.argv[3:])
"""
"""Puts the pipes where chromium looks for them: 3 to hear, 4 to speak."""


class BrowserError(FairwatchError):
    """No picture could be made; the message says why and what to do."""


class Browser:
    """One running browser; a context manager. Raises ``BrowserError`` where none can be started."""

    def __init__(self, *, patience: float = PATIENCE) -> None:
        self._patience, self._number, self._rest = patience, 0, b""
        self._session = ""
        if shutil.which(PROGRAM) is None:
            raise BrowserError(f"{PROGRAM} is not installed; `apt-get install {PROGRAM}`, or set FAIRWATCH_PICTURES=false")

    def __enter__(self) -> Browser:
        self._home = Path(tempfile.mkdtemp(prefix="fairwatch-picture-"))
        inward, self._say = os.pipe()
        self._hear, outward = os.pipe()
        if os.geteuid() == 0:
            os.chown(self._home, NOBODY, NOBODY)
        line = [*_walls(), PROGRAM, *_FLAGS, f"--user-data-dir={self._home}"]
        self._child = subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", "-S", "-c", _START, str(inward), str(outward), *line],
            pass_fds=(inward, outward), start_new_session=True, env={"HOME": str(self._home), "PATH": "/usr/bin:/bin"}, cwd=self._home,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(inward)
        os.close(outward)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()
        os.close(self._say)
        os.close(self._hear)
        shutil.rmtree(self._home, ignore_errors=True)

    def draw(self, html: str) -> bytes:
        """The page as PNG. Raises ``BrowserError`` where it takes too long or the browser breaks; the browser is of no use after that."""
        until = monotonic() + self._patience
        try:
            target = self._ask("Target.createTarget", until, url="about:blank")["targetId"]
            self._session = self._ask("Target.attachToTarget", until, targetId=target, flatten=True)["sessionId"]
            self._ask("Emulation.setScriptExecutionDisabled", until, value=True)
            self._ask("Fetch.enable", until)
            frame = self._ask("Page.getFrameTree", until)["frameTree"]["frame"]["id"]
            self._ask("Page.setDocumentContent", until, frameId=frame, html=POLICY + _REFRESH.sub("was", html))
            height = float(self._ask("Page.getLayoutMetrics", until)["cssContentSize"]["height"])
            clip = {"x": 0, "y": 0, "width": WIDTH, "height": min(max(height, 1), TALLEST), "scale": 1}
            drawn = self._ask("Page.captureScreenshot", until, format="png", captureBeyondViewport=True, clip=clip)["data"]
            self._session = ""
            self._ask("Target.closeTarget", until, targetId=target)
            return base64.b64decode(drawn, validate=True)
        except (OSError, ValueError, KeyError, TypeError, binascii.Error) as error:
            raise BrowserError(f"the browser broke while it drew ({error!r}); try again, or set FAIRWATCH_PICTURES=false") from error

    def _ask(self, method: str, until: float, **given: Any) -> dict[str, Any]:
        number = self._send(method, given)
        while True:
            said = self._message(until)
            if said.get("method") == "Fetch.requestPaused":
                self._send("Fetch.failRequest", {"requestId": said["params"]["requestId"], "errorReason": "BlockedByClient"})
            elif said.get("id") == number:
                if "error" in said:
                    raise ValueError(f"{method}: {said['error'].get('message', '')[:200]}")
                return dict(said["result"])

    def _send(self, method: str, given: dict[str, Any]) -> int:
        self._number += 1
        message = {"id": self._number, "method": method, "params": given, **({"sessionId": self._session} if self._session else {})}
        content = memoryview(json.dumps(message).encode() + b"\0")
        while content:
            content = content[os.write(self._say, content) :]
        return self._number

    def _message(self, until: float) -> dict[str, Any]:
        parts = [self._rest]
        while b"\0" not in parts[-1]:
            ready, _, _ = select.select([self._hear], [], [], max(0.0, until - monotonic()))
            if not ready:
                raise BrowserError(f"the page was not drawn within {self._patience:g} s; it is kept without a picture")
            got = os.read(self._hear, 1 << 16)
            if not got:
                raise BrowserError(f"{PROGRAM} ended by itself; run it by hand to see why, or set FAIRWATCH_PICTURES=false")
            parts.append(got)
            if sum(map(len, parts)) > LARGEST:
                raise BrowserError(f"the browser sent more than {LARGEST:,} bytes; the page is kept without a picture")
        message, _, self._rest = b"".join(parts).partition(b"\0")
        return dict(json.loads(message))


def _walls() -> list[str]:
    """What goes before the browser: no network at all, and not root."""
    if os.geteuid() == 0:
        return ["unshare", "--net", "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs"]
    return ["unshare", "--map-current-user", "--net"]
