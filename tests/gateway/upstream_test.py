"""How partners stand is told to identity when it changes (B.3, ID-26): at once by the ledger's events, and by a look at all; peers that fail, and a
gateway that is killed."""
import contextlib
import time
import unittest

import grpc
from fake_peers import FakePeers, No, gateway, new_id

from service import psql

LIST, NOTE = "identity.v1.UpstreamService/ListUpstreams", "identity.v1.UpstreamService/NoteUpstream"
GET, BALANCE = "ledger.v1.AccountService/GetAccount", "ledger.v1.AccountService/GetBalance"
ACTIVE, FROZEN, CLOSED = 1, 2, 3
NONE, OVERDUE_CAUSE = 0, 3


class Watched(unittest.TestCase):
    """Partners as identity and the ledger know them."""
    page = 2

    def setUp(self):
        self.peers = FakePeers()
        self.addCleanup(self.peers.stop)
        self.partners, self.broken = {}, set()
        for rpc, answer in ((LIST, self.listed), (NOTE, self.noted), (GET, self.account), (BALANCE, self.balance)):
            self.peers.answer(rpc, answer)

    @contextlib.contextmanager
    def started(self, interval):
        with gateway(self.peers, upstream_interval=interval) as self.gateway:
            yield

    def partner(self, opened=True, **standing):
        account = new_id()
        if opened:
            psql(self.gateway.database, "INSERT INTO gateway.account (account_id, company_id, lease_time) VALUES ('%s', '%s', now())" % (account, new_id()))
        self.partners[account] = dict({"authorised": True, "cause": NONE, "state": ACTIVE, "overdue": False}, **standing)
        return account

    def listed(self, request, _):
        found = sorted(self.partners)
        if request.agent_account_id:
            return {"upstreams": [self.row(request.agent_account_id)] if request.agent_account_id in self.partners else []}
        page = [account for account in found if account > request.page_token][:self.page]
        return {"upstreams": [self.row(account) for account in page], "next_page_token": page[-1] if page and page[-1] != found[-1] else ""}

    def row(self, account):
        kept = self.partners[account]
        return {"contract_id": account, "agent_account_id": account, "authorised": kept["authorised"], "cause": kept["cause"]}

    def noted(self, request, _):
        kept = self.partners[request.agent_account_id]
        in_trouble = request.closed or request.frozen or request.overdue or not kept["authorised"]
        kept["cause"] = OVERDUE_CAUSE if in_trouble else NONE
        return {"cause": kept["cause"]}

    def account(self, request, _):
        if request.account_id in self.broken:
            raise No(grpc.StatusCode.INTERNAL)
        return {"account": {"account_id": request.account_id, "state": self.partners[request.account_id]["state"]}}

    def balance(self, request, _):
        return {"balance": {"overdue": self.partners[request.account_id]["overdue"]}, "transferable": {"binding": ""}}

    def notes(self, account):
        return [(note.closed, note.frozen, note.overdue) for note, _ in self.peers.calls(NOTE) if note.agent_account_id == account]

    def awaited(self, account, wanted):
        deadline = time.monotonic() + 40
        while self.notes(account) != wanted and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertEqual(self.notes(account), wanted)

    def looked(self, times=3):
        """So many whole looks at all begin and end."""
        begun = sum(1 for request, _ in self.peers.calls(LIST) if not request.page_token)
        deadline = time.monotonic() + 40
        while sum(1 for request, _ in self.peers.calls(LIST) if not request.page_token) < begun + times + 1 and time.monotonic() < deadline:
            time.sleep(0.02)

    def test_a_look_tells_what_changed_and_that_once(self):
        with self.started("20ms"):
            sound = [self.partner() for _ in range(3)]
            each = {self.partner(state=FROZEN): (False, True, False), self.partner(state=CLOSED): (True, False, False),
                    self.partner(overdue=True): (False, False, True), self.partner(authorised=False): (False, False, False),
                    self.partner(authorised=False, opened=False): (False, False, False)}
            unopened = self.partner(opened=False)
            for account, standing in each.items():
                self.awaited(account, [standing])
            self.looked()
            self.assertEqual([self.notes(account) for account in sound + [unopened]], [[]] * 4)
            for account, standing in each.items():
                self.assertEqual(self.notes(account), [standing])
            frozen = next(iter(each))
            self.partners[frozen]["state"] = ACTIVE
            self.awaited(frozen, [(False, True, False), (False, False, False)])
            self.looked()
            self.assertEqual(len(self.notes(frozen)), 2)

    def test_a_turn_takes_one_page_however_many_there_are(self):
        times = []

        def listed(request, metadata):
            times.append((time.monotonic(), request.page_token))
            return self.listed(request, metadata)
        self.peers.answer(LIST, listed)
        for _ in range(5):
            self.partner(opened=False)
        last = sorted(self.partners)[-1]
        self.partners[last]["authorised"] = False
        with self.started("300ms"):
            self.awaited(last, [(False, False, False)])
            self.looked(1)
        for (one, _), (other, _) in zip(times, times[1:]):
            self.assertGreater(other - one, 0.2)
        self.assertEqual({token for _, token in times}, {""} | set(sorted(self.partners)[1:-1:2]))

    def test_the_ledger_tells_of_one_at_once(self):
        with self.started("3600s"):
            account, stranger = self.partner(), new_id()
            whole = {"AccountOverdue": {"due_time": {"seconds": 1}}, "AccountResumed": {"suspension_id": new_id()}, "AccountSuspended": {"line_micros": 1}}
            for overdue, event in ((True, "AccountOverdue"), (False, "AccountResumed"), (True, "AccountSuspended")):
                self.partners[account]["overdue"] = overdue
                known = len(self.notes(account))
                for told in (stranger, account):
                    self.peers.servers["ledger"].happened("ledger.v1." + event, account_id=told, currency="CNY", **whole[event])
                self.awaited(account, self.notes(account)[:known] + [(False, False, overdue)])
            self.assertEqual(self.notes(stranger), [])  # no partner
            self.assertTrue(all(request.agent_account_id for request, _ in self.peers.calls(LIST)))

    def test_one_that_cannot_be_asked_for_hides_no_other(self):
        with self.started("20ms"):
            first, *_, last = sorted(self.partner() for _ in range(5))
            self.broken.add(first)
            for account in (first, last):
                self.partners[account]["state"] = FROZEN
            self.awaited(last, [(False, True, False)])
            self.assertEqual(self.notes(first), [])
            self.broken.clear()
            self.awaited(first, [(False, True, False)])

    def test_a_note_whose_answer_is_lost_is_made_again(self):
        with self.started("20ms"):
            account = self.partner()
            lost = []

            def lose(request, metadata):
                lost.append(request)
                if len(lost) == 1:
                    raise No(grpc.StatusCode.INTERNAL)  # before it did anything
                answer = self.noted(request, metadata)
                if len(lost) == 2:
                    raise No(grpc.StatusCode.INTERNAL)  # after
                return answer
            self.peers.answer(NOTE, lose)
            self.partners[account]["overdue"] = True
            self.awaited(account, [(False, False, True)] * 2)
            self.looked()
            self.assertEqual((len(lost), len({request.request_id for request in lost}), self.partners[account]["cause"]), (2, 2, OVERDUE_CAUSE))

    def test_a_gateway_that_is_killed_looks_again(self):
        with self.started("3600s"):
            account = self.partner()
            self.peers.answer(NOTE, lambda request, _: self.gateway.process.kill() or time.sleep(0.5) or {})
            self.partners[account]["overdue"] = True
            self.peers.servers["ledger"].happened("ledger.v1.AccountOverdue", account_id=account)
            self.awaited(account, [(False, False, True)])
            self.gateway.process.wait()
            self.peers.answer(NOTE, self.noted)
            psql(self.gateway.database, "UPDATE gateway.saga SET due_time = now() WHERE finish_time IS NULL")  # its lease was the dead one's
            self.gateway.start()
            deadline = time.monotonic() + 40
            while self.partners[account]["cause"] == NONE and time.monotonic() < deadline:
                time.sleep(0.02)
            self.assertEqual(self.partners[account]["cause"], OVERDUE_CAUSE)


if __name__ == "__main__":
    unittest.main()
