"""The settings file read again, at SIGHUP and when it changed: the database's password (here: the whole URL), a webhook's secret and the log's
level without a restart; a mistake changes nothing. And the line that access-log writes for every call."""
import hashlib
import hmac
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from service import BUILD, Refusal, Service, free_port, new_id, psql  # noqa: E402


class Reload(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="kontor-reload-")
        self.addCleanup(self.folder.cleanup)
        self.file = os.path.join(self.folder.name, "settings")

    def write(self, *lines):
        """As a mounted secret changes: another file under the name."""
        with open(self.file + ".new", "w", encoding="utf-8") as file:
            file.write("".join(line + "\n" for line in lines))
        os.rename(self.file + ".new", self.file)

    def serve(self, name, *lines, **settings):
        self.write(*lines)
        service = Service(name, settings_file=self.file, **settings)
        self.addCleanup(service.__exit__, None, None, None)
        return service

    def awaited(self, question):
        deadline = time.monotonic() + 60
        while not question():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)

    def count(self, service, event):
        return service.log().count('"event":"%s"' % event)

    def reload(self, service, event="settings_reloaded"):
        before = self.count(service, event)
        service.process.send_signal(signal.SIGHUP)
        self.awaited(lambda: self.count(service, event) > before)

    def open_account(self, service):
        return service.call("sharing.v1.AccountService/OpenAccount", account_id=new_id(), company_id=new_id(), request_id=new_id())

    def test_the_level_of_the_log(self):
        service = self.serve("sharing", "log-level = info", "access-log = true")
        self.write("log-level = error", "access-log = false", "listen-address = 127.0.0.1:1")  # a flag says otherwise than the last
        self.reload(service, "setting_needs_restart")
        self.assertIn('"setting":"access-log"', service.log())
        self.open_account(service)
        self.write("log-level = loud")
        self.reload(service, "settings_not_reloaded")  # an error, and later than that call's line would be
        self.assertEqual((self.count(service, "call_done"), self.count(service, "settings_reloaded")), (0, 0))
        self.write("log-level = info", "access-log = true")
        self.reload(service)
        self.open_account(service)
        self.awaited(lambda: self.count(service, "call_done") == 1)
        self.assertEqual(self.count(service, "setting_needs_restart"), 1)

    def test_connections_are_made_by_the_new_url(self):
        url = lambda service, name: "database-url = %s application_name=%s" % (service.database_url("kontor_test_service"), name)  # noqa: E731
        service = self.serve("sharing", "log-level = info")
        service.stop()
        self.write(url(service, "before"))
        self.start_by_file(service)
        names = lambda: psql(service.database, "SELECT DISTINCT application_name FROM pg_stat_activity WHERE datname = '%s' AND pid <> pg_backend_pid()" % service.database)  # noqa: E731
        self.assertEqual(names(), "before")
        self.write("database-url = host=192.0.2.1 user=x dbname=x")  # not verified: as at the start
        self.reload(service, "settings_not_reloaded")
        self.write(url(service, "after"))  # noticed without a signal
        self.awaited(lambda: self.count(service, "settings_reloaded") == 1)
        self.open_account(service)
        psql("postgres", "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '%s'" % service.database)
        self.awaited(lambda: names() == "after")
        self.awaited(lambda: self.serves(service))
        self.assertNotIn("application_name", service.log())

    def test_a_file_that_was_wrong_at_the_start_is_read_again(self):
        service = self.serve("sharing", "log-level = info")
        service.stop()
        right = "database-url = " + service.database_url("kontor_test_service")
        self.write(right.replace("dbname=", "dbname=no_"))
        self.start_by_file(service, lambda: "database_not_reached" in service.log())
        self.assertFalse(service.is_ready())
        self.write(right)
        self.awaited(service.is_ready)
        self.assertEqual(self.count(service, "settings_reloaded"), 1)
        self.assertTrue(self.serves(service))

    def start_by_file(self, service, question=None):
        """Without database-url and migration-url among its flags."""
        with open(service.log_path, "ab") as log:
            service.process = subprocess.Popen([os.path.join(BUILD, "kontor-" + service.name), "--listen-address=" + service.address,
                                                "--admin-address=127.0.0.1:%d" % service.admin_port, "--settings-file=" + self.file],
                                               stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.awaited(question or service.is_ready)

    def serves(self, service):
        try:
            return self.open_account(service) is not None
        except Refusal:
            return False

    def post(self, port, secret):
        body, stamp = json.dumps({"id": "evt_" + new_id(), "type": "unheard.of"}).encode(), str(int(time.time()))
        mac = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        request = urllib.request.Request("http://127.0.0.1:%d/webhooks/stripe" % port, body, {"Stripe-Signature": "t=%s,v1=%s" % (stamp, mac)})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def test_a_webhooks_secret(self):
        port = free_port()
        service = self.serve("payments", "webhook-secret = whsec_old", "provider-key = sk_test_x", webhook_address="127.0.0.1:%d" % port,
                             state_directory=self.folder.name)
        ask = lambda: [self.post(port, secret) // 100 for secret in ("whsec_old", "whsec_new")]  # noqa: E731
        for secrets, answers in (("whsec_old", [2, 4]), ("whsec_new,whsec_old", [2, 2]), ("whsec_new", [4, 2])):
            self.write("webhook-secret = " + secrets, "provider-key = sk_test_x")
            self.reload(service)
            self.assertEqual(ask(), answers)
        self.write("webhook-secret = whsec_old")  # provider-key is missing: nothing of it is taken
        self.reload(service, "settings_not_reloaded")
        self.assertEqual(ask(), [4, 2])
        self.assertNotIn("whsec_", service.log())

    def metric(self, service, series):
        with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % service.admin_port, timeout=20) as answer:
            return int(re.search("^%s (.*)$" % re.escape(series), answer.read().decode(), re.M).group(1))

    def reloads(self, service, result):
        return self.metric(service, 'settings_reloads_total{result="%s"}' % result)

    def test_a_broken_file_changes_nothing_and_is_told(self):
        port = free_port()
        service = self.serve("payments", "webhook-secret = whsec_old", "provider-key = sk_test_x", webhook_address="127.0.0.1:%d" % port,
                             state_directory=self.folder.name)
        broken = (([], "provider-key must be given"),  # empty
                  (["provider-key = sk_test_x"], "webhook-secret must be given"),  # cut off
                  (["webhook-secret = whsec_new,", "provider-key = sk_test_x"], "each secret of webhook-secret"),
                  (["webhook-secret =", "provider-key = sk_test_x"], "each secret of webhook-secret"),
                  (["webhook-secret = whsec_new", "provider-key ="], "provider-key is empty"),
                  (["webhook-secret: whsec_new=", "provider-key = sk_test_x"], ":1: a line begins with the name"),
                  (["webhook-secret = whsec_new\0\0", "provider-key = sk_test_x"], ":1: the line is no text"),
                  (["webhook-secret = whsec_new", "provider-key = sk_test_x", "log-level = loud"], "log-level must be debug"))
        self.assertEqual(self.metric(service, "settings_file_refused"), 0)
        for count, (lines, why) in enumerate(broken, 1):
            self.write(*lines)
            self.reload(service, "settings_not_reloaded")
            self.assertIn(why, service.log())
            self.assertEqual((self.reloads(service, "refused"), self.reloads(service, "taken")), (count, 0))
            self.assertEqual(self.metric(service, "settings_file_refused"), 1)
        os.unlink(self.file)
        os.mkfifo(self.file)
        self.reload(service, "settings_not_reloaded")
        self.assertEqual([self.post(port, secret) // 100 for secret in ("whsec_old", "whsec_new")], [2, 4])
        self.assertNotIn("whsec_", service.log())
        self.write("webhook-secret = whsec_new", "provider-key = sk_test_x")
        self.awaited(lambda: self.reloads(service, "taken") == 1)
        self.assertEqual(self.metric(service, "settings_file_refused"), 0)
        self.assertEqual([self.post(port, secret) // 100 for secret in ("whsec_old", "whsec_new")], [4, 2])
        lines = [line for line in service.log().splitlines() if not line.startswith("{")]
        self.assertEqual(lines, [])  # each is a line of the log

    def test_every_call_has_a_line(self):
        for told, expected in (("true", 1), ("false", 0)):
            service = self.serve("sharing", "access-log = " + told)
            request_id, principal, account = new_id(), new_id(), new_id()
            who = (("kontor-principal-id", principal), ("kontor-account-id", account), ("traceparent", "00-%s-%s-01" % ("ab" * 16, "cd" * 8)))
            service.call("sharing.v1.AccountService/OpenAccount", account_id=new_id(), company_id=new_id(), request_id=request_id, metadata=who)
            with self.assertRaises(Refusal):  # a marker: what fails is told anyway
                service.call("sharing.v1.AccountService/OpenAccount")
            self.awaited(lambda: self.count(service, "call_failed") == 1)
            lines = [json.loads(line) for line in service.log().splitlines() if '"event":"call_done"' in line]
            self.assertEqual(len(lines), expected)
            for line in lines:
                self.assertEqual((line["method"], line["code"], line["principal_id"], line["account_id"], line["trace_id"]),
                                 ("/sharing.v1.AccountService/OpenAccount", "OK", principal, account, "ab" * 16))
                self.assertGreater(line["duration_us"], 0)
            self.assertNotIn('"method":"/grpc.health', service.log())


if __name__ == "__main__":
    unittest.main()
