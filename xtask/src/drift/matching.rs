//! Matches our operations with the vendor's.

use serde_json::Value;

use crate::spec::document::{items, members, text};

use super::operations::Operation;

/// Our operations and the vendor's, matched by method and path.
pub(super) struct Matched<'o, 'a> {
    pub pairs: Vec<(&'o Operation<'a>, &'o Operation<'a>)>,
    pub ours_only: Vec<&'o Operation<'a>>,
    pub theirs_only: Vec<&'o Operation<'a>>,
    /// The prefix of the vendor's paths that belongs to the server URL.
    pub prefix: String,
}

/// Matches the operations. The path prefix may be part of the server URL or of each path; the reading that matches the
/// most operations is used.
pub(super) fn matched<'o, 'a>(
    (ours, our_document): (&'o [Operation<'a>], &Value),
    (theirs, their_document): (&'o [Operation<'a>], &Value),
) -> Matched<'o, 'a> {
    let mut best = (0, String::new(), String::new());
    for our_base in bases(our_document) {
        for their_base in bases(their_document) {
            let met = ours.iter().filter(|our| {
                let key = our.key(&our_base);
                theirs.iter().any(|their| their.key(&their_base) == key)
            });
            let met = met.count();
            if met > best.0 {
                best = (met, our_base.clone(), their_base);
            }
        }
    }
    let (_, our_base, their_base) = best;
    let find = |our: &Operation<'a>| {
        let key = our.key(&our_base);
        theirs
            .iter()
            .find(|their| their.key(&their_base) == key)
            // An operation with its own server may be listed among the others in the other document.
            .or_else(|| {
                theirs
                    .iter()
                    .find(|their| their.key_alone() == our.key_alone())
            })
    };
    let (mut pairs, mut ours_only) = (Vec::new(), Vec::new());
    for our in ours {
        match find(our) {
            Some(their) => pairs.push((our, their)),
            None => ours_only.push(our),
        }
    }
    let theirs_only = theirs
        .iter()
        .filter(|their| !pairs.iter().any(|(_, taken)| std::ptr::eq(*taken, *their)))
        .collect();
    Matched {
        pairs,
        ours_only,
        theirs_only,
        prefix: our_base
            .strip_prefix(&their_base)
            .unwrap_or_default()
            .to_owned(),
    }
}

/// The possible prefixes of a document's paths.
fn bases(document: &Value) -> Vec<String> {
    let mut bases = items(document.get("servers"))
        .map(server_path)
        .collect::<Vec<_>>();
    bases.push(String::new());
    bases.dedup();
    bases
}

/// The path of a server URL.
pub(super) fn server_path(server: &Value) -> String {
    let mut url = text(server, "url").unwrap_or_default().to_owned();
    for (name, variable) in members(server.get("variables")) {
        let default = text(variable, "default").unwrap_or_default();
        url = url.replace(&format!("{{{name}}}"), default);
    }
    let path = match url.split_once("://") {
        Some((_, rest)) => rest
            .find('/')
            .and_then(|at| rest.get(at..))
            .unwrap_or_default(),
        None => &url,
    };
    path.trim_end_matches('/').to_owned()
}

impl Operation<'_> {
    fn key(&self, base: &str) -> String {
        let base = self.server.as_deref().unwrap_or(base);
        plain(&self.method, &format!("{base}{}", self.path))
    }

    fn key_alone(&self) -> String {
        plain(&self.method, self.path)
    }
}

/// Method and path without the names of path parameters.
fn plain(method: &str, path: &str) -> String {
    let mut plain = format!("{method} ");
    let mut inside = false;
    for letter in path.trim_end_matches('/').chars() {
        if letter == '}' {
            inside = false;
        }
        if !inside {
            plain.push(letter);
        }
        if letter == '{' {
            inside = true;
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::operations::operations;
    use super::*;

    fn document(server: &str, paths: &[&str]) -> Value {
        let paths = paths
            .iter()
            .map(|path| ((*path).to_owned(), json!({ "get": { "responses": {} } })))
            .collect::<serde_json::Map<_, _>>();
        json!({ "servers": [{ "url": server }], "paths": paths })
    }

    fn met(ours: &Value, theirs: &Value) -> (usize, String) {
        let (our, their) = (operations(ours), operations(theirs));
        let matched = matched((&our, ours), (&their, theirs));
        (matched.pairs.len(), matched.prefix)
    }

    #[test]
    fn paths_meet_wherever_their_beginning_stands() {
        let ours = document(
            "https://example.com/api/v2",
            &["/threads/{threadId}", "/team"],
        );
        for (server, paths) in [
            ("/api/v2", ["/threads/{id}", "/team/"]),
            (
                "https://example.com",
                ["/api/v2/threads/{id}", "/api/v2/team"],
            ),
            ("https://example.com/api/", ["/v2/threads/{id}", "/v2/team"]),
            ("https://api.example.com", ["/threads/{x}", "/team"]),
        ] {
            assert_eq!(met(&ours, &document(server, &paths)).0, 2, "{server}");
        }
    }

    #[test]
    fn server_variables_have_their_defaults() {
        let server = json!({ "url": "https://{host}/{version}", "variables":
            { "host": { "default": "example.com" }, "version": { "default": "v2" } } });
        assert_eq!(server_path(&server), "/v2");
    }

    #[test]
    fn a_server_of_its_own_does_not_part_operations() {
        let mut ours = document("https://example.com/v1", &["/a", "/b"]);
        ours["paths"]["/b"]["get"]["servers"] = json!([{ "url": "https://old.example.com" }]);
        assert_eq!(
            met(&ours, &document("https://example.com/v1", &["/a", "/b"])).0,
            2
        );
    }
}
