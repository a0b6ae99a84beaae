"""Orders together and the change feed, by clients that stand outside: Python's own gRPC, which learned the API by reflection, and kontor."""
import json
import os
import subprocess
import unittest

import grpc
from foreign import ForeignClient

from stack import BUILD, DONE, REFUSED, USAGE, Journey, micros, new_id

SUBMIT, STREAM = "ledger.v1.OrderService/SubmitOrders", "ledger.v1.OrderService/StreamOrders"
PREVIEW, WATCH = "ledger.v1.OrderService/PreviewOrder", "ledger.v1.ChangeService/WatchChanges"
TRANSFER = "ledger.v1.TransferService/CreateTransfer"


class Orders(Journey):
    stack_settings = {"stream_recheck": "100ms", "common": {"drain_grace": "10m"}}

    def setUp(self):
        self.agency, self.project = self.stack.company("agency", "project")
        self.agency.top_up("1000.00")
        self.client = self.foreign(self.agency)

    def foreign(self, customer):
        client = ForeignClient(self.stack.gateway.address, self.stack.token(customer.name))
        self.addCleanup(client.close)
        return client

    def give(self, amount, to=None, request_id=None, **more):
        """An order of a transfer to the project."""
        destination = (to or self.project).account_id
        return dict(create_transfer=dict(request_id=request_id or new_id(), destination_account_id=destination, amount_micros=micros(amount),
                                         currency="CNY"), **more)

    def outcomes(self, results):
        return [self.outcome(result) for result in results]

    def outcome(self, result):
        """"done", "replayed", or the reason of the refusal."""
        if result.WhichOneof("outcome") == "refused":
            return self.reason(result.refused)
        return "replayed" if result.replayed else "done"

    def reason(self, status):
        """ErrorInfo.reason of a google.rpc.Status: the text of field 1 of the detail."""
        packed = [detail.value for detail in status.details if detail.type_url.endswith("ErrorInfo")][0]
        return packed[2:2 + packed[1]].decode()

    def refused(self, code, call, *words, **fields):
        with self.assertRaises(grpc.RpcError) as caught:
            call(*words, **fields)
        self.assertEqual(caught.exception.code(), code, caught.exception.details())


class BulkTest(Orders):
    def test_a_bulk_is_judged_order_by_order(self):
        stranger = self.stack.company("stranger")[0]
        orders = [self.give("100.00"), self.give("100.00", stranger), self.give("5000.00"), self.give("200.00"),
                  self.give("1.00", linked=True), self.give("5000.00")]
        results = self.client.call(SUBMIT, orders=orders).results
        self.assertEqual(self.outcomes(results),
                         ["done", "DIFFERENT_COMPANY", "EXCEEDS_TRANSFERABLE", "done", "GROUP_FAILED", "EXCEEDS_TRANSFERABLE"])
        self.assertEqual(results[3].create_transfer.balances[1].transferred_in_micros, micros("300.00"))
        self.assertEqual((self.agency.own(), self.project.transferred_in()), (micros("700.00"), micros("300.00")))

    def test_an_id_of_a_unary_call_is_replayed_in_a_bulk_and_back(self):
        """E32"""
        alone, together = new_id(), new_id()
        first = self.client.call(TRANSFER, **self.give("10.00", request_id=alone)["create_transfer"])
        results = self.client.call(SUBMIT, orders=[self.give("10.00", request_id=alone), self.give("20.00", request_id=together),
                                                   self.give("20.00", request_id=together), self.give("11.00", request_id=alone)]).results
        self.assertEqual(self.outcomes(results), ["replayed", "done", "replayed", "IDEMPOTENCY_MISMATCH"])
        self.assertEqual(results[0].create_transfer.transfer.transfer_id, first.transfer.transfer_id)
        again = self.client.call(TRANSFER, **self.give("20.00", request_id=together)["create_transfer"])
        self.assertEqual(again.transfer.transfer_id, results[1].create_transfer.transfer.transfer_id)
        self.assertEqual(self.project.transferred_in(), micros("30.00"))

    def test_nobody_acts_for_others_from_inside_an_order(self):
        victim, thief = self.stack.company("victim", "thief")
        victim.top_up("500.00")
        order = self.give("100.00", thief)
        order["create_transfer"].update(account_id=victim.account_id, company_id=victim.account_id)
        client = self.foreign(thief)
        results = client.call(SUBMIT, orders=[order]).results
        self.assertEqual(self.outcomes(results), ["INVALID_ARGUMENT"])
        self.refused(grpc.StatusCode.PERMISSION_DENIED, client.call, SUBMIT, account_id=victim.account_id, orders=[order])
        credit = {"credit_top_up": {"request_id": new_id(), "amount_micros": micros("100.00"), "currency": "CNY"}}
        self.refused(grpc.StatusCode.UNIMPLEMENTED, client.call, SUBMIT, orders=[credit])
        self.refused(grpc.StatusCode.PERMISSION_DENIED, client.call, SUBMIT, orders=[
            {"create_adjustment": {"request_id": new_id(), "amount_micros": micros("100.00"), "currency": "CNY", "remark": "mine"}}])
        self.assertEqual((victim.own(), thief.own()), (micros("500.00"), 0))

    def test_a_thousand_orders_with_their_balances_pass(self):
        orders = [self.give("0.01") for _ in range(1000)]
        for order in orders:  # of the largest size
            order["create_transfer"].update(remark="é" * 128, tag="t" * 64)
        results = self.client.call(SUBMIT, orders=orders).results
        self.assertEqual(self.outcomes(results), ["done"] * 1000)
        self.assertEqual(self.project.transferred_in(), micros("10.00"))
        invalid = grpc.StatusCode.INVALID_ARGUMENT
        self.refused(invalid, self.client.call, SUBMIT, orders=orders + [self.give("0.01")])
        self.refused(invalid, self.client.call, SUBMIT)
        self.refused(invalid, self.client.call, SUBMIT, orders=[self.give("0.01", linked=True)])
        self.assertEqual(self.project.transferred_in(), micros("10.00"))

    def test_a_preview_keeps_nothing(self):
        """c-5"""
        seen = self.client.call(PREVIEW, order=self.give("400.00"))
        self.assertEqual([balance.own_micros for balance in seen.balances][:1], [micros("600.00")])
        self.assertEqual(self.outcome(self.client.call(PREVIEW, order=self.give("1000.01")).result), "EXCEEDS_TRANSFERABLE")
        self.assertEqual(self.agency.own(), micros("1000.00"))


