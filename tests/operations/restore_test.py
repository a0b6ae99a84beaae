"""The drill of docs/operations/backup.md, with the programs and commands that it names: five databases in five clusters, a base backup and
the archived WAL of each, put back each to its own moment. A step that the others have lost or never knew is carried on, once, or found by
docs/operations/restore/differences.py; nothing that was acknowledged is lost when the WAL was archived to its end; without its keys nothing starts."""
import concurrent.futures
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "journeys"))
import stack as journeys  # noqa: E402
import service  # noqa: E402
from service import ROOT, Service, message, new_id  # noqa: E402

CLUSTER = os.path.join(ROOT, "runtime", "database", "cluster.sh")
OPERATIONS = os.path.join(ROOT, "docs", "operations", "restore")
NAMES = journeys.Stack.NAMES
END = "latest"
BIN = subprocess.run("ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1", shell=True, check=True, capture_output=True, text=True).stdout.strip()


def as_owner(*command, **more):
    """As the user that the clusters run as (runtime/database/cluster.sh)."""
    ahead = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"] if os.getuid() == 0 else []
    return subprocess.run(ahead + list(command), check=True, capture_output=True, text=True, cwd="/", **more).stdout


def at_once(act, things):
    with concurrent.futures.ThreadPoolExecutor() as threads:
        return list(threads.map(act, things))


class Cluster:
    """One service's PostgreSQL, a copy of an empty one that was made, with its archive."""

    def __init__(self, name, folder, made):
        self.name, self.folder, self.number = name, os.path.join(folder, name), 0
        for part in ("", "archive", "base"):
            path = os.path.join(self.folder, part)
            os.makedirs(path, exist_ok=True)
            if os.getuid() == 0:
                shutil.chown(path, "postgres", "postgres")
        os.chmod(os.path.join(self.folder, "base"), 0o700)
        self.home = os.path.join(self.folder, "0")
        as_owner("mkdir", self.home)
        as_owner("cp", "-a", made, os.path.join(self.home, "data"))
        self.configure("archive_mode = on\narchive_command = 'test ! -f %s/%%f && cp %%p %s/%%f'\nshared_buffers = 16MB\nmax_connections = 60\n"
                       % ((os.path.join(self.folder, "archive"),) * 2))
        self.start()
        self.sql("postgres", 'CREATE DATABASE "%s"' % name)

    def run(self, command, *more):
        return subprocess.run(["bash", CLUSTER, command, self.home, *more], check=True, capture_output=True, text=True).stdout.strip()

    def configure(self, text):
        as_owner("tee", "-a", os.path.join(self.home, "data", "postgresql.conf"), input=text)

    def start(self):
        self.run("start", "--no-fsync")
        self.socket = self.run("socket")

    def url(self, database=None):
        return "host=%s user=postgres dbname=%s" % (self.socket, database or self.name)

    def sql(self, database, statement):
        return subprocess.run(["psql", self.url(database), "-XqtA", "-v", "ON_ERROR_STOP=1", "-c", statement], check=True, capture_output=True, text=True).stdout.strip()

    def back_up(self):
        as_owner(os.path.join(BIN, "pg_basebackup"), "-h", self.socket, "-U", "postgres", "-D", os.path.join(self.folder, "base"), "--checkpoint=fast", "--wal-method=none", "--no-sync")

    def mark(self, name):
        self.sql("postgres", "SELECT pg_create_restore_point('%s')" % name)

    def archive_the_end(self):
        """All WAL until now is in the archive."""
        last = self.sql("postgres", "SELECT pg_walfile_name(pg_switch_wal())")
        deadline = time.monotonic() + 60
        while not os.path.exists(os.path.join(self.folder, "archive", last)):
            assert time.monotonic() < deadline, "%s is not archived" % last
            time.sleep(0.05)

    def put_back(self, moment):
        """The base backup, and the WAL from the archive to a moment: a cluster of its own, whose WAL is archived nowhere."""
        self.run("remove")
        self.number += 1
        self.home = os.path.join(self.folder, str(self.number))
        data = os.path.join(self.home, "data")
        as_owner("mkdir", self.home)
        as_owner("cp", "-a", os.path.join(self.folder, "base"), data)
        as_owner("touch", os.path.join(data, "recovery.signal"))
        target = "" if moment == END else "recovery_target_name = '%s'\nrecovery_target_action = promote\n" % moment
        self.configure("archive_mode = off\nrestore_command = 'cp %s/%%f %%p'\n%s" % (os.path.join(self.folder, "archive"), target))
        self.start()
        deadline = time.monotonic() + 60
        while self.sql("postgres", "SELECT pg_is_in_recovery()") == "t":
            assert time.monotonic() < deadline
            time.sleep(0.05)


