"""A proxy between a service and PostgreSQL that cuts one connection at a chosen byte, either way: the one that carried certain bytes (a request
id). tests/runtime/database/proxy.h is the same for libpq alone, and for the number of bytes alone."""
import os
import re
import selectors
import shutil
import socket
import tempfile
import threading
import time

TO_SERVER, TO_CLIENT = 0, 1
SOCKET = ".s.PGSQL.5432"


def messages(stream):
    """Where PostgreSQL's messages begin and end in a stream that begins with one; a type byte and a length lead each."""
    at, places = 0, []
    while at + 5 <= len(stream) and at + 1 + int.from_bytes(stream[at + 1:at + 5], "big") <= len(stream):
        places.append((at, at + 1 + int.from_bytes(stream[at + 1:at + 5], "big")))
        at = places[-1][1]
    return places


def after_messages(count):
    """The end of so many messages."""
    def where(stream, _):
        places = messages(stream)
        return 0 if count == 0 else places[count - 1][1] if len(places) >= count else None
    return where


def behind_message(count, offset):
    """So many bytes behind the end of so many messages."""
    def where(stream, _):
        places = [(0, 0)] + messages(stream)
        return max(0, places[count][1] + offset) if len(places) > count else None
    return where


def in_commit(offset):
    """So many bytes behind the first of the COMMIT (to the server: its Bind; to the client: the word that it was done)."""
    def where(stream, commit_name):
        for begin, end in messages(stream):
            bind, done = b"B" + stream[begin + 1:begin + 5] + b"\0" + commit_name + b"\0", b"C\0\0\0\x0bCOMMIT\0"
            if stream[begin:end].startswith(bind) or stream[begin:end] == done:
                return max(0, begin + offset)
        return None
    return where


class Pair:
    def __init__(self, client, server):
        self.sockets = (server, client)  # by direction: where the bytes go
        self.commit_name = b"?"  # what COMMIT was prepared as
        self.last = b""  # of what went to the server: what is looked for may come in two pieces

    def carries(self, data, mark):
        """Learns from what goes to the server; whether the mark is in it."""
        data = self.last + data
        prepared = re.search(rb"P....(\w+)\0COMMIT\0", data, re.DOTALL)
        self.commit_name = prepared.group(1) if prepared else self.commit_name
        self.last = data[-64:]
        return mark is not None and mark in data


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

    def arm(self, direction, where, late_seconds=None, shut=False):
        """Cuts what passes from now on that way at the byte that where(stream so far, what COMMIT is called) gives, once it is not None.
        late_seconds: what was left reaches the server then, when its client has gone long since. shut: nobody gets through until open()."""
        with self.lock:
            self.passed = [bytearray(), bytearray()]
            self.cut.clear()
            self.cut_at = direction, where, late_seconds, shut

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
        if direction == TO_SERVER and pair.carries(data, self.mark):
            self.followed, self.mark = pair, None
        left = self._left(pair, direction, data)
        self._send(pair, direction, data[:left])
        if left is not None:
            self._cut(pair, data[left:])

    def _left(self, pair, direction, data):
        """How much of the data still passes before the cut; None: all, and no cut."""
        if pair is not self.followed:
            return None
        before = len(self.passed[direction])
        self.passed[direction] += data
        place = self.cut_at[1](bytes(self.passed[direction]), pair.commit_name) if self.cut_at and self.cut_at[0] == direction else None
        return None if place is None else max(0, place - before)

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
