//! Exit codes.

use std::error::Error as _;

use threadline::{Error, ErrorKind, MissingCredential};

/// Wrong usage, found while reading the command line.
pub(crate) const USAGE: u8 = 2;
/// What no other code stands for.
pub(crate) const OTHER: u8 = 1;

/// The exit code of a failed call.
pub(crate) fn exit_code(error: &Error) -> u8 {
    match error.kind() {
        ErrorKind::DryRun => 0,
        ErrorKind::InvalidConfig if missing_credential(error).is_some() => 3,
        ErrorKind::InvalidRequest | ErrorKind::Unsupported | ErrorKind::InvalidConfig => USAGE,
        ErrorKind::Authentication | ErrorKind::PermissionDenied => 3,
        ErrorKind::NotFound => 4,
        ErrorKind::Conflict | ErrorKind::Rejected => 5,
        ErrorKind::RateLimited => 6,
        ErrorKind::Unavailable
        | ErrorKind::Connect
        | ErrorKind::Timeout
        | ErrorKind::ConnectionLost => 7,
        _ => OTHER,
    }
}

/// The credential whose absence an error is about, if it is.
pub(crate) fn missing_credential(error: &Error) -> Option<&MissingCredential> {
    error.source()?.downcast_ref()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use threadline::ProviderBuilder;

    use super::*;

    #[test]
    fn every_kind_has_its_code() {
        for (kind, code) in [
            (ErrorKind::DryRun, 0),
            (ErrorKind::InvalidResponse, 1),
            (ErrorKind::InvalidRequest, 2),
            (ErrorKind::Unsupported, 2),
            (ErrorKind::InvalidConfig, 2),
            (ErrorKind::Authentication, 3),
            (ErrorKind::PermissionDenied, 3),
            (ErrorKind::NotFound, 4),
            (ErrorKind::Conflict, 5),
            (ErrorKind::Rejected, 5),
            (ErrorKind::RateLimited, 6),
            (ErrorKind::Unavailable, 7),
            (ErrorKind::Connect, 7),
            (ErrorKind::Timeout, 7),
            (ErrorKind::ConnectionLost, 7),
        ] {
            assert_eq!(exit_code(&Error::new(kind, "acme", "")), code, "{kind}");
            let page = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join(format!("../transport/docs/errors/{kind}.md"));
            let page = fs::read_to_string(page).unwrap();
            let row = format!("\n| exit code of `threadline` | {code}");
            let said = page.split_once(&row).map(|(_, rest)| rest);
            let said = said.is_some_and(|rest| rest.starts_with([' ', ',']));
            assert!(said, "the page about {kind} names another exit code");
        }
    }

    #[test]
    fn a_missing_credential_is_about_authentication() {
        let error = ProviderBuilder::named("contactship")
            .unwrap()
            .build()
            .unwrap_err();
        assert_eq!(
            (error.kind(), exit_code(&error)),
            (ErrorKind::InvalidConfig, 3)
        );
    }
}
