//! One page per kind of error: its meaning, when it occurs with each vendor, the error's fields,
//! what threadline has already tried, and what to do.
//!
//! Each page is named after [`ErrorKind::as_str`](crate::ErrorKind::as_str). Statements about
//! attempts, timeouts and delays apply to the default settings. Everything that the examples import
//! from this crate has the same name in the facade crate `threadline`.

macro_rules! pages {
    ($($kind:ident)+) => {
        $(
            #[doc = include_str!(concat!("../../docs/errors/", stringify!($kind), ".md"))]
            pub mod $kind {}
        )+
    };
}

pages! {
    invalid_request
    unsupported
    invalid_config
    authentication
    permission_denied
    not_found
    conflict
    rejected
    rate_limited
    unavailable
    connect
    timeout
    connection_lost
    invalid_response
    dry_run
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use crate::{Error, ErrorKind};

    const KINDS: [ErrorKind; 15] = [
        ErrorKind::InvalidRequest,
        ErrorKind::Unsupported,
        ErrorKind::InvalidConfig,
        ErrorKind::Authentication,
        ErrorKind::PermissionDenied,
        ErrorKind::NotFound,
        ErrorKind::Conflict,
        ErrorKind::Rejected,
        ErrorKind::RateLimited,
        ErrorKind::Unavailable,
        ErrorKind::Connect,
        ErrorKind::Timeout,
        ErrorKind::ConnectionLost,
        ErrorKind::InvalidResponse,
        ErrorKind::DryRun,
    ];

    /// Exhaustive, so a kind without a page does not compile.
    fn page(kind: ErrorKind) -> &'static str {
        match kind {
            ErrorKind::InvalidRequest => include_str!("../../docs/errors/invalid_request.md"),
            ErrorKind::Unsupported => include_str!("../../docs/errors/unsupported.md"),
            ErrorKind::InvalidConfig => include_str!("../../docs/errors/invalid_config.md"),
            ErrorKind::Authentication => include_str!("../../docs/errors/authentication.md"),
            ErrorKind::PermissionDenied => include_str!("../../docs/errors/permission_denied.md"),
            ErrorKind::NotFound => include_str!("../../docs/errors/not_found.md"),
            ErrorKind::Conflict => include_str!("../../docs/errors/conflict.md"),
            ErrorKind::Rejected => include_str!("../../docs/errors/rejected.md"),
            ErrorKind::RateLimited => include_str!("../../docs/errors/rate_limited.md"),
            ErrorKind::Unavailable => include_str!("../../docs/errors/unavailable.md"),
            ErrorKind::Connect => include_str!("../../docs/errors/connect.md"),
            ErrorKind::Timeout => include_str!("../../docs/errors/timeout.md"),
            ErrorKind::ConnectionLost => include_str!("../../docs/errors/connection_lost.md"),
            ErrorKind::InvalidResponse => include_str!("../../docs/errors/invalid_response.md"),
            ErrorKind::DryRun => include_str!("../../docs/errors/dry_run.md"),
        }
    }

    /// The table row of an accessor.
    fn row<'a>(page: &'a str, accessor: &str) -> &'a str {
        let start = format!("| `{accessor}` | ");
        let mut rows = page.lines().filter_map(|line| line.strip_prefix(&start));
        let row = rows.next().unwrap_or_else(|| panic!("no row {accessor}"));
        assert!(rows.next().is_none(), "{accessor}");
        row
    }

    #[test]
    fn every_page_is_about_a_kind_and_every_kind_has_its_page() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/errors");
        let files: BTreeSet<_> = fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        let kinds = KINDS.map(|kind| format!("{kind}.md"));
        assert_eq!(files, BTreeSet::from(kinds));
        for kind in KINDS {
            assert!(page(kind).starts_with(&format!("# `{kind}`: ")), "{kind}");
        }
    }

    #[test]
    fn every_page_has_the_same_headings_and_tables() {
        for kind in KINDS {
            let page = page(kind);
            // `##` only: hidden lines of examples start with `#`.
            let headings: Vec<_> = page.lines().filter(|line| line.starts_with("##")).collect();
            let expected = [
                "## When it arises",
                "## What the error says",
                "## What threadline has done",
                "## What to do",
                "## Example",
            ];
            assert_eq!(headings, expected, "{kind}");
            for place in ["ContactShip", "Inboxapp v1", "Inboxapp v2", "this side"] {
                let row = format!("\n| {place} | ");
                assert_eq!(page.matches(&row).count(), 1, "{kind}: {place}");
            }
            for accessor in ["is_retryable()", "retry_after()", "status()", "code()"] {
                row(page, accessor);
            }
        }
    }

    /// The first word is the default.
    #[test]
    fn the_delivery_on_a_page_is_that_of_its_kind() {
        for kind in KINDS {
            let delivery = Error::new(kind, "acme", "").delivery();
            let word = format!("`{delivery:?}`");
            let row = row(page(kind), "delivery()");
            assert!(row.starts_with(&word), "{kind}: {row}");
        }
    }

    #[test]
    fn a_status_with_a_kind_of_its_own_is_on_its_page() {
        for status in [401, 403, 404, 409, 429] {
            let kind = ErrorKind::of_status(status);
            let row = row(page(kind), "status()");
            assert!(row.starts_with(&status.to_string()), "{kind}: {row}");
        }
    }
}
