//! What a vendor's error code says about repeating.

use crate::{CodeRetry, ErrorShape};

/// What is known about the vendor's code. If the body did not arrive whole, its code may be one
/// after which nothing may be repeated: then it counts as one.
pub(crate) fn rule(
    shape: &ErrorShape,
    status: u16,
    code: Option<&str>,
    is_whole: bool,
) -> Option<CodeRetry> {
    let known = code
        .and_then(|code| shape.rule(code))
        .map(|rule| rule.retry);
    let may_be_never = || {
        let mut rules = shape.codes.iter();
        rules.any(|rule| rule.status == status && rule.retry == CodeRetry::Never)
    };
    if code.is_none() && !is_whole && may_be_never() {
        Some(CodeRetry::Never)
    } else {
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::ACME;

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
}
