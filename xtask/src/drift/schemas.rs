//! Compares what two schemas allow.

use std::collections::BTreeMap;

use super::compare::{At, Comparison};
use super::difference::Kind;
use super::normalise::identity;
use super::shape::{Node, Object, Property, Rest, Scalar, Shape, Words};

impl<'a> Comparison<'a> {
    pub fn nodes(&mut self, at: &At, ours: &Node<'a>, theirs: &Node<'a>) {
        let (ours, theirs) = (self.ours.shape(ours), self.theirs.shape(theirs));
        self.shapes(at, &ours, &theirs);
    }

    pub fn shapes(&mut self, at: &At, ours: &Shape<'a>, theirs: &Shape<'a>) {
        let words = |found: &Self| (found.ours.words(ours), found.theirs.words(theirs));
        if ours.any || theirs.any {
            if ours.any != theirs.any {
                let (our, their) = words(self);
                self.add(&at.owned(ours.owner), Kind::Type, our, their);
            }
            return;
        }
        self.nullable(at, ours, theirs);
        match same_types(ours, theirs) {
            Same::Yes => {}
            Same::Integer => self.add(&at.owned(ours.owner), Kind::Integer, "integer", "number"),
            Same::No => {
                let (our, their) = words(self);
                self.add(&at.owned(ours.owner), Kind::Type, our, their);
            }
        }
        self.number_words(at, ours, theirs);
        for our in &ours.scalars {
            if let Some(their) = theirs.scalars.iter().find(|their| their.name == our.name) {
                self.scalars(at, our, their);
            }
        }
        if let (Some(ours), Some(theirs)) = (&ours.list, &theirs.list)
            && self.seen.insert((identity(ours), identity(theirs)))
        {
            self.nodes(&at.step("[]"), ours, theirs);
        }
        self.unions(at, &ours.objects, &theirs.objects);
    }

