"""The Python client library before a fake gateway: gathered, each its own answer, one refused order harms no other, and what a lost answer
becomes."""
import glob
import os
import subprocess
import sys
import tempfile
import threading
import unittest

import grpc

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [os.path.join(TESTS, "support"), os.path.join(TESTS, "gateway")]
from fake_peers import FakePeers, No  # noqa: E402
from service import ROOT  # noqa: E402

SUBMIT = "ledger.v1.OrderService/SubmitOrders"


def make_messages(folder):
    proto = os.path.join(ROOT, "proto")
    files = [file for pattern in ("*/v1/*.proto", "google/rpc/*.proto", "buf/validate/*.proto") for file in glob.glob(os.path.join(proto, pattern))]
    subprocess.run(["protoc", "-I", proto, "-I", "/usr/include", "--python_out", folder] + files, check=True, stderr=subprocess.DEVNULL)


class PythonClientTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        make_messages(folder)
        cls.program = os.path.join(folder, "program.py")
        with open(cls.program, "w", encoding="utf-8") as program:
            program.write(PROGRAM)
        cls.environment = dict(os.environ, PYTHONPATH=folder + os.pathsep + os.path.join(ROOT, "cli", "python"))
        cls.gateway = FakePeers()
        cls.addClassCleanup(cls.gateway.stop)

    def setUp(self):
        self.gateway.seen.clear()
        self.lock, self.calls = threading.Lock(), 0
        self.gateway.answer(SUBMIT, self.settle)

    def settle(self, request, metadata):
        """Every order is answered with its own remark; one of them may have the whole call refused, or lost."""
        threading.Event().wait(0.02)
        with self.lock:
            self.calls += 1
        remarks = [order.create_transfer.remark for order in request.orders]
        if "deny" in remarks:
            raise No(grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED")
        if "overload" in remarks or ("overload once" in remarks and self.calls == 1):
            raise No(grpc.StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED")
        if "often" in remarks and self.calls < 3:
            raise No(grpc.StatusCode.RESOURCE_EXHAUSTED, "RATE_LIMITED", not_yet=True)
        if "lose, deny" in remarks:
            raise No(grpc.StatusCode.UNAVAILABLE, "INDEFINITE") if self.calls == 1 else No(grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED")
        if "away" in remarks:
            raise No(grpc.StatusCode.UNAVAILABLE, "UNAVAILABLE")
        if "lose" in remarks or ("lose once" in remarks and self.calls == 1):
            raise No(grpc.StatusCode.UNAVAILABLE, "INDEFINITE")
        return {"results": [{"create_transfer": {"transfer": {"remark": remark}}} for remark in remarks]}

    def run_orders(self, *remarks, timeout=10):
        """The answers of the orders, in their order."""
        done = subprocess.run([sys.executable, self.program, self.gateway.address, str(timeout), *remarks], env=self.environment,
                              capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.splitlines()

    def orders_seen(self):
        return [len(request.orders) for request, _ in self.gateway.calls(SUBMIT)]

    def test_each_hears_its_own_answer_and_they_are_gathered(self):
        remarks = ["order %d" % i for i in range(400)]
        self.assertEqual(self.run_orders(*remarks), remarks)
        self.assertEqual(sum(self.orders_seen()), 400)
        self.assertLess(len(self.orders_seen()), 100)
        self.assertEqual({dict(metadata)["authorization"] for _, metadata in self.gateway.calls(SUBMIT)}, {"Bearer tell-nobody"})

    def test_a_no_for_one_order_harms_no_other(self):
        remarks = ["order %d" % i for i in range(40)]
        remarks[17] = "deny"
        self.assertEqual(self.run_orders(*remarks), [remark if remark != "deny" else "refused 7" for remark in remarks])

    def test_what_was_not_done_and_what_is_not_known(self):
        self.assertEqual(self.run_orders("away", timeout=1), ["NotDone"])
        self.assertGreater(len(self.orders_seen()), 1)  # it asked again
        self.assertEqual(self.run_orders("overload", timeout=1), ["NotDone"])
        self.calls = 0
        self.assertEqual(self.run_orders("overload once"), ["overload once"])
        self.calls = 0
        self.assertEqual(self.run_orders("often"), ["often"])
        self.calls = 0
        self.assertEqual(self.run_orders("often", timeout=0.5), ["NotDone"])  # it may come again after a second
        self.assertEqual(self.run_orders("lose", timeout=1), ["NotKnown"])
        self.calls = 0
        self.assertEqual(self.run_orders("lose once"), ["lose once"])
        self.calls = 0  # the refusal of the second attempt says nothing of the first
        self.assertEqual(self.run_orders("lose, deny"), ["NotKnown"])


PROGRAM = '''
import sys
import uuid
import kontor_client
from ledger.v1 import order_pb2
with kontor_client.Kontor(sys.argv[1], "tell-nobody", timeout=float(sys.argv[2])) as kontor:
    answers = []
    for remark in sys.argv[3:]:
        order = order_pb2.Order()
        order.create_transfer.request_id = str(uuid.uuid4())
        order.create_transfer.remark = remark
        answers.append(kontor.submit(order))
    for answer in answers:
        try:
            result = answer.result()
            refused = result.WhichOneof("outcome") == "refused"
            print("refused %d" % result.refused.code if refused else result.create_transfer.transfer.remark)
        except (kontor_client.NotDone, kontor_client.NotKnown) as lost:
            print(type(lost).__name__)
'''

if __name__ == "__main__":
    unittest.main()