class Drilled(journeys.Stack):
    """A stack of which every service has a cluster of its own."""

    def __init__(self):
        self.clusters, self.base = {}, tempfile.mkdtemp(prefix="k-")
        os.chmod(self.base, 0o711)
        shutil.chown(self.base, *(["postgres"] * 2 if os.getuid() == 0 else [os.getuid()]))
        made = os.path.join(self.base, "made")
        as_owner(os.path.join(BIN, "initdb"), "--pgdata=" + made, "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
                 "--data-checksums", "--no-sync", "--wal-segsize=1")
        as_owner("tee", "-a", os.path.join(made, "postgresql.conf"), input="listen_addresses = ''\nunix_socket_permissions = 0777\n")
        for name, cluster in zip(NAMES, at_once(lambda name: Cluster(name, self.base, made), NAMES)):
            self.clusters[name] = cluster
        journeys.Service = self.placed
        try:
            super().__init__()
        except BaseException:
            self.remove()
            raise
        finally:
            journeys.Service = Service

    def placed(self, name, **settings):
        cluster = self.clusters[name]

        class Placed(Service):
            def database_url(self, role):
                return cluster.url()

        return Placed(name, database=name, **settings)

    def remove(self):
        for cluster in self.clusters.values():
            cluster.run("remove")
        shutil.rmtree(self.base, ignore_errors=True)

    def each(self, act, *arguments):
        at_once(lambda cluster: getattr(cluster, act)(*arguments), self.clusters.values())

    def end_services(self):
        for name in reversed(NAMES):
            self.services[name].stop()

    def begin_services(self):
        for name in NAMES:
            self.services[name].start()

    def differences(self):
        """docs/operations/restore/differences.py as (kind, about whom, who closes it)."""
        words = [word for name, cluster in self.clusters.items() for word in ("--" + name, cluster.url())]
        done = subprocess.run(["/usr/bin/python3", os.path.join(OPERATIONS, "differences.py"), *words], capture_output=True, text=True)
        assert done.returncode in (0, 1), done.stderr
        lines = done.stdout.splitlines()[:-1]
        assert bool(lines) == bool(done.returncode), done.stdout
        return sorted((line.split()[0], line.split()[1].rstrip(":"), line.rsplit("(", 1)[1].rstrip(")")) for line in lines)

    def sagas(self, statement):
        return self.clusters["gateway"].sql("gateway", statement)

    def carry_on_again(self):
        """As docs/operations/backup.md says."""
        for name, more in (("identity", []), ("gateway", ["-v", "since=" + self.since])):
            subprocess.run(["psql", self.clusters[name].url(), "-Xq", "-v", "ON_ERROR_STOP=1", *more, "-f", os.path.join(OPERATIONS, "after_restore_%s.sql" % name)], check=True)

    def settle(self, seconds=60):
        """Until every event is read and every saga is at its end."""
        deadline = time.monotonic() + seconds
        quiet = 0
        while quiet < 5:
            left = self.sagas("SELECT event_type, outcome, tries FROM gateway.saga WHERE finish_time IS NULL")
            assert time.monotonic() < deadline, left + self.gateway.log()[-3000:]
            quiet = quiet + 1 if left == "" else 0
            self.sagas("UPDATE gateway.saga SET due_time = now() - interval '1 s' WHERE finish_time IS NULL AND due_time < now() + interval '50 s'")
            time.sleep(0.1)

    def findings(self):
        call = self.ledger.channel.unary_stream("/ledger.v1.AuditService/Audit", request_serializer=lambda m: m.SerializeToString(),
                                                response_deserializer=message("ledger.v1.AuditResponse").FromString)
        return [f.kind for answer in call(message("ledger.v1.AuditRequest")(), timeout=60) for f in answer.findings]


