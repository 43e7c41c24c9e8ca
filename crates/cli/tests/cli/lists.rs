//! `threadline list`, `messages` and `assignees`

use serde_json::Value;
use threadline::{Message, Person, ProviderKind, Thread};
use threadline_emulator::ReceivedRequest;

use crate::support::{Emulated, Run, Threadline};

fn lines(run: Run) -> Vec<Value> {
    assert_eq!(run.stderr, "");
    let stdout = run.succeeded();
    let lines = stdout.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().unwrap()
}

#[test]
fn a_limit_fetches_one_page_and_prints_that_many_lines() {
    let emulated = Emulated::start();
    for provider in ["inboxapp", "inboxapp-v1"] {
        let list = [
            "list", provider, "--status", "open", "--limit", "5", "--output", "json",
        ];
        let threads = lines(emulated.run(&list).run());
        assert_eq!(threads.len(), 5);
        assert_eq!(emulated.count("GET"), 1, "{provider}");
        for line in threads {
            assert!(
                line["request_id"].is_string() || provider == "inboxapp-v1",
                "{line}"
            );
            let thread: Thread = serde_json::from_value(line).unwrap();
            assert_eq!(
                (thread.provider.as_str(), thread.is_closed()),
                (provider, false)
            );
        }
    }
}

#[test]
fn without_a_terminal_a_list_is_tab_separated_and_without_a_heading() {
    let emulated = Emulated::start();
    let list = ["list", "inboxapp", "--status", "closed", "--limit", "3"];
    let stdout = emulated.run(&list).run().succeeded();
    assert_eq!(stdout.lines().count(), 3);
    for line in stdout.lines() {
        let fields: Vec<_> = line.split('\t').collect();
        assert_eq!((fields.len(), fields[1]), (7, "closed"), "{line}");
        assert!(fields[0].starts_with("inboxapp:"), "{line}");
    }
}

#[test]
fn filters_reach_the_vendor() {
    let emulated = Emulated::start();
    for (provider, options, expected) in [
        ("inboxapp", &["--folder", "requests"][..], "folder=requests"),
        ("inboxapp", &["--assigned-to", "user:u-1"], "assigneeId=u-1"),
        ("inboxapp", &["--account", "al-1"], "accountLinkId=al-1"),
        ("inboxapp-v1", &["--folder", "inbox"], "inbox=default"),
        (
            "inboxapp-v1",
            &["--status", "open", "--tag", "t-1"],
            "selectedIds%5D%5B%5D=t-1",
        ),
    ] {
        let arguments = [&["list", provider], options].concat();
        let run = emulated.run(&arguments).run();
        let lines: Vec<_> = emulated
            .received()
            .iter()
            .map(ReceivedRequest::request_line)
            .collect();
        let is_sent = lines.iter().any(|line| line.contains(expected));
        assert!(is_sent, "{options:?}: {lines:?} {run:?}");
    }
}

#[test]
fn moments_are_dates_times_or_ages() {
    let emulated = Emulated::start();
    let all = [
        "list",
        "inboxapp",
        "--filter-locally",
        "--limit",
        "500",
        "-o",
        "json",
    ];
    let count = |options: &[&str]| {
        let run = emulated.run(&[&all[..], options].concat()).run();
        run.succeeded().lines().count()
    };
    let (before, after) = (
        count(&["--active-before", "2026-10-20"]),
        count(&["--active-after", "2026-10-20T00:00:00Z"]),
    );
    assert!(before > 0 && after > 0, "{before} {after}");
    assert_eq!(count(&["--active-before", "3650d"]), 0);
    let arguments = ["list", "inboxapp", "--active-before", "yesterday"];
    let stderr = emulated.run(&arguments).run().failed(2);
    assert!(stderr.contains("an age such as 30d"), "{stderr}");
}

#[test]
fn a_filter_that_the_provider_lacks_is_refused_by_name_or_applied_here_and_said() {
    let emulated = Emulated::start();
    let list = ["list", "inboxapp-v1", "--status", "open", "--unread"];
    let stderr = emulated.run(&list).run().failed(2);
    assert!(stderr.contains("list_threads.unread"), "{stderr}");
    assert_eq!(emulated.received().len(), 0);
    let arguments = [&list[..], &["--filter-locally"]].concat();
    let run = emulated.run(&arguments).run();
    assert_eq!(run.code, 0, "{run:?}");
    assert!(
        run.stderr.contains("left out by filters on this machine"),
        "{run:?}"
    );
}

