"""Fetches with requests or httpx. Cases come as JSON lines, answers go as JSON lines.

Names are resolved to loopback inside this process only, so that no hosts file has to change.
"""
import json
import socket
import sys

real = socket.getaddrinfo
socket.getaddrinfo = lambda host, *rest, **named: real("127.0.0.1" if str(host).endswith(".test") else host, *rest, **named)

for line in sys.stdin:
    case = json.loads(line)
    try:
        if case["client"] == "requests":
            import requests

            response = requests.get(case["url"], verify=case["ca"], timeout=10)
        else:
            import ssl

            import httpx

            response = httpx.get(case["url"], verify=ssl.create_default_context(cafile=case["ca"]), timeout=10)
        if response.status_code == 200:
            answer = {"said": response.text.strip()}
        else:
            answer = {"error": f"{response.status_code} {response.text.strip()}"}
    except Exception as error:  # what the library raises is what is asked about
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
