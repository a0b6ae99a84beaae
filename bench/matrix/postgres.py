"""The PostgreSQL of a run: a cluster of its own with fsync, on a unix socket, in a folder that goes with it."""
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CLUSTER = os.path.join(ROOT, "runtime", "database", "cluster.sh")


class Postgres:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="kontor-bench-")
        os.chmod(self.folder, 0o755)
        self.data = os.path.join(self.folder, "pg")
        subprocess.run([CLUSTER, "start", self.data], check=True)
        self.socket, self.postmaster = self.ask("socket"), int(self.ask("pid"))

    def ask(self, what):
        return subprocess.run([CLUSTER, what, self.data], check=True, capture_output=True, text=True).stdout.strip()

    def url(self, database):
        return "host=%s user=postgres dbname=%s" % (self.socket, database)

    def psql(self, database, *arguments, **options):
        command = ["psql", "-h", self.socket, "-U", "postgres", "-d", database, "-qtAX", "-v", "ON_ERROR_STOP=1", *arguments]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **options).stdout.strip()

    def lend_to_tests(self, build):
        """What tests/support and tests/journeys read when they are imported: this cluster, and the programs of this build."""
        os.environ.update({"KONTOR_BUILD": build, "KONTOR_TEST_POSTGRES": self.socket})
        sys.path += [os.path.join(ROOT, "tests", room) for room in ("support", "journeys")]

    def log_path(self, name):
        return os.path.join(self.folder, name + ".log")

    def end(self, keep):
        subprocess.run([CLUSTER, "stop", self.data], check=False)
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)
