"""StreamOrders: several messages of one stream are under way at once, a bounded number of them; they are settled and answered in their order,
and a stream that ends in any way leaves nothing behind but what it acknowledged or what its request ids tell."""
import os
import sys
import unittest
import urllib.request

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger import Stream, balance, open_account, submit_one, top_up, unsound, wait_until  # noqa: E402
from service import POSTGRES, Refusal, Service, new_id  # noqa: E402
from sql import Sql  # noqa: E402

UNDER_WAY_MAX = 4
CENT = 10000  # an amount has the currency's decimals (E18)


def reason_of(error):
    refusal = Refusal(error)
    return refusal.code, refusal.reason


class StreamTest(unittest.TestCase):
    settings = {}

    def setUp(self):
        self.ledger = self.enterContext(Service("ledger", **self.settings))
        self.sql = Sql(POSTGRES, self.ledger.database)
        self.sql.rows("SET search_path = ledger")
        self.addCleanup(self.sql.close)
        self.company = new_id()
        self.a, self.b = open_account(self.ledger, self.company), open_account(self.ledger, self.company)
        top_up(self.ledger, self.company, self.a, 100000 * CENT)

    def metric(self, name):
        with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % self.ledger.admin_port, timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        return next((int(float(line.split()[1])) for line in lines if line.startswith(name + " ")), 0)

    def transfer(self, cents):
        return ("create_transfer", {"account_id": self.a, "company_id": self.company, "request_id": new_id(), "destination_account_id": self.b,
                                    "amount_micros": cents * CENT, "currency": "CNY"}, False)

    def cents(self, stream):
        """The amount that the next message's transfers moved."""
        return [answer.response.transfer.amount_micros // CENT for answer in stream.receive()]

    def hold_up(self):
        """Nothing of the company is settled until let_go."""
        self.sql.rows("BEGIN; SELECT 1 FROM account WHERE account_id = '%s' FOR UPDATE" % self.a)

    def let_go(self):
        self.sql.rows("COMMIT")

    def await_messages(self, count):
        wait_until(lambda: self.metric("ledger_stream_messages") == count)

    def settle_again(self, order):
        """The fate of an order: asked once more under its request id, it must be booked once whatever was told before."""
        kind, fields, _ = order
        answer = submit_one(self.ledger, kind, fields)
        self.assertIsNone(answer.refused)
        return answer.response.transfer.transfer_id

    def assert_booked_once(self, orders):
        self.assertEqual(len({self.settle_again(order) for order in orders}), len(orders))
        moved = sum(fields["amount_micros"] for _, fields, _ in orders)
        self.assertEqual(balance(self.ledger, self.company, self.b).cash_micros, moved)
        self.assertEqual(int(self.sql.rows("SELECT count(*) FROM entry WHERE kind = 1")[0][0]), len(orders))
        self.assertEqual(unsound(self.sql, self.company), [])


class InOrder(StreamTest):
    def test_answers_come_in_the_order_of_the_messages_and_so_do_the_entries(self):
        stream = Stream(self.ledger)
        amounts = [[10 * m + n + 1 for n in range(m % 3 + 1)] for m in range(60)]
        for message in amounts:
            stream.send([self.transfer(cents) for cents in message])
        for message in amounts:
            self.assertEqual(self.cents(stream), message)
        stream.close()
        told = [int(row[0]) // CENT for row in self.sql.rows("SELECT amount_micros FROM entry WHERE kind = 1 ORDER BY sequence")]
        self.assertEqual(told, [cents for message in amounts for cents in message])

    def test_a_later_message_sees_what_an_earlier_one_moved(self):
        stream, back = Stream(self.ledger), dict(self.transfer(1)[1], account_id=self.a)
        for cents in (60000, 40000, 1):
            stream.send([self.transfer(cents)])
        stream.send([("revoke_transfer", dict(back, request_id=new_id(), amount_micros=5 * CENT), False)])
        stream.send([self.transfer(6)])
        stream.send([self.transfer(5)])
        self.assertEqual([stream.receive()[0].refused for _ in range(6)],
                         [None, None, ("FAILED_PRECONDITION", "EXCEEDS_TRANSFERABLE"), None, ("FAILED_PRECONDITION", "EXCEEDS_TRANSFERABLE"), None])
        stream.close()

    def test_where_money_is_taken_back_from_is_looked_up_in_turn(self):
        """By a replica that has not heard of the account: what comes behind does not overtake."""
        for _ in range(5):
            kind, fields, _ = self.transfer(balance(self.ledger, self.company, self.a).cash_micros // CENT)
            self.assertIsNone(submit_one(self.ledger, kind, fields).refused)
            with Service("ledger", database=self.ledger.database) as other:
                stream = Stream(other)
                stream.send([("revoke_transfer", dict(fields, request_id=new_id(), amount_micros=7 * CENT), False)])
                stream.send([self.transfer(7)])
                self.assertEqual([stream.receive()[0].refused for _ in range(2)], [None, None])
                stream.close()
            top_up(self.ledger, self.company, self.a, CENT)

    def test_the_same_request_in_two_messages_under_way(self):  # E32
        self.hold_up()
        stream, order = Stream(self.ledger), self.transfer(1)
        for _ in range(3):
            stream.send([order])
        self.await_messages(3)
        self.let_go()
        answers = [stream.receive()[0] for _ in range(3)]
        self.assertEqual([answer.replayed for answer in answers], [False, True, True])
        self.assertEqual(answers[1], answers[0])
        stream.close()
        self.assert_booked_once([order])


class Bounded(StreamTest):
    def test_no_more_than_four_messages_are_read_and_they_share_commits(self):
        self.hold_up()
        batches, stream = self.metric("ledger_batches_total"), Stream(self.ledger)
        orders = [self.transfer(n + 1) for n in range(20)]
        for order in orders:
            stream.send([order])
        self.await_messages(UNDER_WAY_MAX)
        for _ in range(20):  # the fifth message arrived long before these calls did
            balance(self.ledger, self.company, self.b)
            self.assertEqual(self.metric("ledger_stream_messages"), UNDER_WAY_MAX)
        self.let_go()
        self.assertEqual([self.cents(stream) for _ in orders], [[n] for n in range(1, 21)])
        stream.close()
        self.await_messages(0)
        self.assertLess(self.metric("ledger_batches_total") - batches, 20)
        self.assert_booked_once(orders)

    def test_every_stream_has_its_own_four_and_beyond_their_common_bound_one(self):
        """32 messages have tasks of their own; further ones wait in the stream's task, one a stream, and nobody is refused: not for as long
        as the company is locked, which would have room for 32 calls, and tries all of them again and again."""
        self.hold_up()
        streams, orders = [Stream(self.ledger) for _ in range(20)], []
        for stream in streams:
            for _ in range(6):
                orders.append(self.transfer(len(orders) + 1))
                stream.send([orders[-1]])
        wait_until(lambda: self.metric("ledger_stream_messages") >= 32 + 20 - 32 // UNDER_WAY_MAX)
        for _ in range(20):
            balance(self.ledger, self.company, self.b)
            self.assertLessEqual(self.metric("ledger_stream_messages"), 32 + 20)
        wait_until(lambda: self.metric("ledger_locked_tries_total") > 3)
        self.let_go()
        for n, stream in enumerate(streams):
            self.assertEqual([self.cents(stream) for _ in range(6)], [[m] for m in range(6 * n + 1, 6 * n + 7)])
            stream.close()
        self.await_messages(0)
        self.assert_booked_once(orders)


class Locked(StreamTest):
    def test_it_ends_without_doubt(self):
        """A stream without a deadline is patient for ten seconds; what it answered was done, all the rest was not, and it says so."""
        stream = Stream(self.ledger)
        orders = [self.transfer(n + 1) for n in range(5)]
        stream.send(orders[:1])
        self.assertEqual(self.cents(stream), [1])
        self.hold_up()
        for order in orders[1:]:
            stream.send([order])
        with self.assertRaises(grpc.RpcError) as no:
            stream.receive()
        self.assertEqual(reason_of(no.exception), (grpc.StatusCode.UNAVAILABLE, "LOCKED"))
        self.let_go()
        self.await_messages(0)
        self.assertEqual(self.sql.rows("SELECT count(*) FROM entry WHERE kind = 1"), [("1",)])
        self.assert_booked_once(orders)


class Ended(StreamTest):
    def broken(self, timeout=None, cancel=False):
        """Five messages, four of them taken in, when the stream ends while somebody holds the company: none of them was done, so none is
        done any more, though the rows are let go; and each order is booked once when it is asked for again."""
        tasks = self.metric("runtime_tasks")
        self.hold_up()
        stream = Stream(self.ledger, timeout=timeout)
        orders = [self.transfer(n + 1) for n in range(5)]
        for order in orders:
            stream.send([order])
        self.await_messages(UNDER_WAY_MAX)
        if cancel:
            stream.results.cancel()
        with self.assertRaises((grpc.RpcError, grpc.FutureCancelledError)):
            stream.receive()
        self.await_messages(0)
        self.let_go()
        wait_until(lambda: self.metric("runtime_tasks") <= tasks)
        self.assertEqual(self.metric("ledger_companies_locked"), 0)
        self.assertEqual(self.sql.rows("SELECT count(*) FROM entry WHERE kind = 1"), [("0",)])
        self.assert_booked_once(orders)

    def test_by_its_caller(self):
        self.broken(cancel=True)

    def test_by_its_deadline(self):
        self.broken(timeout=2)

    def test_by_a_message_that_is_none(self):
        """Messages before it are answered, messages after it are not begun."""
        stream = Stream(self.ledger)
        orders = [self.transfer(n + 1) for n in range(3)]
        stream.send(orders[:1])
        stream.send(orders[1:2] * 1001)
        stream.send(orders[2:])
        self.assertEqual(self.cents(stream), [1])
        with self.assertRaises(grpc.RpcError) as no:
            stream.receive()
        self.assertEqual(no.exception.code(), grpc.StatusCode.INVALID_ARGUMENT)
        self.assertEqual(balance(self.ledger, self.company, self.b).cash_micros, CENT)

    def test_by_a_reader_that_reads_nothing(self):
        """Results that nobody takes hold the stream up, its places fill, and its end frees them."""
        stream, full = Stream(self.ledger), UNDER_WAY_MAX
        for _ in range(60):
            stream.send([self.transfer(1) for _ in range(500)])
        wait_until(lambda: all(self.metric("ledger_stream_messages") == full for _ in range(20)), seconds=60)
        self.assertLess(balance(self.ledger, self.company, self.b).cash_micros, 60 * 500 * CENT)
        stream.results.cancel()
        self.await_messages(0)
        self.assertEqual(unsound(self.sql, self.company), [])

    def test_by_kill_9(self):
        stream = Stream(self.ledger)
        orders = [self.transfer(n + 1) for n in range(200)]
        for order in orders:
            stream.send([order])
        told = [stream.receive()[0].response.transfer for _ in range(50)]
        self.ledger.kill()
        self.ledger.start()
        for order, transfer in zip(orders, told):
            self.assertEqual(self.settle_again(order), transfer.transfer_id)
        self.assert_booked_once(orders)


class Full(StreamTest):
    settings = {"queue_orders_max": 2, "database_lock_wait": "10s"}  # what is under way waits where it is

    def test_a_queue_without_room_ends_the_stream_behind_what_it_had_taken(self):
        self.hold_up()
        stream = Stream(self.ledger)
        orders = [self.transfer(n + 1) for n in range(8)]
        stream.send(orders[:2])
        self.await_messages(1)
        wait_until(lambda: self.sql.rows("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")[0][0] != "0")
        for first in (2, 4, 6):  # the first two wait; for the next two there is no room; the last two are not begun
            stream.send(orders[first:first + 2])
        self.await_messages(4)
        self.let_go()
        self.assertEqual([self.cents(stream), self.cents(stream)], [[1, 2], [3, 4]])
        with self.assertRaises(grpc.RpcError) as no:
            stream.receive()
        self.assertEqual(reason_of(no.exception), (grpc.StatusCode.RESOURCE_EXHAUSTED, "EXHAUSTED"))
        self.assertEqual(balance(self.ledger, self.company, self.b).cash_micros, 10 * CENT)
        self.assert_booked_once(orders)


if __name__ == "__main__":
    unittest.main()
