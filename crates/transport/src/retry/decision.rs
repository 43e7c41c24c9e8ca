//! Whether a failed request may be repeated: was it sent, and is repeating harmless?

use crate::{CodeRetry, Idempotency};

/// How an attempt failed, as far as repeating it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// No connection could be made: the server saw nothing.
    NotSent,
    /// The request may have been sent, and no whole answer came back.
    Lost,
    /// The server answered something else than success.
    Status {
        /// The HTTP status.
        status: u16,
        /// What is known about the vendor's code in the body, if there is one.
        rule: Option<CodeRetry>,
    },
    /// Another attempt would end the same way, or the request was carried out already.
    Final,
}

/// What repeating a request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// Twice does the same as once.
    Harmless,
    /// Twice may do the thing twice.
    NotHarmless,
    /// The request carries a key by which the server knows it again.
    Keyed,
}

impl Repeat {
    /// What repeating does, given the operation, whether the request carries the idempotency key
    /// that the operation knows, and what the caller said about it.
    pub(crate) fn new(idempotency: Idempotency, has_key: bool, allowed: Option<bool>) -> Self {
        let own = match idempotency {
            Idempotency::Harmless => Self::Harmless,
            Idempotency::WithKey(_) if has_key => Self::Keyed,
            Idempotency::WithKey(_) | Idempotency::NotHarmless => Self::NotHarmless,
        };
        match (allowed, own) {
            (Some(false), _) => Self::NotHarmless,
            (Some(true), Self::NotHarmless) => Self::Harmless,
            _ => own,
        }
    }
}