class StreamTest(Orders):
    def test_orders_in_results_out_in_order(self):
        messages = [{"orders": [self.give("1.00"), self.give("2000.00")]} for _ in range(20)]
        answers = list(self.client.open(STREAM, messages))
        self.assertEqual([self.outcomes(answer.results) for answer in answers], [["done", "EXCEEDS_TRANSFERABLE"]] * 20)
        given = [answer.results[0].create_transfer.balances[1].transferred_in_micros for answer in answers]
        self.assertEqual(given, [micros("1.00") * (i + 1) for i in range(20)])

    def test_a_stream_that_is_cut_is_taken_up_by_its_request_ids(self):
        messages = [{"orders": [self.give("1.00")]} for _ in range(50)]
        stream = self.client.open(STREAM, messages)
        for _ in range(10):
            next(stream)
        stream.cancel()
        answers = list(self.client.open(STREAM, messages))
        outcomes = [self.outcomes(answer.results)[0] for answer in answers]
        self.assertEqual(outcomes[:10], ["replayed"] * 10)
        self.assertEqual(set(outcomes[10:]) - {"done", "replayed"}, set())
        self.assertEqual(self.project.transferred_in(), micros("50.00"))


class ChangeTest(Orders):
    def take(self, stream, count):
        return [next(stream) for _ in range(count)]

    def test_a_watch_goes_on_from_its_cursor_and_loses_nothing(self):
        amounts = ["%d.00" % (i + 1) for i in range(30)]
        watcher, seen, cursor = self.foreign(self.project), [], ""
        for amount in amounts:
            self.client.call(SUBMIT, orders=[self.give(amount)])
        for size in (1, 7, 2, 10, 5, 5):  # cut again and again
            stream = watcher.open(WATCH, [{"cursor": cursor}])
            part = self.take(stream, size)
            stream.cancel()
            seen, cursor = seen + part, part[-1].cursor
        self.assertEqual([answer.change.amount_micros for answer in seen], [micros(amount) for amount in amounts])
        self.assertEqual(list(watcher.open(WATCH, [{"cursor": cursor, "until_now": True}])), [])

    def test_a_watch_sees_what_comes_and_only_its_own_side(self):
        stream = self.foreign(self.project).open(WATCH, [{}])
        self.agency.transfer(self.project, "5.00")
        answer = next(stream)
        self.assertEqual((answer.change.counterparty_account_id, answer.change.amount_micros), (self.project.account_id, micros("5.00")))
        self.assertEqual({posting.account_id for posting in answer.change.postings}, {self.project.account_id})

    def test_a_session_that_is_revoked_ends_its_watch(self):
        watcher = self.foreign(self.project)
        stream = watcher.open(WATCH, [{}])
        self.agency.transfer(self.project, "5.00")
        next(stream)
        watcher.call("identity.v1.SessionService/LogOut")
        self.refused(grpc.StatusCode.UNAUTHENTICATED, next, stream)

    def test_a_ledger_that_stops_sends_its_watchers_elsewhere(self):
        """Though it would wait half a minute for calls that end by themselves."""
        self.agency.transfer(self.project, "1.00")
        stream = self.foreign(self.project).open(WATCH, [{}])
        next(stream)
        self.stack.ledger.stop()
        self.addCleanup(self.stack.ledger.start)
        self.refused(grpc.StatusCode.UNAVAILABLE, next, stream)

    def test_a_ledger_that_restarts_is_found_again_from_the_cursor(self):
        watcher = self.foreign(self.project)
        self.agency.transfer(self.project, "1.00")
        stream = watcher.open(WATCH, [{}])
        cursor = next(stream).cursor
        self.stack.ledger.kill()
        with self.assertRaises(grpc.RpcError):
            next(stream)
        self.stack.ledger.start()
        self.agency.transfer(self.project, "2.00")
        answer = next(watcher.open(WATCH, [{"cursor": cursor}]))
        self.assertEqual(answer.change.amount_micros, micros("2.00"))


