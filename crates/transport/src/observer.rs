//! What a client tells somebody who watches, for metrics.

use std::fmt::Debug;
use std::time::Duration;

use crate::{Delivery, ErrorKind};

/// Is told what a client's calls do; every method does nothing by default.
///
/// The methods are called in the middle of a call: they must not block or panic. Dry runs, and
/// requests refused before anything was to be sent, are not told.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use threadline_transport::{CallFinished, Observer};
///
/// #[derive(Debug, Default)]
/// struct Failures(AtomicU64);
///
/// impl Observer for Failures {
///     fn finished(&self, call: &CallFinished<'_>) {
///         if call.error_kind().is_some() {
///             self.0.fetch_add(1, Ordering::Relaxed);
///         }
///     }
/// }
/// ```
pub trait Observer: Debug + Send + Sync {
    /// A call begins.
    fn call_started(&self, _call: &CallStarted<'_>) {}

    /// A call has to wait for its turn, by a rate limit kept on this side.
    fn waiting(&self, _call: &CallWaiting<'_>) {}

    /// An attempt failed.
    fn attempt_failed(&self, _call: &AttemptFailed<'_>) {}

    /// A call will try again.
    fn will_retry(&self, _call: &WillRetry<'_>) {}

    /// A call is over: it succeeded, failed, or was dropped. Comes once for every call that began.
    fn finished(&self, _call: &CallFinished<'_>) {}
}

/// Declares an event: what every event has, and fields with an accessor each.
macro_rules! event {
    ($(#[$docs:meta])* $name:ident { $($(#[$field_docs:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$docs])*
        #[derive(Debug, Clone)]
        #[non_exhaustive]
        pub struct $name<'a> {
            pub(crate) provider: &'a str,
            pub(crate) operation: &'a str,
            $(pub(crate) $field: $type,)*
        }

        impl $name<'_> {
            /// The provider it goes to.
            pub fn provider(&self) -> &str {
                self.provider
            }

            /// The operation.
            pub fn operation(&self) -> &str {
                self.operation
            }

            $($(#[$field_docs])*
            pub fn $field(&self) -> $type {
                self.$field
            })*
        }
    };
}

event! {
    /// A call begins.
    CallStarted {}
}

event! {
    /// A call waits for its turn.
    CallWaiting {
        /// For how long, as far as can be foreseen.
        wait: Duration,
    }
}

event! {
    /// An attempt failed.
    AttemptFailed {
        /// Which attempt it was, counted from 1.
        attempt: u32,
        /// What went wrong.
        error_kind: ErrorKind,
        /// The HTTP status, if an answer's head arrived.
        status: Option<u16>,
        /// Whether the server saw the request.
        delivery: Delivery,
        /// How long the attempt took.
        elapsed: Duration,
    }
}

event! {
    /// A call will try again.
    WillRetry {
        /// Which attempt failed, counted from 1.
        attempt: u32,
        /// What went wrong in it.
        reason: ErrorKind,
        /// How long the call waits before the next one.
        delay: Duration,
    }
}

event! {
    /// A call is over.
    CallFinished {
        /// What went wrong; `None` if the call succeeded or was dropped. Whether a success's body
        /// can be read shows only later.
        error_kind: Option<ErrorKind>,
        /// The HTTP status of the last answer, if there was one.
        status: Option<u16>,
        /// Whether the call's future was dropped before the end.
        is_dropped: bool,
        /// How often the request was sent.
        attempts: u32,
        /// How long the call took, with all waits.
        elapsed: Duration,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::script::{Script, Step, call};
    use crate::{CallOptions, Transport};

    /// Takes everything down in words.
    #[derive(Debug, Clone, Default)]
    struct Notes(Arc<Mutex<Vec<String>>>);

    impl Notes {
        fn note(&self, text: String) {
            self.0.lock().unwrap().push(text);
        }

        fn taken(&self) -> Vec<String> {
            std::mem::take(&mut self.0.lock().unwrap())
        }
    }

    impl Observer for Notes {
        fn call_started(&self, call: &CallStarted<'_>) {
            self.note(format!("{} {}", call.provider(), call.operation()));
        }

        fn attempt_failed(&self, call: &AttemptFailed<'_>) {
            self.note(format!(
                "{}. {} {:?} {} {:?}",
                call.attempt(),
                call.error_kind(),
                call.status(),
                call.delivery(),
                call.elapsed()
            ));
        }

        fn will_retry(&self, call: &WillRetry<'_>) {
            self.note(format!("{}. {} retry", call.attempt(), call.reason()));
        }

        fn finished(&self, call: &CallFinished<'_>) {
            self.note(format!(
                "{:?} {:?} {} {}",
                call.error_kind(),
                call.status(),
                call.is_dropped(),
                call.attempts()
            ));
        }
    }

    fn observed(script: &Script) -> (Transport, Notes) {
        let notes = Notes::default();
        let transport = script.builder().observer(notes.clone()).build().unwrap();
        (transport, notes)
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_is_told_from_beginning_to_end() {
        let ok = Step::answer(200, "{}");
        let script = Script::new([Step::answer(503, ""), ok, Step::answer(404, "")]);
        let (transport, notes) = observed(&script);
        call(&transport, "get_thread").await.unwrap();
        assert_eq!(
            notes.taken(),
            [
                "acme get_thread",
                "1. unavailable Some(503) answered 0ns",
                "1. unavailable retry",
                "None Some(200) false 2",
            ]
        );
        call(&transport, "get_thread").await.unwrap_err();
        assert_eq!(
            notes.taken().last().unwrap(),
            "Some(NotFound) Some(404) false 1"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_dropped_call_is_told_too_and_a_dry_run_is_not() {
        let (transport, notes) = observed(&Script::new([Step::Stall]));
        let waiting = call(&transport, "get_thread");
        let second = Duration::from_secs(1);
        assert!(tokio::time::timeout(second, waiting).await.is_err());
        assert_eq!(notes.taken(), ["acme get_thread", "None None true 1"]);
        let dry = transport.with_options(CallOptions::new().with_dry_run(true));
        call(&dry, "get_thread").await.unwrap_err();
        assert_eq!(notes.taken(), [""; 0]);
    }
}
