"""A proxy between a service and PostgreSQL that cuts one connection after a number of bytes, either way, counted from the moment it is armed.
The one is that which carried certain bytes (a request id). tests/runtime/database/proxy.h is the same for libpq alone."""
import os
import selectors
import shutil
import socket
import tempfile
import threading
import time

TO_SERVER, TO_CLIENT = 0, 1
SOCKET = ".s.PGSQL.5432"


def frames(stream):
    """The ends of PostgreSQL's messages in a stream that begins with one: a type byte and a length follow each other."""
    ends, at = [], 0
    while at + 5 <= len(stream):
        at += 1 + int.from_bytes(stream[at + 1:at + 5], "big")
        ends.append(at)
    assert at == len(stream), "the stream ends within a message"
    return ends


class Pair:
    def __init__(self, client, server):
        self.sockets = (server, client)  # by direction: where the bytes go


class Proxy:
    """host=proxy.folder is the way through it."""

    def __init__(self, server_folder):
        self.folder = tempfile.mkdtemp(prefix="kontor-proxy-")
        os.chmod(self.folder, 0o755)
        self.server = os.path.join(server_folder, SOCKET)
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(os.path.join(self.folder, SOCKET))
        self.listener.listen(64)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.lock, self.over = threading.RLock(), False
        self.mark, self.followed, self.passed = None, None, [bytearray(), bytearray()]
        self.cut_at, self.cut, self.shut, self.late = None, threading.Event(), False, []
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def follow(self, mark):
        """From now on it is the connection that carries these bytes to the server."""
        with self.lock:
            self.mark, self.followed = mark, None

    def arm(self, direction=None, size=0, late_seconds=None, shut=False):
        """Counts from now on. With a direction, cuts after so many bytes that way. late_seconds: what was left reaches the server then, when
        its client has gone long since. shut: nobody gets through any more until open()."""
        with self.lock:
            self.passed = [bytearray(), bytearray()]
            self.cut.clear()
            self.cut_at = None if direction is None else (direction, size, late_seconds, shut)

    def open(self):
        with self.lock:
            self.shut, self.cut_at = False, None

    def stop(self):
        self.over = True
        self.thread.join()
        for timer in self.late:
            timer.join()
        self.listener.close()
        shutil.rmtree(self.folder)

    def _run(self):
        while not self.over:
            for key, _ in self.selector.select(0.02):
                with self.lock:
                    self._accept() if key.fileobj is self.listener else self._pass(key.fileobj, *key.data)
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()

    def _accept(self):
        client = self.listener.accept()[0]
        if self.shut:
            client.close()
            return
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        server.connect(self.server)
        pair = Pair(client, server)
        self.selector.register(client, selectors.EVENT_READ, (pair, TO_SERVER))
        self.selector.register(server, selectors.EVENT_READ, (pair, TO_CLIENT))

    def _pass(self, source, pair, direction):
        if source.fileno() < 0:
            return  # cut in the same turn
        try:
            data = source.recv(65536)
        except ConnectionError:
            data = b""
        if not data:
            self._end(pair)
            return
        if self.mark and direction == TO_SERVER and self.mark in data:
            self.followed, self.mark = pair, None
        if pair is not self.followed:
            self._send(pair, direction, data)
            return
        left = self.cut_at[1] - len(self.passed[direction]) if self.cut_at and self.cut_at[0] == direction else len(data) + 1
        self.passed[direction] += data
        self._send(pair, direction, data[:left])
        if len(data) >= left:
            self._cut(pair, data[left:])

    def _send(self, pair, direction, data):
        try:
            pair.sockets[direction].sendall(data)
        except OSError:
            self._end(pair)

    def _cut(self, pair, rest):
        _, _, late_seconds, self.shut = self.cut_at
        server = pair.sockets[TO_SERVER].dup() if late_seconds is not None else None
        self._end(pair)
        self.cut_at, self.followed = None, None
        if server is not None:
            self.late.append(threading.Thread(target=self._deliver, args=(server, rest, late_seconds)))
            self.late[-1].start()
        if self.shut:
            for other in {key.data[0] for key in self.selector.get_map().values() if key.data}:
                self._end(other)
        self.cut.set()

    @staticmethod
    def _deliver(server, rest, late_seconds):
        time.sleep(late_seconds)
        try:
            server.sendall(rest)
        except OSError:
            pass  # the server had given up
        server.close()

    def _end(self, pair):
        for end in pair.sockets:
            if end.fileno() >= 0:
                self.selector.unregister(end)
                end.close()
