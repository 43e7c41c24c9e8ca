//! A credential that gives itself away wherever it is shown.

use serde_json::json;

use crate::Answer;

/// The secret that must not be seen anywhere.
pub const CANARY: &str = "canary-0123456789abcdef";

/// Answers that give the credential back, in every part of them.
pub fn echoes() -> Vec<Answer> {
    let fields = json!({
        "code": CANARY, "message": format!("the key {CANARY} is not valid"), "requestId": CANARY,
        "error": {"code": CANARY, "message": CANARY}, "statusCode": 401,
    });
    let page = format!("<html><title>{CANARY}</title>\n{CANARY}</html>");
    let mut answers: Vec<Answer> = [400, 401, 403, 404, 409, 418, 429, 500, 503]
        .into_iter()
        .flat_map(|status| [Answer::json(status, &fields), Answer::html(status, &page)])
        .collect();
    answers.extend([
        Answer::json(401, json!({"error": CANARY})),
        Answer::json(401, json!([CANARY])),
        Answer::json(401, json!({"message": [CANARY, {"a": CANARY}]})),
        // Written with an escape, it is the same word once it is read.
        Answer::json(401, format!(r#"{{"message":"\u0063{}"}}"#, &CANARY[1..])),
        Answer::json(301, "").header("location", &format!("https://{CANARY}.example/{CANARY}")),
        // Successes that cannot be read.
        Answer::html(200, &page),
        Answer::json(200, json!({"id": [CANARY]})),
        Answer::json(
            200,
            json!({"id": CANARY, "done": CANARY, "archived": CANARY}),
        ),
        Answer::json(200, json!(CANARY)),
    ]);
    let with_headers = |answer: Answer| {
        answer
            .header("x-echo", CANARY)
            .header("x-request-id", CANARY)
            .header("set-cookie", CANARY)
    };
    answers.into_iter().map(with_headers).collect()
}
