//! What is sent.

use threadline_tests::Request;
use threadline_tests::spec::{Document, Maker, Operation, Style};

use crate::altered;
use crate::api::{Api, Client};
use crate::expected::Call;
use crate::server::Server;

/// An operation, a client for it and the server it speaks to.
struct Bench<'a> {
    api: &'a Api,
    operation: &'a Operation<'a>,
    client: &'a Client,
    server: &'a Server,
}

impl Bench<'_> {
    /// Makes a call and checks what arrives.
    async fn check(&self, call: Call) -> Result<(), String> {
        let outcome = self
            .client
            .call(&self.operation.id, &call.arguments)
            .await
            .map_err(|error| format!("{error:?}"))?;
        let url = self.server.url();
        let requests = self.server.take();
        let [request]: &[Request; 1] = requests
            .as_slice()
            .try_into()
            .map_err(|_| format!("{} requests arrived: {outcome:?}", requests.len()))?;
        call.check(self.api, url.trim_start_matches("http://"), request)
    }

    /// Makes every call and names those that are not as they should be.
    async fn run(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for (name, call) in cases(self.api, self.operation) {
            if let Err(problem) = self.check(call).await {
                problems.push(format!("{}, {name}: {problem}", self.operation.id));
            }
        }
        problems
    }
}

/// The calls of an operation and their names: with generated values, and with the examples.
pub fn cases(api: &Api, operation: &Operation<'_>) -> Vec<(String, Call)> {
    let document: &Document = &api.document;
    let mut cases = Vec::new();
    for style in [Style::Full, Style::Hollow, Style::Least] {
        let mut turn = 0;
        loop {
            let maker = Maker::new(document, style, turn);
            let call = Call::new(api, operation, &maker);
            cases.push((format!("{style:?} {turn}"), call));
            turn += 1;
            if turn >= maker.turns() {
                break;
            }
        }
    }
    if let Some(body) = operation.body() {
        for (name, example) in body.examples {
            let maker = Maker::new(document, Style::Least, 0);
            let example = altered::real(document, body.schema, example);
            let call = Call::new(api, operation, &maker).with_body(example);
            cases.push((name.to_owned(), call));
        }
    }
    cases
}

#[tokio::test]
async fn exactly_what_the_spec_says_is_sent() {
    let mut problems = Vec::new();
    for api in Api::all() {
        let server = Server::start().await;
        let client = api.client(&server.url());
        for operation in &api.document.operations() {
            let answers = operation.answers();
            let answer = answers.iter().find(|answer| answer.is_success()).unwrap();
            match &answer.content {
                Some(body) => {
                    let example = body.examples[0].1.to_string();
                    server.answer(answer.status, "application/json", &example);
                }
                None => server.answer(answer.status, "", ""),
            }
            let bench = Bench {
                api: &api,
                operation,
                client: &client,
                server: &server,
            };
            problems.extend(bench.run().await);
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}
