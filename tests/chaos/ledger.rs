//! What callers were told, held against what the server saw.

use std::collections::HashMap;

use threadline::{Delivery, Error};
use threadline_emulator::ReceivedRequest;

/// What a caller was told about a call.
pub enum Told {
    /// It succeeded.
    Done,
    /// It failed, and so much is known about the delivery.
    Failed { delivery: Delivery, attempts: u32 },
}

impl<T> From<&Result<T, Error>> for Told {
    fn from(result: &Result<T, Error>) -> Self {
        match result {
            Ok(_) => Self::Done,
            Err(error) => Self::Failed {
                delivery: error.delivery(),
                attempts: error.attempts(),
            },
        }
    }
}

/// The requests of each call, by the mark that the call left in its body.
pub fn by_mark(requests: &[ReceivedRequest]) -> HashMap<String, Vec<&ReceivedRequest>> {
    let mut found = HashMap::<String, Vec<&ReceivedRequest>>::new();
    for request in requests {
        if let Some(mark) = mark(&request.body_text()) {
            found.entry(mark).or_default().push(request);
        }
    }
    found
}

/// The mark in a body: `mark` and digits.
pub fn mark(body: &str) -> Option<String> {
    let (_, rest) = body.split_once("mark")?;
    let digits = rest
        .chars()
        .take_while(char::is_ascii_digit)
        .collect::<String>();
    (!digits.is_empty()).then(|| format!("mark{digits}"))
}

/// Checks what one caller was told.
pub fn check(mark: &str, told: &Told, seen: &[&ReceivedRequest]) {
    match told {
        Told::Done => {
            assert!(
                seen.iter().any(|request| request.applied()),
                "{mark} was acknowledged and is missing"
            );
        }
        Told::Failed {
            delivery: Delivery::NotSent,
            ..
        } => {
            assert!(
                seen.is_empty(),
                "{mark} was called not sent, and the server saw it"
            );
        }
        Told::Failed {
            delivery: Delivery::Answered,
            ..
        } => {
            assert!(
                seen.iter().any(|request| request.status != 0),
                "{mark} was called answered, and was not"
            );
        }
        Told::Failed { attempts, .. } => {
            assert!(
                *attempts > 0,
                "{mark} may have been sent, and was never tried"
            );
        }
    }
}
