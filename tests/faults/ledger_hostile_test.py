"""Requests that nearly mean something: real orders of a company with money, their bytes flipped, cut, doubled and mixed, at every rpc of the
ledger. Through all of it the ledger lives, never answers INTERNAL, and the invariants under D.15 hold. KONTOR_SEED repeats a run."""
import os
import random
import sys
import time
import unittest

import grpc

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "support"), os.path.join(HERE, "..", "model")]
import ledger  # noqa: E402
from ledger_histories_test import History  # noqa: E402
from service import POOL, POSTGRES, Clock, Service, message  # noqa: E402
from sql import Sql  # noqa: E402

SEED = int(os.environ.get("KONTOR_SEED", "0")) or int(time.time())
STRIKES = 60  # at each rpc
FORBIDDEN = {"INTERNAL", "UNKNOWN", "DATA_LOSS", "UNAVAILABLE"}
FILES = ("account", "audit", "credit", "event", "hold", "order", "posting", "purchase", "top_up", "transfer", "usage")


def methods():
    """Every rpc of the ledger: its path, and whether the request and the response stream."""
    for file in FILES:
        for service in POOL.FindFileByName("ledger/v1/%s.proto" % file).services_by_name.values():
            for method in service.methods:
                name = method.input_type.full_name
                yield "/%s/%s" % (service.full_name, method.name), name, name.endswith("StreamOrdersRequest"), \
                    method.name in ("StreamOrders", "Audit", "WatchChanges", "WatchRunway")


class Hostile(unittest.TestCase):
    def plausible(self, name):
        """A request that this company might send."""
        kind, order = self.history.new_order()
        account_id = self.dice.choice(self.history.accounts)
        if name.endswith("OrdersRequest"):
            return ledger.orders_message(name, [(kind, order, False)] * self.dice.choice([1, 2]))
        for known in ledger.SERVICES:
            if name.endswith("." + ledger.SERVICES[known].split("/")[1] + "Request"):
                return ledger.order_message(*self.history.new_order(known))
        request = message(name)()
        for field in ("account_id", "company_id", "destination_account_id", "request_id", "currency"):
            if field in request.DESCRIPTOR.fields_by_name:
                setattr(request, field, {"company_id": self.history.company, "currency": "CNY"}.get(field, account_id))
        return request

    def spoilt(self, name):
        data, dice = bytearray(self.plausible(name).SerializeToString()), self.dice
        for _ in range(dice.choice([1, 1, 2, 5])):
            place = dice.randrange(len(data) + 1)
            way = dice.randrange(5)
            if way == 0 and place < len(data):
                data[place] ^= 1 << dice.randrange(8)
            elif way == 1:
                del data[place:]
            elif way == 2:
                data[place:place] = data[:dice.randrange(40)]
            elif way == 3:
                data[place:place] = dice.choice([b"\xff" * 9 + b"\x01", b"\x00", b"\x80" * 11, b"\x28\xff\xff\xff\xff\xff\xff\xff\xff\x7f"])
            else:
                data += self.plausible(name).SerializeToString()[dice.randrange(20):]
        return bytes(data)

    def strike(self, path, data, request_streams, response_streams):
        channel, raw = self.ledger.channel, {"request_serializer": bytes, "response_deserializer": bytes}
        try:
            if request_streams:
                list(channel.stream_stream(path, **raw)(iter([data]), timeout=10))
            elif response_streams:
                list(channel.unary_stream(path, **raw)(data, timeout=0.2 if "Watch" in path else 10))
            else:
                channel.unary_unary(path, **raw)(data, timeout=10)
            return "OK"
        except grpc.RpcError as error:
            self.assertNotIn(error.code().name, FORBIDDEN, "%s %s: %s" % (path, data.hex(), error.details()))
            return error.code().name

    def test_orders_that_were_tampered_with(self):
        print("KONTOR_SEED=%d" % SEED, flush=True)
        self.dice, clock, answered = random.Random(SEED), Clock(), {}
        with Service("ledger", clock=clock) as self.ledger:
            sql, stream = Sql(POSTGRES, self.ledger.database), ledger.Stream(self.ledger)
            self.history = History([self.ledger, self.ledger], [stream], sql, clock, SEED)
            while self.history.orders < 60:
                self.history.step_orders()
            for path, name, request_streams, response_streams in methods():
                for _ in range(8 if "Watch" in path else STRIKES):
                    code = self.strike(path, self.spoilt(name), request_streams, response_streams)
                    answered[code] = answered.get(code, 0) + 1
                self.assertIsNone(self.ledger.process.poll(), path)
                self.assertEqual(ledger.unsound(sql), [], path)
            self.assertEqual([finding.sentence for finding in ledger.audit(self.ledger)[0]], [])
            stream.close()
            sql.close()
        print(answered)
        self.assertGreater(answered["OK"], 20)
        self.assertGreater(answered["INVALID_ARGUMENT"], 200)


if __name__ == "__main__":
    unittest.main()
