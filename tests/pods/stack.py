"""An installation of the chart, as pods of Podman in a network namespace that has nothing but loopback. Not a test.

A program that uses this must be in such a namespace: enter() goes there. Containers and images are in a storage of the tests' own, so that all
that is found there is the tests' and may be thrown away."""
import contextlib
import functools
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import container
import tool
from totp import totp

tool.modules("kubernetes")
CHART = "helm/kontor"
HELM = tool.program("helm4", "helm")
PASSWORD = "an operator's long password"
OLDEST = "1.27.0"  # preStop.sleep is younger, and Podman has it not either
SERVICES = ("identity", "payments", "ledger", "sharing", "gateway")
ADMIN = dict(zip(SERVICES, (7411, 7412, 7413, 7414, 7410)))
DOOR = 7400
ENTERED = "KONTOR_TEST_NAMESPACE"
CLIENT = os.path.join(container.ROOT, "build", "release")


def enter(seconds):
    """Runs this program again, in a network namespace of its own with loopback alone, for so many seconds at most."""
    if os.environ.get(ENTERED) == "yes":
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    child = subprocess.Popen(["unshare", "--net", sys.executable, *sys.argv], env={**os.environ, ENTERED: "yes"})
    try:
        sys.exit(child.wait(timeout=seconds))
    except subprocess.TimeoutExpired:
        print("the pods took more than %d seconds" % seconds)
        sys.exit(1)
    finally:
        child.kill()
        child.wait()
        throw_away()


def throw_away():
    container.podman("pod", "rm", "--force", "--all", "--time", "1")
    container.podman("volume", "prune", "--force")
    container.podman("image", "prune", "--force")


def until(what, holds, seconds=60, tell=lambda: ""):
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError("not within %d s: %s %s" % (seconds, what, tell()))
        time.sleep(0.05)


def listens(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2):
        return True
    return False


def status(port, path):
    """As a kubelet's probe asks; 0 when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def ready(service):
    return status(ADMIN[service], "/health/ready") == 200


def inspect(name):
    return json.loads(container.podman("inspect", "--type", "container", name).stdout)[0]


def process(name):
    return inspect(name)["State"]["Pid"]


def stop(name, seconds=60):
    """As a kubelet ends a container: by the image's stop signal, and after the grace by force. Its exit code."""
    container.podman("stop", "--time", str(seconds), name, timeout=seconds + 20)
    return inspect(name)["State"]["ExitCode"]


def logs(name):
    told = container.podman("logs", "--tail", "5", name)
    return told.stdout + told.stderr


def certificates(folder):
    """Those that cert-manager would make of the chart's Certificates: an authority, and for each service its name and the URI that it is let in by;
    beside them the public one. As Secrets."""
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"]
    run = lambda *words: subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=folder)
    run("req", "-x509", *curve, "-days", "2", "-subj", "/CN=an authority", "-keyout", "authority.key", "-out", "ca.crt")
    names = {"kontor-%s-tls" % name: "DNS:kontor-%s,URI:spiffe://kontor/%s" % (name, name) for name in SERVICES}
    for secret, subject in {**names, "kontor-front-tls": "DNS:kontor-gateway,IP:127.0.0.1"}.items():
        run("req", "-x509", *curve, "-days", "2", "-subj", "/CN=" + secret, "-addext", "subjectAltName=" + subject, "-addext", "basicConstraints=critical,CA:FALSE",
            "-CA", "ca.crt", "-CAkey", "authority.key", "-keyout", "tls.key", "-out", "tls.crt")
        content = {}
        for name in ("tls.crt", "tls.key", "ca.crt"):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                content[name] = file.read()
        yield {"kind": "Secret", "metadata": {"name": secret}, "stringData": content}
    yield {"kind": "Secret", "metadata": {"name": "kontor-postgresql-authority"}, "stringData": {"ca.crt": content["ca.crt"]}}


