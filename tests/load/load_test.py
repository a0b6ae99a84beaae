"""kontor-load before the whole of Kontor: accounts that it opened by itself, loads of every kind, a ledger that is killed meanwhile, and
books that were falsified on purpose. The ledger's tables are counted here, by SQL, and not by kontor-load."""
import collections
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.request
import xml.dom.minidom

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "journeys"))
from stack import BUILD, CARD, OPERATOR_EMAIL, OPERATOR_PASSWORD, Stack, free_port, new_id, psql  # noqa: E402
from tls_test import make_certificates  # noqa: E402

PASS, MISSED, MONEY, SATURATED, NOT_BEGUN = range(5)
COMPANIES, ACCOUNTS, GIVEN = 2, 3, 10 ** 12


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [line.split() for line in file]


class Way:
    """A way to the door on which answers can be lost: they are thrown away for a while, then every connection breaks."""

    def __init__(self, port):
        self.port, self.is_silent, self.connections = port, False, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, server = self.listener.accept()[0], socket.create_connection(("127.0.0.1", self.port))
                self.connections += [client, server]
                threading.Thread(target=self.pass_on, args=(client, server, False), daemon=True).start()
                threading.Thread(target=self.pass_on, args=(server, client, True), daemon=True).start()

    def pass_on(self, source, sink, are_answers):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if not (are_answers and self.is_silent):
                    sink.sendall(data)
        self.end([source, sink])

    @staticmethod
    def end(sockets):
        for one in sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def lose_answers(self, seconds):
        self.is_silent = True
        time.sleep(seconds)
        self.end(self.connections)
        self.is_silent = False

    def stop(self):
        self.end([self.listener, *self.connections])
        for one in (self.listener, *self.connections):
            one.close()


