"""Asks MySQL servers who they are, with PyMySQL or mysql-connector-python. Cases come as JSON lines, answers go as JSON lines.

Names are resolved to loopback inside this process only, so that no hosts file has to change.
"""
import json
import socket
import sys

real = socket.getaddrinfo
socket.getaddrinfo = lambda host, *rest, **named: real("127.0.0.1" if str(host).endswith(".test") else host, *rest, **named)


def with_pymysql(case):
    import pymysql

    options = {"ssl_ca": case["ca"], "ssl_verify_identity": True} if case["tls"] else {"ssl_disabled": True}
    connection = pymysql.connect(
        host=case["host"], port=case["port"], user=case["user"], password=case["password"], database="lake",
        connect_timeout=10, **options)
    with connection, connection.cursor() as cursor:
        cursor.execute("select name from me")
        return cursor.fetchone()[0]


def with_connector(case):
    import mysql.connector

    options = {"ssl_ca": case["ca"], "ssl_verify_identity": True} if case["tls"] else {"ssl_disabled": True}
    connection = mysql.connector.connect(
        host=case["host"], port=case["port"], user=case["user"], password=case["password"], database="lake",
        use_pure=True, compress=case["compress"], connection_timeout=10, **options)
    try:
        cursor = connection.cursor()
        cursor.execute("select name from me")
        return cursor.fetchone()[0]
    finally:
        connection.close()


for line in sys.stdin:
    case = json.loads(line)
    try:
        answer = {"said": {"pymysql": with_pymysql, "connector": with_connector}[case["client"]](case)}
    except Exception as error:  # what the library raises is what is asked about
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
