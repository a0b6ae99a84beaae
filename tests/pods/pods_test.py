"""The chart's minimal installation and the highly available one, played as pods: every process confined, an agency's first day, and faults."""
import os
import signal
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import stack
from stack import SERVICES, container, tool

SECONDS = 840  # with the images, built when they are not there, beside another test; the pods themselves take two to four minutes
CONTAINERS = ["kontor-%s-%s" % (name, name) for name in SERVICES] + ["kontor-gateway-front", "kontor-postgresql-postgresql", "kontor-simulator-simulator"]
FEW = "front.connections=1000"  # as the descriptors of a container here
SOON = "ledger.settings.anchor-interval=5s"  # the demonstration waits for an anchor


def facts(name):
    with open("/proc/%d/status" % stack.process(name), encoding="utf-8") as file:
        return dict(line.split(":\t", 1) for line in file.read().splitlines())


def alive(process):
    try:
        os.kill(process, 0)
        return True
    except ProcessLookupError:
        return False


def root_options(name):
    with open("/proc/%d/mountinfo" % stack.process(name), encoding="utf-8") as file:
        return next(line.split()[5].split(",") for line in file if line.split()[4] == "/")


class Pods:
    @classmethod
    def setUpClass(cls):
        stack.throw_away()
        container.build("kontor", "kontor-front", "kontor-development")
        cls.stack = stack.Stack(cls.values, "--set", cls.words)
        cls.addClassCleanup(cls.stack.end)
        cls.stack.start()
        cls.stack.let_operator_in()

    def setUp(self):
        self.stack.await_ready()

    def play_the_demonstration(self):
        done = self.stack.run("cli/demonstration.sh")
        self.assertEqual(done.returncode, 0, done.stdout[-3000:])

    def test_every_process_is_confined(self):
        for name in CONTAINERS:
            told, ids = facts(name), "\t".join(["65532"] * 4)
            self.assertEqual((told["Uid"], told["Gid"], set(told["Groups"].split()) - {"65532"}), (ids, ids, set()), name)
            self.assertEqual([int(told[key], 16) for key in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")], [0] * 5, name)
            self.assertEqual((told["NoNewPrivs"], told["Seccomp"]), ("1", "2"), name)
            self.assertIn("ro", root_options(name), name)


@tool.needs("containers", "helm4", "kubernetes")
@unittest.skipIf(os.geteuid() != 0, "needs root: a network namespace and containers")
class HighAvailabilityTest(Pods, unittest.TestCase):
    """TLS everywhere but to PostgreSQL and the simulator; one pod where a cluster would have three."""
    values = "high-availability"
    words = FEW + "," + SOON + ",insecureAllowed=true,payments.providerUrl=http://kontor-simulator:7420,networkPolicy.provider.ports={7420}"

    def test_an_agencys_first_day(self):
        self.play_the_demonstration()

    def test_nobody_gets_in_in_plaintext(self):
        told = self.stack.run("kontor", "login", "--email", "operator@kontor.example", "--password-file", self.stack.environment["KONTOR_OPERATOR_PASSWORD_FILE"],
                              "--timeout", "2", KONTOR_AUTHORITY_FILE="", XDG_STATE_HOME=self.stack.folder)
        self.assertEqual(told.returncode, 3, told.stdout)


@tool.needs("containers", "helm4", "kubernetes")
@unittest.skipIf(os.geteuid() != 0, "needs root: a network namespace and containers")
class MinimalTest(Pods, unittest.TestCase):
    values = "minimal"
    words = FEW + "," + SOON

    def test_an_agencys_first_day_and_again_after_faults(self):
        self.play_the_demonstration()
        self.restart_postgresql()
        self.kill_a_ledger()
        self.play_the_demonstration()

    def test_helm_test(self):
        """With two accounts that kontor-load opened, its pod ends with 0; with a wrong password it cannot begin."""
        files = {name: os.path.join(self.stack.folder, name) for name in ("credentials", "roster")}
        operator = {"KONTOR_OPERATOR_EMAIL": self.stack.environment["KONTOR_OPERATOR_EMAIL"]}
        for name in ("PASSWORD", "APP"):
            with open(self.stack.environment["KONTOR_OPERATOR_%s_FILE" % name], encoding="utf-8") as file:
                operator["KONTOR_OPERATOR_" + name] = file.read()
        told = self.stack.run("kontor-load", "prepare", "--companies=1", "--accounts=2", "--spool-directory=" + self.stack.environment["KONTOR_SPOOL"],
                              *("--%s%s=%s" % (name, "-file" * (name == "credentials"), path) for name, path in files.items()), **operator)
        self.assertEqual(told.returncode, 0, told.stdout)
        with open(files["credentials"], encoding="utf-8") as credentials, open(files["roster"], encoding="utf-8") as roster:
            email, password = credentials.readline().split()
            to = roster.read().splitlines()[1].split()[1]
        for given, code in ((password, 0), (password + "!", 4)):
            self.stack.translator.secrets["kontor-load"] = {"settings": ("email = %s\npassword = %s\nto = %s\n" % (email, given, to)).encode()}
            (test,) = [entry for entry in self.stack.of_kind("Pod") if entry["metadata"]["name"] == "kontor-test"]
            self.assertEqual(self.stack.run_to_its_end(test), code, stack.logs("kontor-test-test"))

    def restart_postgresql(self):
        """Its pod's data stays. The services live on without it, and say that they are not ready."""
        self.assertEqual(stack.stop("kontor-postgresql-postgresql"), 0)
        for name in SERVICES:
            stack.until(name + " is not ready", lambda name=name: not stack.ready(name))
            self.assertEqual(stack.status(stack.ADMIN[name], "/health/live"), 200)
        container.podman("start", "kontor-postgresql-postgresql")
        self.stack.await_ready()

    def kill_a_ledger(self):
        """Podman starts it anew, as a kubelet would."""
        killed = stack.process("kontor-ledger-ledger")
        os.kill(killed, 9)
        stack.until("another ledger serves", lambda: stack.process("kontor-ledger-ledger") not in (0, killed) and stack.ready("ledger"))

    def test_a_pod_that_ends_serves_on_for_its_delay(self):
        """Both containers of the gateway's pod are told at once, each by its own signal, and end with exit code 0."""
        process = {name: stack.process("kontor-gateway-" + name) for name in ("gateway", "front")}
        os.kill(process["gateway"], signal.SIGTERM)
        os.kill(process["front"], signal.SIGUSR1)
        stack.until("it says that it is not ready", lambda: stack.status(stack.ADMIN["gateway"], "/health/ready") == 503)
        self.assertTrue(stack.listens(stack.DOOR))
        told = self.stack.run("kontor", "login", "--email", "operator@kontor.example", "--password-file", self.stack.environment["KONTOR_OPERATOR_PASSWORD_FILE"],
                              XDG_STATE_HOME=self.stack.folder)
        self.assertTrue(told.returncode == 0 or not alive(process["front"]), told.stdout)  # on a slow machine the delay may be over
        for name in process:
            stack.until(name + " ends", lambda name=name: not alive(process[name]))


if __name__ == "__main__":
    if os.geteuid() == 0 and all(map(tool.is_there, ("containers", "helm4", "kubernetes"))):
        stack.enter(SECONDS)
    tool.main()