class KontorTest(Orders):
    def file(self, *lines):
        return "\n".join(lines) + "\n"

    def transfer(self, amount):
        return 'transfer --to %s --amount %s --currency CNY --remark "a line"' % (self.project.account_id, amount)

    def test_a_file_of_commands_is_done_once(self):
        text = self.file("# the month's money", self.transfer("10.00"), "", self.transfer("20.00"), self.transfer("9999.00"),
                         self.transfer("1.00") + " &", self.transfer("9999.00"))
        request_id = new_id()
        words = ("orders", "submit", "-", "--request-id", request_id)
        code, out, err = self.stack.run(*words, profile="agency", stdin=text, json_wanted=False)
        self.assertEqual(code, REFUSED, err)
        self.assertIn("2 done (0 of them before), 3 refused, 0 not sent", out)
        self.assertIn("(GROUP_FAILED)", out)
        self.assertRegex(out, r"(?m)^ +2  transfer +done$")
        code, out, _ = self.stack.run(*words, profile="agency", stdin=text, json_wanted=False)
        self.assertIn("2 done (2 of them before), 3 refused", out)
        self.assertEqual(self.project.transferred_in(), micros("30.00"))

    def test_a_mistake_in_any_line_sends_nothing(self):
        for wrong, complaint in (("balance", "moves no money"), ("transfr --to x", "no such command"), (self.transfer("1,5"), "--amount"),
                                 (self.transfer("1.00") + " &", "has no end"), ('transfer --remark "x', "no such command")):
            code, out, err = self.stack.run("orders", "submit", "-", profile="agency", stdin=self.file(self.transfer("10.00"), wrong))
            self.assertEqual((code, out), (USAGE, ""), err)
            self.assertIn(complaint, err)
        self.assertEqual(self.project.transferred_in(), 0)

    def test_more_than_one_call_holds(self):
        text = self.file(*[self.transfer("0.01")] * 1500)
        code, out, err = self.stack.run("orders", "submit", "-", profile="agency", stdin=text, json_wanted=False)
        self.assertEqual(code, DONE, err)
        self.assertIn("1500 done", out)
        self.assertEqual(self.project.transferred_in(), micros("15.00"))

    def test_preview_tells_and_does_nothing(self):
        code, out, err = self.stack.run("preview", *self.transfer("400.00").replace('"', "").replace("a line", "x").split(), profile="agency",
                                        json_wanted=False)
        self.assertEqual((code, "600.00 CNY" in out), (DONE, True), out + err)
        with self.stack.refused(self, "EXCEEDS_TRANSFERABLE"):
            self.agency.kontor("transfer", "--to", self.project.account_id, "--amount", "1000.01", "--currency", "CNY")
        code, _, err = self.stack.run("preview", "transfer", "--to", self.project.account_id, "--amount", "1000.01", "--currency", "CNY",
                                      profile="agency", json_wanted=False)
        self.assertEqual((code, "(EXCEEDS_TRANSFERABLE)" in err), (REFUSED, True), err)
        self.assertEqual(self.agency.own(), micros("1000.00"))

    def test_changes_are_listed_and_followed(self):
        for amount in ("1.00", "2.00"):
            self.agency.transfer(self.project, amount)
        code, out, err = self.stack.run("changes", profile="project")
        changes = [json.loads(line) for line in out.splitlines()]
        self.assertEqual((code, [change["change"]["amountMicros"] for change in changes]), (DONE, ["1000000", "2000000"]), err)
        environment = self.stack.kontor_environment()
        follow = subprocess.Popen([os.path.join(BUILD, "kontor"), "changes", "--follow", "--from", changes[0]["cursor"], "--profile", "project",
                                   "--only", "change.amount"], env=environment, stdout=subprocess.PIPE, text=True)
        self.addCleanup(follow.stdout.close)
        self.addCleanup(follow.wait)
        self.addCleanup(follow.kill)
        self.assertEqual(follow.stdout.readline(), "2.00\n")
        self.stack.gateway.kill()
        self.stack.gateway.start()
        self.agency.transfer(self.project, "3.00")
        self.assertEqual(follow.stdout.readline(), "3.00\n")

    def test_a_credit_line_is_told_in_its_currency(self):
        self.stack.operator("whoami")
        _, out, err = self.stack.run("limit", "line", "--account", self.project.account_id, "--amount", "5000", "--currency", "CNY",
                                     profile="operator", json_wanted=False)
        self.assertRegex(out, r"line +5000\.00 CNY\nallocated +0\.00 CNY", err)

    def test_a_new_account_is_told_what_comes_next(self):
        newcomer = self.stack.customer("newcomer").sign_up()
        code, _, err = self.stack.run("balance", profile=newcomer.name, json_wanted=False)
        self.assertEqual(code, REFUSED)
        self.assertIn("kontor account onboarding lists what comes next", err)


if __name__ == "__main__":
    unittest.main()
