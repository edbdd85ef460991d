# Says each request that it sees as "METHOD path". First line: the ports without and with TLS. Ends with its standard input.
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def see(self):
        with lock:
            print(self.command, self.path, flush=True)

    def answer(self):
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(b"seen\n")

    # As many handlers do, it reads no body where it expects none, nor that of a POST.
    def do_GET(self):
        self.see()
        self.answer()

    do_HEAD = do_DELETE = do_OPTIONS = do_POST = do_GET

    def do_PUT(self):
        self.see()
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.answer()

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *args):
        pass


lock = threading.Lock()
plain = Server(("127.0.0.1", 0), Handler)
tls = Server(("127.0.0.1", 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
tls.socket = context.wrap_socket(tls.socket, server_side=True)
for server in (plain, tls):
    threading.Thread(target=server.serve_forever, daemon=True).start()
print(plain.server_address[1], tls.server_address[1], flush=True)
sys.stdin.read()