class Stack:
    def __init__(self, values, *words):
        import yaml
        from podman import Translator
        self.yaml = yaml
        rendered = subprocess.run([HELM, "template", "kontor", CHART, "--namespace", "kontor", "--values", "%s/ci/%s-values.yaml" % (CHART, values), "--kube-version", OLDEST, *words],
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        if rendered.returncode != 0:
            raise RuntimeError(rendered.stderr)
        secrets = subprocess.run([CHART + "/ci/secrets.sh", "kontor"], stdout=subprocess.PIPE, text=True, check=True).stdout
        with open("helm/images/development/pods.yaml", encoding="utf-8") as file:
            self.neighbours = self.read(file)
        self.rendered, self.objects, self.secrets = rendered.stdout, self.read(rendered.stdout), self.read(secrets)
        self.folder = tempfile.mkdtemp(prefix="kontor-pods-")
        os.chmod(self.folder, 0o755)
        self.secrets += [self.of_simulator(), *certificates(self.folder)]
        self.translator = Translator(self.objects + self.secrets + self.neighbours, self.folder)

    def read(self, text):
        return [entry for entry in self.yaml.safe_load_all(text) if entry]

    def secret(self, name, setting):
        settings = next(entry["stringData"]["settings"] for entry in self.secrets if entry["metadata"]["name"] == name)
        return re.search(r"^%s = (.*)$" % setting, settings, re.M)[1]

    def of_simulator(self):
        keys = {"PSP_API_KEY": self.secret("kontor-payments", "provider-key"), "PSP_WEBHOOK_SECRET": self.secret("kontor-payments", "webhook-secret")}
        return {"kind": "Secret", "metadata": {"name": "kontor-simulator"}, "stringData": keys}

    def play(self, *entries):
        path = os.path.join(self.folder, "pods.yaml")
        for entry in entries:
            with open(path, "w", encoding="utf-8") as file:
                self.yaml.safe_dump_all(self.translator.pod(entry), file)
            played = container.podman("kube", "play", "--network", "host", path)
            if played.returncode != 0:
                raise RuntimeError(played.stderr)

    def of_kind(self, kind):
        return [entry for entry in self.objects if entry["kind"] == kind]

    def start(self):
        self.play(*(entry for entry in self.neighbours if entry["kind"] == "Deployment"))
        until("PostgreSQL and the simulator listen", lambda: listens(5432) and listens(7420))
        (migrations,) = self.of_kind("Job")
        if self.run_to_its_end(migrations):
            raise AssertionError("\n".join(logs("%s-%s" % (migrations["metadata"]["name"], service)) for service in SERVICES))
        self.play(*self.of_kind("Deployment"))
        self.await_ready()

    def run_to_its_end(self, entry):
        """A Job's or a Pod's containers, once; the greatest of their exit codes."""
        name = entry["metadata"]["name"]
        container.podman("pod", "rm", "--force", name)
        self.play(entry)
        containers = [told["name"] for told in (entry["spec"]["template"]["spec"] if entry["kind"] == "Job" else entry["spec"])["containers"]]
        return max(int(container.podman("wait", "%s-%s" % (name, told)).stdout) for told in containers)

    def await_ready(self):
        until("all are ready", lambda: all(map(ready, SERVICES)) and listens(DOOR), tell=self.tell)

    def tell(self):
        return "\n".join(logs("kontor-%s-%s" % (name, name)) for name in SERVICES)

    @functools.cached_property
    def environment(self):
        """For the client on this machine."""
        spool = container.podman("volume", "inspect", "--format", "{{.Mountpoint}}", "kontor-identity-state").stdout.strip()
        password = os.path.join(self.folder, "operator-password")
        with open(password, "w", encoding="utf-8") as file:
            file.write(PASSWORD)
        os.chmod(password, 0o600)
        return {**os.environ, "PATH": CLIENT + ":" + os.environ["PATH"], "KONTOR_GATEWAY": "127.0.0.1:%d" % DOOR, "KONTOR_SPOOL": spool + "/spool",
                "KONTOR_AUTHORITY_FILE": os.path.join(self.folder, "ca.crt") if self.speaks_tls() else "", "KONTOR_OPERATOR_EMAIL": "operator@kontor.example", "KONTOR_OPERATOR_PASSWORD_FILE": password,
                "KONTOR_OPERATOR_APP_FILE": os.path.join(self.folder, "operator-app")}

    def let_operator_in(self):
        """The first one, by the code of the Secret; its app's secret is kept where the demonstration looks for it."""
        code = next(entry["stringData"]["code"] for entry in self.secrets if entry["metadata"]["name"] == "kontor-first-operator")
        email, password = self.environment["KONTOR_OPERATOR_EMAIL"], ["--password-file", self.environment["KONTOR_OPERATOR_PASSWORD_FILE"]]

        def kontor(*words):
            told = self.run("kontor", *words, XDG_STATE_HOME=self.folder)
            assert told.returncode == 0, told.stdout
            return told.stdout.strip()

        kontor("operator", "accept-first", email, "--code", code, "--name", "First", *password)
        kontor("login", "--email", email, *password)
        secret = kontor("factor", "enroll", "--name", "app", "--only", "secret")
        kontor("factor", "confirm", totp(secret, time.time()))
        with open(self.environment["KONTOR_OPERATOR_APP_FILE"], "w", encoding="utf-8") as file:
            file.write(secret)

    def speaks_tls(self):
        return "name: FRONT_CERTIFICATE" in self.rendered

    def run(self, *command, **more):
        return subprocess.run(command, env={**self.environment, **more}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)

    def end(self):
        throw_away()
        shutil.rmtree(self.folder, ignore_errors=True)
