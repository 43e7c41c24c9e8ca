//! Pages of a list and their cursors.

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::Timestamp;

use crate::http::context::timestamp;

/// The position of a record in a sorted list. It stays valid when other records are added or
/// removed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    /// The sort key.
    pub(crate) key: String,
    /// The id of the record, which orders equal keys.
    pub(crate) id: String,
}

impl Position {
    /// The position of a record in a list sorted by time.
    pub(crate) fn at(time: &str, id: &str) -> Self {
        // Times are compared as text, so all of them need the same precision.
        let key = time
            .parse::<Timestamp>()
            .map_or_else(|_| time.to_owned(), timestamp);
        Self {
            key,
            id: id.to_owned(),
        }
    }

    /// Encodes the position as a cursor that is valid for this list only.
    pub(crate) fn to_cursor(&self, list: &str) -> String {
        let plain = format!("{:016x}\n{}\n{}", self.checksum(list), self.key, self.id);
        plain.bytes().fold(String::new(), |mut cursor, byte| {
            // Writing into a string cannot fail.
            let _ = write!(cursor, "{byte:02x}");
            cursor
        })
    }

    /// Decodes a cursor; `None` unless it was encoded for this list.
    pub(crate) fn from_cursor(cursor: &str, list: &str) -> Option<Self> {
        let digits: Option<Vec<u8>> = cursor
            .chars()
            .map(|digit| u8::try_from(digit.to_digit(16)?).ok())
            .collect();
        let bytes = digits?
            .chunks(2)
            .map(|pair| match pair {
                [high, low] => Some(high << 4 | low),
                _ => None,
            })
            .collect::<Option<Vec<u8>>>()?;
        let plain = String::from_utf8(bytes).ok()?;
        let mut parts = plain.splitn(3, '\n');
        let checksum = u64::from_str_radix(parts.next()?, 16).ok()?;
        let position = Self {
            key: parts.next()?.to_owned(),
            id: parts.next()?.to_owned(),
        };
        (position.checksum(list) == checksum).then_some(position)
    }

    fn checksum(&self, list: &str) -> u64 {
        let mut hasher = DefaultHasher::new();
        (list, &self.key, &self.id).hash(&mut hasher);
        hasher.finish()
    }
}

/// A page of a list.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Page {
    /// The records on it, in order.
    pub(crate) positions: Vec<Position>,
    /// The last position, if more records follow.
    pub(crate) next: Option<Position>,
}

/// Sorts a list and returns the page after a position.
pub(crate) fn page(
    mut list: Vec<Position>,
    descending: bool,
    after: Option<&Position>,
    limit: usize,
) -> Page {
    list.sort_unstable();
    if descending {
        list.reverse();
    }
    if let Some(after) = after {
        list.retain(|position| {
            if descending {
                position < after
            } else {
                position > after
            }
        });
    }
    let more = list.len() > limit;
    list.truncate(limit);
    Page {
        next: list.last().filter(|_| more).cloned(),
        positions: list,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(key: &str, id: &str) -> Position {
        Position {
            key: key.to_owned(),
            id: id.to_owned(),
        }
    }

    #[test]
    fn a_cursor_is_valid_for_its_own_list_only() {
        let position = position("2026-10-01T08:00:00.000Z", "é\n1");
        let cursor = position.to_cursor("threads?folder=all");
        assert_eq!(
            Position::from_cursor(&cursor, "threads?folder=all"),
            Some(position)
        );
        assert_eq!(Position::from_cursor(&cursor, "threads"), None);
        for nonsense in ["", "0", "zz", "é", "00ff", "616263"] {
            assert_eq!(
                Position::from_cursor(nonsense, "threads"),
                None,
                "{nonsense}"
            );
        }
    }

    #[test]
    fn pages_follow_one_another() {
        let list = || {
            ["b2", "a1", "b1"]
                .map(|name| position(&name[..1], name))
                .to_vec()
        };
        let ids = |page: &Page| -> Vec<String> {
            page.positions
                .iter()
                .map(|position| position.id.clone())
                .collect()
        };
        let first = page(list(), true, None, 2);
        assert_eq!(ids(&first), ["b2", "b1"]);
        let second = page(list(), true, first.next.as_ref(), 2);
        assert_eq!((ids(&second), second.next), (vec!["a1".to_owned()], None));
        assert_eq!(
            ids(&page(list(), false, Some(&position("a", "a1")), 9)),
            ["b1", "b2"]
        );
    }

    #[test]
    fn times_are_compared_as_times() {
        let one = Position::at("2026-10-01T08:00:00Z", "a");
        let other = Position::at("2026-10-01T08:00:00.001Z", "a");
        assert!(one < other);
        assert_eq!(Position::at("noon", "a").key, "noon");
    }
}
