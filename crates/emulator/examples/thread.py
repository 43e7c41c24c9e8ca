"""Closes a thread of Inboxapp on the emulator, and survives an answer that fails.

    threadline emulator --port-inboxapp 8083
    python3 thread.py http://127.0.0.1:8083
"""

import json
import sys
import urllib.error
import urllib.request

EMULATOR = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8083"
CREDENTIAL = "sandbox-key"


def call(method, path, body=None):
    """The status and the JSON of an answer."""
    request = urllib.request.Request(EMULATOR + path, method=method)
    request.add_header("Authorization", f"Bearer {CREDENTIAL}")
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


status, threads = call("GET", "/api/v2/threads?folder=inbox&limit=3")
print(f"read {len(threads['data'])} threads: {status}")
thread = threads["data"][0]["id"]

# The next update fails as the vendor fails; the one after it succeeds.
call("POST", "/_/faults", {"fault": "rate-limit", "operation": "threads.update"})
for _ in range(2):
    status, answer = call("PATCH", f"/api/v2/threads/{thread}", {"archived": True})
    print(f"closed: {status}" if status == 200 else f"failed: {status} {answer['code']}")

status, answer = call("PATCH", f"/api/v2/threads/{thread}", {"done": True})
print(f"refused: {status} {answer['details']['issues'][0]['message']}")

# Everything back to the start, for the next test.
call("POST", "/_/reset")
status, answer = call("GET", f"/api/v2/threads/{thread}")
print(f"archived after the reset: {answer['archived']}")