    fn number_words(&mut self, at: &At, ours: &Shape<'a>, theirs: &Shape<'a>) {
        let is_number = |shape: &Shape<'a>| {
            let mut scalars = shape.scalars.iter();
            scalars.any(|scalar| scalar.name == "number")
        };
        if ours.number_words == theirs.number_words || !is_number(ours) || !is_number(theirs) {
            return;
        }
        let text = |shape: &Shape<'a>| {
            let words = shape.number_words.iter().map(String::as_str);
            let names = std::iter::once("number").chain(words);
            names.collect::<Vec<_>>().join(", ")
        };
        self.add(at, Kind::NumberWords, text(ours), text(theirs));
    }

    fn nullable(&mut self, at: &At, ours: &Shape<'a>, theirs: &Shape<'a>) {
        if ours.nullable == theirs.nullable {
            return;
        }
        let word = |nullable| if nullable { "nullable" } else { "not null" };
        // If a component says that it may be null, that is one difference, not one per use.
        let shared = if ours.nullable {
            ours.nullable_by
        } else {
            theirs.nullable_by.and(ours.owner)
        };
        let at = at.owned(shared);
        self.add(
            &at,
            Kind::Nullable,
            word(ours.nullable),
            word(theirs.nullable),
        );
    }

    fn scalars(&mut self, at: &At, ours: &Scalar<'a>, theirs: &Scalar<'a>) {
        let (our, their) = match (&ours.words, &theirs.words) {
            (None, None) => return,
            (Some(our), Some(their)) => {
                let at = at.owned(our.owner);
                self.listed(&at, &their.values);
                for value in our.values.difference(&their.values) {
                    self.add(&at, Kind::ExtraEnumValue, value, "-");
                }
                for value in their.values.difference(&our.values) {
                    self.add(&at, Kind::MissingEnumValue, "-", value);
                }
                return;
            }
            // We know some values of a set that the vendor leaves open too.
            (Some(our), None) if our.open => return,
            (our, their) => (our, their),
        };
        let text = |words: &Option<Words<'a>>| {
            let any = || format!("any {}", ours.name);
            words.as_ref().map_or_else(any, Words::text)
        };
        let at = at.owned(our.as_ref().and_then(|our| our.owner));
        self.add(&at, Kind::Enum, text(our), text(their));
    }

    /// `tag` is a property whose values are already compared.
    pub fn objects(&mut self, at: &At, ours: &Object<'a>, theirs: &Object<'a>, tag: Option<&str>) {
        if !self.seen.insert((ours.id.clone(), theirs.id.clone())) {
            return;
        }
        for our in &ours.properties {
            let at = at.property(our.name, our.owner);
            if let Some(their) = theirs.property(our.name) {
                self.properties(&at, our, their, tag);
            } else if let Some(values) = self.theirs.map(theirs) {
                self.nodes(&at, &our.node, &values);
            } else {
                let words = self.ours.words(&self.ours.shape(&our.node));
                self.add(&at, Kind::ExtraProperty, words, "-");
            }
        }
        for their in &theirs.properties {
            if ours.property(their.name).is_some() {
                continue;
            }
            let owner = their.owner.filter(|owner| ours.has_owner(owner));
            let at = at.property(their.name, owner.or(ours.owner));
            if let Some(values) = self.ours.map(ours) {
                self.nodes(&at, &values, &their.node);
            } else {
                let words = self.theirs.words(&self.theirs.shape(&their.node));
                self.add(&at, Kind::MissingProperty, "-", words);
            }
        }
        self.maps(&at.owned(ours.owner).step(".*"), ours, theirs);
    }

    fn properties(
        &mut self,
        at: &At,
        ours: &Property<'a>,
        theirs: &Property<'a>,
        tag: Option<&str>,
    ) {
        let mut our = self.ours.shape(&ours.node);
        let mut their = self.theirs.shape(&theirs.node);
        if at.answer && our.nullable && !ours.required && theirs.required {
            self.add(at, Kind::Required, "optional and nullable", "required");
        } else {
            self.required(at, ours.required, theirs.required);
        }
        if tag == Some(ours.name) {
            for scalar in our.scalars.iter_mut().chain(&mut their.scalars) {
                scalar.words = None;
            }
        }
        self.shapes(at, &our, &their);
    }

    /// Maps: values of one type under any name.
    fn maps(&mut self, at: &At, ours: &Object<'a>, theirs: &Object<'a>) {
        match (self.ours.map(ours), self.theirs.map(theirs)) {
            (Some(our), Some(their)) => self.nodes(at, &our, &their),
            (Some(our), None) if is_free(theirs) => {
                let words = self.ours.words(&self.ours.shape(&our));
                self.add(at, Kind::Type, words, "anything");
            }
            (None, Some(their)) if is_free(ours) => {
                let words = self.theirs.words(&self.theirs.shape(&their));
                self.add(at, Kind::Type, "anything", words);
            }
            _ => {}
        }
    }
}

/// An object that does not describe its contents.
fn is_free(object: &Object<'_>) -> bool {
    object.properties.is_empty() && !matches!(object.rest, Rest::Closed)
}

enum Same {
    Yes,
    /// Apart from a whole number of ours, which is any number there.
    Integer,
    No,
}

fn same_types(ours: &Shape<'_>, theirs: &Shape<'_>) -> Same {
    let (ours, theirs) = (types(ours), types(theirs));
    if ours == theirs {
        return Same::Yes;
    }
    let stricter = |(name, whole): (&&str, &bool)| *whole || theirs.get(name) == Some(&false);
    if ours.keys().eq(theirs.keys()) && ours.iter().all(stricter) {
        return Same::Integer;
    }
    Same::No
}

/// The types, and whether the value is an integer.
fn types<'a>(shape: &Shape<'a>) -> BTreeMap<&'a str, bool> {
    let scalars = shape
        .scalars
        .iter()
        .map(|scalar| (scalar.name, scalar.whole));
    let list = shape.list.iter().map(|_| ("array", false));
    let objects = shape.objects.iter().map(|_| ("object", false));
    scalars.chain(list).chain(objects).collect()
}
