"""Many callers at the gateway at once: their orders go to the ledger gathered, and each caller hears what its own call would have heard, at its
own deadline, whatever became of the others: refused, malformed, of a company that somebody holds, cancelled, and when a process is killed."""
import contextlib
import os
import random
import sys
import threading
import time
import unittest
import urllib.request

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from ledger import SERVICES, Answer, order_message, submit_one, unsound, wait_until  # noqa: E402
from service import Client, Refusal, new_id  # noqa: E402
from sql import Sql  # noqa: E402
from stack import Journey, micros  # noqa: E402
import service  # noqa: E402

CALLERS = 24
NOTHING = {("UNAVAILABLE", "UNAVAILABLE"), ("UNAVAILABLE", "CONFLICT"), ("UNAVAILABLE", "LOCKED"), ("RESOURCE_EXHAUSTED", "EXHAUSTED"),
           ("RESOURCE_EXHAUSTED", "OVERLOADED")}


class Gathered(Journey):
    stack_settings = {"inside": {"database_wait_max": "2s"}, "calls_per_source": 1000, "source_per_second": 0}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pairs = []
        for name in ("first", "second"):
            agency, project = cls.stack.company(name, name + "-project")
            agency.top_up("9000.00")
            cls.pairs.append((agency, project, (("authorization", "Bearer " + cls.stack.token(name)),)))
        for agency, _, _ in cls.pairs:
            wait_until(lambda: agency.own() == micros("9000.00"), 60)

    def setUp(self):
        self.sql = Sql(service.POSTGRES, self.stack.ledger.database)
        self.addCleanup(self.sql.close)
        self.clients = [Client(self.stack.gateway.address) for _ in range(4)]
        for client in self.clients:
            self.addCleanup(client.close)

    def tearDown(self):
        super().tearDown()
        self.assertEqual(unsound(self.sql), [])

    def metric(self, name):
        with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % self.stack.gateway.admin_port, timeout=10) as answer:
            values = [line.split()[1] for line in answer.read().decode().splitlines() if line.startswith(name + " ")]
        return int(values[0]) if values else 0

    def gathered(self):
        return self.metric("gateway_orders_gathered_total")

    def give(self, pair, cents=1, request_id=None, **fields):
        """A transfer of the pair's agency to its project."""
        return ("create_transfer", dict({"account_id": pair[0].account_id, "destination_account_id": pair[1].account_id, "currency": "CNY",
                                         "amount_micros": cents * 10000, "request_id": request_id or new_id()}, **fields))

    def send(self, pair, order, client=None, timeout=30):
        return submit_one(client or self.clients[0], *order, metadata=pair[2], timeout=timeout)

    def at_once(self, works):
        """Each in a thread of its own; what each gave, or its Refusal."""
        ends = [None] * len(works)

        def run(i):
            try:
                ends[i] = works[i]()
            except Refusal as no:
                ends[i] = no
        threads = [threading.Thread(target=run, args=(i,)) for i in range(len(works))]
        for thread in threads:
            thread.start()
        return threads, ends

    def all_at_once(self, works):
        threads, ends = self.at_once(works)
        for thread in threads:
            thread.join()
        return ends

    def given(self, pair):
        return pair[1].transferred_in() // 10000

    @contextlib.contextmanager
    def held(self, pair):
        """Somebody holds the chain of the pair's company."""
        holder = Sql(service.POSTGRES, self.stack.ledger.database)
        holder.rows("BEGIN")
        holder.rows("SELECT 1 FROM ledger.chain WHERE company_id = (SELECT company_id FROM ledger.account WHERE account_id = '%s') FOR UPDATE"
                    % pair[0].account_id)
        try:
            yield
        finally:
            holder.rows("ROLLBACK")
            holder.close()


