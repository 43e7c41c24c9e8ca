//! Whether a failed request may be retried: was it sent, and is it idempotent?

use crate::call::Outcome;
use crate::{CodeRetry, ErrorShape, Idempotency};

/// The effect of repeating a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// Sending it twice has the same effect as sending it once.
    Harmless,
    /// Sending it twice may execute it twice.
    NotHarmless,
    /// The request carries an idempotency key.
    Keyed,
}

impl Repeat {
    /// Derives the effect from the operation, from whether the request carries an idempotency key,
    /// and from the caller's setting.
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

/// Whether a request with this outcome may be retried. The vendor's error code takes precedence
/// over the HTTP status.
pub(crate) fn is_retryable(outcome: &Outcome, rule: Option<CodeRetry>, repeat: Repeat) -> bool {
    let is_safe = repeat != Repeat::NotHarmless;
    match (outcome, outcome.answer().map(|answer| answer.status)) {
        (Outcome::NotConnected(_), _) => true,
        (Outcome::Unsendable(_), _)
        | (Outcome::Answered(_) | Outcome::TooLarge(_), Some(200..=299)) => false,
        (_, None | Some(200..=299)) => is_safe,
        (_, Some(status)) => match (rule, status) {
            (Some(CodeRetry::SameKey), _) => repeat == Repeat::Keyed,
            // After a 4xx nothing was done, so a retry cannot do it twice.
            (Some(CodeRetry::Yes), 400..=499) | (None, 429) => true,
            // Proxies send 520 to 527 in place of 502 or 504.
            (Some(CodeRetry::Yes), 500..) | (None, 500 | 502..=504 | 520..=527) => is_safe,
            _ => false,
        },
    }
}

/// The rule for the vendor's code. If the body is incomplete, its code may be one that forbids
/// retries, so it is treated as such.
pub(crate) fn rule(
    shape: &ErrorShape,
    status: u16,
    code: Option<&str>,
    is_whole: bool,
) -> Option<CodeRetry> {
    let may_be_never = || {
        let mut rules = shape.codes.iter();
        rules.any(|rule| rule.status == status && rule.retry == CodeRetry::Never)
    };
    match code {
        Some(code) => Some(shape.rule(code)?.retry),
        None => (!is_whole && may_be_never()).then_some(CodeRetry::Never),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use proptest::prelude::*;

    use super::*;
    use crate::Headers;
    use crate::call::Answer;
    use crate::tests::ACME;

    /// The outcomes for an idempotent request, a POST without a key, and a POST with one.
    fn row(outcome: &Outcome, rule: Option<CodeRetry>) -> [bool; 3] {
        [Repeat::Harmless, Repeat::NotHarmless, Repeat::Keyed]
            .map(|repeat| is_retryable(outcome, rule, repeat))
    }

    fn answer(status: u16) -> Answer {
        Answer {
            status,
            headers: Headers::default(),
            body: Bytes::new(),
        }
    }

    fn answered(status: u16) -> Outcome {
        Outcome::Answered(answer(status))
    }

    fn status(status: u16, rule: Option<CodeRetry>) -> [bool; 3] {
        row(&answered(status), rule)
    }

    #[test]
    fn row_could_not_connect() {
        assert_eq!(
            row(&Outcome::NotConnected("refused".into()), None),
            [true, true, true]
        );
    }

    #[test]
    fn row_429() {
        assert_eq!(status(429, None), [true, true, true]);
        assert_eq!(status(429, Some(CodeRetry::Yes)), [true, true, true]);
    }

    #[test]
    fn row_500_502_503_504_and_520_to_527() {
        for code in [500, 502, 503, 504].into_iter().chain(520..=527) {
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
        for outcome in [
            Outcome::TimedOut(None),
            Outcome::TimedOut(Some(answer(200))),
            Outcome::Lost("reset".into(), None),
            Outcome::Lost("reset".into(), Some(answer(204))),
        ] {
            assert_eq!(row(&outcome, None), [true, false, true], "{outcome:?}");
        }
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
        for outcome in [
            answered(200),
            Outcome::TooLarge(answer(200)),
            Outcome::Unsendable("bad URL".into()),
        ] {
            assert_eq!(row(&outcome, None), [false, false, false], "{outcome:?}");
        }
    }

    #[test]
    fn redirects_and_unlisted_5xx_are_final() {
        for code in [300, 301, 302, 307, 308, 501, 505, 511, 519, 528, 599] {
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

    #[test]
    fn a_known_code_has_its_rule() {
        let shape = &ACME.errors;
        assert_eq!(
            rule(shape, 502, Some("sendUnconfirmed"), true),
            Some(CodeRetry::Never)
        );
        assert_eq!(rule(shape, 502, Some("other"), false), None);
        assert_eq!(rule(shape, 502, None, true), None);
    }

    #[test]
    fn a_code_that_may_be_missing_counts_as_the_worst() {
        assert_eq!(rule(&ACME.errors, 502, None, false), Some(CodeRetry::Never));
        assert_eq!(rule(&ACME.errors, 500, None, false), None);
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
            prop_assert!(!is_retryable(&answered(code), rule, Repeat::NotHarmless));
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
                prop_assert!(!is_retryable(&Outcome::TimedOut(None), None, repeat));
                let is_repeated = is_retryable(&answered(code), rule, repeat);
                prop_assert!(!is_repeated || (400..500).contains(&code));
            }
        }

        #[test]
        fn a_harmless_request_is_repeated_wherever_any_other_is(
            code: u16,
            rule in prop::sample::select(vec![None, Some(CodeRetry::Yes), Some(CodeRetry::No)]),
        ) {
            let decided = |repeat| is_retryable(&answered(code), rule, repeat);
            let harmless = decided(Repeat::Harmless);
            prop_assert!(harmless || !decided(Repeat::NotHarmless));
            prop_assert_eq!(harmless, decided(Repeat::Keyed));
        }

        #[test]
        fn a_code_that_says_never_is_obeyed(code: u16, caller: Option<bool>, key: bool) {
            for kind in [
                Idempotency::Harmless, Idempotency::NotHarmless, Idempotency::WithKey("key"),
            ] {
                let repeat = Repeat::new(kind, key, caller);
                prop_assert!(code / 100 == 2 || !is_retryable(&answered(code), Some(CodeRetry::Never), repeat));
            }
        }
    }
}
