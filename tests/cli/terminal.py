"""kontor as somebody at a terminal runs it."""
import fcntl
import os
import pty
import struct
import subprocess
import termios
import threading

from service import BUILD


def on_a_terminal(self, typed, *words, size=(24, 80), **more):
    """(exit code, what the terminal showed)"""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    environment = dict(os.environ, KONTOR_GATEWAY=self.gateway.address, XDG_STATE_HOME=self.folder, **more)
    process = subprocess.Popen([os.path.join(BUILD, "kontor"), *words], stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    shown = bytearray()

    def read():
        try:
            while part := os.read(ours, 4096):
                shown.extend(part)
        except OSError:  # the other end is closed
            pass
    reader = threading.Thread(target=read)
    reader.start()
    os.write(ours, typed)
    code = process.wait(60)
    reader.join()
    os.close(ours)
    return code, shown.decode()