class LoadTest(unittest.TestCase):
    """The door speaks TLS; the services behind it, mutual TLS."""

    @classmethod
    def setUpClass(cls):
        certificates = tempfile.mkdtemp(prefix="kontor-load-")
        cls.addClassCleanup(shutil.rmtree, certificates)
        cls.authority, certificate, key = make_certificates(certificates)
        files = {"tls_authority_file": cls.authority, "tls_certificate_file": certificate, "tls_key_file": key}
        cls.stack = Stack(common=files, environment={"KONTOR_AUTHORITY_FILE": cls.authority}, inside={"tls_peer_identities": "spiffe://kontor/service"},
                          tls_peer_certificate_required="false", orders_per_second=200, orders_burst=1000)
        cls.addClassCleanup(cls.stack.stop)
        cls.folder = tempfile.mkdtemp(dir=cls.stack.folder)
        cls.roster, cls.credentials = os.path.join(cls.folder, "roster"), os.path.join(cls.folder, "credentials")
        desk = cls.stack.first_operator()
        code, _, err = cls.load("prepare", "--companies=%d" % COMPANIES, "--accounts=%d" % ACCOUNTS, "--operator-email", OPERATOR_EMAIL,
                                "--credentials-file", cls.credentials, "--spool-directory", cls.stack.spool, KONTOR_OPERATOR_PASSWORD=OPERATOR_PASSWORD,
                                KONTOR_OPERATOR_APP=desk.secret)
        if code != PASS:
            raise AssertionError("prepare: exit code %d\n%s" % (code, err))
        cls.rows, cls.people = lines(cls.roster), lines(cls.credentials)
        cls.given = cls.sql("SELECT count(*), sum(own_micros), sum(transferred_in_micros) FROM ledger.account")

    @classmethod
    def arguments(cls, word, *words):
        return [os.path.join(BUILD, "kontor-load"), word, "--gateway", cls.stack.gateway.address, "--authority-file", cls.authority,
                "--roster", cls.roster, *words]

    @classmethod
    def load(cls, word, *words, **environment):
        done = subprocess.run(cls.arguments(word, *words), capture_output=True, text=True, timeout=250,
                              env=dict(os.environ, TMPDIR=cls.folder, **environment))
        return done.returncode, done.stdout, done.stderr

    def run_load(self, scenario, *words, wanted=PASS, meanwhile=None):
        """The result of a load; meanwhile is done by this thread once the load is under way."""
        journal = os.path.join(self.folder, new_id() + ".journal")
        with open(os.path.join(self.folder, "said"), "w+", encoding="utf-8") as said:
            self.process = process = subprocess.Popen(self.arguments("run", "--scenario", scenario, "--warm-up=500ms", "--lateness=1m", "--journal", journal, *words),
                                       stdout=subprocess.PIPE, stderr=said, text=True, env=dict(os.environ, TMPDIR=self.folder))
            if meanwhile:
                deadline = time.monotonic() + 30
                while not (os.path.exists(journal) and os.path.getsize(journal)) and time.monotonic() < deadline:
                    time.sleep(0.02)
                meanwhile()
            out = process.communicate(timeout=250)[0]
            said.seek(0)
            self.assertEqual(wanted, process.returncode, said.read() + out[:2000])
        result = json.loads(out)
        self.assertEqual(wanted, result["exit_code"])
        self.journal = lines(journal)
        return result

    @classmethod
    def sql(cls, question):
        return psql(cls.stack.ledger.database, question)

    def orders(self):
        """How many transfers and revokes the ledger keeps, and how much money they moved."""
        return tuple(int(n) for n in self.sql("SELECT count(*), count(*) FILTER (WHERE kind = 2) FROM ledger.entry WHERE kind IN (1, 2)").split("|"))

    def acknowledged(self):
        return [line for line in self.journal if line[0] == "acknowledged"]

    def test_prepared_accounts_have_sessions_and_money(self):
        self.assertEqual([4] * COMPANIES * ACCOUNTS, [len(row) for row in self.rows])
        self.assertEqual(COMPANIES, len({row[0] for row in self.rows}))
        for path in (self.roster, self.credentials):
            self.assertEqual(0o600, stat.S_IMODE(os.stat(path).st_mode))
        self.assertEqual("%d|%d|0" % (COMPANIES * ACCOUNTS, GIVEN * COMPANIES * ACCOUNTS), self.given)

    def test_single_transfers_at_a_rate(self):
        before, page = self.orders()[0], os.path.join(self.folder, "page.html")
        result = self.run_load("transfers-single", "--rate=40", "--duration=2s", "--objective", "p99=9s", "--objective=errors=0%", "--page", page)
        calls = 40 * 2 + 10  # the warm-up's line from 0 to 40 is half a second long
        self.assertEqual((calls, calls, 0), (result["money"]["acknowledged"], result["answers"]["OK"], result["money"]["repeated"]))
        self.assertEqual(80, result["measured"]["succeeded"])
        self.assertEqual(calls, self.orders()[0] - before)
        self.assertEqual(calls, len({line[2] for line in self.acknowledged()}))
        self.assertEqual([["p99", True], ["errors", True]], [[one["name"], one["met"]] for one in result["objectives"]])
        with open(page, encoding="utf-8") as file:
            text = file.read()
        self.assertEqual(3, text.count("<svg"))
        self.assertNotRegex(text, "<script|https?://")
        xml.dom.minidom.parseString("<r>%s</r>" % "".join(re.findall(r"<svg.*?</svg>", text, re.S)))

    def test_bulk_transfers(self):
        before = self.orders()[0]
        result = self.run_load("transfers-bulk", "--rate=4", "--size=25", "--duration=2s")
        self.assertEqual(25 * (8 + 1), result["money"]["acknowledged"])
        self.assertEqual(25 * (8 + 1), self.orders()[0] - before)

    def test_an_agencys_day_with_top_ups(self):
        email, password = self.people[0]
        self.stack.kontor("login", "--email", email, profile="agency", stdin=password + "\n")
        self.stack.kontor("card", "add", "--expiry-month", "12", "--expiry-year", "2034", "--holder", "Li Lei", profile="agency", stdin="%s\n%s\n" % CARD)
        before = self.orders()
        result = self.run_load("agency-day", "--rate=60", "--duration=4s", "--size=10", "--top-ups=true")
        self.assertEqual({"balance", "list of transfers", "postings", "budget", "list of top-ups", "top-up", "transfer", "bulk transfer", "revoke"},
                         set(result["calls"]))
        after = self.orders()
        self.assertEqual(result["money"]["acknowledged"], after[0] - before[0])
        self.assertEqual(result["calls"]["revoke"]["succeeded"], after[1] - before[1])
        self.assertEqual(result["calls"]["top-up"]["succeeded"],
                         int(psql(self.stack.payments.database, "SELECT count(*) FROM payments.top_up WHERE state = 'CREDITED'")))

    def test_a_ledger_that_is_killed_loses_and_doubles_nothing(self):
        def fault():
            self.stack.ledger.kill()
            time.sleep(0.5)
            self.stack.ledger.start()
        before = self.orders()[0]
        result = self.run_load("transfers-single", "--rate=60", "--duration=4s", meanwhile=fault)
        self.assertGreater(result["measured"]["failed"], 0)
        self.assertEqual((0, 0), (result["money"]["undecided"], result["money"]["mistakes"]))
        self.assertEqual(result["money"]["acknowledged"], self.orders()[0] - before)

    def test_a_door_that_stays_shut_is_no_proof_of_anything(self):
        self.addCleanup(self.stack.gateway.start)
        began = time.monotonic()
        result = self.run_load("transfers-single", "--rate=40", "--duration=2s", "--timeout=1s", "--patience=3s", wanted=MONEY,
                               meanwhile=self.stack.gateway.kill)
        self.assertLess(time.monotonic() - began, 40)  # patience once, not for every account
        money = result["money"]
        self.assertEqual((0, 0, 0), (money["accounts"], money["companies"], money["mistakes"]))
        self.assertEqual(COMPANIES * ACCOUNTS * 2, money["unread"])  # each one's balance, and its audit
        self.assertIn("its balance could not be read", money["sentences"][0])
        self.assertEqual("money not shown to be right", result["verdict"])
        self.assertGreater(result["measured"]["failed"], 0)

    def test_orders_whose_answer_was_lost_are_done_once(self):
        way, before = Way(self.stack.gateway.port), self.orders()[0]
        self.addCleanup(way.stop)
        result = self.run_load("agency-day", "--rate=80", "--duration=4s", "--size=10", "--gateway", way.address, meanwhile=lambda: way.lose_answers(1))
        unresolved = {line[2] for line in self.journal if line[0] == "unresolved"}
        done = [line[2] for line in self.acknowledged()]
        self.assertGreater(len(unresolved), 0)
        self.assertEqual(len(unresolved), result["money"]["repeated"])
        self.assertEqual(set(), unresolved - set(done))  # the silence swallowed answers alone
        self.assertEqual(len(done), len(set(done)))
        self.assertEqual((len(done), len(done)), (result["money"]["acknowledged"], self.orders()[0] - before))

    def test_what_a_stall_kept_waiting_counts(self):
        def stall():
            self.stack.ledger.process.send_signal(signal.SIGSTOP)
            time.sleep(1.5)
            self.stack.ledger.process.send_signal(signal.SIGCONT)
        rate = 40
        result = self.run_load("transfers-single", "--rate=%d" % rate, "--duration=4s", "--under-way-max=2", meanwhile=stall)
        buckets = result["all"]["latency"]["buckets"]
        waited = sum(count for bucket, count in zip(buckets[::2], buckets[1::2]) if (64 | bucket & 63) << ((bucket >> 6) - 1) >= 700000000)
        # Two calls were under way; those that were meant to begin in the first half of the stall and had to wait for them count as well.
        self.assertGreaterEqual(waited, 10)
        self.assertEqual(result["all"]["succeeded"], rate * 4 + rate // 4)

    def test_an_early_end_counts_the_money_too(self):
        before = self.orders()[0]
        result = self.run_load("transfers-single", "--rate=20", "--duration=1h", meanwhile=lambda: self.process.send_signal(signal.SIGINT))
        self.assertEqual(1, result["stopped"])
        self.assertGreater(result["money"]["acknowledged"], 0)
        self.assertEqual(result["money"]["acknowledged"], self.orders()[0] - before)

    def test_books_that_somebody_falsified(self):
        victim = self.rows[-1][1]  # of the other company than the hot account's
        change = "UPDATE ledger.account SET own_micros = own_micros %%s 10000 WHERE account_id = '%s'" % victim
        try:
            result = self.run_load("transfers-single", "--rate=20", "--duration=1s", "--traffic=hot", wanted=MONEY, meanwhile=lambda: self.sql(change % "+"))
            said = "\n".join(result["money"]["sentences"])
            self.assertIn("account %s: own" % victim, said)
            self.assertRegex(said, "account .*: BALANCE_DIFFERS")
            email, password = self.people[-3]  # of the company's first account
            self.assertEqual(MONEY, self.load("run", "--scenario=smoke", "--email", email, "--to", self.rows[-2][1], KONTOR_PASSWORD=password)[0])
        finally:
            self.stack.ledger.stop()  # it may remember what was false
            self.sql(change % "-")
            self.stack.ledger.start()

    def test_smoke_says_the_same_twice(self):
        email, password = self.people[0]
        before, run_id = self.orders()[0], new_id()
        pages = ",".join("http://127.0.0.1:%d/health/ready" % service.admin_port for service in self.stack.services.values())
        for _ in range(2):  # the same ids: the second run does nothing
            code, out, err = self.load("run", "--scenario=smoke", "--email", email, "--to", self.rows[1][1], "--run-id", run_id, "--health-urls", pages,
                                       KONTOR_PASSWORD=password)
            self.assertEqual((PASS, ""), (code, out), err)
            self.assertEqual(2, self.orders()[0] - before)
        for words in (["--email", email], ["--email", email, "--health-urls", "http://127.0.0.1:%d/nothing" % self.stack.ledger.admin_port]):
            self.assertEqual(NOT_BEGUN, self.load("run", "--scenario=smoke", "--to", self.rows[1][1], *words, KONTOR_PASSWORD="wrong")[0])

    def test_a_limit_is_neither_success_nor_error(self):
        result = self.run_load("transfers-bulk", "--rate=8", "--size=500", "--duration=2s", "--traffic=hot", "--objective=errors=0%",
                               "--objective=limited=0%", wanted=MISSED)
        limited = result["all"]["limited"]
        self.assertGreater(limited, 0)
        self.assertEqual(limited, sum(count for answer, count in result["answers"].items() if answer.startswith("RESOURCE_EXHAUSTED")))
        self.assertEqual([True, False], [one["met"] for one in result["objectives"]])
        self.assertEqual(500 * result["all"]["succeeded"], result["money"]["acknowledged"])

    def test_an_objective_is_missed(self):
        self.run_load("transfers-single", "--rate=10", "--duration=1s", "--objective=p50=1us", wanted=MISSED)

    def test_a_spike_finds_the_saturation_and_goes_back(self):
        result = self.run_load("spike", "--duration=1s", "--outstanding=4", "--under-way-max=50")
        self.assertEqual(["saturation", "calm", "spike", "after", "calm again"], [phase["name"] for phase in result["phases"]])
        self.assertGreater(result["saturation_per_s"], 0)
        begun = [sum(phase[outcome] for outcome in ("succeeded", "refused", "limited", "failed")) for phase in result["phases"]]
        self.assertEqual([int(times * result["saturation_per_s"] + 1e-6) for times in (0.5, 3, 0.5, 0.5)], begun[1:])

    def test_a_generator_that_cannot_keep_the_rate(self):
        self.run_load("transfers-single", "--rate=1000", "--duration=1s", "--under-way-max=1", "--timeout=50ms", "--connections=1", wanted=SATURATED)

    def test_several_generators_add_up(self):
        results, before = [], self.orders()[0]
        for shard in (1, 2):
            result = self.run_load("transfers-single", "--rate=20", "--duration=1s", "--shard=%d/2" % shard)
            results.append((os.path.join(self.folder, "shard%d.json" % shard), result, {line[3] for line in self.acknowledged()}))
            with open(results[-1][0], "w", encoding="utf-8") as file:
                json.dump(result, file)
        self.assertFalse(results[0][2] & results[1][2])
        done = subprocess.run([os.path.join(BUILD, "kontor-load"), "merge", results[0][0], results[1][0]], capture_output=True, text=True)
        total = json.loads(done.stdout)
        self.assertEqual((PASS, 2), (done.returncode, total["generators"]))
        self.assertEqual(self.orders()[0] - before, total["money"]["acknowledged"])
        ends = [result["all"]["latency"] for _, result, _ in results]
        buckets = collections.Counter()
        for latency in ends:
            buckets.update(dict(zip(latency["buckets"][::2], latency["buckets"][1::2])))
        both = total["all"]["latency"]
        self.assertEqual(buckets, dict(zip(both["buckets"][::2], both["buckets"][1::2])))
        self.assertEqual(max(latency["max_ns"] for latency in ends), both["max_ns"])
        with open(results[0][0], "w", encoding="utf-8") as file:
            strange = "<script>&"
            json.dump(dict(results[0][1], scenario=strange, began=strange, gateway=strange, answers={strange: 1},
                           phases=[dict(phase, name=strange) for phase in results[0][1]["phases"]]), file)
        page = subprocess.run([os.path.join(BUILD, "kontor-load"), "page", results[0][0]], capture_output=True, text=True)
        self.assertEqual((0, 3, 0), (page.returncode, page.stdout.count("<svg"), page.stdout.count("<script")))
        self.assertIn("&lt;script&gt;&amp;", page.stdout)
        merged = subprocess.run([os.path.join(BUILD, "kontor-load"), "merge", results[0][0], results[1][0]], capture_output=True, text=True)
        self.assertEqual((NOT_BEGUN, ""), (merged.returncode, merged.stdout))  # of another scenario

    def test_prometheus_reads_while_it_runs(self):
        port, seen = free_port(), []

        def look():
            with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % port, timeout=5) as answer:
                seen.append(answer.read().decode())
        self.run_load("transfers-single", "--rate=20", "--duration=1s", "--admin-address=127.0.0.1:%d" % port, meanwhile=look)
        self.assertRegex(seen[0], r'kontor_load_calls_total\{outcome="succeeded"\} [1-9]')

    def test_what_cannot_begin(self):
        for words in (["--scenario=none"], ["--scenario=soak", "--roster=/nothing"], ["--scenario=soak", "--objective=p99"], ["--scenario=soak", "--shard=3/2"],
                      ["--scenario=soak", "--shard=3/3"], ["--scenario=soak", "--gateway=127.0.0.1:1", "--patience=300ms"], ["--nonsense"],
                      ["--scenario=soak", "--authority-file=/nothing"], ["--scenario=soak", "--page=/nothing/page"]):
            code, out, err = self.load("run", *words)
            self.assertEqual((NOT_BEGUN, ""), (code, out), words)
            self.assertNotIn("ssertion", err)
            self.assertTrue(err, words)
        for word in ("merge", "page"):
            done = subprocess.run([os.path.join(BUILD, "kontor-load"), word], capture_output=True, text=True)
            self.assertEqual(NOT_BEGUN, done.returncode)
            self.assertIn("RESULT.json", done.stderr)


if __name__ == "__main__":
    unittest.main()
