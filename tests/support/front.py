"""The front before the gateway, as it is shipped: HAProxy with gateway/front/haproxy.cfg. Not a test.

    with Front() as front:
        gateway(peers, listen_address=front.gateway)      a gateway behind it
        Client(front.address)                             a client before it
        Client(front.from_source("127.0.0.9"))            one with another address"""
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

from service import ROOT, free_port

RUN = os.path.join(ROOT, "gateway", "front", "run")


class Front:
    def __init__(self, **settings):
        """settings: of gateway/front/README.md, without FRONT_ and in small letters."""
        self.folder = tempfile.mkdtemp(prefix="kontor-front-")
        self.port = free_port()
        self.address = "127.0.0.1:%d" % self.port
        self.socket = os.path.join(self.folder, "gateway.sock")
        self.gateway = "unix:" + self.socket
        self.log_path = os.path.join(self.folder, "front.log")
        self.sources = []
        own = {"run": self.folder, "gateway": self.socket, "address": self.address}
        self.environment = dict(os.environ, **{"FRONT_" + name.upper(): str(value) for name, value in {**own, **settings}.items()})
        self.process = None
        self.start()

    def start(self):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen([RUN, "serve"], env=self.environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=2).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError("the front did not start:\n" + self.log()) from None
                time.sleep(0.05)

    def kill(self):
        """kill -9 of both of its processes."""
        with open("/proc/{0}/task/{0}/children".format(self.process.pid), encoding="ascii") as children:
            workers = children.read().split()
        for pid in [self.process.pid, *workers]:
            os.kill(int(pid), signal.SIGKILL)
        self.process.wait(10)

    def run(self, *words):
        return subprocess.run([RUN, *words], env=self.environment, capture_output=True, text=True, timeout=60)

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            return log.read()

    def from_source(self, source):
        """An address that leads to the front; who connects there comes from this address of 127.0.0.0/8."""
        forwarder = Forwarder(self.port, source)
        self.sources.append(forwarder)
        return forwarder.address

    def stop(self):
        for forwarder in self.sources:
            forwarder.stop()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.stop()


class Forwarder:
    """Passes bytes on from an address of its own."""

    def __init__(self, port, source):
        self.to, self.source = ("127.0.0.1", port), source
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self.to, source_address=(self.source, 0))
            except OSError:
                near.close()
                continue
            for pair in ((near, far), (far, near)):
                threading.Thread(target=self.pass_on, args=pair, daemon=True).start()

    @staticmethod
    def pass_on(come, go):
        try:
            while data := come.recv(65536):
                go.sendall(data)
        except OSError:
            pass
        for end in (come, go):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def stop(self):
        self.listener.close()