class Alike(Gathered):
    def test_a_lone_order_goes_by_its_own_rpc(self):
        before = self.gathered()
        for _ in range(5):
            self.assertIsNone(self.send(self.pairs[0], self.give(self.pairs[0])).refused)
        self.assertEqual(self.gathered(), before)

    def test_everybody_hears_what_their_own_call_would(self):
        """Good ones, refused ones, malformed ones, repeated ones; afterwards each is asked again alone, and says the same."""
        seed = random.randrange(10**9)
        dice = random.Random(seed)
        sent, before, gathered = [], [self.given(pair) for pair in self.pairs], self.gathered()
        taken = [self.give(pair, 3) for pair in self.pairs]  # ids that others are to meet
        for pair, order in zip(self.pairs, taken):
            self.send(pair, order)
        for n in range(CALLERS * 8):
            which = dice.randrange(2)
            pair, other = self.pairs[which], self.pairs[1 - which]
            kind, fields = self.give(pair, dice.randrange(1, 9), tag="n%d" % n)
            verdict = dice.choice(["OK", "OK", "OK", "EXCEEDS_TRANSFERABLE", "INVALID_ARGUMENT", "DIFFERENT_COMPANY", "IDEMPOTENCY_MISMATCH",
                                   "VERSION_MISMATCH"])
            fields.update({"EXCEEDS_TRANSFERABLE": {"amount_micros": micros("9999999.00")}, "INVALID_ARGUMENT": {"amount_micros": 0},
                           "DIFFERENT_COMPANY": {"destination_account_id": other[1].account_id},
                           "IDEMPOTENCY_MISMATCH": {"request_id": taken[which][1]["request_id"]},
                           "VERSION_MISMATCH": {"expected_version": 1}}.get(verdict, {}))
            sent.append((which, (kind, fields), verdict))

        def caller(number):
            client = self.clients[number % 4]
            return [self.send(self.pairs[which], order, client) for which, order, _ in sent[number::CALLERS]]
        ends = self.all_at_once([lambda number=number: caller(number) for number in range(CALLERS)])
        self.assertGreater(self.gathered(), gathered)
        answers = {number + CALLERS * i: end for number, mine in enumerate(ends) for i, end in enumerate(mine)}
        moved = [3, 3]
        for n, (which, order, verdict) in enumerate(sent):
            answer, again = answers[n], self.send(self.pairs[which], order)
            self.assertEqual(answer, again, "seed %d, order %d" % (seed, n))
            self.assertEqual(answer.sentence, again.sentence)
            if verdict == "OK":
                self.assertIsNone(answer.refused, (seed, n))
                transfer = answer.response.transfer
                self.assertEqual((transfer.amount_micros, transfer.tag), (order[1]["amount_micros"], order[1]["tag"]))
                moved[which] += transfer.amount_micros // 10000
            else:
                self.assertEqual(answer.refused[1], verdict, (seed, n))
        self.assertEqual([self.given(pair) - was for pair, was in zip(self.pairs, before)], moved)


