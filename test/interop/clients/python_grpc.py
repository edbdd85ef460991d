"""A gRPC server, and a client that calls it through a router. One JSON line in: certificate and key of the server; one out: its
port. Then one in: where the router is, its name and CA; and one out: what each call came to."""
import json
import sys
import threading
from concurrent import futures

import grpc

server_options = json.loads(sys.stdin.readline())
cancelled = threading.Semaphore(0)


def unary(request, context):
    context.set_trailing_metadata((("x-end", "done"), ("x-end-bin", b"\x00\xff")))
    context.send_initial_metadata((("x-begin", dict(context.invocation_metadata()).get("x-asked", "")),))
    return request


def refuses(request, context):
    context.set_trailing_metadata((("x-end", "refused"),))
    context.abort(grpc.StatusCode.NOT_FOUND, "no such thing: 100 % ä")


def streams(request, context):
    for number in range(1000):
        yield b"%06d" % number * 200


def collects(requests, context):
    return b"%d" % sum(len(one) for one in requests)


def talks(requests, context):
    for one in requests:
        yield one.upper()


def never_ends(request, context):
    context.add_callback(cancelled.release)
    while context.is_active():
        yield b"more"


def was_cancelled(request, context):
    return b"yes" if cancelled.acquire(timeout=10) else b"no"


handlers = {
    "Unary": grpc.unary_unary_rpc_method_handler(unary),
    "Refuses": grpc.unary_unary_rpc_method_handler(refuses),
    "Streams": grpc.unary_stream_rpc_method_handler(streams),
    "Collects": grpc.stream_unary_rpc_method_handler(collects),
    "Talks": grpc.stream_stream_rpc_method_handler(talks),
    "NeverEnds": grpc.unary_stream_rpc_method_handler(never_ends),
    "WasCancelled": grpc.unary_unary_rpc_method_handler(was_cancelled),
}
server = grpc.server(futures.ThreadPoolExecutor(8))
server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("t.Calls", handlers),))
pair = (server_options["key"].encode(), server_options["cert"].encode())
port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([pair]))
server.start()
print(json.dumps({"port": port}), flush=True)

to = json.loads(sys.stdin.readline())
channel = grpc.secure_channel(
    f"ipv4:127.0.0.1:{to['port']}",
    grpc.ssl_channel_credentials(to["ca"].encode()),
    [("grpc.ssl_target_name_override", to["name"]), ("grpc.default_authority", to["name"])],
)


def status_of(call):
    try:
        call()
        return "answered"
    except grpc.RpcError as error:
        ends = dict(error.trailing_metadata() or ())
        return [error.code().name, error.details(), ends.get("x-end") or ends.get("lakegate-code")]


said = {}
answer, call = channel.unary_unary("/t.Calls/Unary").with_call(b"hello", metadata=(("x-asked", "this"),), timeout=20)
begin, end = dict(call.initial_metadata()), dict(call.trailing_metadata())
said["unary"] = [answer.decode(), begin.get("x-begin"), end.get("x-end"), end["x-end-bin"].hex()]
large = b"x" * 3_000_000
said["large"] = channel.unary_unary("/t.Calls/Unary")(large, timeout=20) == large
said["refuses"] = status_of(lambda: channel.unary_unary("/t.Calls/Refuses")(b"", timeout=20))
said["streams"] = sum(len(one) for one in channel.unary_stream("/t.Calls/Streams")(b"", timeout=20))
said["collects"] = channel.stream_unary("/t.Calls/Collects")((b"y" * 1000 for _ in range(1000)), timeout=20).decode()

turn, turns = threading.Semaphore(1), []


def ask():
    for number in range(50):
        turn.acquire()
        yield b"n%d" % number


for one in channel.stream_stream("/t.Calls/Talks")(ask(), timeout=20):
    turns.append(one.decode())
    turn.release()
said["talks"] = [len(turns), turns[-1]]
endless = channel.unary_stream("/t.Calls/NeverEnds")(b"", timeout=20)
for _ in range(3):
    next(endless)
endless.cancel()
said["cancelled"] = channel.unary_unary("/t.Calls/WasCancelled")(b"", timeout=20).decode()
said["denied"] = status_of(lambda: channel.unary_unary("/t.Admin/Drop")(b"", timeout=20))
said["unknown"] = status_of(lambda: channel.unary_unary("/other.Calls/Unary")(b"", timeout=20))
print(json.dumps(said), flush=True)
channel.close()
server.stop(0)
