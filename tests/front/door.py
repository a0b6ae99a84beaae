"""Shared by the tests of the front: bare HTTP/2, and a gateway that only notes what reaches it. Not a test."""
import os
import socket
import struct
import sys
import threading
from concurrent import futures

import grpc

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [os.path.join(TESTS, "support"), os.path.join(TESTS, "gateway")]

DATA, HEADERS, RST_STREAM, SETTINGS, GOAWAY = 0, 1, 3, 4, 7
END_STREAM, END_HEADERS = 1, 4
EMPTY_MESSAGE = b"\0\0\0\0\0"


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def literal(name, value):
    name, value = name.encode(), value.encode()
    return b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value


def call_headers(path, **more):
    fields = {":method": "POST", ":scheme": "http", ":path": path, ":authority": "front", "te": "trailers",
              "content-type": "application/grpc", **more}
    return b"".join(literal(name, value) for name, value in fields.items())


class Bare:
    """A connection that sends frames as it likes."""

    def __init__(self, address, source="127.0.0.1"):
        host, port = address.rsplit(":", 1)
        self.socket = socket.socket()
        self.socket.settimeout(10)
        self.socket.bind((source, 0))
        try:
            self.socket.connect((host, int(port)))
            self.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0))
        except OSError:
            self.socket.close()  # whoever is not let in may learn it while connecting

    def send(self, data):
        self.socket.sendall(data)

    def is_let_in(self):
        """Whether the other side speaks HTTP/2 to us, or hangs up."""
        try:
            return self.socket.recv(9)[3:4] == bytes([SETTINGS])
        except OSError:
            return False

    def next_frame(self):
        """Kind, flags and stream; settings are acknowledged. Nothing when the other side hangs up."""
        while True:
            head = self.read(9)
            if head is None or self.read(int.from_bytes(head[:3], "big")) is None:
                return None
            if head[3] == SETTINGS and not head[4]:
                self.send(frame(SETTINGS, 1, 0))
            elif head[3] in (DATA, HEADERS, RST_STREAM, GOAWAY):
                return head[3], head[4], int.from_bytes(head[5:9], "big")

    def read(self, size):
        data = b""
        while len(data) < size:
            more = self.socket.recv(size - len(data))
            if not more:
                return None
            data += more
        return data

    def close(self):
        self.socket.close()


class Notes(grpc.GenericRpcHandler):
    """A gateway that answers every call with nothing and remembers with what metadata it came."""

    def __init__(self, address):
        self.seen, self.lock = [], threading.Lock()
        self.server = grpc.server(futures.ThreadPoolExecutor(16), handlers=(self,))
        self.server.add_insecure_port(address)
        self.server.start()

    def service(self, details):
        with self.lock:
            self.seen.append((details.method, dict(details.invocation_metadata)))
        return grpc.unary_unary_rpc_method_handler(lambda request, context: b"")

    def metadata(self):
        return self.seen[-1][1]

    def stop(self):
        self.server.stop(0)
