"""SIGTERM under traffic: with a drain-delay readiness says no at once, and whoever calls or connects meanwhile is served as before."""
import os
import signal
import sys
import threading
import time
import unittest
import urllib.error
import urllib.request

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from service import Client, Service, new_id  # noqa: E402

CALLS = 60  # of each caller during the delay
SERVING, NOT_SERVING = b"\x08\x01", b"\x08\x02"  # grpc.health.v1.HealthCheckResponse


class Caller(threading.Thread):
    """Keeps calling until it was told to stop; every call has to succeed."""

    def __init__(self, service, connects_anew):
        super().__init__(daemon=True)
        self.service, self.connects_anew = service, connects_anew
        self.count, self.failed, self.stopped = 0, [], threading.Event()
        self.start()

    def run(self):
        client = Client(self.service.address)
        while not self.stopped.is_set():
            if self.connects_anew:
                client.close()
                # a subchannel of its own: without it Python would take the connection that another channel has
                client.channel = grpc.insecure_channel(self.service.address, [("grpc.use_local_subchannel_pool", 1)])
            try:
                client.call("sharing.v1.AccountService/OpenAccount", account_id=new_id(), company_id=new_id(), request_id=new_id())
                self.count += 1
            except Exception as error:  # noqa: BLE001
                self.failed.append(str(error))
                return
        client.close()

    def stop(self):
        self.stopped.set()
        self.join(30)


class Drain(unittest.TestCase):
    def ready(self, service, page="ready"):
        try:
            with urllib.request.urlopen("http://127.0.0.1:%d/health/%s" % (service.admin_port, page), timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def awaited(self, question):
        deadline = time.monotonic() + 30
        while not question():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    def test_nobody_fails_during_the_delay(self):
        with Service("sharing", drain_delay="10m") as service:
            watch = service.channel.unary_stream("/grpc.health.v1.Health/Watch")(b"")
            self.assertEqual(next(watch), SERVING)
            callers = [Caller(service, connects_anew) for connects_anew in (False, False, True, True)]
            self.awaited(lambda: all(caller.count > 2 or caller.failed for caller in callers))
            service.process.send_signal(signal.SIGTERM)
            self.assertEqual(next(watch), NOT_SERVING)
            self.assertEqual((self.ready(service), self.ready(service, "live")), (503, 200))
            check = service.channel.unary_unary("/grpc.health.v1.Health/Check")
            self.assertEqual(check(b"", timeout=10), NOT_SERVING)
            before = [caller.count for caller in callers]
            self.awaited(lambda: all(caller.failed or caller.count >= count + CALLS for caller, count in zip(callers, before)))
            self.assertIsNone(service.process.poll())
            for caller in callers:
                caller.stop()
            self.assertEqual([caller.failed for caller in callers], [[]] * len(callers))
            service.process.send_signal(signal.SIGTERM)  # skips the delay
            self.assertEqual(service.process.wait(60), 0, service.log()[-3000:])
            self.assertIn("drain_delay_skipped", service.log())

    def test_the_delay_ends_by_itself(self):
        with Service("sharing", drain_delay="1s") as service:
            began = time.monotonic()
            service.process.send_signal(signal.SIGTERM)
            self.assertEqual(service.process.wait(60), 0)
            self.assertGreaterEqual(time.monotonic() - began, 1)
            self.assertNotIn("drain_delay_skipped", service.log())


if __name__ == "__main__":
    unittest.main()
