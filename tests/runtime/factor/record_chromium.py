"""Records what a real browser answers, for webauthn_test.c: Debian's chromium with its virtual authenticator, by its remote debugging. Needs
the packages chromium and python3-websocket; prints a line an algorithm, in the form of webauthn_vectors.txt. Not a test."""
import functools
import http.server
import json
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

import websocket

ORIGIN_PORT, DEBUG_PORT = 26080, 26081
SCRIPT = """(async (alg, first, second) => {
  const bytes = (hex) => new Uint8Array(hex.match(/../g).map((two) => parseInt(two, 16)));
  const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const made = await navigator.credentials.create({publicKey: {
    rp: {id: "localhost", name: "Kontor"}, user: {id: bytes("0198c5b26f1e7c3a9d2b5e8f7a6b4c3d"), name: "a", displayName: "a"},
    challenge: bytes(first), pubKeyCredParams: [{type: "public-key", alg}], attestation: "none",
    authenticatorSelection: {userVerification: "required"}}});
  const got = await navigator.credentials.get({publicKey: {
    rpId: "localhost", challenge: bytes(second), userVerification: "required",
    allowCredentials: [{type: "public-key", id: made.rawId}]}});
  return [first, hex(made.response.clientDataJSON), hex(made.response.attestationObject), second, hex(got.response.authenticatorData),
          hex(got.response.clientDataJSON), hex(got.response.signature)].join(" ");
})(%d, "%s", "%s")"""


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<title>x</title>")

    def log_message(self, *_):
        pass


class Browser:
    def __init__(self, url):
        self.socket, self.count = websocket.create_connection(url, suppress_origin=True, timeout=30), 0

    def ask(self, method, **parameters):
        self.count += 1
        self.socket.send(json.dumps({"id": self.count, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.count:
                return answer["result"]


def record(browser, algorithm, place):
    browser.ask("WebAuthn.enable")
    browser.ask("WebAuthn.addVirtualAuthenticator", options={
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
        "automaticPresenceSimulation": True})
    first, second = ("%02x" % (2 * place + more) * 32 for more in (1, 2))
    result = browser.ask("Runtime.evaluate", expression=SCRIPT % (algorithm, first, second), awaitPromise=True, returnByValue=True)
    browser.ask("WebAuthn.disable")
    return result["result"].get("value") or sys.exit(json.dumps(result))


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", ORIGIN_PORT), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        chromium = subprocess.Popen(["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--user-data-dir=" + folder,
                                     "--remote-debugging-port=%d" % DEBUG_PORT, "http://localhost:%d/" % ORIGIN_PORT], stderr=subprocess.DEVNULL)
        try:
            ask = functools.partial(urllib.request.urlopen, "http://127.0.0.1:%d/json" % DEBUG_PORT)
            for _ in range(100):
                try:
                    pages = [page for page in json.load(ask()) if page["type"] == "page" and "localhost" in page["url"]]
                    if pages:
                        break
                except OSError:
                    pass
                time.sleep(0.2)
            browser = Browser(pages[0]["webSocketDebuggerUrl"])
            for place, (name, algorithm) in enumerate((("es256", -7), ("eddsa", -8), ("rs256", -257))):
                print("chromium-" + name, record(browser, algorithm, place), flush=True)
        finally:
            chromium.terminate()
            chromium.wait()


if __name__ == "__main__":
    main()
