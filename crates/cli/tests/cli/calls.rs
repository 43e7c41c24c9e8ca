//! `threadline api`

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::{Answer, Emulated, Server, Threadline};

/// The operations, as `--list` shows them.
fn operations() -> Vec<Value> {
    let stdout = Threadline::new(&["api", "--list", "-o", "json"])
        .run()
        .succeeded();
    stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn all_operations_are_listed() {
    assert_eq!(operations().len(), 118);
    let stdout = Threadline::new(&["api", "--list"]).run().succeeded();
    assert_eq!(stdout.lines().count(), 118);
    let stdout = Threadline::new(&["api", "inboxapp"]).run().succeeded();
    assert_eq!(stdout.lines().count(), 37);
}

/// The options that an operation needs, from its own help, with the examples of its document.
fn options(provider: &str, operation: &Value, document: &Value) -> (Vec<String>, Value) {
    let path = operation["path"].as_str().unwrap();
    let method = operation["method"].as_str().unwrap().to_lowercase();
    let described = &document["paths"][path][&method];
    let resolve = |value: &Value| -> Value {
        match value["$ref"].as_str() {
            Some(reference) => document.pointer(&reference[1..]).unwrap().clone(),
            None => value.clone(),
        }
    };
    let mut options = Vec::new();
    for parameter in described["parameters"].as_array().into_iter().flatten() {
        let parameter = resolve(parameter);
        if parameter["required"] != true {
            continue;
        }
        let example = match &parameter["example"] {
            Value::Null => parameter["examples"]
                .as_object()
                .and_then(|examples| examples.values().next())
                .map_or(Value::Null, |example| resolve(example)["value"].clone()),
            example => example.clone(),
        };
        let example = match example {
            Value::Null => resolve(&parameter["schema"])["example"].clone(),
            example => example,
        };
        let name = kebab(parameter["name"].as_str().unwrap());
        let value = example
            .as_str()
            .map_or_else(|| example.to_string(), str::to_owned);
        assert_ne!(value, "null", "{provider} {operation} {parameter}");
        options.push(format!("--{name}={value}"));
    }
    let body = resolve(&described["requestBody"]);
    let content = &body["content"]["application/json"];
    let examples = content["examples"].as_object();
    let example = examples.and_then(|examples| examples.values().next());
    let example = example.map(|example| resolve(example)["value"].clone());
    let example = example
        .or_else(|| content.get("example").cloned())
        .unwrap_or_default();
    if let Value::Object(members) = &example {
        for (name, value) in members {
            let name = kebab(name);
            match value {
                Value::Null => options.extend(["--null".to_owned(), name]),
                Value::String(text) => options.push(format!("--{name}={text}")),
                Value::Array(items) if items.iter().all(Value::is_string) => {
                    let items = items.iter().map(|item| item.as_str().unwrap());
                    options.extend(items.map(|item| format!("--{name}={item}")));
                }
                other => options.push(format!("--{name}={other}")),
            }
        }
    }
    (options, example)
}

fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for c in name.chars() {
        if c.is_uppercase() {
            kebab.push('-');
        }
        kebab.extend(c.to_lowercase().map(|c| if c == '_' { '-' } else { c }));
    }
    kebab.trim_start_matches('-').to_owned()
}

#[test]
fn each_operation_can_be_called_by_its_own_options() {
    let emulated = Emulated::start();
    let documents = [
        ("contactship", threadline_contactship::OPENAPI),
        ("inboxapp-v1", threadline_inboxapp_v1::OPENAPI),
        ("inboxapp", threadline_inboxapp_v2::OPENAPI),
    ];
    let mut called = BTreeSet::new();
    for operation in operations() {
        let provider = operation["provider"].as_str().unwrap();
        let id = operation["operation"].as_str().unwrap();
        let document = documents
            .iter()
            .find(|(name, _)| *name == provider)
            .unwrap()
            .1;
        let document: Value = serde_json::from_str(document).unwrap();
        let (options, body) = options(provider, &operation, &document);
        let mut arguments = vec!["api", provider, id, "--attempts=1"];
        arguments.extend(options.iter().map(String::as_str));
        let run = emulated.run(&arguments).run();
        let requests = emulated.received();
        assert_eq!(requests.len(), 1, "{provider} {id} {options:?}: {run:?}");
        let request = &requests[0];
        assert_eq!(request.method, operation["method"].as_str().unwrap());
        assert_eq!(request.operation.as_deref(), Some(id), "{options:?}");
        // Some examples name what is not in the emulator's data; they are sent all the same.
        let sent: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        assert_eq!(sent, body, "{provider} {id} {options:?}");
        assert_ne!(run.code, 2, "{run:?}");
        called.insert(format!("{provider} {id}"));
    }
    assert_eq!(called.len(), 118);
}

#[test]
fn the_answer_is_printed_as_the_vendor_sent_it() {
    let body = "{\"id\": \"x\",\n \"n\": 1.0, \"new\": [12345678901234567890123]}";
    let server = Server::ok(body);
    let run = Threadline::new(&["api", "inboxapp", "threads.get", "--thread-id", "x"]).at(&server);
    assert_eq!(run.run().succeeded(), body.replace('\n', "") + "\n");
}

