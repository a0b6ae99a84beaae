"""A peer for the HTTP client's test, on real sockets: an HTTP/1.1 server and an SMTP sink, both misbehaving on demand. Prints its two
ports and ends with its standard input."""
import json
import os
import socket
import socketserver
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

lock = threading.Lock()
connections = {}  # a connection's socket → its number
running = {"now": 0, "most": 0}
seen = {}  # path → requests
mails = []


class Http(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, status, body, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with lock:
            number = connections.setdefault(id(self.connection), len(connections))
            seen[self.path] = seen.get(self.path, 0) + 1
            running["now"] += 1
            running["most"] = max(running["most"], running["now"])
        try:
            self.serve(body, number)
        finally:
            with lock:
                running["now"] -= 1

    def serve(self, body, number):
        room, _, rest = self.path[1:].partition("/")
        if room == "echo":
            headers = {name.lower(): value for name, value in self.headers.items()}
            told = {"method": self.command, "headers": headers, "body": body.decode(), "connection": number}
            self.answer(200, json.dumps(told).encode())
        elif room == "status":
            self.answer(int(rest), b"said no")
        elif room == "large":
            self.answer(200, b"x" * int(rest))
        elif room == "head":
            self.answer(200, b"", [("X-%d" % i, "x" * 1000) for i in range(int(rest))])
        elif room == "redirect":
            self.answer(302, b"", [("Location", "/echo")])
        elif room == "pause":
            time.sleep(0.05)
            self.answer(200, b"")
        elif room == "silence":
            self.connection.recv(1)  # until the client gives up
            self.close_connection = True
        elif room == "drop":
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        elif room == "half":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        elif room == "seen":
            self.answer(200, str(seen.get("/" + rest, 0)).encode())
        elif room == "most":
            self.answer(200, str(running["most"]).encode())
        elif room == "mails":
            self.answer(200, json.dumps(mails).encode())
        else:
            self.answer(404, b"")

    do_GET = do_POST = do_DELETE = do_PUT = handle_any


class Smtp(socketserver.StreamRequestHandler):
    """Does what the recipient's local part says: refused, later, dropped, silent; anything else is taken."""

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        self.say("220 sink")
        mail = {"to": []}
        for line in self.rfile:
            verb = line.decode().strip()
            if verb.startswith("EHLO"):
                self.say("250-sink\r\n250 8BITMIME")
            elif verb.startswith("MAIL FROM:"):
                mail["from"] = verb[10:]
                self.say("250 ok")
            elif verb.startswith("RCPT TO:"):
                mail["to"].append(verb[8:])
                self.say({"refused": "550 nobody", "later": "451 later"}.get(verb[9:].split("@")[0], "250 ok"))
            elif verb == "DATA":
                self.say("354 go on")
                mail["data"] = self.take_data()
                if mail["to"][0].startswith("<dropped@"):
                    return
                if mail["to"][0].startswith("<silent@"):
                    self.rfile.read(1)
                    return
                mails.append(mail)
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("502 unknown")

    def take_data(self):
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines).decode()


class Sink(socketserver.ThreadingTCPServer):
    daemon_threads = True


class Server(ThreadingHTTPServer):
    def handle_error(self, request, address):
        pass  # clients of this test give up on purpose


http = Server(("127.0.0.1", 0), Http)
smtp = Sink(("127.0.0.1", 0), Smtp)
for server in http, smtp:
    threading.Thread(target=server.serve_forever, daemon=True).start()
print(http.server_address[1], smtp.server_address[1], flush=True)
sys.stdin.read()
os._exit(0)