class Apart(Gathered):
    def test_nobody_waits_for_a_strangers_lock(self):
        """The callers of the other company are served four times while the rows are held; those of the held one when they are let go, once."""
        locked, free = self.pairs
        before = self.given(locked), self.given(free)
        orders = [self.give(locked, 2) for _ in range(CALLERS)]
        with self.held(locked):
            threads, ends = self.at_once([lambda order=order, i=i: self.send(locked, order, self.clients[i % 4]) for i, order in enumerate(orders)])
            for _ in range(4):
                done = self.all_at_once([lambda i=i: self.send(free, self.give(free), self.clients[i % 4]) for i in range(CALLERS)])
                self.assertEqual({end.refused for end in done}, {None})
        for thread in threads:
            thread.join()
        self.assertEqual({end.refused if isinstance(end, Answer) else (end.code.name, end.reason) for end in ends}, {None})
        self.assertEqual((self.given(locked) - before[0], self.given(free) - before[1]), (2 * CALLERS, 4 * CALLERS))

    def test_each_has_a_deadline_of_its_own_and_may_leave(self):
        """While the rows are held some run out of time and some hang up; the others are served afterwards. Each order is
        done once when it is asked for again, whatever was heard."""
        pair = self.pairs[0]
        before, left = self.given(pair), threading.Event()
        orders = [self.give(pair, 1) for _ in range(CALLERS)]

        def ask(i):
            if i % 3 == 0:
                return self.send(pair, orders[i], self.clients[i % 4], timeout=0.5)
            if i % 3 == 1:
                return self.hang_up(pair, orders[i], self.clients[i % 4], left)
            return self.send(pair, orders[i], self.clients[i % 4])
        with self.held(pair):
            threads, ends = self.at_once([lambda i=i: ask(i) for i in range(CALLERS)])
            for thread in threads[::3]:
                thread.join()
            for end in ends[::3]:
                self.assertIn((end.code.name, end.reason), NOTHING | {("DEADLINE_EXCEEDED", ""), ("DEADLINE_EXCEEDED", "DEADLINE"), ("UNAVAILABLE", "INDEFINITE")})
            left.set()
            for thread in threads[1::3]:
                thread.join()
        for thread in threads:
            thread.join()
        self.assertEqual({end.refused for end in ends[2::3]}, {None})
        for order in orders:
            self.assertIsNone(self.send(pair, order).refused)
        self.assertEqual(self.given(pair) - before, CALLERS)

    def hang_up(self, pair, order, client, left):
        stub = client.channel.unary_unary("/ledger.v1." + SERVICES[order[0]], request_serializer=lambda m: m.SerializeToString())
        call = stub.future(order_message(*order), timeout=30, metadata=pair[2])
        left.wait()
        call.cancel()
        return None


class Killed(Gathered):
    def test_everybody_hears_the_truth(self):
        """Callers who ask under a new id when nothing was done, and under the same when it is not known, while ledger and gateway are killed:
        everything that was wanted was done once."""
        for victim in ("ledger", "gateway"):
            with self.subTest(killed=victim):
                self.kill_under_load(victim)

    def kill_under_load(self, victim):
        over, wanted, errors = threading.Event(), [], []
        gathered = self.gathered()

        def caller(number):
            pair, client = self.pairs[number % 2], self.clients[number % 4]
            while not over.is_set():
                tag = "w-%d-n%s" % (number, new_id()[:8])  # nothing that looks like a card's number
                wanted.append(tag)
                self.insist(pair, tag, client)

        def run(number):
            try:
                caller(number)
            except Exception as error:  # told by the test, in its own thread
                errors.append(error)
        threads = [threading.Thread(target=run, args=(number,)) for number in range(CALLERS)]
        for thread in threads:
            thread.start()
        for _ in range(10 if os.environ.get("KONTOR_LONG") == "yes" else 3):
            count = len(wanted)
            wait_until(lambda: len(wanted) > count + 3 * CALLERS, 60)
            if victim == "ledger":
                wait_until(lambda: self.gathered() > gathered)
            self.stack.services[victim].kill()
            self.stack.services[victim].start()
        over.set()
        for thread in threads:
            thread.join()
        self.assertEqual(errors, [])
        booked = {tag: int(count) for tag, count in self.sql.rows("SELECT remark, count(*) FROM ledger.entry WHERE remark LIKE 'w-%' GROUP BY 1")}
        self.assertEqual({}, {tag: booked.get(tag, 0) for tag in wanted if booked.get(tag, 0) != 1})

    def insist(self, pair, tag, client):
        request_id, in_doubt, deadline = new_id(), False, time.monotonic() + 60
        while True:
            try:
                answer = self.send(pair, self.give(pair, 1, request_id, remark=tag), client, timeout=10)
                if answer.refused is None:
                    return
                heard = answer.refused
            except Refusal as no:
                heard = no.code.name, no.reason
            self.assertLess(time.monotonic(), deadline, heard)
            self.assertTrue(heard in NOTHING or heard[0] in ("UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "INTERNAL", "UNKNOWN"), heard)
            in_doubt = in_doubt or heard not in NOTHING
            request_id = request_id if in_doubt else new_id()
            time.sleep(0.02)


if __name__ == "__main__":
    unittest.main()
