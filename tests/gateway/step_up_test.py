"""ID-32 at the door: who has a factor proves it before money and who may what, by call and by message of a stream; the refusal names what is
accepted, and the peer is told the session. The peers are fakes; boundaries to the microsecond are in gateway/domain."""
import time
import unittest

import grpc
from fake_peers import new_id, well_formed_order
from order_test import STREAM, SUBMIT, Orders, transfer
from passage_test import TRANSFER
from stream_test import Open

from service import Refusal

GRANT, ENROLL, PROVE = "identity.v1.RoleService/GrantRole", "identity.v1.FactorService/EnrollTotp", "identity.v1.SessionService/ProveFactor"
PASSWORD = "identity.v1.PasswordService/ChangePassword"
LIST = "identity.v1.RoleService/ListMembers"


class StepUp(Orders):
    def setUp(self):
        super().setUp()
        self.factors, self.proved, self.session, self.policy = [], None, new_id(), {}

    def resolve(self, request, metadata):
        answer = dict(super().resolve(request, metadata), session_id=self.session, factor_kinds=self.factors, **self.policy)
        if self.proved is not None:
            answer["mfa_time"] = {"seconds": int(time.time() - self.proved)}
        return answer

    def required(self, rpc, factors="TOTP,RECOVERY_CODE", enrolled="true", **fields):
        reached = len(self.peers.calls(rpc))
        with self.assertRaises(Refusal) as caught:
            self.call(rpc, **fields)
        no = caught.exception
        self.assertEqual((no.code, no.reason), (grpc.StatusCode.FAILED_PRECONDITION, "MFA_REQUIRED"))
        self.assertEqual((no.terms["factors"], no.terms["enrolled"]), (factors, enrolled))
        self.assertEqual(len(self.peers.calls(rpc)), reached)

    def test_without_a_factor_all_is_as_before(self):
        for rpc in (TRANSFER, GRANT, ENROLL, PASSWORD, LIST):
            self.call(rpc)

    def test_with_one_money_and_who_may_what_need_a_proof(self):
        self.factors = [1]
        for rpc in (TRANSFER, GRANT, ENROLL, PASSWORD):
            self.required(rpc)
            self.proved = 302
            self.required(rpc)
            self.proved = 290
            self.call(rpc)
            self.proved = None
        self.call(LIST)
        self.call(PROVE, totp_code="123456")
        self.factors = [2, 1]
        self.required(GRANT, "TOTP,WEBAUTHN,RECOVERY_CODE")

    def test_an_account_demands_more_or_less(self):
        self.policy = {"mfa_money": 3, "mfa_who_may_what": 1}
        self.required(TRANSFER, "TOTP,WEBAUTHN", "false")
        self.call(GRANT)
        self.call(ENROLL)  # else nobody could obey
        self.factors = [1]
        self.required(TRANSFER)
        self.call(GRANT)
        self.required(ENROLL)
        self.policy = {"mfa_money": 1, "mfa_who_may_what": 3}
        self.call(TRANSFER)
        self.required(GRANT)

    def test_the_peer_is_told_the_session(self):
        self.call(LIST)
        self.assertEqual(self.peers.calls(LIST)[0][1]["kontor-credential-id"], self.session)

    def test_orders_together_need_one_for_the_call(self):
        self.factors = [1]
        self.required(SUBMIT, orders=[transfer(), transfer()])
        self.proved = 0
        self.assertEqual(len(self.call(SUBMIT, orders=[transfer()]).results), 1)

    def test_a_stream_is_decided_at_each_message(self):
        self.factors, self.proved = [1], 0
        stream = Open(self, STREAM, "a-session")
        self.assertEqual(len(stream.send(account_id=self.account, orders=[well_formed_order(transfer())]).read().results), 1)
        self.proved = 302
        with self.assertRaises(Refusal) as caught:
            stream.send(account_id=self.account, orders=[well_formed_order(transfer())]).read()
        self.assertEqual(caught.exception.reason, "MFA_REQUIRED")


if __name__ == "__main__":
    unittest.main()
