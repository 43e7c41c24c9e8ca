//! The page at `/`. It needs no script and loads nothing. Everything that comes from records or
//! requests is escaped by the template.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::ENDPOINTS;
use super::index::Index;
use crate::request_log::ReceivedRequest;
use crate::vendors::summary::ThreadSummary;

/// The style of the page: light or dark as the reader has it, and tables that scroll where the
/// window is narrow.
const STYLE: &str = include_str!("page.css");

/// The page.
pub(super) fn render(index: &Index) -> String {
    let page: Markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (index.title) " – threadline emulator" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    header {
                        p.kind { "threadline emulator" }
                        h1 { (index.title) }
                        p {
                            "An emulation of " (index.title) " on this machine, at "
                            code { (index.base_url) } ". Its data is made up and kept in memory."
                        }
                        nav {
                            a href="#threads" { "Threads" }
                            a href="#requests" { "Last requests" }
                            a href="#control" { "Control" }
                        }
                    }
                    section {
                        h2 { "Call it" }
                        pre { code { (index.example) } }
                    }
                    section id="threads" {
                        h2 { "Threads " span.count { (index.threads.len()) } }
                        (threads(&index.threads))
                    }
                    section id="requests" {
                        h2 { "Last requests " span.count { (index.requests.len()) } }
                        (requests(&index.requests))
                    }
                    section id="control" {
                        h2 { "Control" }
                        dl {
                            @for (line, purpose) in ENDPOINTS {
                                div { dt { code { (line) } } dd { (purpose) } }
                            }
                        }
                    }
                }
            }
        }
    };
    page.into_string()
}

fn threads(threads: &[ThreadSummary]) -> Markup {
    html! {
        @if threads.is_empty() {
            p.none { "There are no threads." }
        } @else {
            div.scroll tabindex="0" role="region" aria-label="Threads" {
                table {
                    thead {
                        tr {
                            th scope="col" { "Contact" }
                            th scope="col" { "Status" }
                            th scope="col" { "Assignee" }
                            th scope="col" { "Last message" }
                            th scope="col" { "Id" }
                        }
                    }
                    tbody { @for thread in threads { (row(thread)) } }
                }
            }
        }
    }
}

fn row(thread: &ThreadSummary) -> Markup {
    let assignee = thread.assignee_name.as_ref().or(thread.assignee.as_ref());
    html! {
        tr {
            td.name { (or_dash(thread.contact.as_ref())) }
            td { span.status { (thread.status) } }
            td.name { (or_dash(assignee)) }
            td.preview { (or_dash(thread.last_message.as_ref())) }
            td { code { (thread.id) } }
        }
    }
}

fn requests(requests: &[ReceivedRequest]) -> Markup {
    html! {
        @if requests.is_empty() {
            p.none { "There were no requests yet." }
        } @else {
            div.scroll tabindex="0" role="region" aria-label="Last requests" {
                table {
                    thead {
                        tr {
                            th scope="col" { "Status" }
                            th scope="col" { "Request" }
                            th scope="col" { "Note" }
                        }
                    }
                    tbody { @for request in requests { (request_row(request)) } }
                }
            }
        }
    }
}

fn request_row(request: &ReceivedRequest) -> Markup {
    let class = match request.status {
        200..=399 => "good",
        _ => "bad",
    };
    let fault = request.fault.map(|fault| format!("fault {fault}"));
    let notes: Vec<&str> = fault
        .iter()
        .chain(&request.issues)
        .map(String::as_str)
        .collect();
    html! {
        tr {
            td {
                span class=(class) {
                    @if request.status == 0 { "none" } @else { (request.status) }
                }
            }
            td.target { code { (request.method) " " (request.target) } }
            td.note { (notes.join("; ")) }
        }
    }
}

fn or_dash(text: Option<&String>) -> Markup {
    html! {
        @match text {
            Some(text) => (text),
            None => span.none { "–" },
        }
    }
}
