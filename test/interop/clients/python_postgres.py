"""Asks PostgreSQL servers who they are with psycopg (libpq). Cases come as JSON lines, answers go as JSON lines."""
import json
import sys

import psycopg

for line in sys.stdin:
    case = json.loads(line)
    try:
        with psycopg.connect(
            host=case["host"], hostaddr="127.0.0.1", port=case["port"], user="ada", password=case["password"],
            dbname="lake", connect_timeout=10, gssencmode="disable",
            sslmode="verify-full" if case["tls"] else "disable", sslrootcert=case["ca"],
            sslnegotiation=case["negotiation"],
        ) as connection:
            answer = {"said": connection.execute(case["query"]).fetchone()[0]}
    except Exception as error:  # what the library raises is what is asked about
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
