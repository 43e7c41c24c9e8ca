//! Values that keep to a schema and are as awkward as it allows.

use std::cell::Cell;

use serde_json::{Map, Value, json};

use super::{Document, Kind, Shape};

/// What a text has to get through unharmed.
const AWKWARD: &str = "é/ß?a=b&c+d e%2Ff#g;\"h\\' \u{1F600}";
/// Other texts, for schemas that do not allow everything.
const TEXTS: [&str; 5] = [
    "é/ß?a=b&c+d%2Ff#g;\"h\\'\u{1F600}",
    "https://example.com/a%20b?c=d&e=f+g#h",
    "!a/b?c=d&e+f g%2Fh#i~",
    "2026-02-28 23:59:59",
    "abc123",
];
const WHOLE: [i64; 4] = [9_007_199_254_740_991, 1, 0, -7];
const NUMBERS: [f64; 4] = [0.300_000_000_000_000_04, -1.5e-7, 1e21, 2.0];

/// How much of what may be given is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Everything.
    Full,
    /// What must be, and what may be `null` or an empty list; and then it is.
    Hollow,
    /// What must be.
    Least,
}

/// Makes values that keep to a schema.
#[derive(Debug)]
pub struct Maker<'a> {
    document: &'a Document,
    style: Style,
    turn: usize,
    turns: Cell<usize>,
}

impl<'a> Maker<'a> {
    /// A maker that takes the alternatives of this turn.
    pub const fn new(document: &'a Document, style: Style, turn: usize) -> Self {
        Self {
            document,
            style,
            turn,
            turns: Cell::new(1),
        }
    }

    /// How many turns it takes until each alternative of the values made so far had its own.
    pub const fn turns(&self) -> usize {
        self.turns.get()
    }

    /// Whether an optional parameter is given.
    pub fn gives(&self, schema: &'a Value) -> bool {
        let shape = Shape::of(self.document, schema);
        match self.style {
            Style::Full => true,
            Style::Hollow => shape.nullable || matches!(shape.kind, Kind::List(_)),
            Style::Least => false,
        }
    }

    /// A value that can stand in a path.
    pub fn segment(&self, name: &str, schema: &'a Value) -> Value {
        let shape = Shape::of(self.document, schema);
        match shape.kind {
            Kind::Text => texts(name, shape.schema).swap_remove(0),
            _ => self.value(name, schema),
        }
    }

    /// A value.
    pub fn value(&self, name: &str, schema: &'a Value) -> Value {
        let shape = Shape::of(self.document, schema);
        if shape.nullable && self.style == Style::Hollow {
            return Value::Null;
        }
        match shape.kind {
            Kind::Any => self.pick(vec![
                json!({AWKWARD: [null, 1.5, true, {}], "": []}),
                json!(AWKWARD),
                json!(-1),
                json!([]),
            ]),
            Kind::Text => {
                let mut texts = texts(name, shape.schema);
                if fits(shape.schema, "") {
                    texts.push("".into());
                }
                self.pick(texts)
            }
            Kind::Word { words, open } => {
                let more = open.then_some("another/word & more");
                self.pick(words.into_iter().chain(more).map(Value::from).collect())
            }
            Kind::Integer => self.pick(whole_numbers(shape.schema)),
            Kind::Number => self.pick(numbers(shape.schema)),
            Kind::Bool => self.pick(vec![true.into(), false.into()]),
            Kind::List(items) => self.list(name, shape.schema, items),
            Kind::Object { members, more } => self.object(&members, more),
            Kind::Union(members) => {
                let (nested, member) = self.branch(&members);
                self.merge(&nested, nested.value(name, member), members.len())
            }
            Kind::Tagged { .. } => self.tagged(name, &shape),
        }
    }

    fn list(&self, name: &str, schema: &Value, items: &'a Value) -> Value {
        let bound = |bound: &str| schema[bound].as_u64();
        let least = bound("minItems").unwrap_or(0);
        let most = bound("maxItems").unwrap_or(u64::MAX);
        let count = match self.style {
            Style::Full => least.max(2).min(most),
            Style::Hollow | Style::Least => least,
        };
        (0..count)
            .map(|item| {
                let turn = self.turn + usize::try_from(item).expect("lists are short");
                let nested = Self::new(self.document, self.style, turn);
                self.merge(&nested, nested.value(name, items), 1)
            })
            .collect()
    }

