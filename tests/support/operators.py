"""The provider's people, who come in as in an installation: the first by the code that identity's program prints, others by an invitation; each
enrols a factor (ID-32), without which an operator does nothing."""
import subprocess

from service import new_id
from totp import STEP, totp

ROLES = ("ROLE_OPERATOR_ADMINISTRATOR", "ROLE_OPERATOR_REVIEW", "ROLE_OPERATOR_FINANCE", "ROLE_OPERATOR_SUPPORT")
FRESH = 240  # seconds that a proof is taken for; it counts for 300


def first_code(identity, source="-"):
    """Lets identity's program put a code in force; "" when somebody administers operators."""
    done = subprocess.run(identity.migration("--first-operator=" + source), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


def make_first(identity, email, password):
    """At identity itself, where nobody asks for a factor; the principal's id."""
    return identity.call("identity.v1.OperatorService/AcceptFirstOperator", request_id=new_id(), code=first_code(identity), email=email,
                         name="First", password=password, password_confirmation=password).principal_id


class Operator:
    """An operator who comes to the gateway by kontor, and proves the factor whenever it is due."""

    def __init__(self, stack, email, password, profile="operator"):
        self.stack, self.email, self.password, self.profile = stack, email, password, profile
        self.secret, self.proved, self.step = "", 0, 0

    def kontor(self, *words, stdin=""):
        return self.stack.kontor(*words, profile=self.profile, stdin=stdin)

    def come_in(self, *words):
        """words: operator accept …"""
        self.kontor(*words, stdin=self.password + "\n")
        self.log_in()
        self.secret = self.kontor("factor", "enroll", "--name", "app")["secret"]
        self.kontor("factor", "confirm", self.code())
        return self

    def come_in_first(self):
        return self.come_in("operator", "accept-first", self.email, "--code", first_code(self.stack.identity), "--name", "First")

    def come_in_invited(self, by, *roles):
        by("operator", "invite", self.email, "--role", ",".join(roles))
        invitation_id, code = self.stack.invitation(self.email)
        return self.come_in("operator", "accept", invitation_id, "--code", code, "--name", self.profile)

    def log_in(self):
        self.kontor("login", "--email", self.email, stdin=self.password + "\n")
        self.proved = 0

    def code(self):
        """One that was not used: each step's works once, and the next one is taken too."""
        self.proved = self.stack.clock.now()
        self.step = max(self.step + 1, int(self.proved) // STEP)
        return totp(self.secret, self.step * STEP)

    def prove(self):
        if not 0 <= self.stack.clock.now() - self.proved < FRESH:
            self.kontor("step-up", self.code())

    def do(self, *words):
        self.prove()
        return self.kontor(*words)

    def token(self):
        """Of a session that has proved the factor."""
        self.prove()
        return self.stack.token(self.profile)
