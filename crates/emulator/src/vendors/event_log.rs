//! A numbered log of events that can be read from any position.

use std::collections::VecDeque;

use serde_json::Value;

/// How many events are kept, as Inboxapp documents it.
const CAPACITY: usize = 25_000;

/// A numbered log of events that can be read from any position.
#[derive(Debug)]
pub(crate) struct EventLog {
    entries: VecDeque<(u64, Value)>,
    last: u64,
}

/// Consecutive events.
#[derive(Debug, PartialEq)]
pub(crate) struct EventPage<'a> {
    /// The events, oldest first.
    pub(crate) entries: Vec<&'a Value>,
    /// The number of the last one, if any.
    pub(crate) last: Option<u64>,
    /// Whether more events follow.
    pub(crate) has_more: bool,
}

impl EventLog {
    /// Creates an empty log whose first event gets the number after `last`.
    pub(crate) fn starting_after(last: u64) -> Self {
        Self {
            entries: VecDeque::new(),
            last,
        }
    }

    /// Adds the event that `entry` builds from its number.
    pub(crate) fn append(&mut self, entry: impl FnOnce(u64) -> Value) {
        self.last = self.last.saturating_add(1);
        self.entries.push_back((self.last, entry(self.last)));
        if self.entries.len() > CAPACITY {
            self.entries.pop_front();
        }
    }

    /// The first events after a number, or from the oldest one on.
    pub(crate) fn after(&self, number: Option<u64>, limit: usize) -> EventPage<'_> {
        let begin = match number {
            None => 0,
            Some(number) => self.entries.partition_point(|(known, _)| *known <= number),
        };
        let rest = self.entries.iter().skip(begin);
        let found: Vec<_> = rest.take(limit).collect();
        EventPage {
            last: found.last().map(|(number, _)| *number),
            has_more: self.entries.len().saturating_sub(begin) > found.len(),
            entries: found.into_iter().map(|(_, entry)| entry).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn entries_are_numbered_and_read_in_order() {
        let mut event_log = EventLog::starting_after(10);
        for _ in 0..3 {
            event_log.append(|number| json!(number));
        }
        let first = event_log.after(None, 2);
        assert_eq!(
            (first.entries, first.last, first.has_more),
            (vec![&json!(11), &json!(12)], Some(12), true)
        );
        let second = event_log.after(Some(12), 2);
        assert_eq!(
            (second.entries, second.last, second.has_more),
            (vec![&json!(13)], Some(13), false)
        );
        let nothing = event_log.after(Some(13), 2);
        assert_eq!(
            (nothing.entries, nothing.last, nothing.has_more),
            (vec![], None, false)
        );
    }

    #[test]
    fn the_oldest_are_forgotten() {
        let mut event_log = EventLog::starting_after(0);
        for _ in 0..=CAPACITY {
            event_log.append(|number| json!(number));
        }
        assert_eq!(event_log.after(None, 1).last, Some(2));
        assert_eq!(event_log.after(Some(0), usize::MAX).entries.len(), CAPACITY);
    }
}
