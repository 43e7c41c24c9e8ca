// Closes a thread of Inboxapp on the emulator, and survives an answer that fails.
//
//     threadline emulator --port-inboxapp 8083
//     node thread.mjs http://127.0.0.1:8083

const emulator = process.argv[2] ?? "http://127.0.0.1:8083";
const credential = "sandbox-key";

/** The status and the JSON of an answer. */
async function call(method, path, body) {
  const headers = { authorization: `Bearer ${credential}` };
  if (body !== undefined) {
    headers["content-type"] = "application/json";
  }
  const answer = await fetch(emulator + path, { method, headers, body: JSON.stringify(body) });
  return [answer.status, await answer.json()];
}

const [read, threads] = await call("GET", "/api/v2/threads?folder=inbox&limit=3");
console.log(`read ${threads.data.length} threads: ${read}`);
const thread = threads.data[0].id;

// The next update fails as the vendor fails; the one after it succeeds.
await call("POST", "/_/faults", { fault: "rate-limit", operation: "threads.update" });
for (let attempt = 0; attempt < 2; attempt += 1) {
  const [status, answer] = await call("PATCH", `/api/v2/threads/${thread}`, { archived: true });
  console.log(status === 200 ? `closed: ${status}` : `failed: ${status} ${answer.code}`);
}

const [refused, error] = await call("PATCH", `/api/v2/threads/${thread}`, { done: true });
console.log(`refused: ${refused} ${error.details.issues[0].message}`);

// Everything back to the start, for the next test.
await call("POST", "/_/reset");
const [, fresh] = await call("GET", `/api/v2/threads/${thread}`);
console.log(`archived after the reset: ${fresh.archived}`);
