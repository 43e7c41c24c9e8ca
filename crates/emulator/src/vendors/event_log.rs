//! A numbered log of events that can be read from any position.

use std::collections::VecDeque;

use serde_json::Value;

/// How many events are kept, as Inboxapp documents it.
const CAPACITY: usize = 25_000;

/// A numbered log of events that can be read from any position.
#[derive(Debug)]
pub(crate) struct Journal {
    entries: VecDeque<(u64, Value)>,
    last: u64,
}

/// Consecutive events.
#[derive(Debug, PartialEq)]
pub(crate) struct Excerpt<'a> {
    /// The events, oldest first.
    pub(crate) entries: Vec<&'a Value>,
    /// The number of the last one, if any.
    pub(crate) last: Option<u64>,
    /// Whether more events follow.
    pub(crate) more: bool,
}

impl Journal {
    /// Creates an empty log whose first event gets the number after `last`.
    pub(crate) fn beginning_after(last: u64) -> Self {
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
    pub(crate) fn after(&self, number: Option<u64>, limit: usize) -> Excerpt<'_> {
        let begin = match number {
            None => 0,
            Some(number) => self.entries.partition_point(|(known, _)| *known <= number),
        };
        let rest = self.entries.iter().skip(begin);
        let found: Vec<_> = rest.take(limit).collect();
        Excerpt {
            last: found.last().map(|(number, _)| *number),
            more: self.entries.len().saturating_sub(begin) > found.len(),
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
        let mut journal = Journal::beginning_after(10);
        for _ in 0..3 {
            journal.append(|number| json!(number));
        }
        let first = journal.after(None, 2);
        assert_eq!(
            (first.entries, first.last, first.more),
            (vec![&json!(11), &json!(12)], Some(12), true)
        );
        let second = journal.after(Some(12), 2);
        assert_eq!(
            (second.entries, second.last, second.more),
            (vec![&json!(13)], Some(13), false)
        );
        let nothing = journal.after(Some(13), 2);
        assert_eq!(
            (nothing.entries, nothing.last, nothing.more),
            (vec![], None, false)
        );
    }

    #[test]
    fn the_oldest_are_forgotten() {
        let mut journal = Journal::beginning_after(0);
        for _ in 0..=CAPACITY {
            journal.append(|number| json!(number));
        }
        assert_eq!(journal.after(None, 1).last, Some(2));
        assert_eq!(journal.after(Some(0), usize::MAX).entries.len(), CAPACITY);
    }
}
