"""Runs a long query on two servers at once and cancels that of the first. Arguments: JSON with ports, hosts, ca, password, how.

Prints what became of both queries.
"""
import json
import sys
import threading

import psycopg

case = json.loads(sys.argv[1])


def connect(host):
    return psycopg.connect(
        host=host, hostaddr="127.0.0.1", port=case["port"], user="ada", password=case["password"], dbname="lake",
        connect_timeout=10, gssencmode="disable", sslmode="verify-full", sslrootcert=case["ca"], autocommit=True)


ends = {}


def query(host, connection):
    try:
        connection.execute("select pg_sleep(20)")
        ends[host] = "finished"
    except psycopg.errors.QueryCanceled:
        ends[host] = "cancelled"
    except psycopg.OperationalError:
        ends[host] = "closed"


def wait_until_running(host, pid):
    with connect(host) as watcher:
        while watcher.execute(
            "select count(*) from pg_stat_activity where pid = %s and wait_event = 'PgSleep'", [pid]).fetchone()[0] == 0:
            pass


first, second = case["hosts"]
connections = {host: connect(host) for host in case["hosts"]}
threads = {host: threading.Thread(target=query, args=(host, connections[host])) for host in case["hosts"]}
for host in case["hosts"]:
    threads[host].start()
    wait_until_running(host, connections[host].info.backend_pid)
if case["how"] == "tls":
    connections[first].cancel_safe(timeout=10)
else:
    # PQcancel of old: without TLS, and so without a name.
    connections[first].pgconn.get_cancel().cancel()
threads[first].join()
with connect(second) as watcher:
    running = watcher.execute(
        "select count(*) from pg_stat_activity where wait_event = 'PgSleep'").fetchone()[0]
    ends[second] = "running" if running == 1 else "gone"
    watcher.execute("select pg_terminate_backend(%s)", [connections[second].info.backend_pid])
threads[second].join()
print(json.dumps({"first": ends[first], "second": "running" if ends[second] == "closed" and running == 1 else "gone"}))
