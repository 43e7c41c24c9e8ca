//! `PROVIDER:ID`.

use threadline::{Error, PROVIDERS, ThreadId};

/// A thread as it is named on the command line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// The provider's name.
    pub(crate) provider: &'static str,
    /// The thread's id there.
    pub(crate) id: ThreadId,
}

impl Target {
    /// Reads `PROVIDER:ID`. The id is all that comes after the first colon.
    pub(crate) fn parse(text: &str, operation: &'static str) -> Result<Self, Error> {
        let known = PROVIDERS.join(", ");
        let Some((name, id)) = text.split_once(':') else {
            let message = format!(
                "{text:?} names no thread: it takes PROVIDER:ID, where PROVIDER is one of {known}"
            );
            return Err(Error::invalid_request("", operation, message));
        };
        let Some(provider) = PROVIDERS.iter().find(|provider| **provider == name) else {
            let message = format!("unknown provider {name:?}: there are {known}");
            return Err(Error::invalid_request("", operation, message));
        };
        let id = ThreadId::new(id)
            .map_err(|error| error.with_provider(*provider).with_operation(operation))?;
        Ok(Self { provider, id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_may_hold_anything_after_the_first_colon() {
        let target = Target::parse("inboxapp:a:b/c é", "get_thread").unwrap();
        assert_eq!(
            (target.provider, target.id.as_str()),
            ("inboxapp", "a:b/c é")
        );
    }

    #[test]
    fn what_is_no_thread_is_refused_by_name() {
        for (text, words) in [
            ("thr-1", "\"thr-1\" names no thread"),
            ("", "\"\" names no thread"),
            (
                "outbox:thr-1",
                "unknown provider \"outbox\": there are contactship, inboxapp,",
            ),
            (":thr-1", "unknown provider \"\""),
            ("ContactShip:thr-1", "unknown provider \"ContactShip\""),
            ("contactship:", "\"\" is empty"),
            ("contactship:.", "\".\" would change the path"),
            ("inboxapp:..", "\"..\" would change the path"),
            ("inboxapp:a\nb", "holds a control character"),
        ] {
            let error = Target::parse(text, "get_thread").unwrap_err();
            assert!(error.message().contains(words), "{error}");
            assert_eq!(error.operation(), Some("get_thread"));
        }
    }
}
