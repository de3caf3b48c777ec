"""As much of WebDriver BiDi as asking Firefox takes: a WebSocket client (RFC 6455) and commands that wait."""

from __future__ import annotations

import base64
import itertools
import json
import os
import socket
import struct
from typing import Any

TEXT, CLOSE, PING = 1, 8, 9
SHORT, MEDIUM = 126, 127
MOST_EVENTS = 10_000


class Bidi:
    """One session; commands are sent one at a time. events: what came meanwhile, up to MOST_EVENTS."""

    def __init__(self, port: int, path: str = "/session") -> None:
        self.sock = socket.create_connection(("127.0.0.1", port))
        self.sock.settimeout(180)
        self.numbers = itertools.count(1)
        self.events: list[dict[str, Any]] = []
        key = base64.b64encode(os.urandom(16)).decode()
        self.sock.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self._read(1)
        if b" 101 " not in head:
            raise ConnectionError(head.decode("latin-1"))

    def command(self, method: str, **params: Any) -> Any:
        """Send one command and give back its result; the browser's complaint is an exception."""
        number = next(self.numbers)
        self._send(TEXT, json.dumps({"id": number, "method": method, "params": params}).encode())
        while True:
            message = json.loads(self._message())
            if message.get("id") == number:
                if message["type"] == "error":
                    raise RuntimeError(f"{method}: {message['error']}: {message['message']}")
                return message["result"]
            if len(self.events) < MOST_EVENTS:
                self.events.append(message)

    def close(self) -> None:
        self.sock.close()

    def _read(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            more = self.sock.recv(min(65536, size - len(data)))
            if not more:
                raise EOFError
            data += more
        return bytes(data)

    def _send(self, opcode: int, payload: bytes) -> None:
        size = len(payload)
        if size < SHORT:
            length = bytes([0x80 | size])
        elif size < 1 << 16:
            length = bytes([0x80 | SHORT]) + struct.pack(">H", size)
        else:
            length = bytes([0x80 | MEDIUM]) + struct.pack(">Q", size)
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
        self.sock.sendall(bytes([0x80 | opcode]) + length + mask + masked)

    def _message(self) -> bytes:
        parts = b""
        while True:
            first, second = self._read(2)
            size = second & 0x7F
            if size == SHORT:
                size = struct.unpack(">H", self._read(2))[0]
            elif size == MEDIUM:
                size = struct.unpack(">Q", self._read(8))[0]
            payload = self._read(size)
            opcode = first & 0x0F
            if opcode == CLOSE:
                raise EOFError
            if opcode == PING:
                self._send(10, payload)
            elif opcode <= TEXT:
                parts += payload
                if first & 0x80:
                    return parts