#[test]
fn contactship_says_where_ids_come_from() {
    let emulated = Emulated::start();
    let stderr = emulated.run(&["list", "contactship"]).run().failed(2);
    assert!(stderr.contains("webhook"), "{stderr}");
    assert_eq!(emulated.received().len(), 0);
}

#[test]
fn the_threads_with_a_person_are_found() {
    let emulated = Emulated::start();
    let list = ["list", "inboxapp", "--limit", "40", "--output", "json"];
    let threads = lines(emulated.run(&list).run());
    let handle = |thread: &Value| thread["contact"]["handle"].as_str().map(str::to_owned);
    let handle = threads.iter().find_map(handle).unwrap();
    let found = emulated.run(&["list", "inboxapp", "--username", &handle, "-o", "json"]);
    let found = lines(found.run());
    assert!(!found.is_empty());
    assert!(
        found
            .iter()
            .all(|thread| thread["contact"]["handle"] == handle.as_str())
    );
    let arguments = ["list", "inboxapp", "--username", "x", "--unread"];
    let stderr = emulated.run(&arguments).run().failed(2);
    assert!(
        stderr.contains("--unread cannot be used with --username"),
        "{stderr}"
    );
}

#[test]
fn messages_are_printed_in_either_order() {
    let emulated = Emulated::start();
    let threads = emulated.run(&[
        "list",
        "inboxapp",
        "--status",
        "open",
        "--json",
        "id,last_message",
    ]);
    let threads = lines(threads.run());
    let thread = threads
        .iter()
        .find(|thread| thread["last_message"].is_object())
        .unwrap();
    let name = format!("inboxapp:{}", thread["id"].as_str().unwrap());
    let ids = |order: &str| -> Vec<String> {
        let run = emulated.run(&["messages", &name, "--order", order, "-o", "json"]);
        let messages = lines(run.run()).into_iter();
        let messages = messages.map(|line| serde_json::from_value::<Message>(line).unwrap());
        messages.map(|message| message.id.to_string()).collect()
    };
    let mut newest = ids("newest");
    assert!(newest.len() > 1);
    newest.reverse();
    assert_eq!(ids("oldest"), newest);
    let table = emulated
        .run(&["messages", &name, "--limit", "1"])
        .run()
        .succeeded();
    assert_eq!(table.trim_end().split('\t').count(), 4, "{table}");
}

#[test]
fn assignees_are_printed_as_they_can_be_typed() {
    let emulated = Emulated::start();
    let stdout = emulated.run(&["assignees", "inboxapp"]).run().succeeded();
    let first = stdout.lines().next().unwrap();
    let fields: Vec<_> = first.split('\t').collect();
    assert!(
        fields[0].starts_with("user:") && fields[2].contains('@'),
        "{first}"
    );
    let thread = &emulated.threads(&ProviderKind::InboxappV2, 1)[0];
    for reference in [fields[0], fields[2], fields[1]] {
        let run = emulated.run(&["assign", thread, "--to", reference, "-o", "json"]);
        let assigned = run.run().json();
        let named = format!("user:{}", assigned["assignee"]["id"].as_str().unwrap());
        assert_eq!(named, fields[0]);
    }
    let people = lines(emulated.run(&["assignees", "inboxapp", "-o", "json"]).run());
    for person in people {
        serde_json::from_value::<Person>(person).unwrap();
    }
    emulated.received();
    let run = emulated.run(&["assign", thread, "--to", "nobody@example.com"]);
    let stderr = run.run().failed(2);
    assert!(
        stderr.contains("no assignee is \"nobody@example.com\": there are user:"),
        "{stderr}"
    );
    assert_eq!(emulated.count("PATCH"), 0);
}

#[test]
fn providers_say_what_they_can_do_without_any_setting() {
    let stdout = Threadline::new(&["providers", "-o", "json"])
        .run()
        .succeeded();
    let providers: Vec<Value> = stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(providers.len(), 3);
    let contactship = &providers[0];
    assert_eq!(contactship["credential_variable"], "CONTACTSHIP_API_KEY");
    let can = contactship["capabilities"].as_array().unwrap();
    assert!(can.contains(&"update_thread.assign_agent".into()));
    assert!(!can.contains(&"list_threads".into()));
}