    fn object(&self, members: &[(&str, &'a Value, bool)], more: Option<&'a Value>) -> Value {
        let mut object: Map<_, _> = members
            .iter()
            .filter(|(_, schema, required)| *required || self.gives(schema))
            .map(|(name, schema, _)| ((*name).to_owned(), self.value(name, schema)))
            .collect();
        if let Some(schema) = more.filter(|_| self.style == Style::Full) {
            object.insert(AWKWARD.to_owned(), self.value("more", schema));
        }
        object.into()
    }

    fn tagged(&self, name: &str, shape: &Shape<'a>) -> Value {
        let Kind::Tagged { tag, known, other } = &shape.kind else {
            unreachable!("only called with such a shape");
        };
        let mut words: Vec<_> = known.iter().map(|(word, _)| *word).collect();
        words.extend(other.map(|_| "another"));
        let (nested, word) = self.branch(&words);
        let member = shape
            .chosen(self.document, &json!({ *tag: word }))
            .expect("each tag has a schema");
        let mut value = nested.value(name, member);
        value[tag] = word.into();
        self.merge(&nested, value, words.len())
    }

    /// One of several branches, and a maker for what grows on it.
    fn branch<T: Copy>(&self, branches: &[T]) -> (Self, T) {
        let count = branches.len();
        let nested = Self::new(self.document, self.style, self.turn / count);
        (nested, branches[self.turn % count])
    }

    /// Counts the turns of a nested maker in.
    fn merge(&self, nested: &Self, value: Value, branches: usize) -> Value {
        self.turns
            .set(self.turns.get().max(nested.turns() * branches));
        value
    }

    fn pick(&self, mut alternatives: Vec<Value>) -> Value {
        self.turns.set(self.turns.get().max(alternatives.len()));
        alternatives.swap_remove(self.turn % alternatives.len())
    }
}

/// The texts that a schema allows, the most awkward one first.
fn texts(name: &str, schema: &Value) -> Vec<Value> {
    if schema["format"] == "date-time" {
        return vec![
            "2026-02-28T23:59:59.123+05:30".into(),
            "2026-03-01T00:00:00Z".into(),
        ];
    }
    let awkward = format!("{name} {AWKWARD}");
    let candidates = [awkward.as_str()].into_iter().chain(TEXTS);
    let mut texts: Vec<_> = candidates.filter(|text| fits(schema, text)).collect();
    texts.extend(schema["example"].as_str());
    assert!(!texts.is_empty(), "no text is known that fits {schema}");
    texts.truncate(1);
    texts.into_iter().map(Value::from).collect()
}

fn fits(schema: &Value, text: &str) -> bool {
    let length = text.chars().count() as u64;
    let within = length >= schema["minLength"].as_u64().unwrap_or(0)
        && length <= schema["maxLength"].as_u64().unwrap_or(u64::MAX);
    let matches = || match schema.get("pattern") {
        Some(pattern) => jsonschema::is_valid(&json!({ "pattern": pattern }), &text.into()),
        None => schema["format"] != "date-time",
    };
    within && matches()
}

fn whole_numbers(schema: &Value) -> Vec<Value> {
    let bounds = ["maximum", "minimum"].map(|bound| schema[bound].as_i64());
    let [most, least] = bounds;
    bounds
        .into_iter()
        .flatten()
        .chain(WHOLE)
        .filter(|number| most.is_none_or(|most| *number <= most))
        .filter(|number| least.is_none_or(|least| *number >= least))
        .map(Value::from)
        .collect()
}

fn numbers(schema: &Value) -> Vec<Value> {
    let bounds = ["maximum", "minimum"].map(|bound| schema[bound].as_f64());
    let [most, least] = bounds;
    NUMBERS
        .into_iter()
        .chain(bounds.into_iter().flatten())
        .filter(|number| most.is_none_or(|most| *number <= most))
        .filter(|number| least.is_none_or(|least| *number >= least))
        .map(Value::from)
        .collect()
}
