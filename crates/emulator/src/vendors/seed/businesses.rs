//! Generated businesses to have threads with.

const FIRST: [&str; 12] = [
    "Amber", "Cobalt", "Copper", "Granite", "Harbour", "Juniper", "Lantern", "Larch", "Meadow",
    "Saffron", "Thistle", "Willow",
];

const SECOND: [&str; 7] = [
    "Bakery",
    "Bindery",
    "Ceramics",
    "Cycles",
    "Gardens",
    "Outfitters",
    "Textiles",
];

/// A generated business.
pub(crate) struct Business {
    /// Its name, such as `Amber Bakery`.
    pub(crate) name: String,
    /// Its user name, such as `amberbakery`.
    pub(crate) username: String,
}

impl Business {
    /// The business at this position; the first 84 are distinct.
    pub(crate) fn at(position: u32) -> Self {
        let word = |words: &[&'static str]| -> &'static str {
            let index = usize::try_from(position).unwrap_or_default() % words.len().max(1);
            words.get(index).copied().unwrap_or_default()
        };
        let (first, second) = (word(&FIRST), word(&SECOND));
        Self {
            name: format!("{first} {second}"),
            username: format!("{first}{second}").to_lowercase(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn businesses_are_distinct() {
        let names: BTreeSet<_> = (0..84)
            .map(|position| Business::at(position).name)
            .collect();
        assert_eq!(names.len(), 84);
        assert_eq!(Business::at(0).username, "amberbakery");
    }
}
