"""A process that writes ready-made MQTT frames to a broker, as fast as it takes them or evenly.

usage: python -m benchmarks.feeder PORT FILE SECONDS     starts when a line comes in, tells when all
is sent; SECONDS to spread it over, 0: at once
"""

import socket
import sys
import time
from pathlib import Path

_CONNECT = b"\x10\x12\x00\x04MQTT\x04\x02\x00\x00\x00\x06feeder"  # clean session, no keep-alive
_PIECE_S = 0.02  # evenly means: a piece every so often


def main(port: int, frames: bytes, seconds: float) -> None:
    """Connect, wait for the word, send, disconnect."""
    with socket.create_connection(("127.0.0.1", port)) as link:
        link.sendall(_CONNECT)
        if link.recv(4) != b"\x20\x02\x00\x00":
            raise ConnectionError("the broker refuses the feeder")
        print("ready", flush=True)
        sys.stdin.readline()
        pieces = max(1, int(seconds / _PIECE_S))
        size = -(-len(frames) // pieces)
        begin = time.monotonic()
        for piece in range(pieces):
            time.sleep(max(0.0, begin + piece * _PIECE_S - time.monotonic()))
            link.sendall(frames[piece * size : (piece + 1) * size])
        link.sendall(b"\xe0\x00")
        print("sent", flush=True)
        while link.recv(1):
            pass


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]).read_bytes(), float(sys.argv[3]))