#[test]
fn fields_null_and_whole_bodies_are_sent_as_given() {
    let thread = ["api", "inboxapp", "threads.update", "--thread-id", "x"];
    for (options, expected) in [
        (
            &["--archived", "true", "--null", "assigneeId"][..],
            "{\"archived\":true,\"assigneeId\":null}",
        ),
        (
            &["--body", "{\"z\": 1.0, \"a\": null}"],
            "{\"z\": 1.0, \"a\": null}",
        ),
        (&["--body", "-"], "{ \"archived\" : false }"),
    ] {
        let server = Server::ok("{}");
        let run = Threadline::new(&[&thread[..], options].concat()).at(&server);
        run.stdin("{ \"archived\" : false }\n").run().succeeded();
        assert_eq!(server.only().body, expected);
    }
}

#[test]
fn all_pages_are_fetched_and_each_item_is_a_line() {
    let emulated = Emulated::start();
    for (provider, operation, options) in [
        (
            "inboxapp",
            "threads.list",
            &["--limit", "10", "--folder", "all"][..],
        ),
        ("inboxapp-v1", "threads.list", &["--limit", "10"]),
        ("inboxapp", "events.list", &["--limit", "10"]),
        ("contactship", "contacts.list", &["--limit", "10"]),
    ] {
        let arguments = [&["api", provider, operation, "--paginate"], options].concat();
        let stdout = emulated.run(&arguments).run().succeeded();
        let requests = emulated.received();
        let items: BTreeSet<_> = stdout.lines().collect();
        assert_eq!(items.len(), stdout.lines().count(), "no item twice");
        assert!(
            items.len() > 10 || operation == "events.list",
            "{provider}: {}",
            items.len()
        );
        let pages = items.len().div_ceil(10).max(1);
        assert!(
            (pages..=pages + 1).contains(&requests.len()),
            "{provider}: {}",
            requests.len()
        );
        for item in items {
            assert!(serde_json::from_str::<Value>(item).unwrap().is_object());
        }
    }
}

#[test]
fn a_list_that_links_to_itself_ends_in_an_error() {
    let server = Server::ok("{\"data\":[{\"id\":\"a\"}],\"nextCursor\":\"c\"}");
    let run = Threadline::new(&["api", "inboxapp", "threads.list", "--paginate"])
        .at(&server)
        .run();
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("already read"), "{run:?}");
    assert_eq!(server.received().len(), 2);
}

#[test]
fn the_help_of_an_operation_lists_its_options() {
    let help = Threadline::new(&["api", "inboxapp", "threads.list", "--help"])
        .run()
        .succeeded();
    for words in [
        "--folder <TEXT>",
        "--paginate",
        "GET /threads",
        "--dry-run",
        "https://",
    ] {
        assert!(help.contains(words), "{words}: {help}");
    }
    for line in help.lines() {
        // Nothing is cut off or wrapped by a terminal.
        assert!(line.chars().count() <= 100, "{line}");
    }
}

#[test]
fn what_is_wrong_is_named_before_anything_is_sent() {
    let server = Server::ok("{}");
    for (arguments, words) in [
        (
            &["threads.lst"][..],
            "no operation \"threads.lst\"; there are threads.delete, threads.get",
        ),
        (&["nonsense"], "threadline api inboxapp --list"),
        (&["threads.get"], "--thread-id"),
        (
            &["threads.list", "--limit", "ten"],
            "--limit: expected a whole number, not \"ten\"",
        ),
        (&["threads.list", "--foldr", "all"], "--folder"),
        (
            &["threads.update", "--thread-id", "x", "--archived", "yes"],
            "expected true or false",
        ),
        (
            &["threads.update", "--thread-id", "x", "--null", "archivd"],
            "no field \"archivd\"",
        ),
        (
            &["threads.update", "--thread-id", "..", "--archived", "true"],
            "path",
        ),
        (
            &["threads.update", "--thread-id", "x", "--body", "{"],
            "the body of --body is not JSON",
        ),
        (&["messages.send", "--content", "Hi"], "--target"),
        (
            &["threads.get", "--thread-id", "x", "--paginate"],
            "--paginate",
        ),
    ] {
        let arguments = [&["api", "inboxapp"], arguments].concat();
        let stderr = Threadline::new(&arguments).at(&server).run().failed(2);
        assert!(stderr.contains(words), "{arguments:?}: {stderr}");
        let json = [&["-o", "json"], &arguments[..]].concat();
        let error = Threadline::new(&json).at(&server).run().json_error(2);
        assert_eq!(error["delivery"], "not_sent", "{error}");
    }
    assert_eq!(server.received().len(), 0);
}

#[test]
fn errors_and_dry_runs_are_those_of_every_command() {
    let body = "{\"code\":\"threadNotFound\",\"message\":\"Not here\"}";
    let server = Server::start(Answer::json(404, body));
    let call = ["api", "inboxapp", "threads.get", "--thread-id", "x", "-v"];
    let stderr = Threadline::new(&call).at(&server).run().failed(4);
    assert!(
        stderr.contains(&format!("> GET {}", server.url("/api/v2/threads/x"))),
        "{stderr}"
    );
    assert!(stderr.contains("< 404 not_found after "), "{stderr}");
    assert!(
        stderr.contains("error: inboxapp threads.get: 404 threadNotFound: Not here"),
        "{stderr}"
    );
    let call = [
        "api",
        "inboxapp",
        "threads.delete",
        "--thread-id",
        "x",
        "--dry-run",
    ];
    let run = Threadline::new(&call).at(&server).run();
    assert!(
        run.code == 0 || run.stderr.contains("no operation"),
        "{run:?}"
    );
    assert_eq!(server.received().len(), 1);
}
