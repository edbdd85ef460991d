"""The library `websockets` as server and as client.

serve CERT KEY: answers each message with the path of the connection; prints its port.
ask URL CA: sends one message and prints the answer, or what the library raises.
"""
import asyncio
import socket
import ssl
import sys

from websockets.asyncio.client import connect
from websockets.asyncio.server import serve

real = socket.getaddrinfo
socket.getaddrinfo = lambda host, *rest, **named: real("127.0.0.1" if str(host).endswith(".test") else host, *rest, **named)


async def echo(connection):
    async for message in connection:
        await connection.send(f"{connection.request.path} {len(message)}")


async def server(cert, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    async with serve(echo, "127.0.0.1", 0, ssl=context) as running:
        print(running.sockets[0].getsockname()[1], flush=True)
        await running.serve_forever()


async def ask(url, ca):
    try:
        async with connect(url, ssl=ssl.create_default_context(cafile=ca), open_timeout=10) as connection:
            await connection.send("x" * 100_000)
            print("said", await connection.recv())
    except Exception as error:  # what the library raises is what is asked about
        print("error", type(error).__name__, error)


asyncio.run({"serve": server, "ask": ask}[sys.argv[1]](*sys.argv[2:]))
