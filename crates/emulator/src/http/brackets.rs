//! Lists and objects in a query string, encoded with brackets:
//! `filters[tags][ids][]=a&filters[tags][ids][]=b`.

use serde_json::{Map, Value};

use crate::spec::Shape;

/// The values of one name, and the subtrees of the names inside its brackets.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    texts: Vec<String>,
    inner: Vec<(String, Tree)>,
}

impl Tree {
    /// Collects all pairs of the parameter `name`; `None` if there are none.
    pub(crate) fn collect<'a>(
        name: &str,
        pairs: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Option<Self> {
        let mut tree = None;
        for (key, text) in pairs {
            if let Some(steps) = steps(name, key) {
                tree.get_or_insert_with(Self::default).insert(&steps, text);
            }
        }
        tree
    }

    /// Converts the tree to a value of this shape. What does not fit is kept as it is, so that
    /// schema validation rejects it.
    pub(crate) fn read(&self, shape: &Shape) -> Value {
        match shape {
            Shape::List(item) => {
                let texts = self.texts.iter().map(|text| item.read(text));
                let inner = self
                    .inner
                    .iter()
                    .flat_map(|(name, tree)| tree.read_items(name, item));
                Value::Array(texts.chain(inner).collect())
            }
            Shape::Object(members) if self.texts.is_empty() => {
                let member = |(name, tree): &(String, Self)| {
                    let shape = members.get(name).unwrap_or(&Shape::Text);
                    (name.clone(), tree.read(shape))
                };
                Value::Object(self.inner.iter().map(member).collect())
            }
            Shape::Either(shapes) if self.is_list() => {
                let list = shapes.iter().find(|shape| shape.takes_list());
                self.read(list.unwrap_or(&Shape::Text))
            }
            shape => self.read_single(shape),
        }
    }

    fn read_single(&self, shape: &Shape) -> Value {
        match self.texts.as_slice() {
            [text] if self.inner.is_empty() => shape.read(text),
            texts if self.inner.is_empty() => Value::Array(
                texts
                    .iter()
                    .map(|text| Value::from(text.as_str()))
                    .collect(),
            ),
            _ => {
                let member =
                    |(name, tree): &(String, Self)| (name.clone(), tree.read(&Shape::Text));
                Value::Object(self.inner.iter().map(member).collect::<Map<_, _>>())
            }
        }
    }

    /// The items under one pair of brackets of a list: `[]` may occur several times, `[0]` only
    /// once.
    fn read_items(&self, name: &str, item: &Shape) -> Vec<Value> {
        if name.is_empty() && self.inner.is_empty() {
            return self.texts.iter().map(|text| item.read(text)).collect();
        }
        vec![self.read(item)]
    }

    fn is_list(&self) -> bool {
        let numbered = |(name, _): &(String, Self)| name.bytes().all(|byte| byte.is_ascii_digit());
        self.texts.len() > 1 || (!self.inner.is_empty() && self.inner.iter().all(numbered))
    }

    fn insert(&mut self, steps: &[&str], text: &str) {
        let Some((step, rest)) = steps.split_first() else {
            self.texts.push(text.to_owned());
            return;
        };
        if let Some((_, tree)) = self.inner.iter_mut().find(|(name, _)| name == step) {
            tree.insert(rest, text);
        } else {
            let mut tree = Self::default();
            tree.insert(rest, text);
            self.inner.push(((*step).to_owned(), tree));
        }
    }
}

/// The names inside the brackets of `key`, if it is `name` followed only by brackets.
pub(crate) fn steps<'a>(name: &str, key: &'a str) -> Option<Vec<&'a str>> {
    let mut rest = key.strip_prefix(name)?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let (step, after) = rest.strip_prefix('[')?.split_once(']')?;
        steps.push(step);
        rest = after;
    }
    (steps.len() <= MAX_DEPTH).then_some(steps)
}

/// The maximum nesting depth of brackets.
const MAX_DEPTH: usize = 16;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(shape: &Shape, pairs: &[(&str, &str)]) -> Option<Value> {
        Tree::collect("a", pairs.iter().copied()).map(|tree| tree.read(shape))
    }

    fn list(item: Shape) -> Shape {
        Shape::List(Box::new(item))
    }

    #[test]
    fn lists_are_written_in_three_ways() {
        let shape = list(Shape::Integer);
        let expected = Some(json!([1, 2]));
        assert_eq!(read(&shape, &[("a[]", "1"), ("a[]", "2")]), expected);
        assert_eq!(read(&shape, &[("a[0]", "1"), ("a[1]", "2")]), expected);
        assert_eq!(
            read(&shape, &[("a", "1"), ("b", "5"), ("a", "2")]),
            expected
        );
        assert_eq!(read(&shape, &[("a", "1")]), Some(json!([1])));
        assert_eq!(read(&shape, &[("ab[]", "1")]), None);
    }

    #[test]
    fn objects_nest() {
        let tags = Shape::Object(
            [
                ("ids".to_owned(), list(Shape::Text)),
                ("none".to_owned(), Shape::Boolean),
            ]
            .into(),
        );
        let shape = Shape::Object([("tags".to_owned(), tags)].into());
        let pairs = [
            ("a[tags][ids][]", "x"),
            ("a[tags][none]", "true"),
            ("a[tags][ids][]", "y"),
        ];
        let expected = json!({"tags": {"ids": ["x", "y"], "none": true}});
        assert_eq!(read(&shape, &pairs), Some(expected));
    }

    #[test]
    fn values_of_the_wrong_shape_are_kept() {
        let shape = Shape::Object([("id".to_owned(), Shape::Integer)].into());
        assert_eq!(
            read(&shape, &[("a[other]", "1")]),
            Some(json!({"other": "1"}))
        );
        assert_eq!(read(&shape, &[("a", "1")]), Some(json!("1")));
        assert_eq!(
            read(&Shape::Integer, &[("a[x]", "1")]),
            Some(json!({"x": "1"}))
        );
        assert_eq!(
            read(&Shape::Integer, &[("a", "1"), ("a", "2")]),
            Some(json!(["1", "2"]))
        );
    }

    #[test]
    fn malformed_brackets_are_not_matched() {
        assert_eq!(steps("a", "a[b"), None);
        assert_eq!(steps("a", "a]b["), None);
        assert_eq!(steps("a", "a[b]c"), None);
        assert_eq!(steps("a", &format!("a{}", "[b]".repeat(17))), None);
    }
}
