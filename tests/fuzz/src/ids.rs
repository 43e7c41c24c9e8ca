//! Any text as an id: it is refused, or it is one segment of the path of the same request.

use std::sync::LazyLock;

use threadline::{
    Config, ContactShip, Credential, Delivery, Error, ErrorKind, InboxappV1, InboxappV2, ThreadId,
    ThreadProvider, ThreadUpdate,
};
use tokio::runtime::{Builder, Runtime};
use url::Url;

/// Too long for an id that is made up.
const CREDENTIAL: &str = "a-credential-that-no-id-is-likely-to-hold";

/// The providers in a dry run, and where each has its threads.
struct Providers {
    runtime: Runtime,
    contactship: ContactShip,
    inboxapp_v1: InboxappV1,
    inboxapp_v2: InboxappV2,
}

static PROVIDERS: LazyLock<Providers> = LazyLock::new(|| {
    let dry = || {
        Config::new()
            .credential(Credential::new(CREDENTIAL).expect("a credential"))
            .base_url("http://127.0.0.1:9/base")
            .dry_run(true)
    };
    Providers {
        runtime: Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime"),
        contactship: ContactShip::with_config(dry()).expect("sound settings"),
        inboxapp_v1: InboxappV1::with_config(dry()).expect("sound settings"),
        inboxapp_v2: InboxappV2::with_config(dry()).expect("sound settings"),
    }
});

/// An id, as bytes.
pub fn run(bytes: &[u8]) {
    let Ok(id) = std::str::from_utf8(bytes) else {
        return;
    };
    // The URL of a dry run is shown without it.
    if id.contains(CREDENTIAL) {
        return;
    }
    PROVIDERS.runtime.block_on(unified(&PROVIDERS, id));
    PROVIDERS.runtime.block_on(generated(&PROVIDERS, id));
}

/// Reads and updates a thread through the trait.
async fn unified(providers: &Providers, id: &str) {
    let thread = match ThreadId::new(id) {
        Ok(thread) => thread,
        Err(error) => return refused(&error, id),
    };
    let all: [(&dyn ThreadProvider, _); 3] = [
        (&providers.contactship, "/base/v1/thread/*"),
        (&providers.inboxapp_v1, "/base/threads/*"),
        (&providers.inboxapp_v2, "/base/threads/*"),
    ];
    for (provider, path) in all {
        let read = provider.get_thread(&thread).await;
        shaped(&read.expect_err("a dry run"), path, id);
        let update = ThreadUpdate::new().close().unassign();
        let update = provider.update_thread(&thread, &update).await;
        shaped(&update.expect_err("a dry run"), path, id);
    }
}

/// Ids that are not the last segment, two in one path, and a cursor, which is no part of the path.
async fn generated(providers: &Providers, id: &str) {
    let v1 = providers.inboxapp_v1.as_native();
    let history = v1.messages().history(id, id).await;
    shaped(
        &history.expect_err("a dry run"),
        "/base/threads/*/messages/*/history",
        id,
    );
    let page = v1.messages().list("t").cursor_id(id).await;
    asked(
        &page.expect_err("a dry run"),
        "/base/threads/t/messages",
        id,
    );
    let v2 = providers.inboxapp_v2.as_native();
    let tag = v2.contacts().add_tag(id, id).await;
    shaped(&tag.expect_err("a dry run"), "/base/contacts/*/tags/*", id);
    let page = v2.messages().list("t").cursor(id).await;
    asked(
        &page.expect_err("a dry run"),
        "/base/threads/t/messages",
        id,
    );
}

/// The refusal of an id: it concerns nothing that was sent.
fn refused(error: &Error, id: &str) {
    assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{id:?}: {error:?}");
    assert_eq!(error.delivery(), Delivery::NotSent, "{id:?}: {error:?}");
    assert!(!error.to_string().contains('\n'), "{id:?}: {error}");
}

/// The URL of a dry run; nothing if the request was refused.
fn url(error: &Error, id: &str) -> Option<Url> {
    let Some(request) = error.prepared_request() else {
        refused(error, id);
        return None;
    };
    assert_eq!(error.kind(), ErrorKind::DryRun, "{id:?}: {error:?}");
    let url = Url::parse(request.url()).expect("a URL");
    assert_eq!(url.origin().ascii_serialization(), "http://127.0.0.1:9");
    assert_eq!(url.fragment(), None, "{id:?}: {url}");
    Some(url)
}

/// A request whose path is this one, with the id for each `*`.
fn shaped(error: &Error, path: &str, id: &str) {
    let Some(url) = url(error, id) else { return };
    let segments: Vec<_> = url.path().split('/').collect();
    let expected: Vec<_> = path.split('/').collect();
    assert_eq!(segments.len(), expected.len(), "{id:?}: {url}");
    for (segment, expected) in segments.iter().zip(expected) {
        if expected == "*" {
            assert_eq!(decoded(segment), id, "{url}");
        } else {
            assert_eq!(*segment, expected, "{id:?}: {url}");
        }
    }
    let has_id = url.query().is_some_and(|query| query != EXPANDED);
    assert!(!has_id, "{id:?}: {url}");
}

/// The query of a request that reads a thread of v2, which no id is part of.
const EXPANDED: &str = "expand=profile&expand=contact";

/// A request for this path, with the id as the one value of its query.
fn asked(error: &Error, path: &str, id: &str) {
    let Some(url) = url(error, id) else { return };
    assert_eq!(url.path(), path, "{id:?}");
    let values: Vec<_> = url.query_pairs().map(|(_, value)| value).collect();
    assert_eq!(values, [id], "{url}");
}

/// A segment without its percent-encoding.
fn decoded(segment: &str) -> String {
    // A `+` is itself in a path, and a space in a form.
    let form = format!("id={}", segment.replace('+', "%2B"));
    let (_, value) = url::form_urlencoded::parse(form.as_bytes())
        .next()
        .expect("a pair");
    value.into_owned()
}
