"""Answers on a screen: tables within its columns, a pager for what is longer than it; where no screen is, all of it, line by line."""
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kontor_test  # noqa: E402
from kontor_test import DONE  # noqa: E402
from terminal import on_a_terminal  # noqa: E402

TRANSFERS = "ledger.v1.TransferService/ListTransfers"


def name(n, thing):
    return "0198c5b2-%04x-7000-%s-%012d" % (n, thing, n)


def columns(text):
    return sum(2 if "\u2e80" <= character <= "\uffef" else 1 for character in text)


class ScreenTest(unittest.TestCase):
    setUpClass = classmethod(kontor_test.KontorTest.setUpClass.__func__)
    setUp, kontor, on_a_terminal = kontor_test.KontorTest.setUp, kontor_test.KontorTest.kontor, on_a_terminal

    def rows(self, count, remark="for the project"):
        rows = [{"transfer_id": name(n, "8000"), "kind": 1, "source_account_id": name(0, "9000"), "destination_account_id": name(n % 2, "a000"),
                 "amount_micros": 10 ** (6 + n % 9), "currency": "CNY", "remark": remark} for n in range(count)]
        self.gateway.answer(TRANSFERS, lambda *_: {"transfers": rows})

    def shown(self, *words, size=(100, 80), typed=b"", **environment):
        code, shown = self.on_a_terminal(typed, *(words or ("transfer", "list")), size=size, **environment)
        self.assertEqual(code, DONE, shown)
        return shown.replace("\r\n", "\n")

    def test_a_table_fits_the_screen_and_its_ids_tell_apart(self):
        for remark in ("for the project", "\u9879\u76ee" * 40, "\u00fc" * 120, ""):
            self.rows(12, remark)
            for width in (80, 100):
                lines = self.shown(size=(100, width)).splitlines()
                self.assertLessEqual(max(map(columns, lines)), width, (remark, lines))
            lines = self.shown().splitlines()
            self.assertEqual(lines[1].split()[:5], ["transfer", "kind", "source", "destination", "amount"])
            ids = [line.split()[0] for line in lines[2:]]
            self.assertEqual((len(ids), len(set(ids))), (12, 12))
            for shown, n in zip(ids, range(12)):
                self.assertTrue(name(n, "8000").startswith(shown) and len(shown) >= 8, shown)
            self.assertIn("100000000.00 CNY", "\n".join(lines))

    def test_the_short_ids_can_be_typed(self):
        self.rows(12)
        shown = [line.split()[0] for line in self.shown().splitlines()[2:]]
        self.kontor("transfer", "show", shown[7])
        self.assertEqual(self.gateway.calls("ledger.v1.TransferService/GetTransfer")[-1][0].transfer_id, name(7, "8000"))

    def test_where_no_screen_is_nothing_is_cut(self):
        self.rows(12, "x" * 200)
        lines = self.kontor("transfer", "list").stdout.splitlines()
        self.assertTrue(all(name(n, "8000") in line and "x" * 200 in line for n, line in enumerate(lines[2:])))
        self.rows(2)
        self.assertIn(name(1, "8000"), self.shown(size=(100, 300)))

    def test_rows_that_do_not_fit_stand_below_each_other(self):
        self.rows(3)
        shown = self.shown(size=(100, 40))
        self.assertEqual(len(re.findall(r"(?m)^ +transfer id +0198c5b2-", shown)), 3)
        self.assertIn(name(2, "8000"), shown)

    def test_what_is_agreed_to_is_never_cut(self):
        """LED-42: the contract is read on the screen before it is confirmed, and its hash is copied from there."""
        contract = {"version": 1, "text": "a " * 200 + "last.", "limit_micros": 5, "currency": "CNY", "contract_hash": "9f86" * 16}
        self.gateway.answer("ledger.v1.CreditService/ListCreditContracts", lambda *_: {"contracts": [contract]})
        notice = {"kind": 1, "text": "b " * 150 + "end.", "account_id": name(1, "8000")}
        self.gateway.answer("identity.v1.NoticeService/ListNotices", lambda *_: {"notices": [notice]})
        for width in (80, 120, 200):
            shown = self.shown("contract", "list", size=(100, width))
            self.assertTrue(contract["text"] in shown and contract["contract_hash"] in shown, shown)
            self.assertIn(notice["text"], self.shown("notice", "list", size=(100, width)))

    def test_columns_of_wide_characters_are_aligned(self):
        rows = [{"transfer_id": "a", "remark": "\u9879\u76ee"}, {"transfer_id": "\u9879\u76ee", "remark": "b"}, {"transfer_id": "xy", "remark": "c"}]
        self.gateway.answer(TRANSFERS, lambda *_: {"transfers": rows})
        lines = self.kontor("transfer", "list").stdout.splitlines()[1:]
        ends = {columns(line[:line.index(word)]) for line, word in zip(lines[1:], ("\u9879", "b", "c"))}
        self.assertEqual(len(ends), 1, lines)

    def test_the_next_step_is_told_to_people_alone(self):
        words = ("company", "submit", "--country", "CN", "--scheme", "uscc", "--number", "n", "--name", "n")
        self.assertIn("next: kontor company list", self.shown(*words))
        self.assertNotIn("next:", self.shown(*words, "--json"))
        done = self.kontor(*words)
        self.assertEqual((done.returncode, "next:" in done.stdout + done.stderr), (DONE, False))

    def test_a_list_of_nothing_has_no_next_step(self):
        bills = "ledger.v1.UsageService/ListBills"
        self.gateway.answer(bills, lambda *_: {"bills": []})
        self.assertNotIn("next:", self.shown("bill", "list"))
        self.gateway.answer(bills, lambda *_: {"bills": [{"bill_id": name(1, "8000"), "owed_micros": 10 ** 6, "currency": "CNY"}]})
        self.assertIn("next: kontor bill pay", self.shown("bill", "list"))

    def test_what_matters_least_is_left_out_first(self):
        """Of a row too wide for 80 columns, the last columns; of the messages in a row, what is to be seen of them."""
        postings = [{"entry_id": name(n, "8000"), "kind": 3, "book": 5, "amount_micros": -10 ** 14, "balance_micros": 10 ** 14, "currency": "CNY",
                     "remark": "for the project in Tokyo", "counterparty_account_id": name(n, "9000"), "recorded_time": {"seconds": 1767225600}}
                    for n in range(2)]
        self.gateway.answer("ledger.v1.PostingService/ListPostings", lambda *_: {"postings": postings})
        heads = [re.split(" {2,}", self.shown("history", size=(100, width)).splitlines()[1].strip()) for width in (80, 160)]
        self.assertEqual([head.split()[0] for head in heads[0]], [head.split()[0] for head in heads[1][:len(heads[0])]])
        self.assertEqual(heads[1][-1], "counterparty account id")
        self.assertIn("balance", heads[0])
        view = {"account": {"account_id": name(1, "8000"), "company_name": "Blue Agency Ltd"},
                "balance": {"account_id": name(1, "8000"), "available_micros": 10 ** 9, "currency": "CNY"}}
        self.gateway.answer("gateway.v1.OverviewService/ListAccounts", lambda *_: {"accounts": [view, {"account": {"account_id": name(2, "8000")}, "hidden": True},
                                                                                         dict(view, masked=True)]})
        lines = self.shown("account", "balances").splitlines()
        self.assertEqual([re.split(" {2,}", line.strip())[:3] for line in lines[2:4]],
                         [["0198c5b2-0001", "Blue Agency Ltd", "1000.00 CNY"], ["0198c5b2-0002", "yes"]])
        self.assertIn("1000.00 to 10000.00 CNY", lines[4])

    def test_who_waits_for_money_sees_it(self):
        states = ["PENDING", "PENDING", "CREDITED"]
        state = lambda *_: {"top_up": {"top_up_id": name(1, "8000"), "state": "TOP_UP_STATE_" + states.pop(0)}}
        for rpc in ("CreateTopUp", "GetTopUp"):
            self.gateway.answer("payments.v1.TopUpService/" + rpc, state)
        words = ("topup", "--amount", "1", "--currency", "CNY", "--method", "m")
        self.assertRegex(self.shown(*words), r"waiting for the money .* \.\.\n")
        states[:] = ["PENDING", "CREDITED"]
        self.assertNotIn("waiting", self.kontor(*words).stderr)

    def pager(self, text):
        path = os.path.join(self.folder, "pager")
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + text)
        os.chmod(path, 0o700)
        return path

    def test_a_long_answer_goes_through_the_pager(self):
        self.rows(40)
        pager = self.pager("sed 's/^/| /'\n")
        self.assertTrue(all(line.startswith("| ") for line in self.shown(size=(24, 80), KONTOR_PAGER=pager).splitlines()))
        for more in (dict(size=(24, 80), KONTOR_PAGER=""), dict(size=(24, 80), KONTOR_PAGER="cat"), dict(size=(100, 80), KONTOR_PAGER=pager)):
            self.assertNotIn("|", self.shown(**more))
        self.assertNotIn("|", self.shown("transfer", "list", "--json", size=(24, 80), KONTOR_PAGER=pager))
        self.assertIn(name(39, "8000"), self.kontor("transfer", "list", KONTOR_PAGER=pager).stdout)

    def test_a_pager_that_is_left_or_is_not_there_loses_nothing(self):
        self.rows(2000)
        self.assertIn("first line", self.shown(size=(24, 80), KONTOR_PAGER=self.pager("read line; echo first line\n")))
        self.rows(40)
        self.assertIn("destination", self.shown(size=(24, 80), KONTOR_PAGER="/nosuch/pager"))
        self.assertIn("transfers", self.shown(size=(24, 80), typed=b"q", TERM="xterm", KONTOR_PAGER="less", LESS="X"))


if __name__ == "__main__":
    unittest.main()
