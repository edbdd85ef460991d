"""Stands for a Databricks notebook: secrets, names as the workspace resolves them, then the cells, one after the other.

Reads JSON from its input: cells, secrets by scope and key, and places by name and port where the system's names are not the workspace's.
"""

import json
import socket
import sys
import types

given = json.load(sys.stdin)


def get_secret(scope, key):
    return given["secrets"][scope][key]


def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
    name = host.decode() if isinstance(host, bytes) else host
    ports = given["places"].get(name)
    if ports is None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    place = ports.get(str(port))
    if place is None:
        raise ConnectionRefusedError(f"no listener on port {port}")
    return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", tuple(place))]


if "places" in given:
    socket.getaddrinfo = getaddrinfo
notebook = {"dbutils": types.SimpleNamespace(secrets=types.SimpleNamespace(get=get_secret))}
for cell in given["cells"]:
    exec(compile(cell, "cell", "exec"), notebook)
