"""Three machines, each a network namespace with an etcd, a Patroni and its PostgreSQL, on a bridge of their own: to be killed, and to be cut
off, wholly or from each other alone. Patroni speaks etcd's second API: with the third, Patroni 3.0.2 writes the lock without a look when
it was cut off and comes back, so whoever took over loses it, and acknowledged writes are lost
(docs/operations/failover.md). Not a test. Needs root, iproute2, and Debian's patroni, etcd-server and postgresql-15."""
import atexit
import contextlib
import glob
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

MISSING = [name for name, there in (("root", os.getuid() == 0), ("iproute2", shutil.which("ip")), ("patroni", shutil.which("patroni")),
                                    ("etcd-server", shutil.which("etcd"))) if not there]
CONFIGURATION = """
scope: kontor
name: n{number}
restapi: {{listen: "{own}:8008", connect_address: "{own}:8008"}}
etcd: {{hosts: [{etcds}]}}
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 2
    retry_timeout: 5
    synchronous_mode: true
    postgresql:
      use_pg_rewind: true
      parameters: {{max_connections: 100, shared_buffers: 32MB, wal_keep_size: 128MB, wal_log_hints: "on"}}
  initdb: [{{encoding: UTF8}}, {{locale: C.UTF-8}}, data-checksums]
  pg_hba: ["local all all trust", "host replication all {network}.0/24 trust", "host all all {network}.0/24 trust"]
postgresql:
  listen: "{own}:5432"
  connect_address: "{own}:5432"
  data_dir: {folder}/postgres{number}
  bin_dir: {bin}
  pgpass: {folder}/pgpass{number}
  authentication:
    superuser: {{username: postgres, password: of-this-test-alone}}
    replication: {{username: replicator, password: of-this-test-alone}}
    rewind: {{username: rewinder, password: of-this-test-alone}}
  parameters: {{unix_socket_directories: ""}}
"""


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


class Nodes:
    COUNT = 3

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="kontor-nodes-")
        shutil.chown(self.folder, "postgres", "postgres")
        mark = os.getpid() % 60000
        self.network, self.bridge = "10.%d.%d" % (64 + mark // 250 % 128, mark % 250), "kb%x" % mark
        self.names = {number: "kn%x-%d" % (mark, number) for number in range(1, self.COUNT + 1)}
        self.started, self.removed = [], False
        atexit.register(self.remove)  # however early the test ends
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        run("ip", "link", "add", self.bridge, "type", "bridge")
        run("ip", "address", "add", self.network + ".254/24", "dev", self.bridge)
        run("ip", "link", "set", self.bridge, "up")
        for number in self.names:
            self.plug(number)
        for number in self.names:
            self.start(number)

    def address(self, number):
        return "%s.%d" % (self.network, number)

    def wire(self, number):
        return self.names[number].replace("-", "w")

    def plug(self, number):
        space, wire = self.names[number], self.wire(number)
        run("ip", "netns", "add", space)
        run("ip", "link", "add", wire, "type", "veth", "peer", "name", "eth0", "netns", space)
        run("ip", "link", "set", wire, "master", self.bridge, "up")
        for words in (("address", "add", self.address(number) + "/24", "dev", "eth0"), ("link", "set", "eth0", "up"), ("link", "set", "lo", "up")):
            run("ip", "-n", space, *words)

    def inside(self, number, what, *command):
        with open(os.path.join(self.folder, "%s%d.log" % (what, number)), "ab") as log:
            self.started.append(subprocess.Popen(
                ["ip", "netns", "exec", self.names[number], "setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd="/", env=dict(os.environ, HOME=self.folder), start_new_session=True))

    def start(self, number):
        own = self.address(number)
        members = ",".join("e%d=http://%s:2380" % (n, self.address(n)) for n in self.names)
        self.inside(number, "etcd", "etcd", "--name", "e%d" % number, "--data-dir", os.path.join(self.folder, "etcd%d" % number), "--unsafe-no-fsync", "--enable-v2=true",
                    "--listen-client-urls", "http://%s:2379" % own, "--advertise-client-urls", "http://%s:2379" % own,
                    "--listen-peer-urls", "http://%s:2380" % own, "--initial-advertise-peer-urls", "http://%s:2380" % own, "--initial-cluster", members)
        path = os.path.join(self.folder, "patroni%d.yml" % number)
        etcds = ", ".join('"%s:2379"' % self.address(n) for n in self.names)
        with open(path, "w", encoding="utf-8") as file:
            file.write(CONFIGURATION.format(number=number, own=own, network=self.network, folder=self.folder, etcds=etcds,
                                            bin=sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]))
        shutil.chown(path, "postgres", "postgres")
        os.chmod(path, 0o600)
        self.inside(number, "patroni", "patroni", path)

    def url(self, database, *numbers):
        numbers = numbers or tuple(self.names)
        return "host=%s port=5432 user=postgres dbname=%s connect_timeout=2" % (",".join(self.address(n) for n in numbers), database)

    def ask(self, number, statement, database="postgres"):
        """One answer of one node; "" when it does not give one."""
        done = subprocess.run(["psql", self.url(database, number), "-XqtA", "-c", statement], capture_output=True, text=True, timeout=20)
        return done.stdout.strip()

    def leads(self, number):
        """Whether it holds the lock, as its Patroni says."""
        with contextlib.suppress(OSError), urllib.request.urlopen("http://%s:8008/leader" % self.address(number), timeout=2) as answer:
            return answer.status == 200
        return False

    def leader(self, seconds=120, besides=0):
        """The node that takes writes and has a standby that confirms them."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for number in self.names:
                if number != besides and self.leads(number) and self.ask(number, "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync' AND NOT pg_is_in_recovery()") == "1":
                    return number
            time.sleep(0.5)
        raise AssertionError("no leader:\n" + self.logs())

    def kill(self, number):
        """The whole machine, at once."""
        for pid in run("ip", "netns", "pids", self.names[number]).split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)

    def cut(self, number, from_all=True):
        """Nothing comes to it or goes from it; or only its clients' calls do."""
        if from_all:
            run("ip", "link", "set", self.wire(number), "down")
        else:
            for other in self.names:
                if other != number:
                    run("ip", "-n", self.names[number], "route", "add", "blackhole", self.address(other) + "/32")

    def heal(self, number):
        run("ip", "link", "set", self.wire(number), "up")
        for other in self.names:
            subprocess.run(["ip", "-n", self.names[number], "route", "del", "blackhole", self.address(other) + "/32"], check=False, capture_output=True)

    def logs(self):
        said = ""
        for path in sorted(glob.glob(os.path.join(self.folder, "patroni*.log"))):
            with open(path, encoding="utf-8", errors="replace") as log:
                said += "---- %s\n%s\n" % (path, log.read()[-1500:])
        return said

    def remove(self):
        if self.removed:
            return
        self.removed = True
        for number in self.names:
            with contextlib.suppress(subprocess.CalledProcessError):  # it was never plugged
                self.kill(number)
        for process in self.started:
            process.wait(10)
        for space in self.names.values():
            subprocess.run(["ip", "netns", "del", space], check=False)
        subprocess.run(["ip", "link", "del", self.bridge], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)
