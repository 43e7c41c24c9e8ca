//! Compares unions of objects, member by member.

use std::collections::BTreeSet;

use super::compare::{At, Comparison};
use super::difference::Kind;
use super::normalise::Schemas;
use super::shape::{Node, Object, Rest};

/// A member of a union with its tag values; none for the fallback member.
struct Variant<'o, 'a> {
    words: BTreeSet<String>,
    object: &'o Object<'a>,
}

impl<'a> Schemas<'a> {
    /// The values of a map, unless they can be anything.
    pub fn map(self, object: &Object<'a>) -> Option<Node<'a>> {
        match &object.rest {
            Rest::Map(values) if !self.shape(values).any => Some(values.clone()),
            _ => None,
        }
    }

    /// The members by their values of this property, if it distinguishes them.
    fn variants<'o>(self, objects: &'o [Object<'a>], tag: &str) -> Option<Vec<Variant<'o, 'a>>> {
        let mut taken = BTreeSet::new();
        let mut variants = Vec::new();
        for object in objects {
            let shape = self.shape(&object.property(tag)?.node);
            let words = shape
                .scalars
                .into_iter()
                .filter_map(|scalar| scalar.words.filter(|words| !words.open))
                .flat_map(|words| words.values)
                .collect::<BTreeSet<_>>();
            if words.iter().any(|word| !taken.insert(word.clone())) {
                return None;
            }
            variants.push(Variant { words, object });
        }
        let others = variants.iter().filter(|variant| variant.words.is_empty());
        (others.count() <= 1 && !taken.is_empty()).then_some(variants)
    }

    /// Where the values of a member's tag are listed.
    fn tag_owner(self, object: &Object<'a>, tag: &str) -> Option<&'a str> {
        let shape = self.shape(&object.property(tag)?.node);
        shape
            .scalars
            .into_iter()
            .find_map(|scalar| scalar.words?.owner)
    }
}

impl<'a> Comparison<'a> {
    pub fn unions(&mut self, at: &At, ours: &[Object<'a>], theirs: &[Object<'a>]) {
        match (ours, theirs) {
            ([], _) | (_, []) => {}
            ([ours], [theirs]) => self.objects(at, ours, theirs, None),
            _ => {
                if self.tagged(at, ours, theirs) {
                    return;
                }
                match (ours, theirs) {
                    ([ours], theirs) => self.objects(at, ours, &Object::merged(theirs), None),
                    (ours, [theirs]) => self.objects(at, &Object::merged(ours), theirs, None),
                    _ => self.alike(at, ours, theirs),
                }
            }
        }
    }

    /// Compares by tag, if both sides have the same one.
    fn tagged(&mut self, at: &At, ours: &[Object<'a>], theirs: &[Object<'a>]) -> bool {
        let (our, their) = (self.ours, self.theirs);
        let hints = ours
            .iter()
            .chain(theirs)
            .flat_map(|object| &object.tags)
            .copied();
        let names = ours.iter().take(1).flat_map(|object| &object.properties);
        let tag = hints
            .chain(names.map(|property| property.name))
            .find_map(|tag| Some((tag, our.variants(ours, tag)?, their.variants(theirs, tag)?)));
        let Some((tag, ours, theirs)) = tag else {
            return false;
        };
        self.words(at, tag, &ours, &theirs);
        let other = |variants: &[Variant<'_, 'a>]| {
            let other = variants.iter().find(|variant| variant.words.is_empty());
            other.map(|variant| variant.object.clone())
        };
        let place = at.step("<*>");
        match (other(&ours), other(&theirs)) {
            (Some(ours), Some(theirs)) => self.objects(&place, &ours, &theirs, Some(tag)),
            (Some(_), None) => self.add(&place, Kind::ExtraVariant, "any other", "-"),
            (None, Some(_)) => self.add(&place, Kind::MissingVariant, "-", "any other"),
            (None, None) => {}
        }
        true
    }

    fn words(&mut self, at: &At, tag: &str, ours: &[Variant<'_, 'a>], theirs: &[Variant<'_, 'a>]) {
        for our in ours {
            let at_tag = self.tag(at, tag, our.object);
            self.listed(&at_tag, theirs.iter().flat_map(|their| &their.words));
            let (known, extra) = split(our, theirs);
            for (word, their) in &known {
                let at = at.step(&format!("<{word}>"));
                self.objects(&at, our.object, their.object, Some(tag));
            }
            if extra.is_empty() {
                continue;
            }
            if known.is_empty() {
                let words = extra.join(", ");
                self.add(
                    &at.step(&format!("<{words}>")),
                    Kind::ExtraVariant,
                    words,
                    "-",
                );
                continue;
            }
            for word in extra {
                self.add(&at_tag, Kind::ExtraEnumValue, word, "-");
            }
        }
        for their in theirs {
            let (known, missing) = split(their, ours);
            if missing.is_empty() {
                continue;
            }
            let Some((_, our)) = known.first() else {
                let words = missing.join(", ");
                self.add(
                    &at.step(&format!("<{words}>")),
                    Kind::MissingVariant,
                    "-",
                    words,
                );
                continue;
            };
            let at = self.tag(at, tag, our.object);
            for word in missing {
                self.add(&at, Kind::MissingEnumValue, "-", word);
            }
        }
    }

    /// The place of a tag.
    fn tag(&self, at: &At, tag: &str, object: &Object<'a>) -> At {
        let owner = object.property(tag).and_then(|property| property.owner);
        at.property(tag, owner)
            .owned(self.ours.tag_owner(object, tag))
    }

    /// Compares unions without a tag: pairs the most similar members.
    fn alike(&mut self, at: &At, ours: &[Object<'a>], theirs: &[Object<'a>]) {
        let mut scores = Vec::new();
        for (i, our) in ours.iter().enumerate() {
            for (j, their) in theirs.iter().enumerate() {
                scores.push((likeness(our, their), i, j));
            }
        }
        scores.sort_by_key(|(score, i, j)| (std::cmp::Reverse(*score), *i, *j));
        let (mut our_taken, mut their_taken) = (BTreeSet::new(), BTreeSet::new());
        for (score, i, j) in scores {
            if score == 0 || our_taken.contains(&i) || their_taken.contains(&j) {
                continue;
            }
            if let (Some(our), Some(their)) = (ours.get(i), theirs.get(j)) {
                our_taken.insert(i);
                their_taken.insert(j);
                self.objects(&at.step(&format!("<{}>", label(our))), our, their, None);
            }
        }
        for (i, our) in ours.iter().enumerate() {
            if !our_taken.contains(&i) {
                let label = label(our);
                self.add(
                    &at.step(&format!("<{label}>")),
                    Kind::ExtraVariant,
                    label,
                    "-",
                );
            }
        }
        for (j, their) in theirs.iter().enumerate() {
            if !their_taken.contains(&j) {
                let label = label(their);
                self.add(
                    &at.step(&format!("<{label}>")),
                    Kind::MissingVariant,
                    "-",
                    label,
                );
            }
        }
    }
}

/// The tag values that both sides have, with the other side's variant, and those it lacks.
fn split<'v, 'o, 'a>(
    variant: &Variant<'_, 'a>,
    others: &'v [Variant<'o, 'a>],
) -> (Vec<(String, &'v Variant<'o, 'a>)>, Vec<String>) {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for word in &variant.words {
        match others.iter().find(|other| other.words.contains(word)) {
            Some(other) => known.push((word.clone(), other)),
            None => unknown.push(word.clone()),
        }
    }
    (known, unknown)
}

/// The similarity of two objects, in thousandths.
fn likeness(ours: &Object<'_>, theirs: &Object<'_>) -> usize {
    if ours.owner.is_some() && ours.owner == theirs.owner {
        return 1001;
    }
    let shared = ours
        .properties
        .iter()
        .filter(|property| theirs.property(property.name).is_some())
        .count();
    let all = ours.properties.len() + theirs.properties.len() - shared;
    (shared * 1000).checked_div(all).unwrap_or(1000)
}

/// A name for a member of a union without a tag.
fn label(object: &Object<'_>) -> String {
    let names = object.properties.iter().map(|property| property.name);
    object
        .owner
        .map_or_else(|| names.collect::<Vec<_>>().join(", "), str::to_owned)
}
