"""Readiness tells the truth: with a database that stands still, with descriptors used up, with a clock that is off, and while a process
that was asked to end still serves. Liveness is no part of it. Nothing here is measured in time: what must come is waited for."""
import contextlib
import os
import resource
import signal
import socket
import sys
import unittest
import urllib.error
import urllib.request

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import ledger  # noqa: E402
from service import Client, Clock, Refusal, Service, new_id, psql, refused  # noqa: E402

SERVING, NOT_SERVING = 1, 2


def wait_until(condition):
    ledger.wait_until(condition, 60)


def page(service, path):
    """Status and text; (0, "") while the admin port does not answer."""
    try:
        with urllib.request.urlopen("http://127.0.0.1:%d%s" % (service.admin_port, path), timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def health(service):
    return service.call("grpc.health.v1.Health/Check").status


def ask(client):
    """A call that needs the database: served, when it is told that there is no such asset."""
    try:
        client.call("sharing.v1.AssetService/GetAsset", account_id=new_id(), asset_id=new_id(), timeout=60)
    except Refusal as refusal:
        return refusal
    raise AssertionError("an asset that is not there")


def is_served(client):
    return ask(client).code not in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED)


@contextlib.contextmanager
def frozen(database):
    """Its server's processes stand still, as on a machine that is swapped out."""
    pids = [int(pid) for pid in psql("postgres", "SELECT pid FROM pg_stat_activity WHERE datname = '%s'" % database).split()]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


class Readiness(unittest.TestCase):
    def test_a_database_that_stands_still(self):
        for name in ("sharing", "ledger"):
            with self.subTest(name), Service(name) as service:
                with frozen(service.database):
                    wait_until(lambda: page(service, "/health/ready") == (503, "the database does not answer\n"))
                    wait_until(lambda: health(service) == NOT_SERVING)
                    self.assertEqual(page(service, "/health/live")[0], 200)
                wait_until(service.is_ready)
                wait_until(lambda: health(service) == SERVING)

    def test_a_listener_that_accepts_nobody(self):
        """gRPC's listener may be dead for good once descriptors were used up: then readiness says so, and else calls are served."""
        with Service("sharing") as service:
            pid = service.process.pid
            limits = resource.prlimit(pid, resource.RLIMIT_NOFILE)
            opened = len(os.listdir("/proc/%d/fd" % pid))
            resource.prlimit(pid, resource.RLIMIT_NOFILE, (opened + 1, limits[1]))
            strangers = [socket.create_connection(("127.0.0.1", service.port)) for _ in range(8)]
            wait_until(lambda: page(service, "/health/ready")[0] != 200)
            for stranger in strangers:
                stranger.close()
            resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)

            def readiness_is_true():
                newcomer = Client(service.address)
                try:
                    return (page(service, "/health/ready")[0] == 200) == is_served_soon(newcomer)
                finally:
                    newcomer.close()
            wait_until(readiness_is_true)

    def test_a_clock_that_is_off(self):
        """Two minutes are let pass, more is refused at once, whatever is asked, and no job runs; right again, all is served."""
        clock = Clock()
        with Service("sharing", clock=clock, clock_file_compared="true") as service:
            for direction in (1, -1):
                clock.turn(direction * 118)
                self.assertTrue(is_served(service))
                clock.turn(direction * 4)
                with refused(self, grpc.StatusCode.UNAVAILABLE, "CLOCK_DIFFERS"):
                    raise ask(service)
                wait_until(lambda: page(service, "/health/ready") == (503, "the clock differs from the database's\n"))
                wait_until(lambda: health(service) == NOT_SERVING)
                clock.turn(direction * -122)
                self.assertTrue(is_served(service))
                wait_until(service.is_ready)
            self.assertIn('"event":"not_ready"', service.log())

    def test_balancers_are_told_before_callers(self):
        with Service("sharing", drain_delay="5m") as service:
            service.process.terminate()
            wait_until(lambda: page(service, "/health/ready") == (503, "not serving\n"))
            self.assertEqual(health(service), NOT_SERVING)
            self.assertTrue(is_served(service))
            service.process.terminate()  # the second skips the delay, and drains: nothing is under way
            self.assertEqual(service.process.wait(60), 0)


def is_served_soon(client):
    """A connection that nobody accepts is a call that is never answered."""
    try:
        client.call("sharing.v1.AssetService/GetAsset", account_id=new_id(), asset_id=new_id(), timeout=3)
    except Refusal as refusal:
        return refusal.code not in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)
    return True


if __name__ == "__main__":
    unittest.main()