/// Whether a request that failed like this may be sent again. The vendor's own code decides
/// before the HTTP status.
pub(crate) fn is_retryable(failure: Failure, repeat: Repeat) -> bool {
    match failure {
        Failure::NotSent => true,
        Failure::Lost => repeat != Repeat::NotHarmless,
        Failure::Final => false,
        Failure::Status { status, rule } => match (rule, status) {
            (Some(CodeRetry::SameKey), _) => repeat == Repeat::Keyed,
            // A 4xx says that nothing was done, so that repeating cannot do it twice.
            (Some(CodeRetry::Yes), 400..=499) | (None, 429) => true,
            (Some(CodeRetry::Yes), 500..) | (None, 500 | 502 | 503 | 504) => {
                repeat != Repeat::NotHarmless
            }
            _ => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What happens to: a harmless request, a POST without a key, a POST with one.
    fn row(failure: Failure) -> [bool; 3] {
        [Repeat::Harmless, Repeat::NotHarmless, Repeat::Keyed]
            .map(|repeat| is_retryable(failure, repeat))
    }

    fn status(status: u16, rule: Option<CodeRetry>) -> [bool; 3] {
        row(Failure::Status { status, rule })
    }

    #[test]
    fn row_could_not_connect() {
        assert_eq!(row(Failure::NotSent), [true, true, true]);
    }

    #[test]
    fn row_429() {
        assert_eq!(status(429, None), [true, true, true]);
        assert_eq!(status(429, Some(CodeRetry::Yes)), [true, true, true]);
    }

    #[test]
    fn row_500_502_503_504() {
        for code in [500, 502, 503, 504] {
            assert_eq!(status(code, None), [true, false, true], "{code}");
            assert_eq!(
                status(code, Some(CodeRetry::Yes)),
                [true, false, true],
                "{code}"
            );
        }
    }

    #[test]
    fn row_timeout_or_connection_lost_after_sending() {
        assert_eq!(row(Failure::Lost), [true, false, true]);
    }

    #[test]
    fn row_send_in_progress_409() {
        assert_eq!(status(409, Some(CodeRetry::SameKey)), [false, false, true]);
    }

    #[test]
    fn row_send_unconfirmed_502() {
        assert_eq!(status(502, Some(CodeRetry::Never)), [false, false, false]);
    }

    #[test]
    fn row_any_other_4xx_or_undecodable_2xx() {
        for code in (400..=499).filter(|code| *code != 429) {
            assert_eq!(status(code, None), [false, false, false], "{code}");
        }
        assert_eq!(row(Failure::Final), [false, false, false]);
    }

    #[test]
    fn redirects_and_unlisted_5xx_are_final() {
        for code in [300, 301, 302, 307, 308, 501, 505, 511, 599] {
            assert_eq!(status(code, None), [false, false, false], "{code}");
        }
    }

    #[test]
    fn a_code_decides_before_the_status() {
        assert_eq!(status(503, Some(CodeRetry::No)), [false, false, false]);
        assert_eq!(status(423, Some(CodeRetry::Yes)), [true, true, true]);
        assert_eq!(status(501, Some(CodeRetry::Yes)), [true, false, true]);
    }

    #[test]
    fn a_missing_key_makes_a_keyed_operation_not_harmless() {
        let keyed = Idempotency::WithKey("idempotency-key");
        assert_eq!(Repeat::new(keyed, true, None), Repeat::Keyed);
        assert_eq!(Repeat::new(keyed, false, None), Repeat::NotHarmless);
        assert_eq!(
            Repeat::new(Idempotency::Harmless, false, None),
            Repeat::Harmless
        );
        assert_eq!(
            Repeat::new(Idempotency::NotHarmless, true, None),
            Repeat::NotHarmless
        );
    }

    #[test]
    fn the_caller_has_a_say() {
        let keyed = Idempotency::WithKey("idempotency-key");
        assert_eq!(
            Repeat::new(Idempotency::NotHarmless, false, Some(true)),
            Repeat::Harmless
        );
        assert_eq!(Repeat::new(keyed, true, Some(true)), Repeat::Keyed);
        assert_eq!(Repeat::new(keyed, true, Some(false)), Repeat::NotHarmless);
        assert_eq!(
            Repeat::new(Idempotency::Harmless, false, Some(false)),
            Repeat::NotHarmless
        );
    }

    proptest! {
        #[test]
        fn what_must_not_happen_twice_is_never_sent_after_the_server_may_have_done_it(
            code in 500u16..600,
            rule in prop::sample::select(vec![
                None, Some(CodeRetry::Yes), Some(CodeRetry::No),
                Some(CodeRetry::Never), Some(CodeRetry::SameKey),
            ]),
        ) {
            let failure = Failure::Status { status: code, rule };
            prop_assert!(!is_retryable(failure, Repeat::NotHarmless));
        }

        #[test]
        fn what_the_caller_forbids_is_repeated_only_if_nothing_was_done(
            code: u16, key: bool,
            rule in prop::sample::select(vec![
                None, Some(CodeRetry::Yes), Some(CodeRetry::No),
                Some(CodeRetry::Never), Some(CodeRetry::SameKey),
            ]),
        ) {
            for kind in [
                Idempotency::Harmless, Idempotency::NotHarmless, Idempotency::WithKey("key"),
            ] {
                let repeat = Repeat::new(kind, key, Some(false));
                prop_assert!(!is_retryable(Failure::Lost, repeat));
                let failure = Failure::Status { status: code, rule };
                prop_assert!(!is_retryable(failure, repeat) || (400..500).contains(&code));
            }
        }

        #[test]
        fn a_harmless_request_is_repeated_wherever_any_other_is(
            code: u16,
            rule in prop::sample::select(vec![None, Some(CodeRetry::Yes), Some(CodeRetry::No)]),
        ) {
            let failure = Failure::Status { status: code, rule };
            let harmless = is_retryable(failure, Repeat::Harmless);
            prop_assert!(harmless || !is_retryable(failure, Repeat::NotHarmless));
            prop_assert_eq!(harmless, is_retryable(failure, Repeat::Keyed));
        }

        #[test]
        fn a_code_that_says_never_is_obeyed(code: u16, caller: Option<bool>, key: bool) {
            let failure = Failure::Status { status: code, rule: Some(CodeRetry::Never) };
            for kind in [
                Idempotency::Harmless, Idempotency::NotHarmless, Idempotency::WithKey("key"),
            ] {
                prop_assert!(!is_retryable(failure, Repeat::new(kind, key, caller)));
            }
        }
    }
}
