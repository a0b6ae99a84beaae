"""Settings that a service refuses to start with: peers that nobody named, a database, a provider or a mail server that anybody could play, a key
that is missing beside its data (S8, S13, S15)."""
import os
import shutil
import subprocess
import tempfile
import threading
import time
import unittest

from stack import BUILD, UNAVAILABLE, Refused, Service, Stack, free_port, psql
from tls_test import make_certificates

POSTGRES = os.environ["KONTOR_TEST_POSTGRES"]
SECRETS = ("--provider-key=sk_test_x", "--webhook-secret=whsec_x")
EVERY = ("identity", "payments", "ledger", "sharing", "gateway")


class Starting(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="kontor-start-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.authority, cls.certificate, cls.key = make_certificates(cls.folder)
        psql("postgres", 'CREATE DATABASE "kontor_test_start"')
        cls.addClassCleanup(psql, "postgres", 'DROP DATABASE "kontor_test_start" WITH (FORCE)')
        cls.database = "host=%s user=postgres dbname=kontor_test_start" % POSTGRES

    def run_service(self, name, *settings, database=None):
        """Its exit code and log after it ended by itself; 0 when it serves, and was stopped then."""
        more = ("--state-directory=" + self.folder, "--key-create") if name in ("identity", "payments") else ()
        more += SECRETS if name == "payments" and not any("secret" in setting or "provider-key" in setting for setting in settings) else ()
        more += ("--webhook-address=127.0.0.1:%d" % free_port(),) if name == "payments" else ()
        process = subprocess.Popen([os.path.join(BUILD, "kontor-" + name), "--listen-address=127.0.0.1:%d" % free_port(),
                                    "--admin-address=", "--database-url=" + (database or self.database), *more, *settings],
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        log = []
        for line in process.stdout:
            log.append(line)
            if '"event":"serving"' in line or '"event":"database_connect_failed"' in line:
                process.terminate()
        return process.wait(60), "".join(log)

    def assert_refused(self, sentence, name, *settings, **more):
        code, log = self.run_service(name, *settings, **more)
        self.assertNotEqual(code, 0, log)
        self.assertIn(sentence, log)
        self.assertNotIn('"event":"serving"', log)

    def assert_serves(self, name, *settings):
        code, log = self.run_service(name, *settings)
        self.assertEqual((code, '"event":"serving"' in log), (0, True), log)

    def test_with_tls_an_inner_service_names_its_peers(self):
        tls = ("--tls-certificate-file=" + self.certificate, "--tls-key-file=" + self.key, "--tls-authority-file=" + self.authority)
        for name in EVERY[:-1]:
            self.assert_refused("tls-peer-identities", name, *tls)
        self.assert_serves("ledger", *tls, "--tls-peer-identities=spiffe://kontor/gateway")
        self.assert_serves("gateway", *tls)

    def test_a_database_is_named(self):
        for name in EVERY[:-1]:
            self.assert_refused("database-url is empty", name, "--database-url=")

    def test_a_database_elsewhere_is_verified(self):
        elsewhere = "host=192.0.2.1 user=x dbname=x connect_timeout=1"
        for more in ("", " sslmode=require", " sslmode=verify-ca"):
            self.assert_refused("sslmode=verify-full", "ledger", database=elsewhere + more)
        self.assert_refused("sslmode=verify-full", "ledger", database="host=/tmp,192.0.2.1 user=x dbname=x")
        self.assert_refused("sslmode=verify-full", "ledger", database="host=localhost hostaddr=192.0.2.1 user=x dbname=x")

    def test_a_provider_elsewhere_is_https_and_no_secret_has_a_default(self):
        for url in ("http://192.0.2.1:80", "http://127.0.0.1@192.0.2.1/", "http://localhost.example.com", "ftp://192.0.2.1"):
            self.assert_refused("provider-url must be https", "payments", "--provider-url=" + url)
        self.assert_serves("payments", "--provider-url=http://127.0.0.1:1")
        self.assert_serves("payments", "--provider-url=https://192.0.2.1:1")
        self.assert_serves("payments", "--provider-url=http://192.0.2.1:1", "--insecure-allowed=true")
        self.assert_refused("provider-key", "payments", "--webhook-secret=whsec_x")
        self.assert_refused("webhook-secret", "payments", "--provider-key=sk_test_x")
        self.assert_refused("provider-key is empty", "payments", "--provider-key=", "--webhook-secret=whsec_x")
        for empty in ("", ",whsec_x", "whsec_x,", "whsec_x,,whsec_y"):  # signed with it by anybody
            self.assert_refused("webhook-secret needs", "payments", "--provider-key=sk_test_x", "--webhook-secret=" + empty)
        strangers = ("--provider-key=sk_test_x", "--webhook-address=0.0.0.0:%d" % free_port())
        self.assert_refused("webhook-secret needs", "payments", *strangers, "--webhook-secret=whsec_9_of_15__")
        self.assert_serves("payments", *strangers, "--webhook-secret=whsec_9_of_16___,whsec_9_of_16__2")

    def test_text_messages_and_names_go_by_https(self):
        for url in ("http://192.0.2.1/sms", "http://127.0.0.1@192.0.2.1/", "ftp://127.0.0.1/", "sms.example"):
            self.assert_refused('"setting":"sms-hook-url","why":"must be https', "identity", "--sms-hook-url=" + url)
        self.assert_refused('"setting":"verifier-url","why":"must be https', "identity", "--verifier-url=http://192.0.2.1/verify")
        self.assert_serves("identity", "--sms-hook-url=http://127.0.0.1:1/sms")
        self.assert_serves("identity", "--sms-hook-url=https://192.0.2.1/sms")


class Keys(unittest.TestCase):
    """A key is made where nothing was made with another one, and only when key-create says so (S15)."""

    def refuses(self, service, event, sentence):
        with self.assertRaises(AssertionError):
            service.start()
        told = service.log().split('"event":"serving"')[-1]
        self.assertIn(event, told)
        self.assertIn('"setting":"key-file"', told)
        self.assertIn(sentence, told)

    def test_a_key_is_never_made_anew_beside_its_data(self):
        with Stack() as stack:
            customer = stack.customer("keeper").open()
            customer.add_card()
            for name, path in (("identity", os.path.join(stack.folder, "identity", "identity-key")), ("payments", os.path.join(stack.folder, "payments", "payments-fingerprint.key"))):
                service = getattr(stack, name)
                for checked in (True, False):  # False: as a release left it that knew no check values
                    service.stop()
                    if not checked:
                        psql(service.database, "DELETE FROM %s.key_check" % name)
                    os.rename(path, path + ".away")
                    self.refuses(service, "key_file_missing", "put the file back")
                    self.assertFalse(os.path.exists(path), "made anew")
                    if checked or name == "identity":  # a fingerprint tells nothing of its key
                        self.write(path, b"k" * 32)
                        self.refuses(service, "key_file_differs", "another key")
                        os.unlink(path)
                    os.rename(path + ".away", path)
                    service.start()
                    self.assertEqual(psql(service.database, "SELECT count(*) FROM %s.key_check" % name), "1")
            self.serves_again(customer)

    def write(self, path, key):
        with open(path, "wb") as file:
            file.write(key)

    def test_a_key_is_made_only_where_it_may_be(self):
        folder = tempfile.mkdtemp(prefix="kontor-key-")
        self.addCleanup(shutil.rmtree, folder)
        path = os.path.join(folder, "mounted", "key")
        for name, more in (("identity", {"spool_directory": folder}), ("payments", {"provider_key": "sk_test_x", "webhook_secret": "whsec_x", "webhook_address": "127.0.0.1:%d" % free_port()})):
            database = "kontor_test_key_%s" % name
            psql("postgres", 'CREATE DATABASE "%s"' % database)
            self.addCleanup(psql, "postgres", 'DROP DATABASE "%s" WITH (FORCE)' % database)
            with self.assertRaisesRegex(AssertionError, "key_file_missing.*key-create"):
                Service(name, database=database, key_file=path, key_create="false", **more)
            self.assertFalse(os.path.exists(os.path.dirname(path)))
            os.mkdir(os.path.dirname(path))
            for size in (0, 31, 33):
                self.write(path, b"k" * size)
                with self.assertRaisesRegex(AssertionError, "key_file_unreadable.*32 bytes"):
                    Service(name, database=database, key_file=path, **more)
            os.remove(path)
            os.mkfifo(path)
            with self.assertRaisesRegex(AssertionError, "key_file_unreadable"):
                Service(name, database=database, key_file=path, **more)
            os.remove(path)
            self.write(path, b"k" * 32)
            os.chmod(path, 0o400)
            with Service(name, database=database, key_file=path, key_create="false", **more):
                pass
            other = os.path.join(folder, "other")
            with self.assertRaisesRegex(AssertionError, "key_file_missing.*put the file back"):
                Service(name, database=database, key_file=other, **more)
            self.assertFalse(os.path.exists(other))
            shutil.rmtree(os.path.dirname(path))

    def starts_at_once(self, name, paths):
        """Those that serve and those that do not, of processes that start at once on a new database."""
        database = "kontor_test_keys"
        psql("postgres", 'CREATE DATABASE "%s"' % database)
        self.addCleanup(psql, "postgres", 'DROP DATABASE IF EXISTS "%s" WITH (FORCE)' % database)
        more = {"provider_key": "sk_test_x", "webhook_secret": "whsec_x"} if name == "payments" else {"spool_directory": os.path.dirname(paths[0])}
        served, refused = [], []

        def begin(path):
            own = {"webhook_address": "127.0.0.1:%d" % free_port()} if name == "payments" else {}
            try:
                served.append(Service(name, database=database, key_file=path, **more, **own))
            except AssertionError as error:
                refused.append(str(error))

        threads = [threading.Thread(target=begin, args=(path,)) for path in paths]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for service in served:
            service.__exit__(None, None, None)
        psql("postgres", 'DROP DATABASE "%s" WITH (FORCE)' % database)
        return served, refused

    def test_two_that_make_a_key_at_once_end_with_the_same(self):
        folder = tempfile.mkdtemp(prefix="kontor-key-")
        self.addCleanup(shutil.rmtree, folder)
        for name in ("identity", "payments"):
            path = os.path.join(folder, name + "-key")
            served, refused = self.starts_at_once(name, [path] * 3)
            self.assertEqual((len(served), refused), (3, []))
            self.assertEqual(sorted(os.listdir(folder)), [name + "-key"])
            os.unlink(path)
            served, refused = self.starts_at_once(name, [path, os.path.join(folder, "elsewhere")])  # each its own disk
            self.assertEqual((len(served), len(refused)), (1, 1))
            self.assertRegex(refused[0], "key_file_differs|put the file back")
            for left in os.listdir(folder):
                os.unlink(os.path.join(folder, left))

    def test_what_a_process_left_that_died_making_a_key_is_in_nobodys_way(self):
        """In a container each process has the number of the one before it."""
        folder = tempfile.mkdtemp(prefix="kontor-key-")
        self.addCleanup(shutil.rmtree, folder)
        path = os.path.join(folder, "identity-key")
        psql("postgres", 'CREATE DATABASE "kontor_test_keys"')
        self.addCleanup(psql, "postgres", 'DROP DATABASE IF EXISTS "kontor_test_keys" WITH (FORCE)')
        process = subprocess.Popen([os.path.join(BUILD, "kontor-identity"), "--key-file=" + path, "--key-create", "--spool-directory=" + folder,
                                    "--listen-address=127.0.0.1:%d" % free_port(), "--admin-address=",
                                    "--database-url=host=%s user=postgres dbname=kontor_test_keys" % POSTGRES],
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                   preexec_fn=lambda: self.write("%s.%d" % (path, os.getpid()), b""))
        log = []
        for line in process.stdout:
            log.append(line)
            if '"event":"serving"' in line:
                process.terminate()
        self.assertEqual((process.wait(60), '"event":"serving"' in "".join(log)), (0, True), log)

    def serves_again(self, customer):
        """The gateway looks for a peer that was gone every five seconds at most; until it has found it, it says that nothing was done."""
        deadline = time.monotonic() + 30
        while True:
            try:
                return customer.log_in()
            except Refused as refusal:
                self.assertEqual((refusal.code, refusal.reason), (UNAVAILABLE, "UNAVAILABLE"))
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.2)


if __name__ == "__main__":
    unittest.main()