class Restore(unittest.TestCase):
    """Agency and project open and top up (early); then a second top-up, a newcomer and transfers (late)."""

    @classmethod
    def setUpClass(cls):
        cls.stack = stack = Drilled()
        cls.addClassCleanup(stack.remove)
        cls.addClassCleanup(stack.stop)
        cls.agency, cls.project = stack.company("agency", "project")
        cls.card = cls.agency.add_card()["paymentMethodId"]
        stack.each("back_up")
        cls.early = cls.agency.top_up("100.00", cls.card)["topUpId"]
        cls.until_own(cls.agency, 100)
        stack.since = stack.sagas("SELECT now() - interval '1 hour'")
        time.sleep(0.3)
        stack.each("mark", "early")
        cls.late = cls.agency.top_up("200.00", cls.card)["topUpId"]
        cls.until_own(cls.agency, 300)
        cls.newcomer = stack.customer("newcomer").open()
        cls.newcome = cls.newcomer.top_up("400.00")["topUpId"]
        cls.until_own(cls.newcomer, 400)
        cls.transfers = {}
        for number in range(20):
            request = {"request_id": new_id(), "account_id": cls.agency.account_id, "destination_account_id": cls.project.account_id,
                       "amount_micros": (number + 1) * 10000, "currency": "CNY"}
            answer = stack.gateway.call("ledger.v1.TransferService/CreateTransfer", metadata=cls.session(cls.agency), **request)
            cls.transfers[request["request_id"]] = request, answer
        stack.settle()
        stack.end_services()
        stack.each("archive_the_end")

    @classmethod
    def session(cls, customer):
        return (("authorization", "Bearer " + cls.stack.token(customer.name)),)

    @classmethod
    def until_own(cls, customer, units):
        cls.stack.await_equal(unittest.TestCase(), units * 1000000, customer.own, timeout=60)

    def tearDown(self):
        result = self._outcome.result
        self.stack.failed = self.stack.failed or any(getattr(test, "test_case", test) is self for test, _ in result.errors + result.failures)
        self.stack.end_services()

    def put_back(self, **moments):
        at_once(lambda cluster: cluster.put_back(moments.get(cluster.name, END)), self.stack.clusters.values())

    def carry_on(self):
        self.stack.carry_on_again()
        self.stack.begin_services()
        self.stack.settle()
        self.assertEqual(self.stack.findings(), [])

    def credited(self):
        """Each top-up that the ledger has, and how often."""
        kept = self.stack.clusters["ledger"].sql("ledger", "SELECT reference_id, count(*), sum(amount_micros) FROM ledger.entry WHERE kind = 8 GROUP BY 1")
        return {line.split("|")[0]: (int(line.split("|")[1]), int(line.split("|")[2])) for line in kept.splitlines()}

    ALL = property(lambda self: {self.early: (1, 100000000), self.late: (1, 200000000), self.newcome: (1, 400000000)})

    def transfers_are_there(self):
        """Each acknowledged transfer, told again by its request id in the very bytes."""
        self.agency.log_in()
        for request, answer in self.transfers.values():
            again = self.stack.gateway.call("ledger.v1.TransferService/CreateTransfer", metadata=self.session(self.agency), **request)
            self.assertEqual(again, answer)

    def test_nothing_acknowledged_is_lost_when_the_wal_is_whole(self):
        self.put_back()
        self.assertEqual(self.stack.differences(), [])
        self.carry_on()
        self.assertEqual(self.credited(), self.ALL)
        before = self.clusters_entries()
        self.transfers_are_there()
        self.assertEqual(self.clusters_entries(), before)
        self.assertEqual(self.stack.differences(), [])

    def clusters_entries(self):
        return self.stack.clusters["ledger"].sql("ledger", "SELECT count(*), sum(amount_micros) FROM ledger.entry")

    def test_a_ledger_that_is_older_than_the_others(self):
        self.put_back(ledger="early")
        found = self.stack.differences()
        for top_up in (self.late, self.newcome):
            self.assertIn(("TOP_UP_DIFFERS", top_up, "closed by the sagas"), found)
        self.assertIn(("ACCOUNT_NOT_OPENED", self.newcomer.account_id, "closed by the sagas"), found)
        self.carry_on()
        self.assertEqual(self.credited(), self.ALL)
        self.assertEqual(self.stack.differences(), [])
        self.agency.log_in()
        self.until_own(self.agency, 300)  # the transfers are lost with the ledger's end, and are done once by their ids

    def test_payments_that_is_older_than_the_ledger(self):
        self.put_back(payments="early")
        found = [(kind, about, by) for kind, about, by in self.stack.differences() if kind.startswith("TOP_UP")]
        self.assertEqual(sorted(found), sorted([("TOP_UP_WITHOUT_PAYMENT", top_up, "for people") for top_up in (self.late, self.newcome)]))

    def test_a_gateway_that_is_older_than_the_others(self):
        self.put_back(gateway="early")
        self.carry_on()
        self.assertEqual((self.credited(), self.stack.differences()), (self.ALL, []))
        self.transfers_are_there()

    def test_sharing_that_is_older_than_the_others(self):
        self.put_back(sharing="early")
        self.assertEqual(self.stack.differences(), [("ACCOUNT_NOT_OPENED", self.newcomer.account_id, "closed by the sagas")])
        self.carry_on()
        self.assertEqual(self.stack.differences(), [])

    def test_identity_that_is_older_than_the_others(self):
        self.put_back(identity="early")
        self.assertEqual(self.stack.differences(), [("ACCOUNT_WITHOUT_IDENTITY", self.newcomer.account_id, "for people")])

    def test_all_at_one_early_moment(self):
        self.put_back(**{name: "early" for name in NAMES})
        self.assertEqual(self.stack.differences(), [])
        self.carry_on()
        self.assertEqual((self.credited(), self.stack.differences()), ({self.early: self.ALL[self.early]}, []))

    def test_a_session_that_was_put_back_is_none(self):
        self.put_back(identity="early")
        token = self.session(self.agency)
        self.stack.carry_on_again()
        self.stack.begin_services()
        with service.refused(self, service.grpc.StatusCode.UNAUTHENTICATED):
            self.stack.gateway.call("ledger.v1.AccountService/GetBalance", metadata=token, account_id=self.agency.account_id)

    def test_without_its_keys_nothing_starts(self):
        self.put_back()
        for name in ("identity", "payments"):
            kept = self.stack.services[name].settings["state_directory"]
            os.rename(kept, kept + ".away")
            try:
                with self.assertRaisesRegex(AssertionError, "key_file_missing"):
                    self.stack.services[name].start()
                self.assertEqual(os.listdir(kept) if os.path.isdir(kept) else [], [])
            finally:
                shutil.rmtree(kept, ignore_errors=True)
                os.rename(kept + ".away", kept)


if __name__ == "__main__":
    unittest.main()
