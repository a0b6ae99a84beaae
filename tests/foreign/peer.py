"""The runtime's server alone, as a process of its own: a C test that is given --serve, by itself event.v1.EventService of
tests/support/test_peer.h."""
import os
import subprocess

BUILD = os.environ.get("KONTOR_BUILD", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "build", "dev"))


class Peer:
    program = "test_runtime_rpc_reflection"

    def __enter__(self):
        self.process = subprocess.Popen([os.path.join(BUILD, self.program), "--serve"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        self.address = "127.0.0.1:%d" % int(self.process.stdout.readline())
        return self

    def __exit__(self, kind, value, trace):
        """Its input ends, so it drains; an error of a sanitizer fails the test."""
        self.process.stdin.close()
        code = self.process.wait(60)
        self.process.stdout.close()
        assert kind is not None or code == 0, "the server ended with %d" % code
