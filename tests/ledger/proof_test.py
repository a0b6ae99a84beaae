"""The proof of an account's statement (c-14), checked by the second verifier of tests/support/proof.py: it holds, and nothing that was changed
in it does; not one bit. Anchors are made once by whichever ledger is first, survive a crash, and a clock that goes back."""
import concurrent.futures
import ctypes
import datetime
import os
import subprocess
import sys
import tempfile
import time
import unittest
import uuid

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger_client import Company, micros  # noqa: E402
from proof import SODIUM, Wrong, anchor_bytes, entry_bytes, number, sha, verify  # noqa: E402
from service import BUILD, POSTGRES, Clock, Refusal, Service, message, new_id, refused  # noqa: E402
from sql import Sql  # noqa: E402

PRECONDITION = grpc.StatusCode.FAILED_PRECONDITION


def own_key():
    """A secret and its public key, of whoever would sign for us."""
    secret, public = ctypes.create_string_buffer(64), ctypes.create_string_buffer(32)
    SODIUM.crypto_sign_keypair(public, secret)
    return secret.raw, public.raw


def sign(secret, signed):
    signature = ctypes.create_string_buffer(64)
    SODIUM.crypto_sign_detached(signature, None, signed, ctypes.c_ulonglong(len(signed)), secret)
    return signature.raw


def tree(leaves):
    """The levels of RFC 6962's tree, from the leaves up."""
    levels = [leaves]
    while len(levels[-1]) > 1:
        level = levels[-1]
        levels.append([sha(b"\1", *level[i:i + 2]) if i + 1 < len(level) else level[i] for i in range(0, len(level), 2)])
    return levels


def path(levels, index):
    return [level[index >> depth ^ 1] for depth, level in enumerate(levels[:-1]) if index >> depth ^ 1 < len(level)]


def large_proof(secret, public, count):
    """Of one account whose entries are a company's, signed by whoever has the secret."""
    proof, anchor_size = message("ledger.v1.Proof")(company_id=os.urandom(16), account_id=os.urandom(16)), 8192
    proof.entries.extend([message("ledger.v1.StatedEntry")(
        sequence=place, kind=8, account_id=proof.account_id, counterparty_id=bytes(16), sub_account_id=bytes(16), amount_micros=1, currency="CNY",
        remark="r" * 256, tag="t" * 64, reference_id=os.urandom(16), actor_reference=os.urandom(16), hash=os.urandom(32),
        postings=[{"book": 1, "amount_micros": 1, "balance_micros": place}]) for place in range(1, count + 1)])
    state, previous = bytes(32), bytes(32)
    for first in range(0, count, anchor_size):
        entries = proof.entries[first:first + anchor_size]
        levels = tree([sha(b"\0", entry.hash) for entry in entries])
        for index, entry in enumerate(entries):
            entry.path.extend(path(levels, index))
            state = sha(state, entry_bytes(entry))
        leaf = sha(b"\0", proof.account_id, number(first + len(entries)), state)
        anchor = proof.anchors.add(number=len(proof.anchors) + 1, first_sequence=first + 1, last_sequence=first + len(entries), entries_root=levels[-1][0],
                                   account_count=1, accounts_root=leaf, previous=previous, public_key=public)
        anchor.signature, previous = sign(secret, anchor_bytes(proof.company_id, anchor)), sha(anchor_bytes(proof.company_id, anchor))
    proof.closing.entries, proof.closing.hash = count, state
    return proof


class ProofTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.key = os.path.join(cls.folder, "key")
        settings = {"key_file": cls.key, "key_create": "true", "anchor_interval": "1s"}
        cls.clock = Clock()
        cls.ledger = cls.enterClassContext(Service("ledger", clock=cls.clock, **settings))
        cls.other = cls.enterClassContext(Service("ledger", clock=cls.clock, database=cls.ledger.database, **settings))
        cls.sql = Sql(POSTGRES, cls.ledger.database)
        cls.addClassCleanup(cls.sql.close)
        cls.sql.rows("SET search_path = ledger")

    def setUp(self):
        self.company = Company(self.ledger)
        self.a, self.b, self.idle = (self.company.open() for _ in range(3))
        self.company.top_up(self.a, 1000)

    def keys(self, ledger=None):
        answer = (ledger or self.ledger).call("ledger.v1.ProofService/ListAnchorKeys", account_id=self.a, company_id=self.company.id)
        return {bytes.fromhex(key.public_key) for key in answer.keys}

    def anchored(self):
        """Waits until the last entry has an anchor; returns how many anchors there are."""
        ask = ("SELECT coalesce(max(last_sequence), 0) = (SELECT length FROM chain WHERE company_id = '%s'), count(*) FROM anchor"
               " WHERE company_id = '%s'" % (self.company.id, self.company.id))
        deadline = time.monotonic() + 30
        while self.sql.rows(ask)[0][0] != "t":
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)
        return int(self.sql.rows(ask)[0][1])

    def three_days(self):
        """Something happens in each of three periods; returns when the second began and when it was over."""
        self.company.transfer(self.a, self.b, 100, tag="oss", remark="first")
        self.anchored()
        second = self.sql.rows("SELECT extract(epoch FROM max(period_time))::bigint + 1 FROM anchor WHERE company_id = '%s'" % self.company.id)
        self.company.spend(self.b, 30)
        self.company.call("HoldService/PlaceHold", self.a, amount_micros=micros(5), currency="CNY",
                          expire_time={"seconds": int(self.clock.now()) + 3600})
        self.anchored()
        third = self.sql.rows("SELECT extract(epoch FROM max(period_time))::bigint + 1 FROM anchor WHERE company_id = '%s'" % self.company.id)
        self.company.revoke(self.a, self.b, 20)
        self.company.spend(self.a, 1)
        self.anchored()
        return {"seconds": int(second[0][0])}, {"seconds": int(third[0][0])}

    def proof(self, account, **fields):
        """All pages, as one."""
        whole, token = message("ledger.v1.Proof")(), ""
        while True:
            page = self.ledger.call("ledger.v1.ProofService/GetProof", account_id=account, company_id=self.company.id, page_token=token, **fields)
            whole.MergeFrom(page.proof)
            token = page.next_page_token
            if not token:
                return whole

    def kontor(self, packed, *keys):
        """`kontor proof verify`, without a server: its exit code, and what it said."""
        environment = {"HOME": self.folder, "KONTOR_GATEWAY": "127.0.0.1:1", **{name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}}
        done = subprocess.run([os.path.join(BUILD, "kontor"), "proof", "verify", "-"] + (["--key", ",".join(key.hex() for key in keys)] if keys else []), input=packed,
                              capture_output=True, check=False, env=environment)
        return done.returncode, (done.stdout + done.stderr).decode()

    def holds(self, proof, keys=None):
        """Both verifiers say so."""
        packed = proof.SerializeToString(deterministic=True)
        code, said = self.kontor(packed)
        self.assertEqual(code, 0, said)
        for anchor in proof.anchors:
            self.assertIn(anchor.public_key.hex(), said)
        return verify(packed, keys or self.keys())

    def fails(self, proof, why, keys=None):
        packed = proof.SerializeToString(deterministic=True)
        with self.assertRaisesRegex(Wrong, why):
            verify(packed, keys or self.keys())
        code, said = self.kontor(packed, *(keys or ()))
        self.assertEqual(code, 1, said)
        self.assertIn("does NOT hold", said)

    def test_a_statement_is_proved(self):
        self.three_days()
        proof = self.holds(self.proof(self.a))
        self.assertEqual([(entry.kind, entry.amount_micros) for entry in proof.entries],
                         [(8, micros(1000)), (1, micros(100)), (10, micros(5)), (2, micros(20)), (3, micros(1))])
        self.assertEqual((proof.entries[1].remark, proof.entries[1].tag), ("first", "oss"))
        own = [posting.balance_micros for entry in proof.entries for posting in entry.postings if posting.book == 1]
        self.assertEqual(own[-1], self.company.balance(self.a).own_micros)
        self.assertEqual(self.company.audit()[0], [])

    def test_money_on_its_way_to_another_company(self):
        """The other side of an allocation is the ninth book."""
        customer = Company(self.ledger).open()
        self.company.relate(self.a, customer, allocates=True, settlement_mode="SETTLEMENT_MODE_ALLOCATION")
        for _ in range(2):
            self.company.call("AllocationService/AllocateToSubAccount", self.a, destination_account_id=customer, amount_micros=micros(40), currency="CNY")
        self.anchored()
        proof = self.holds(self.proof(self.a))
        self.assertEqual([posting.balance_micros for entry in proof.entries for posting in entry.postings if posting.book == 9],
                         [micros(40), micros(80)])

    def test_a_stranger_s_balance_is_not_shown(self):
        self.three_days()
        balance = str(self.company.balance(self.a).own_micros)
        self.assertNotIn(balance, str(self.proof(self.b)))
        self.assertIn(balance, str(self.proof(self.a)))

    def test_a_part_of_the_time(self):
        second, third = self.three_days()
        for start, end, amounts in ((None, second, [1000, 100]), (second, third, [5]), (third, None, [20, 1]), (second, None, [5, 20, 1])):
            proof = self.holds(self.proof(self.a, start_time=start, end_time=end))
            self.assertEqual([entry.amount_micros for entry in proof.entries], [micros(amount) for amount in amounts])
            self.assertEqual(proof.HasField("opening"), start is not None)

    def test_an_empty_statement(self):
        second, third = self.three_days()
        self.assertEqual(len(self.holds(self.proof(self.idle)).entries), 0)
        self.company.spend(self.a, 1)
        self.anchored()
        self.assertEqual(len(self.holds(self.proof(self.b, start_time=third)).entries), 1)
        proof = self.proof(self.b, start_time=third)
        del proof.entries[:]
        self.fails(proof, "another one")

    def test_not_yet(self):
        with refused(self, PRECONDITION, "PROOF_NOT_YET"):
            self.proof(self.a, start_time={"seconds": int(self.clock.now()) + 1000})
        self.anchored()
        late = self.company.open()
        with refused(self, PRECONDITION, "PROOF_NOT_YET"):
            self.proof(late)

    def test_what_was_changed_is_refused(self):
        self.three_days()
        whole, other = self.proof(self.a), self.proof(self.b)

        def changed(change):
            proof = message("ledger.v1.Proof").FromString(whole.SerializeToString())
            change(proof)
            return proof

        def amount(proof):
            proof.entries[1].amount_micros += 1

        def balance(proof):
            proof.entries[1].postings[0].balance_micros += 1

        def both(proof):
            proof.entries[1].postings[0].amount_micros += 1
            proof.entries[1].postings[0].balance_micros += 1

        def dropped(place):
            return lambda proof: proof.entries.pop(place)

        def swapped(proof):
            one, two = (message("ledger.v1.StatedEntry").FromString(proof.entries[i].SerializeToString()) for i in (1, 2))
            proof.entries[1].CopyFrom(two)
            proof.entries[2].CopyFrom(one)

        def stranger(proof):
            proof.account_id = other.account_id

        def company(proof):
            proof.company_id = uuid.uuid4().bytes

        def day(place):
            return lambda proof: proof.anchors.pop(place)

        def unopened(proof):
            proof.ClearField("closing")

        for change, why in ((amount, "another one"), (balance, "does not follow"), (both, "does not follow|another one"), (dropped(1), "follow|another"),
                            (dropped(2), "another one"), (dropped(-1), "another one"), (dropped(0), "follow|another"), (swapped, "out of its order"),
                            (stranger, "another state"), (company, "signature"), (day(1), "missing"), (day(0), "outside"), (day(-1), "another state|outside|more entries"),
                            (unopened, "no closing")):
            self.fails(changed(change), why)
        self.fails(whole, "not ours", keys={bytes(32)})

    def test_an_account_s_pairs_cannot_be_hidden(self):
        """Two entries that undo each other leave no gap in the balances; the state tells."""
        self.company.transfer(self.a, self.b, 5)
        self.company.revoke(self.a, self.b, 5, suspension_acknowledged=True)
        self.anchored()
        proof = self.proof(self.a)
        del proof.entries[1:3]
        self.fails(proof, "another one")

    def test_not_one_bit_may_change(self):
        self.company.transfer(self.a, self.b, 100, tag="t", remark="r")
        self.anchored()
        packed, keys = self.proof(self.b).SerializeToString(deterministic=True), self.keys()
        verify(packed, keys)
        for place in range(len(packed)):
            for bit in range(8):
                other = packed[:place] + bytes([packed[place] ^ 1 << bit]) + packed[place + 1:]
                with self.assertRaises(Wrong, msg="bit %d of byte %d" % (bit, place)):
                    verify(other, keys)
            with self.assertRaises(Wrong):
                verify(packed[:place], keys)
        with self.assertRaises(Wrong):
            verify(packed + b"\x98\x06\x01", keys)
        self.assertEqual(self.kontor(packed, next(iter(keys)))[0], 0)
        for bit in range(5, 8 * len(packed), 173):
            other = bytearray(packed)
            other[bit // 8] ^= 1 << bit % 8
            self.assertEqual(self.kontor(bytes(other), next(iter(keys)))[0], 1, "bit %d of byte %d" % (bit % 8, bit // 8))
        for other in (b"", packed[:-1], packed[:len(packed) // 2], packed + b"\x98\x06\x01"):
            self.assertEqual(self.kontor(other)[0], 1)

    def test_pages(self):
        for _ in range(130):
            self.company.spend(self.a, "0.01")
        self.anchored()
        first = self.ledger.call("ledger.v1.ProofService/GetProof", account_id=self.a, company_id=self.company.id)
        self.assertEqual((len(first.proof.entries), bool(first.next_page_token)), (100, True))
        self.assertEqual(len(self.holds(self.proof(self.a)).entries), 131)

    def test_anchors_that_are_made_between_pages(self):
        """A proof ends where its first page said, whatever is booked and anchored while it is read."""
        for _ in range(130):
            self.company.spend(self.a, "0.01")
        self.anchored()
        whole, token, ask = message("ledger.v1.Proof")(), "", "ledger.v1.ProofService/GetProof"
        while True:
            page = self.ledger.call(ask, account_id=self.a, company_id=self.company.id, page_token=token)
            whole.MergeFrom(page.proof)
            if not page.next_page_token:
                break
            token = page.next_page_token
            self.company.spend(self.a, "0.01")
            self.anchored()
        self.assertEqual(len(self.holds(whole).entries), 131)
        self.assertEqual(len(self.holds(self.proof(self.a)).entries), 132)

    def test_whose_statement_it_is_is_told(self):
        """The proof of another account, or of another time, holds as well."""
        second, _ = self.three_days()
        for account in (self.a, self.b):
            code, said = self.kontor(self.proof(account, start_time=second).SerializeToString(deterministic=True))
            day = datetime.datetime.fromtimestamp(second["seconds"], datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M")
            self.assertEqual((code, "account %s\n" % account in said, "from " + day in said), (0, True, True), said)

    def test_numbers_that_are_none(self):
        """A signer may sign any number; a verifier computes with none that is none."""
        self.three_days()
        whole, (key, public) = self.proof(self.a), own_key()
        for name, value in (("number", 2 ** 63 - 1), ("number", 0), ("last_sequence", 2 ** 63 - 1), ("first_sequence", -2 ** 63), ("account_count", -2 ** 63),
                            ("account_count", 0), ("period_us", -1), ("period_us", 2 ** 63 - 1)):
            proof = message("ledger.v1.Proof").FromString(whole.SerializeToString())
            for anchor in proof.anchors:
                setattr(anchor, name, value)
                anchor.public_key, anchor.signature = public, sign(key, anchor_bytes(proof.company_id, anchor))
            self.fails(proof, "a number that is none", keys={public})
        for entries in (-1, -2 ** 63, 2 ** 63 - 1):
            proof = message("ledger.v1.Proof").FromString(whole.SerializeToString())
            proof.opening.CopyFrom(proof.closing)
            proof.opening.entries = entries
            self.fails(proof, "more entries than there are")

    def test_the_largest_file(self):
        """16 MiB and no more; that it is large makes no proof wrong."""
        secret, public = own_key()
        for count, code in ((18100, 0), (18500, 2)):
            packed = large_proof(secret, public, count).SerializeToString(deterministic=True)
            self.assertEqual(len(packed) <= 16 * 1024 * 1024, code == 0, len(packed))
            found, said = self.kontor(packed, public)
            self.assertEqual(found, code, said)
        verify(packed, {public})

    def test_an_account_that_the_list_lacks(self):
        """An anchor without an entry's account would make that account's proofs fail for ever: none is made until it is there."""
        self.anchored()
        self.company.spend(self.a, 1)
        hide = "UPDATE account SET company_id = '%s' WHERE account_id = '%s'"
        self.sql.rows(hide % (new_id(), self.a))
        count = "SELECT count(*) FROM anchor WHERE company_id = '%s'" % self.company.id
        before = self.sql.rows(count)
        deadline = time.monotonic() + 20
        while "anchor_not_made" not in self.ledger.log() + self.other.log() and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertIn("anchor_not_made", self.ledger.log() + self.other.log())
        self.assertEqual(self.sql.rows(count), before)
        self.sql.rows(hide % (self.company.id, self.a))
        self.anchored()
        self.holds(self.proof(self.a))

    def test_two_ledgers_and_many_books(self):
        """Both make anchors; each is there once, and all hold together."""
        stop = time.monotonic() + 4
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            while time.monotonic() < stop:
                for spent in [pool.submit(self.company.spend, self.a, "0.01", ledger=ledger) for ledger in (self.ledger, self.other)]:
                    spent.result()  # a refusal fails the test
        self.assertGreater(self.anchored(), 2)
        self.holds(self.proof(self.a))
        self.assertEqual(self.keys(), self.keys(self.other))

    def spend_when_served(self):
        """The channel of the process that was killed is noticed by a call."""
        request_id, deadline = new_id(), time.monotonic() + 20
        while True:
            try:
                return self.company.spend(self.a, 1, request_id=request_id)
            except Refusal:
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.2)

    def test_a_crash_leaves_no_half_an_anchor(self):
        for ledger in (self.ledger, self.other):
            ledger.kill()
        for _ in range(3):
            self.ledger.start()
            self.spend_when_served()
            self.ledger.kill()
        self.ledger.start()
        self.other.start()
        self.spend_when_served()
        self.anchored()
        self.holds(self.proof(self.a))

    def test_a_clock_that_goes_back(self):
        self.anchored()
        self.clock.turn(100)
        self.company.spend(self.a, 1)
        self.clock.turn(-100)
        self.company.spend(self.a, 1)
        self.clock.turn(102)
        self.anchored()
        self.holds(self.proof(self.a))

    def test_another_key(self):
        """A rotated key signs what follows; the old one stays good for what it signed."""
        self.anchored()
        settings = {"key_file": self.key + "-2", "key_create": "false", "anchor_interval": "1s"}
        with open(self.key + "-2", "wb") as file:
            file.write(os.urandom(32))
        os.chmod(self.key + "-2", 0o600)
        for ledger in (self.ledger, self.other):
            ledger.stop()
        third = Service("ledger", clock=self.clock, database=self.ledger.database, **settings)
        with third:
            self.company.spend(self.a, 1, ledger=third)
            self.anchored()
        for ledger in (self.ledger, self.other):
            ledger.start()
        keys = self.keys()
        self.assertEqual(len(keys), 2)
        self.holds(self.proof(self.a), keys)
        packed = self.proof(self.a).SerializeToString(deterministic=True)
        self.assertEqual(self.kontor(packed, b"".join(sorted(keys)))[0], 2)
        self.assertEqual(self.kontor(packed, *keys)[0], 0)
        self.assertEqual(self.kontor(packed, *keys, bytes(32))[0], 0)
        for key in keys:
            self.assertEqual(self.kontor(packed, key)[0], 1)
            with self.assertRaisesRegex(Wrong, "not ours"):
                verify(self.proof(self.a).SerializeToString(deterministic=True), {key})

    def test_without_a_key_there_are_no_anchors(self):
        with Service("ledger") as ledger:
            company = Company(ledger)
            account = company.open()
            company.top_up(account, 1)
            with refused(self, PRECONDITION, "PROOF_NOT_YET"):
                ledger.call("ledger.v1.ProofService/GetProof", account_id=account, company_id=company.id)


if __name__ == "__main__":
    unittest.main()
