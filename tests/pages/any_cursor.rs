//! A cursor goes back as it came, whatever it is.

use proptest::prelude::*;
use threadline_transport::{CallOptions, Error, Response};
use url::Url;

use crate::config;

/// A client that sends nothing.
macro_rules! dry {
    ($package:ident) => {{
        let client = $package::Client::with_config(config("http://localhost")).unwrap();
        client.with_options(&CallOptions::new().dry_run(true))
    }};
}

/// What the query of a request that was not sent says, decoded.
fn sent<T>(outcome: Result<Response<T>, Error>, name: &str) -> Option<String> {
    let error = outcome.err()?;
    let url = Url::parse(error.prepared_request()?.url()).ok()?;
    assert_eq!(url.fragment(), None);
    let mut values = url.query_pairs().filter(|(known, _)| known == name);
    let value = values.next()?.1.into_owned();
    assert_eq!(values.next(), None, "sent twice");
    Some(value)
}

/// Runs a future that waits for nothing.
fn now<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(future)
}

proptest! {
    // A failure names its input, which is kept as a test of its own.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn of_inboxapp_v2(cursor: String) {
        let client = dry!(threadline_inboxapp_v2);
        let outcome = now(client.threads().list().cursor(&*cursor).into_future());
        prop_assert_eq!(sent(outcome, "cursor"), Some(cursor));
    }

    #[test]
    fn of_inboxapp_v1(id in "(?s).{1,32}", timestamp in "(?s).{1,32}") {
        let client = dry!(threadline_inboxapp_v1);
        let list = client.threads().list().cursor_id(&*id).cursor_timestamp(&*timestamp);
        for (name, value) in [("cursorId", id), ("cursorTimestamp", timestamp)] {
            let outcome = now(list.clone().into_future());
            prop_assert_eq!(sent(outcome, name), Some(value));
        }
    }

    #[test]
    fn of_contactship(cursor: String) {
        let client = dry!(threadline_contactship);
        let list = client.whatsapp().list_templates("ch-1").after(&*cursor);
        let outcome = now(list.into_future());
        prop_assert_eq!(sent(outcome, "after"), Some(cursor));
    }
}
