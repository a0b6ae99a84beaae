"""Programs of an earlier commit and of today beside each other on one database, forth and back (docs/operations/upgrade.md): service by service
a new replica comes and the old one goes, then the old ones come back to the newer schema, while transfers are asked for until each is
acknowledged and the demonstration is played. Nothing is lost or done twice, and the audit finds nothing.

    KONTOR_LONG=yes tests/upgrade/mixed_test.py     builds the programs of EARLIER in var/earlier; else both are those of today: a roll-out
    KONTOR_EARLIER=FOLDER                           the old programs are there"""
import contextlib
import os
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "journeys"), os.path.join(HERE, "..", "support")]
import repeated  # noqa: E402
import service  # noqa: E402
import stack as journeys  # noqa: E402
import tool  # noqa: E402
from service import BUILD, ROOT, Service, message, psql  # noqa: E402

EARLIER = "d192d9f40d35155a612047c487a5a9578c4ce598"  # the last one before programs of one version older were promised to go on
LONG = os.environ.get("KONTOR_LONG") == "yes"
START = 50000


def git(*words):
    return subprocess.run(["git", "-C", ROOT, *words], capture_output=True, text=True)


HAS_EARLIER = not LONG or git("cat-file", "-e", EARLIER + "^{commit}").returncode == 0


def earlier_programs():
    """The folder of the programs of EARLIER, built once."""
    folder = os.path.join(os.environ.get("KONTOR_VAR") or os.path.join(ROOT, "var"), "earlier", EARLIER)
    if not os.path.exists(os.path.join(folder, "built")):
        os.makedirs(folder, exist_ok=True)
        subprocess.run("git -C '%s' archive %s | tar -x -C '%s'" % (ROOT, EARLIER, folder), shell=True, check=True)
        for words in (["--preset", "release"], ["--build", "--preset", "release"]):
            subprocess.run(["cmake", *words], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        with open(os.path.join(folder, "built"), "w", encoding="utf-8"):
            pass
    return os.path.join(folder, "build", "release")


@contextlib.contextmanager
def programs(folder):
    service.BUILD, kept = folder, service.BUILD
    try:
        yield
    finally:
        service.BUILD = kept


class Second(Service):
    """A replica beside the first, on its database; begun by hand."""
    asleep = True

    def start(self):
        if not self.asleep:
            super().start()


class First(Service):
    """One that programs of then may run: they made their keys unasked."""

    def start(self):
        told = subprocess.run([os.path.join(service.BUILD, "kontor-" + self.name), "--help"], capture_output=True, text=True, check=True).stdout
        kept = self.settings
        self.settings = {key: value for key, value in kept.items() if key != "key_create" or "--key-create=" in told}
        try:
            super().start()
        finally:
            self.settings = kept


class Mixed(journeys.Stack):
    """A stack with two replicas of each service, of which at first only one runs."""

    def __init__(self, old):
        self.old, self.seconds = old, {}
        journeys.Service = self.pair
        try:
            with programs(old):
                super().__init__()
        finally:
            journeys.Service = Service

    def pair(self, name, clock=None, **settings):
        if name == "gateway":
            for other in self.seconds:
                settings[other + "_target"] = "ipv4:%s,%s" % (self.services[other].address, self.seconds[other].address)
        first = First(name, clock=clock, **settings)
        if "webhook_address" in settings:
            settings["webhook_address"] = "127.0.0.1:%d" % service.free_port()
        second = self.seconds[name] = Second(name, clock=clock, database=first.database, **settings)
        second.own_database, second.asleep = True, False
        return first

    def stop(self):
        for second in reversed(list(self.seconds.values())):
            second.stop()
        super().stop()

    def play(self):
        """The old programs' demonstration by their client, at the door there is: who did not upgrade goes on."""
        password_file = os.path.join(self.folder, "operator-password")
        with open(password_file, "w", encoding="utf-8") as file:
            file.write(journeys.OPERATOR_PASSWORD)
        app_file = os.path.join(self.folder, "operator-app")
        with open(app_file, "w", encoding="utf-8") as file:
            file.write(self.first_operator().secret)
        environment = dict(self.kontor_environment(), KONTOR_SPOOL=self.spool, KONTOR_OPERATOR_EMAIL=journeys.OPERATOR_EMAIL,
                           KONTOR_OPERATOR_PASSWORD_FILE=password_file, KONTOR_OPERATOR_APP_FILE=app_file,
                           PATH=self.old + ":" + os.environ["PATH"])
        done = subprocess.run([os.path.join(self.old, "..", "..", "cli", "demonstration.sh")], env=environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]

    def replace(self, old, new, folder, meanwhile=lambda: None):
        with programs(folder):
            new.start()
        meanwhile()
        if old.name == "gateway":
            self.door = new.address
        old.stop()


@unittest.skipUnless(HAS_EARLIER, "needs commit %s, which this shallow clone lacks" % EARLIER)
class OldBesideNew(unittest.TestCase):
    def test_forth_and_back(self):
        old = os.environ.get("KONTOR_EARLIER") or (earlier_programs() if LONG else BUILD)
        self.stack = stack = Mixed(old)
        self.addCleanup(stack.stop)
        stack.failed = True  # until it has passed: its logs are shown
        agency, project = stack.company("agency", "project")
        agency.top_up("%d.00" % START)
        stack.await_equal(self, START * 1000000, agency.own, timeout=60)
        with repeated.Repeated(stack, agency, project, clients=3) as load:
            for name in stack.NAMES:
                stack.replace(stack.services[name], stack.seconds[name], BUILD, self.between(load, name, ("gateway",)))
            load.until_acknowledged(20)
            for name in reversed(stack.NAMES):
                stack.services[name].settings["newer_schema_allowed"] = "true"
                stack.replace(stack.seconds[name], stack.services[name], old, self.between(load, name, ("identity",)))
            load.until_acknowledged(20)
        self.assertEqual(load.broken, [])
        self.moved(load, agency, project)
        stack.failed = False

    def between(self, load, name, short):
        """Calls while both replicas of a service serve: always transfers, and the demonstration for some, or for each."""
        def meanwhile():
            load.until_acknowledged(20)
            if LONG or name in short:
                self.stack.play()
        return meanwhile

    def moved(self, load, agency, project):
        moved = len(load.acknowledged) * repeated.AMOUNT
        self.assertEqual(len(set(load.acknowledged)), len(load.acknowledged))
        self.assertEqual((agency.own(), project.transferred_in()), (START * 1000000 - moved, moved))
        ledger = self.stack.ledger
        account = "(SELECT number FROM ledger.account WHERE account_id = '%s')" % agency.account_id
        self.assertEqual(psql(ledger.database, "SELECT count(*) FROM ledger.entry WHERE kind = 1 AND account = " + account), str(len(load.acknowledged)))
        call = ledger.channel.unary_stream("/ledger.v1.AuditService/Audit", request_serializer=lambda m: m.SerializeToString(),
                                           response_deserializer=message("ledger.v1.AuditResponse").FromString)
        self.assertEqual([f.kind for answer in call(message("ledger.v1.AuditRequest")(), timeout=60) for f in answer.findings], [])


if __name__ == "__main__":
    tool.main()
