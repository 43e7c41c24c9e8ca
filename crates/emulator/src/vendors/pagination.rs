//! Where a page of a list begins and ends.

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::Timestamp;

use crate::http::context::timestamp;

/// The place of a thing in a sorted list. It stays the same when other things come and go.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    /// What the list is sorted by.
    pub(crate) key: String,
    /// The id of the thing, which decides between equal keys.
    pub(crate) id: String,
}

impl Position {
    /// The place of a thing in a list that is sorted by time.
    pub(crate) fn at(time: &str, id: &str) -> Self {
        // However exactly a time is written, it is compared as exactly as all others.
        let key = time
            .parse::<Timestamp>()
            .map_or_else(|_| time.to_owned(), timestamp);
        Self {
            key,
            id: id.to_owned(),
        }
    }

    /// A text that says where a page ended and that only makes sense for the same list again.
    pub(crate) fn seal(&self, list: &str) -> String {
        let plain = format!("{:016x}\n{}\n{}", self.seal_of(list), self.key, self.id);
        plain.bytes().fold(String::new(), |mut sealed, byte| {
            // Writing into a string cannot fail.
            let _ = write!(sealed, "{byte:02x}");
            sealed
        })
    }

    /// Reads what `seal` wrote for the same list.
    pub(crate) fn open(sealed: &str, list: &str) -> Option<Self> {
        let digits: Option<Vec<u8>> = sealed
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
        let seal = u64::from_str_radix(parts.next()?, 16).ok()?;
        let position = Self {
            key: parts.next()?.to_owned(),
            id: parts.next()?.to_owned(),
        };
        (position.seal_of(list) == seal).then_some(position)
    }

    fn seal_of(&self, list: &str) -> u64 {
        let mut hasher = DefaultHasher::new();
        (list, &self.key, &self.id).hash(&mut hasher);
        hasher.finish()
    }
}

/// A page of a list and where the next one begins, if there is one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Page {
    /// What is on it, in order.
    pub(crate) positions: Vec<Position>,
    /// Where it ended, if something comes after it.
    pub(crate) next: Option<Position>,
}

/// Sorts a list and takes the page out of it that comes after a position.
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
    fn a_sealed_position_opens_for_its_own_list_only() {
        let position = position("2026-10-01T08:00:00.000Z", "é\n1");
        let sealed = position.seal("threads?folder=all");
        assert_eq!(
            Position::open(&sealed, "threads?folder=all"),
            Some(position)
        );
        assert_eq!(Position::open(&sealed, "threads"), None);
        for nonsense in ["", "0", "zz", "é", "00ff", "616263"] {
            assert_eq!(Position::open(nonsense, "threads"), None, "{nonsense}");
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
