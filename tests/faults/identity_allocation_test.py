"""Memory that runs out never thins an answer of identity (whole_answers.py)."""
import hashlib
import os
import shutil
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "support"), os.path.join(HERE, "..", "identity")]
import company_merge_test  # noqa: E402
import contact_change_test  # noqa: E402
import evidence_test  # noqa: E402
import factor_test  # noqa: E402
import hand_over_partner_test  # noqa: E402
import hand_over_test  # noqa: E402
import identity_test as identity  # noqa: E402
import real_name_test  # noqa: E402
import customer_invitation_test as customers  # noqa: E402
import relation_test  # noqa: E402
import upstream_test  # noqa: E402
import webauthn_test  # noqa: E402
from certificate_test import certificate  # noqa: E402
from operators import first_code  # noqa: E402
from service import Service  # noqa: E402
from whole_answers import Faults, WholeAnswers  # noqa: E402

HOUR = 3600
EVIDENCE = b"%PDF-1.7 a licence"


class Allocations(WholeAnswers, unittest.TestCase):
    context = "identity"
    varying = ("device_token",)  # a device that is known gets none
    new_password = dict.fromkeys(("new_password", "new_password_confirmation"), "nine quiet lighthouses of autumn")
    personal = ("email", "phone", "secret", "otpauth_uri", "recovery_codes", "challenge", "user_id", "credential_ids", "excluded_credential_ids",
                "prefix", "agent_company_name", "offer_hash", "number")
    shown_once = {"KeyService/CreateKey": "secret", "KeyService/RotateKey": "secret"}
    worn = ""  # the session of the caller
    partner = ""  # for which it begins a hand-over

    @classmethod
    def setUpClass(cls):
        cls.faults = Faults(cls)
        cls.addClassCleanup(shutil.rmtree, identity.state, True)
        identity.service = cls.service = cls.enterClassContext(Service(
            "identity", clock=identity.clock, state_directory=identity.state, fault_allocation_file=cls.faults.path))
        identity.make_first(cls.service, *identity.OPERATOR)
        cls.caller = cls.operator = identity.operator()
        cls.owner, cls.friend = identity.company_account(), identity.Person()
        cls.same = identity.company_account()
        for company in (cls.owner, cls.same):
            identity.approve(company.submit())
        cls.note = identity.change("NotificationService/SendNotification", account_id=cls.owner.account, **cls.letter_fields()).notification_id

    # ---- what rows are made of; each by whoever calls

    @staticmethod
    def letter_fields():
        return {"delivery": "DELIVERY_EMAIL", "subject": "Your bill", "text": "It is due on Monday.", "owed": True}  # however many it takes

    @staticmethod
    def person():
        identity.clock.turn(HOUR)  # what was sent before counts for no limit any more
        return identity.Person()

    def by(self, caller, **fields):
        self.caller = caller
        return fields

    def verifying(self):
        person, phone = self.person(), identity.new_phone()
        started = identity.change("AccountService/StartContactVerification", account_id=person.account, delivery="DELIVERY_SMS", phone=phone)
        return {"account_id": person.account, "verification_id": started.verification_id, "code": identity.code_to(phone)}

    def by_owner(self, **fields):
        person = self.person()
        identity.clock.turn(HOUR)
        return self.by(person.principal, account_id=person.account, **fields)

    def changing(self):
        owner, email = contact_change_test.Owner(), identity.new_email()
        owner.start(email=email)
        return owner, self.by(owner.person.principal, account_id=owner.person.account, change_id=owner.change_id, channel=1)

    def confirming_change(self):
        owner, fields = self.changing()
        new_code, old_code = owner.codes()
        return dict(fields, new_code=new_code, old_code=old_code)

    def beginning_hand_over(self):
        hand = hand_over_partner_test.OfPartner()
        self.partner = hand.partner.account
        return self.by(hand.partner.principal, account_id=hand.owner.account, email=hand.email, phone=hand.phone, reason="The owner left.")

    def confirming_hand_over(self):
        hand = hand_over_test.HandOver()
        hand.begin(hand.one.principal)
        return self.by(hand.one.principal, account_id=hand.owner.account, hand_over_id=hand.id, **hand.codes())

    def approving_hand_over(self):
        hand = hand_over_partner_test.OfPartner()
        hand.begin_as_partner()
        hand.confirm_as_partner()
        return self.by(hand.other.principal, account_id=hand.owner.account, hand_over_id=hand.id)

    def showing_hand_over(self):
        fields = self.approving_hand_over()
        return {"account_id": fields["account_id"]}

    def changing_password(self):
        return self.by(self.person().principal, old_password=identity.PASSWORD, **self.new_password)

    def resetting_password(self):
        person = self.person()
        sent = identity.change("PasswordService/SendPasswordResetCode", email=person.email)
        return dict(self.new_password, reset_id=sent.reset_id, email=person.email, code=identity.code_to(person.email, 2))

    def complete(self):
        person = self.person()
        person.verify_phone()
        return dict(identity.INDIVIDUAL, account_id=person.account)

    def converting(self):
        person = self.person()
        person.verify_phone()
        person.add_address(**identity.INDIVIDUAL)
        return self.by(person.principal, account_id=person.account, **identity.CORPORATE)

    def company(self):
        identity.clock.turn(HOUR)
        return identity.company_account()

    def submitting(self):
        company = self.company()
        return self.by(company.principal, account_id=company.account, country="CN", scheme="COMPANY_SCHEME_USCC",
                       registration_number="91110000600037341L", name="Agency Ltd")

    def submitted(self, **fields):
        company = self.company()
        return self.by(identity.operator(), account_id="", submission_id=company.submit().submission_id, **fields)

    def a_look(self):
        return identity.change("DeskService/OpenLook", self.operator, account_id=self.owner.account, reason="why").look.look_id

    def approved(self):
        fields = self.submitted(reason="Fraud.")
        identity.change("CompanyService/ApproveCompany", self.caller, submission_id=fields["submission_id"])
        return fields

    def approved_company(self):
        return identity.call("AccountService/GetAccount", account_id=self.owner.account).account.company_id

    def merging(self):
        firms = [company_merge_test.Firm(scheme, number, "US") for scheme, number in (("LEI", company_merge_test.lei()), ("EIN", company_merge_test.ein()))]
        identity.clock.turn(HOUR)
        return self.by(identity.operator(), account_id="", surviving_company_id=firms[0].company, merged_company_id=firms[1].company, reason="One.")

    def naming(self, **fields):
        identity.clock.turn(HOUR)
        person = real_name_test.individual()
        return self.by(person.principal, account_id=person.account, country="CN", document_kind="DOCUMENT_KIND_RESIDENT_CARD",
                       document_number=real_name_test.card(), name="Wang Fang", **fields)

    def named(self, **fields):
        identity.clock.turn(HOUR)
        submission = real_name_test.submit(real_name_test.individual(), document_number="11010519491231002X")
        return self.by(identity.operator(), account_id="", submission_id=submission.submission_id, **fields)

    def named_and_approved(self):
        fields = self.named(reason="Fraud.")
        identity.change("RealNameService/ApproveRealName", self.caller, submission_id=fields["submission_id"])
        return fields

    def evidence(self):
        company = self.company()
        return company, company.submit().submission_id

    def a_file(self, **fields):
        company, submission = self.evidence()
        file = evidence_test.begin(company, submission, EVIDENCE)
        return self.by(company.principal, account_id=company.account, evidence_file_id=file.evidence_file_id, **fields)

    def beginning(self):
        company, submission = self.evidence()
        return self.by(company.principal, account_id=company.account, submission_id=submission, size_bytes=len(EVIDENCE),
                       sha256=hashlib.sha256(EVIDENCE).hexdigest())

    def evidence_under_a_look(self):
        company, submission = self.evidence()
        file = evidence_test.send(company, submission, EVIDENCE)
        evidence_test.look(company)
        return self.by(identity.operator(), account_id="", evidence_file_id=file.evidence_file_id)

    def friend_with(self, *roles):
        friend = self.person()
        identity.join(self.owner, friend, roles[0])
        for role in roles[1:]:
            identity.change("RoleService/GrantRole", self.owner.principal, account_id=self.owner.account, principal_id=friend.principal, role=role)
        return self.by(self.owner.principal, principal_id=friend.principal)

    def reading(self):
        identity.change("NotificationService/SendNotification", account_id=self.owner.account, **self.letter_fields())
        newest = identity.call("NoticeService/ListNotices", self.owner.principal, page_size=1).notices[0]
        return self.by(self.owner.principal, notice_ids=[newest.notice_id])

    def leaving(self):
        friend = self.person()
        identity.join(self.owner, friend)
        return self.by(friend.principal)

    def inviting(self):
        identity.clock.turn(24 * HOUR)
        return self.by(self.owner.principal, email=identity.new_email(), name="Li Lei", role="ROLE_MEMBER")

    def revoking(self):
        fields = self.inviting()
        return self.by(self.owner.principal, invitation_id=identity.invite(self.owner, fields["email"], "ROLE_MEMBER").invitation_id)

    def accepting(self):
        friend = self.person()
        identity.invite(self.owner, friend.email, "ROLE_MEMBER")
        return self.by(friend.principal, **identity.invitation_to(friend.email))

    def joining(self):
        email = self.inviting()["email"]
        identity.invite(self.owner, email, "ROLE_MEMBER")
        return dict(identity.invitation_to(email), name="Li Lei", password=identity.PASSWORD, password_confirmation=identity.PASSWORD)

    def desk(self):
        """The operator, who administers again when another one came in as the first."""
        identity.psql(self.service.database, "INSERT INTO identity.operator_grant VALUES ('%s', 'OPERATOR_ADMINISTRATOR', NULL, now()) "
                      "ON CONFLICT DO NOTHING" % self.operator)
        identity.clock.turn(24 * HOUR)
        return self.operator

    def inviting_operator(self):
        return self.by(self.desk(), email=identity.new_email(), name="Li Lei", roles=["ROLE_OPERATOR_SUPPORT"])

    def invited_operator(self):
        email = identity.new_email()
        identity.change("OperatorService/InviteOperator", self.desk(), email=email, name="Li Lei", roles=["ROLE_OPERATOR_SUPPORT"])
        identity.letter(email)
        return identity.invitation_to(email)

    def accepting_operator(self):
        return dict(self.invited_operator(), name="Li Lei", password=identity.PASSWORD, password_confirmation=identity.PASSWORD)

    def revoking_operator(self):
        return self.by(self.desk(), invitation_id=self.invited_operator()["invitation_id"])

    def another_operator(self, **fields):
        made = identity.change("OperatorService/AcceptOperatorInvitation", **self.accepting_operator())
        return self.by(self.desk(), principal_id=made.principal_id, **fields)

    def first_operator(self):
        identity.psql(self.service.database, "DELETE FROM identity.operator_grant WHERE role = 'OPERATOR_ADMINISTRATOR'")
        return {"code": first_code(self.service), "email": identity.new_email(), "name": "Li Lei", "password": identity.PASSWORD,
                "password_confirmation": identity.PASSWORD}

    def session(self):
        return identity.log_in(self.friend.email)

    def signing_up(self):
        identity.clock.turn(HOUR)
        email = identity.new_email()
        sign_up = identity.start(email=email)
        return email, sign_up

    def verifying_sign_up(self):
        email, sign_up = self.signing_up()
        identity.change("SignUpService/SendCode", sign_up_id=sign_up)
        return {"sign_up_id": sign_up, "code": identity.code_to(email)}

    def form(self):
        identity.clock.turn(HOUR)
        return identity.form()

    def wearing(self, wearer, **fields):
        self.worn = wearer.session
        return self.by(wearer.person.principal, **fields)

    def confirming(self):
        wearer = factor_test.Wearer()
        return self.wearing(wearer, factor_id=wearer.enroll().factor_id, code=wearer.code())

    def finishing(self):
        wearer = factor_test.Wearer()
        options = wearer.call("FactorService/BeginWebauthnEnrollment", request_id=identity.new_id())
        return self.wearing(wearer, name="key ring", **webauthn_test.Authenticator().create(options))

    def removing(self):
        wearer = self.with_factor()
        second = wearer.enroll()
        identity.clock.turn(factor_test.STEP)
        return self.wearing(wearer, factor_id=wearer.confirm(second.factor_id).factor.factor_id)

    def freezing(self):
        """An account of its own, for it may have few freezes, and its two freezers."""
        company, freezers = self.company(), [self.person() for _ in range(2)]
        for freezer in freezers:
            identity.join(company, freezer, "ROLE_BILLING_FREEZER")
        return company.account, freezers[0].principal, freezers[1].principal

    def freeze(self):
        account, freezer, _ = self.freezing()
        return self.by(freezer, account_id=account, reason="A stolen card.")

    def frozen(self, two_person):
        account, freezer, other = self.freezing()
        freeze = identity.change("FreezeService/FreezeAccounts", freezer, account_id=account, reason="A stolen card.", two_person=two_person).freeze
        return self.by(other, account_id=account, freeze_id=freeze.freeze_id)

    def listing_freezes(self):
        fields = self.frozen(False)
        return {"account_id": fields["account_id"], "page_size": 1}

    def proving(self):
        wearer = self.with_factor()
        return self.wearing(wearer, totp_code=wearer.code())

    @staticmethod
    def key_fields():
        return {"scope": {"permissions": ["ledger.*"], "addresses": ["198.51.100.0/24"]}, "expire_time": {"seconds": int(identity.clock.now()) + 720 * HOUR}}

    def certificate_fields(self):
        return dict(self.key_fields(), certificate=certificate(days=3650))

    def programming(self, made=True, **fields):
        """In an account of its own, for an account has so many."""
        person = self.person()
        if made:
            fields["program_id"] = identity.change("ProgramService/CreateProgram", person.principal, account_id=person.account, name="portal",
                                                   roles=["ROLE_FINANCE"]).program.program_id
        return self.by(person.principal, account_id=person.account, **fields)

    def keeping(self, **fields):
        made = self.programming()
        key = identity.change("KeyService/CreateKey", self.caller, **made, **self.key_fields()).key
        return self.by(self.caller, account_id=made["account_id"], key_id=key.key_id, **fields)

    def certified(self, **fields):
        made = self.programming()
        key = identity.change("KeyService/RegisterCertificate", self.caller, **self.certificate_fields(), **made).key
        return self.by(self.caller, account_id=made["account_id"], key_id=key.key_id, **fields)

    def listing(self, **fields):
        made = self.keeping()
        return self.by(self.caller, account_id=made["account_id"], **fields)

    a_role = {"name": "Invoices of the north", "permissions": ["ledger.balance.*", "payments.*"], "denied_permissions": ["ledger.lot.list"]}

    def role_of_its_own(self, made=True, **fields):
        """In an account of its own, for an account has so many."""
        person = self.person()
        if made:
            fields["role_id"] = identity.change("CustomRoleService/CreateRole", person.principal, account_id=person.account, **self.a_role).role.role_id
        return self.by(person.principal, account_id=person.account, **fields)

    def promotion_fields(self):
        return {"code": "P-R-O-M-" + identity.new_id()[:8], "activate_within_days": 3650, "amount_micros": 5000000, "currency": "CNY", "products": ["ecs", "oss"],
                "regions": ["eu-central-1"], "grant_days": 30, "activations_max": 1000}

    def promoted(self, **more):
        return {"code": identity.change("PromotionService/DefinePromotion", self.operator, **self.promotion_fields(), **more).promotion.code}

    def partner(self):
        identity.clock.turn(HOUR)
        return relation_test.Partner()

    def partnering(self, firm):
        return self.by(self.operator, account_id="", partner_account_id=firm.account, reference="C-2026-7")

    def requesting(self):
        partner = self.partner()
        return self.by(partner.principal, account_id=partner.account, customer_account_id=relation_test.Firm().account, terms=relation_test.TERMS)

    def asked(self, as_agent=False):
        partner, customer = self.partner(), relation_test.Firm()
        relation = partner.ask(customer)
        acting = partner if as_agent else customer
        return self.by(acting.principal, account_id=acting.account, relation_id=relation.relation_id)

    def switching(self):
        customer = relation_test.Firm()
        present = relation_test.confirm(customer, self.partner().ask(customer))
        offered = self.partner().ask(customer)
        return self.by(customer.principal, account_id=customer.account, relation_id=offered.relation_id, offer_hash=offered.offer.offer_hash,
                       replaced_relation_id=present.relation_id)

    def associated(self, ending=False, **more):
        partner, customer = self.partner(), relation_test.Firm()
        relation = relation_test.confirm(customer, partner.ask(customer))
        more.update({"customer_account_id": customer.account} if ending else {})
        return self.by(partner.principal, account_id=partner.account, relation_id=relation.relation_id, **more)

    def ending(self):
        fields = self.associated(ending=True, effective_time={"seconds": int(identity.clock.now()) + 86400})
        relation_test.end(self.caller, **fields)
        return {name: fields[name] for name in ("account_id", "relation_id")}

    def at_risk(self):
        partner, customer = self.partner(), relation_test.Firm()
        relation = relation_test.confirm(customer, partner.ask(customer))
        identity.change("UpstreamService/NoteUpstream", agent_account_id=partner.account, frozen=True)
        upstream_test.awaited(lambda: upstream_test.risk_of(customer) is not None, True)
        return self.by(customer.principal, account_id=customer.account, relation_id=relation.relation_id)

    def related(self):
        partner, customer = self.partner(), relation_test.Firm()
        relation_test.confirm(customer, partner.ask(customer))
        return self.by(customer.principal, account_id=customer.account)

    def inviting_customer(self):
        partner = self.partner()
        return self.by(partner.principal, account_id=partner.account, emails=[identity.new_email()], terms=relation_test.TERMS)

    def invited_customer(self):
        """The token of whoever is invited, beside what the partner names."""
        partner, email = self.partner(), identity.new_email()
        customers.invite(partner, email)
        known = customers.token_to(email)
        return email, known, self.by(partner.principal, account_id=partner.account, invitation_id=known["invitation_id"])

    def accepting_customer(self):
        email, known, _ = self.invited_customer()
        person = customers.Newcomer(email)
        customers.verify_company(person)
        return self.by(person.principal, account_id=person.account, offer_hash=customers.look(known).offer_hash, **known)

    def listing_customers(self):
        _, _, fields = self.invited_customer()
        return self.by(self.caller, account_id=fields["account_id"])

    def policy_fields(self):
        return {"entry_channel": "ENTRY_CHANNEL_DIRECT", "feature_steps": [1, 4], "provisioning_steps": [2, 3],
                "trial_code": self.promoted(trial=True)["code"]}

    def trying_out(self):
        identity.change("ChannelPolicyService/SetChannelPolicy", self.operator, **self.policy_fields())
        person = self.person()
        return self.by(person.principal, account_id=person.account)

    def activated(self):
        person = self.person()
        for _ in range(2):
            identity.change("PromotionService/ActivatePromotion", person.principal, account_id=person.account, **self.promoted())
        return {"account_id": person.account, "page_size": 1}

    def listing_roles(self):
        fields = self.role_of_its_own()
        return {"account_id": fields["account_id"], "page_size": 1}

    @staticmethod
    def with_factor():
        identity.clock.turn(HOUR)
        wearer = factor_test.Wearer()
        wearer.has_factor()
        identity.clock.turn(factor_test.STEP)
        return wearer

    # ---- asking

    def defaults(self):
        return {"account_id": self.owner.account}

    def metadata(self, rpc):
        at_partner = (("kontor-partner-account-id", self.partner),) if rpc == "HandOverService/BeginHandOver" else ()
        return (("kontor-principal-id", self.caller), ("kontor-credential-id", self.worn), ("kontor-standing", "NONE"),
                ("kontor-approval-id", self.owner.account), ("kontor-approver-id", self.owner.principal)) + at_partner

    def rows(self):
        owner, friend = self.owner, self.friend
        member, administrator = "ROLE_MEMBER", "ROLE_ACCOUNT_ADMINISTRATOR"
        return {
            "AccountService/GetAccount": dict, "AccountService/GetOnboardingState": dict,
            "AccountService/AddBillingAddress": self.complete,
            "AccountService/SetEnvironment": lambda: {"environment": "ENVIRONMENT_TEST"},
            "AccountService/SetRegion": lambda: {"region": "eu-central-1"}, "AccountService/ConfirmRegion": lambda: {"region": "ap-southeast-1"},
            "AccountService/UpgradeAccount": lambda: {"account_id": self.person().account},
            "AccountService/ConvertAccount": self.converting,
            "AccountService/ExportOnboarding": lambda: {"page_size": 2},
            "AccountService/StartContactVerification": lambda: {"account_id": self.person().account, "delivery": "DELIVERY_SMS",
                                                                "phone": identity.new_phone()},
            "AccountService/ConfirmContactVerification": self.verifying,
            "AccountService/ListOnboardingRecords": lambda: {"page_size": 2},
            "CompanyService/SubmitCompany": self.submitting,
            "CompanyService/ListSubmissions": lambda: self.by(self.operator, account_id="", page_size=1),
            "CompanyService/ApproveCompany": self.submitted,
            "CompanyService/RejectCompany": lambda: self.submitted(reason="The licence has expired."),
            "CompanyService/RevokeCompany": self.approved,
            "CompanyService/GetCompany": lambda: self.by(self.operator, account_id="", searched_company_id=self.approved_company()),
            "CompanyService/MergeCompanies": self.merging,
            "CompanyService/CheckSameCompany": lambda: {"other_account_id": self.same.account},
            "CompanyService/CheckSameCompanies": lambda: {"other_account_ids": [self.same.account, friend.account]},
            "RealNameService/SubmitRealName": self.naming,
            "RealNameService/ListRealNames": lambda: self.named() and self.by(self.operator, account_id="", page_size=1),
            "RealNameService/ApproveRealName": self.named,
            "RealNameService/RejectRealName": lambda: self.named(reason="The picture cannot be read."),
            "RealNameService/RevokeRealName": self.named_and_approved,
            "RealNameService/ListSharedPersons": lambda: self.by(self.operator, account_id="", page_size=1),
            "EvidenceService/BeginEvidenceFile": self.beginning,
            "EvidenceService/AppendEvidenceFile": lambda: self.a_file(content=EVIDENCE),
            "EvidenceService/RemoveEvidenceFile": self.a_file,
            "EvidenceService/ListEvidenceFiles": lambda: self.by(self.operator, account_id="", submission_id=self.evidence()[1], page_size=1),
            "EvidenceService/GetEvidenceFile": self.evidence_under_a_look,
            "ContactChangeService/StartContactChange": lambda: self.by_owner(delivery="DELIVERY_EMAIL", email=identity.new_email()),
            "ContactChangeService/ConfirmContactChange": self.confirming_change,
            "ContactChangeService/CancelContactChange": lambda: self.changing()[1],
            "CustomRoleService/CreateRole": lambda: self.role_of_its_own(False, **self.a_role),
            "CustomRoleService/UpdateRole": lambda: self.role_of_its_own(**self.a_role),
            "CustomRoleService/DeleteRole": self.role_of_its_own, "CustomRoleService/GetRole": self.role_of_its_own,
            "CustomRoleService/ListRoles": self.listing_roles,
            "DeskService/ListCustomers": lambda: self.by(self.operator, account_id="", email=owner.email, page_size=1),
            "DeskService/OpenLook": lambda: self.by(self.operator, account_id=owner.account, reason="why"),
            "DeskService/CloseLook": lambda: self.by(self.operator, account_id="", look_id=self.a_look()),
            "DeskService/ListLooks": lambda: self.by(owner.principal, page_size=1),
            "FactorService/EnrollTotp": lambda: self.wearing(factor_test.Wearer(), name="phone"),
            "FactorService/ConfirmTotp": self.confirming,
            "FactorService/BeginWebauthnEnrollment": lambda: self.wearing(self.with_factor()),
            "FactorService/FinishWebauthnEnrollment": self.finishing,
            "FactorService/ListFactors": lambda: self.wearing(self.with_factor()),
            "FactorService/RemoveFactor": self.removing,
            "FactorService/RegenerateRecoveryCodes": lambda: self.wearing(self.with_factor()),
            "AccountService/ListMyAccounts": lambda: self.by(owner.principal, page_size=1),
            "OperatorService/InviteOperator": self.inviting_operator,
            "OperatorService/ListOperatorInvitations": lambda: self.by(self.desk(), page_size=1),
            "OperatorService/RevokeOperatorInvitation": self.revoking_operator,
            "OperatorService/AcceptOperatorInvitation": self.accepting_operator,
            "OperatorService/AcceptFirstOperator": self.first_operator,
            "OperatorService/ListOperators": lambda: self.by(self.desk(), page_size=1),
            "OperatorService/SetOperatorRoles": lambda: self.another_operator(roles=["ROLE_OPERATOR_FINANCE"]),
            "OperatorService/RemoveOperator": self.another_operator,
            "InvitationService/InviteMember": self.inviting,
            "InvitationService/ListInvitations": lambda: self.by(owner.principal, page_size=1),
            "InvitationService/RevokeInvitation": self.revoking,
            "InvitationService/AcceptInvitation": self.accepting,
            "InvitationService/JoinByInvitation": self.joining,
            "ProgramService/CreateProgram": lambda: self.programming(False, name="portal", roles=["ROLE_FINANCE"]),
            "ProgramService/SetProgramRoles": lambda: self.programming(roles=["ROLE_MEMBER"]),
            "ProgramService/RemoveProgram": self.programming, "ProgramService/ListPrograms": lambda: self.listing(page_size=1),
            "KeyService/CreateKey": lambda: self.programming(**self.key_fields()),
            "KeyService/RotateKey": lambda: self.keeping(expire_time=self.key_fields()["expire_time"]),
            "KeyService/RegisterCertificate": lambda: self.programming(**self.certificate_fields()),
            "KeyService/RotateCertificate": lambda: self.certified(certificate=certificate(days=3650),
                                                                     expire_time=self.key_fields()["expire_time"]),
            "KeyService/RevokeKey": self.keeping, "KeyService/ListKeys": lambda: self.listing(page_size=1),
            "PartnerService/AuthorisePartner": lambda: self.partnering(relation_test.Firm()),
            "PartnerService/EndPartner": lambda: self.by(self.operator, account_id="", partner_account_id=self.partner().account),
            "PartnerService/ListPartners": lambda: self.partner() and self.by(self.operator, account_id="", page_size=1),
            "RelationService/RequestRelation": self.requesting,
            "RelationService/CancelRelation": lambda: self.asked(as_agent=True),
            "RelationService/ConfirmRelation": self.switching,
            "RelationService/RefuseRelation": self.asked,
            "RelationService/CheckRelation": self.asked,
            "RelationService/ChangeRelation": lambda: self.associated(terms=dict(relation_test.TERMS, price_book="silver")),
            "RelationService/EndRelation": lambda: self.associated(ending=True),
            "RelationService/WithdrawEnd": self.ending,
            "RelationService/ListRelations": self.related,
            "RelationService/GetBillingControl": self.related,
            "ClosingService/ListClosingBlockers": self.related,
            "ClosingService/SetClosed": lambda: {"account_id": self.person().account, "closed": True},
            "CustomerInvitationService/InviteCustomers": self.inviting_customer,
            "CustomerInvitationService/ResendCustomerInvitation": lambda: self.invited_customer()[2],
            "CustomerInvitationService/CancelCustomerInvitation": lambda: self.invited_customer()[2],
            "CustomerInvitationService/ListCustomerInvitations": self.listing_customers,
            "CustomerInvitationService/OpenCustomerInvitation": lambda: self.invited_customer()[1],
            "CustomerInvitationService/AcceptCustomerInvitation": self.accepting_customer,
            "CustomerInvitationService/DeclineCustomerInvitation": lambda: self.invited_customer()[1],
            "UpstreamService/GetUpstream": lambda: {name: value for name, value in self.at_risk().items() if name != "relation_id"},
            "UpstreamService/AcceptBridge": self.at_risk,
            "UpstreamService/ListUpstreams": lambda: {"agent_account_id": self.partner().account},
            "UpstreamService/NoteUpstream": lambda: {"agent_account_id": self.partner().account, "overdue": True},
            "PromotionService/DefinePromotion": lambda: self.by(self.operator, account_id="", **self.promotion_fields()),
            "PromotionService/EndPromotion": lambda: self.by(self.operator, account_id="", **self.promoted()),
            "PromotionService/ListPromotions": lambda: self.by(self.operator, account_id="", page_size=1),
            "PromotionService/ActivatePromotion": lambda: self.by(owner.principal, **self.promoted()),
            "PromotionService/ListActivations": self.activated,
            "PromotionService/ActivateTrial": self.trying_out,
            "ChannelPolicyService/SetChannelPolicy": lambda: self.by(self.operator, account_id="", **self.policy_fields()),
            "ChannelPolicyService/GetChannelPolicies": lambda: self.by(self.operator, account_id=""),
            "FreezeService/PreviewFreeze": lambda: {"page_size": 1},
            "FreezeService/FreezeAccounts": self.freeze,
            "FreezeService/ConfirmFreeze": lambda: self.frozen(True),
            "FreezeService/UndoFreeze": lambda: self.frozen(False),
            "FreezeService/ListFreezes": self.listing_freezes,
            "FreezeService/ListAllFreezes": lambda: self.by(self.operator, account_id="", of_account_id=self.listing_freezes()["account_id"], page_size=1),
            "HandOverService/BeginHandOver": self.beginning_hand_over,
            "HandOverService/ConfirmHandOver": self.confirming_hand_over,
            "HandOverService/ApproveHandOver": self.approving_hand_over,
            "HandOverService/CancelHandOver": self.approving_hand_over,
            "HandOverService/GetHandOver": self.showing_hand_over,
            "MfaPolicyService/SetMfaPolicy": lambda: self.by(owner.principal, required_roles=[member]),
            "MfaPolicyService/GetMfaPolicy": dict,
            "SessionPolicyService/SetSessionPolicy": lambda: self.by(owner.principal, idle_minutes=10),
            "SessionPolicyService/GetSessionPolicy": dict,
            "SessionPolicyService/ClearSessionNetworks": lambda: self.by(self.operator, account_id=owner.account, reason="asked for"),
            "NotificationService/SendNotification": self.letter_fields,
            "NotificationService/GetNotification": lambda: {"notification_id": self.note},
            "PasswordService/ChangePassword": self.changing_password,
            "PasswordService/SendPasswordResetCode": lambda: {"email": self.person().email},
            "PasswordService/ResetPassword": self.resetting_password,
            "RoleService/GrantRole": lambda: dict(self.friend_with(member), role=administrator),
            "RoleService/RevokeRole": lambda: dict(self.friend_with(member, administrator), role=administrator),
            "RoleService/RemoveMember": lambda: self.friend_with(member),
            "RoleService/LeaveAccount": self.leaving,
            "RoleService/ListMembers": lambda: self.by(owner.principal, page_size=1),
            "NoticeService/ListNotices": lambda: self.by(owner.principal, page_size=1),
            "NoticeService/MarkNoticesRead": self.reading,
            "SecurityEventService/ListSecurityEvents": lambda: self.by(friend.principal, page_size=1),
            "SecurityEventService/ListAccountSecurityEvents": lambda: {"page_size": 2},
            "SessionService/LogIn": lambda: identity.clock.turn(HOUR) or {"email": friend.email, "password": identity.PASSWORD, "device": "test"},
            "SessionService/SendLogInCode": lambda: {"email": self.person().email},
            "SessionService/LogOut": lambda: {"session_token": self.session().session_token},
            "SessionService/ResolveSession": lambda: {"session_token": self.session().session_token, "account_id": friend.account},
            "SessionService/ResolveSessions": lambda: {"questions": [
                {"session_token": self.session().session_token, "account_id": friend.account, "other_account_ids": [self.same.account, "x"]},
                {"session_token": "x"}]},
            "SessionService/BeginWebauthnProof": lambda: self.wearing(webauthn_test.Holder()),
            "SessionService/ProveFactor": self.proving,
            "SessionService/SetName": lambda: self.by(friend.principal, name="Li Lei"),
            "SessionService/ListSessions": lambda: self.by(friend.principal, page_size=1),
            "SessionService/RevokeSession": lambda: self.by(friend.principal, session_id=self.session().session_id),
            "SessionService/RevokeOtherSessions": lambda: self.session() and self.by(friend.principal),
            "SessionService/RevokeMemberSessions": lambda: dict(self.friend_with(member)),
            "SessionService/RevokeAllSessions": lambda: self.session() and self.by(friend.principal),
            "SignUpService/StartSignUp": self.form,
            "SignUpService/SendCode": lambda: {"sign_up_id": self.signing_up()[1]},
            "SignUpService/VerifyCode": self.verifying_sign_up,
        }


if __name__ == "__main__":
    unittest.main()
