"""A time-stamping authority on loopback: openssl's own responder behind a small HTTP server."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

CONFIG = """
[tsa]
default_tsa = main
[main]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
certs = {folder}/ca.pem
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
signer_digest = sha256
ess_cert_id_alg = sha256
"""


def run(*words: str, stdin: bytes = b"") -> bytes:
    return subprocess.run(["openssl", *words], input=stdin, capture_output=True, check=True, timeout=30).stdout


def make_authority(folder: Path) -> Path:
    """Make a root and a signer in ``folder``; the path of the root's certificate."""
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
    (folder / "ext.cnf").write_text("extendedKeyUsage = critical, timeStamping\nkeyUsage = critical, digitalSignature\n")
    new = ("req", "-newkey", "rsa:2048", "-nodes", "-subj")
    run(*new, "/CN=Test root", "-x509", "-days", "30", "-keyout", f"{folder}/ca.key", "-out", f"{folder}/ca.pem")
    run(*new, "/CN=Test stamps", "-keyout", f"{folder}/tsa.key", "-out", f"{folder}/tsa.csr")
    run(
        "x509", "-req", "-in", f"{folder}/tsa.csr", "-CA", f"{folder}/ca.pem", "-CAkey", f"{folder}/ca.key", "-CAcreateserial",
        "-days", "30", "-extfile", f"{folder}/ext.cnf", "-out", f"{folder}/tsa.pem",
    )  # fmt: skip
    return folder / "ca.pem"


@contextmanager
def answering(folder: Path, *, answer: bytes | None = None, status: int = 200) -> Iterator[str]:
    """An authority that stamps what it is asked to, or gives ``answer``; yields its address."""

    class Stamps(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = folder / "asked.tsq"
            asked.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            if answer is None:
                run("ts", "-reply", "-config", f"{folder}/tsa.cnf", "-queryfile", str(asked), "-out", f"{folder}/said.tsr")
                said = (folder / "said.tsr").read_bytes()
            else:
                said = answer
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Stamps)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsr"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
