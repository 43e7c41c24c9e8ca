//! Identifiers in the vendors' formats, reproducible by seed.

use std::iter;

/// The characters of an Inboxapp id.
const LETTERS: [char; 36] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i',
    'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
];

/// A seeded source of identifiers and other random values.
pub(crate) struct Identifiers {
    random: fastrand::Rng,
}

impl Identifiers {
    /// Creates a source with a seed.
    pub(crate) fn seeded(seed: u64) -> Self {
        Self {
            random: fastrand::Rng::with_seed(seed),
        }
    }

    /// 24 lowercase letters and digits, starting with a letter.
    pub(crate) fn cuid2(&mut self) -> String {
        let first = self.random.lowercase();
        let rest = iter::repeat_with(|| self.pick(&LETTERS).copied().unwrap_or('0'));
        iter::once(first).chain(rest.take(23)).collect()
    }

    /// A random UUID.
    pub(crate) fn uuid(&mut self) -> String {
        let bits = self.random.u128(..);
        let bits = bits & !(0xf << 76) | (4 << 76);
        let bits = bits & !(0x3 << 62) | (2 << 62);
        let hex = format!("{bits:032x}");
        let groups = [0..8, 8..12, 12..16, 16..20, 20..32];
        groups
            .map(|range| hex.get(range).unwrap_or_default().to_owned())
            .join("-")
    }

    /// An id of the messaging platform: a 19-digit number.
    pub(crate) fn platform_id(&mut self) -> String {
        self.random
            .u64(1_500_000_000_000_000_000..1_900_000_000_000_000_000)
            .to_string()
    }

    /// A random number below `limit`, which must not be 0.
    pub(crate) fn below(&mut self, limit: u32) -> u32 {
        self.random.u32(..limit.max(1))
    }

    /// True with probability 1 / `times`.
    pub(crate) fn once_in(&mut self, times: u32) -> bool {
        self.below(times) == 0
    }

    /// A random element, if there is one.
    pub(crate) fn pick<'a, T>(&mut self, values: &'a [T]) -> Option<&'a T> {
        self.random.choice(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_identifiers() {
        let make = |seed| {
            let mut identifiers = Identifiers::seeded(seed);
            [
                identifiers.cuid2(),
                identifiers.uuid(),
                identifiers.platform_id(),
            ]
        };
        assert_eq!(make(1), make(1));
        assert_ne!(make(1), make(2));
    }

    #[test]
    fn identifiers_have_the_vendors_format() {
        let mut identifiers = Identifiers::seeded(7);
        for _ in 0..100 {
            let cuid2 = identifiers.cuid2();
            assert_eq!(cuid2.len(), 24);
            assert!(
                cuid2
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            );
            let uuid = identifiers.uuid();
            let lengths: Vec<_> = uuid.split('-').map(str::len).collect();
            assert_eq!(lengths, [8, 4, 4, 4, 12], "{uuid}");
            assert_eq!(uuid.as_bytes()[14], b'4', "{uuid}");
            assert!(b"89ab".contains(&uuid.as_bytes()[19]), "{uuid}");
        }
    }
}
