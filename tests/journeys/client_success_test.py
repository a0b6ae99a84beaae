"""The client-success manager (GW-05): sees how an account does, in bands, and by no command a raw amount, a remark or an address."""
import re
import unittest

from stack import PASSWORD, Journey, micros

AMOUNT, PART, REMARK = "98765.43", "23456.78", "ClientX-MarchQ2"


class ClientSuccess(Journey):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner, cls.other = cls.stack.company("owner", "other")
        cls.manager = cls.stack.customer("manager")
        cls.owner.kontor("member", "invite", cls.manager.email, "--role", "client-success", "--name", "Han Mei")
        invitation_id, code = cls.stack.invitation(cls.manager.email)
        cls.manager.kontor("invitation", "join", invitation_id, "--code", code, "--name", "Han Mei", stdin=PASSWORD + "\n")
        cls.manager.log_in()
        cls.top_up = cls.owner.top_up(AMOUNT)
        cls.stack.await_equal(cls("test_what_is_shown"), micros(AMOUNT), cls.owner.own)
        cls.transfer = cls.owner.transfer(cls.other, PART, "--remark", REMARK)
        cls.purchase = cls.owner.purchase("777.77")

    def shown(self, *words):
        """As a person sees it."""
        code, out, err = self.stack.run(*words, profile="manager", json_wanted=False)
        self.assertEqual(code, 0, out + err)
        self.assertIn("amounts are bands", err)
        return out

    def told(self, *words):
        return self.stack.run(*words, profile="manager")

    COMMANDS = (["balance"], ["lots"], ["history"], ["changes"], ["transfer", "list"], ["topup", "list"], ["limit", "show"], ["quota", "list"],
                ["account", "show"], ["account", "ledger"], ["account", "payments"], ["account", "blockers"], ["account", "records"], ["whoami"],
                ["asset", "list"], ["audit"], ["proof", "keys"], ["approval", "list"], ["ceiling", "show"], ["who-did-what"], ["who-did-what", "own"],
                ["card", "list"], ["member", "list"], ["ready"], ["account", "onboarding"], ["coupon", "pools"], ["company", "list"],
                ["security-event", "list"])

    def test_what_is_shown(self):
        text = self.shown("balance")
        self.assertRegex(text, r"own +10000.00 to 100000.00 CNY")  # 74,530.88 are left
        self.assertRegex(text, r"unbilled +0.00 CNY")
        self.assertIn("0.00 to 1000.00 CNY", self.shown("purchase", "show", self.purchase["purchaseId"]))
        self.assertIn("10000.00 to 100000.00 CNY", self.shown("topup", "show", self.top_up["topUpId"]))
        balance = self.manager.kontor("balance")
        self.assertEqual((balance["balance"]["ownMicros"], balance["balance"]["unbilledMicros"]), (str(micros("10000.00")), "0"))
        transfer = self.manager.kontor("transfer", "show", self.transfer["transferId"])["transfer"]
        self.assertEqual((transfer["amountMicros"], transfer["remark"]), (str(micros("10000.00")), ""))
        self.assertEqual(self.owner.kontor("transfer", "show", self.transfer["transferId"])["transfer"]["remark"], REMARK)

    def test_no_command_tells_more(self):
        told = ""
        for words in self.COMMANDS:
            code, out, err = self.told(*words)
            self.assertIn(code, (0, 1), err)
            told += out + err
        self.assertNotEqual([], re.findall(r"PERMISSION_DENIED", told))
        for secret in ("9876543", "2345678", "7453088", "77777", AMOUNT, PART, REMARK, "Wensan"):
            self.assertNotIn(secret, told)
        self.assertIn("Wensan", self.owner.kontor("account", "show")["corporate"]["address"]["street"])

    def test_nothing_is_tried_out(self):
        for words in (["history", "--remark", "Client"], ["topup", "list", "--remark", "Client"]):
            with self.stack.refused(self, "FIELD_MASKED"):
                self.manager.kontor(*words)
        for words in (["preview", "transfer", "--to", self.other.account_id, "--amount", "74530.88", "--currency", "CNY"],
                      ["transfer", "--to", self.other.account_id, "--amount", "74530.88", "--currency", "CNY"],
                      ["purchase", "--amount", "74530.88", "--currency", "CNY", "--region", "cn-hangzhou"]):
            with self.stack.refused(self, "PERMISSION_DENIED"):
                self.manager.kontor(*words)


if __name__ == "__main__":
    unittest.main()
