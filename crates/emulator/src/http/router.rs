//! Finds the operation of a method and a path.

use std::borrow::Cow;
use std::collections::BTreeMap;

use http::Method;
use percent_encoding::percent_decode_str;

use crate::spec::Spec;

/// The routes of a spec.
pub(crate) struct Router {
    routes: Vec<Route>,
}

/// The result of a lookup.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Match {
    /// An operation, by its index in the spec, and the values of the path parameters.
    Operation(usize, BTreeMap<String, String>),
    /// The path exists, but not with this method.
    OtherMethods(Vec<Method>),
    /// No such path.
    Nothing,
}

struct Route {
    segments: Vec<Segment>,
    operations: Vec<(Method, usize)>,
}

#[derive(PartialEq, Eq)]
enum Segment {
    Fixed(String),
    Parameter(String),
}

impl Router {
    /// The routes of a spec.
    pub(crate) fn of(spec: &Spec) -> Self {
        let mut routes: Vec<Route> = Vec::new();
        for (index, operation) in spec.operations.iter().enumerate() {
            let segments = template(&operation.path);
            let entry = (operation.method.clone(), index);
            match routes.iter_mut().find(|route| route.segments == segments) {
                Some(route) => route.operations.push(entry),
                None => routes.push(Route {
                    segments,
                    operations: vec![entry],
                }),
            }
        }
        Self { routes }
    }

    /// Finds the operation of a request. `path` is encoded as received: each segment is decoded on
    /// its own, so that an encoded slash stays inside its segment.
    pub(crate) fn find(&self, method: &Method, path: &str) -> Match {
        let segments: Vec<Cow<'_, str>> = path
            .split('/')
            .map(|segment| percent_decode_str(segment).decode_utf8_lossy())
            .collect();
        let fitting = self.routes.iter().filter(|route| route.fits(&segments));
        // Literal segments take precedence over parameters, from left to right.
        let Some(route) = fitting.max_by_key(|route| route.fixed_segments()) else {
            return Match::Nothing;
        };
        if let Some((_, index)) = route.operations.iter().find(|(known, _)| known == method) {
            return Match::Operation(*index, route.values(&segments));
        }
        Match::OtherMethods(
            route
                .operations
                .iter()
                .map(|(method, _)| method.clone())
                .collect(),
        )
    }
}

impl Route {
    fn fits(&self, segments: &[Cow<'_, str>]) -> bool {
        self.segments.len() == segments.len()
            && self
                .segments
                .iter()
                .zip(segments)
                .all(|(known, segment)| match known {
                    Segment::Fixed(text) => text == segment,
                    Segment::Parameter(_) => !segment.is_empty(),
                })
    }

    fn fixed_segments(&self) -> Vec<bool> {
        self.segments
            .iter()
            .map(|segment| matches!(segment, Segment::Fixed(_)))
            .collect()
    }

    fn values(&self, segments: &[Cow<'_, str>]) -> BTreeMap<String, String> {
        let pairs = self.segments.iter().zip(segments);
        pairs
            .filter_map(|(known, segment)| match known {
                Segment::Parameter(name) => Some((name.clone(), segment.to_string())),
                Segment::Fixed(_) => None,
            })
            .collect()
    }
}

fn template(path: &str) -> Vec<Segment> {
    path.split('/')
        .map(|segment| {
            match segment
                .strip_prefix('{')
                .and_then(|name| name.strip_suffix('}'))
            {
                Some(name) => Segment::Parameter(name.to_owned()),
                None => Segment::Fixed(segment.to_owned()),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn router() -> Router {
        let operation = |id: &str| {
            format!(r#"{{"operationId": "{id}", "responses": {{"200": {{"description": "x"}}}}}}"#)
        };
        let text = format!(
            r#"{{"servers": [{{"url": "https://example.com/api/v9/"}}], "paths": {{
                "/threads/{{id}}": {{"get": {get}, "patch": {patch}}},
                "/threads/lookup": {{"get": {lookup}}},
                "/threads/{{id}}/messages": {{"get": {messages}}}
            }}}}"#,
            get = operation("get"),
            patch = operation("patch"),
            lookup = operation("lookup"),
            messages = operation("messages"),
        );
        Router::of(&Spec::read(&text).unwrap())
    }

    fn found(path: &str) -> Option<BTreeMap<String, String>> {
        match router().find(&Method::GET, path) {
            Match::Operation(_, values) => Some(values),
            _ => None,
        }
    }

    fn id(value: &str) -> BTreeMap<String, String> {
        BTreeMap::from([("id".to_owned(), value.to_owned())])
    }

    #[test]
    fn parameters_take_one_decoded_segment() {
        assert_eq!(found("/api/v9/threads/abc"), Some(id("abc")));
        assert_eq!(
            found("/api/v9/threads/a%2Fb%3Fc%23d%25e%20%C3%A9"),
            Some(id("a/b?c#d%e é"))
        );
        assert_eq!(found("/api/v9/threads/a%2Fb/messages"), Some(id("a/b")));
        assert_eq!(found("/api/v9/threads/a+b"), Some(id("a+b")));
    }

    #[test]
    fn literal_segments_take_precedence() {
        assert_eq!(found("/api/v9/threads/lookup"), Some(BTreeMap::new()));
        assert_eq!(found("/api/v9/threads/lookups"), Some(id("lookups")));
    }

    #[test]
    fn unknown_paths_are_not_found() {
        for path in [
            "/api/v9/threads/",
            "/api/v9/threads",
            "/threads/a",
            "/api/v9/threads/a/b",
            "/",
        ] {
            assert_eq!(router().find(&Method::GET, path), Match::Nothing, "{path}");
        }
    }

    #[test]
    fn other_methods_are_named() {
        let found = router().find(&Method::DELETE, "/api/v9/threads/abc");
        assert_eq!(found, Match::OtherMethods(vec![Method::GET, Method::PATCH]));
    }
}
