//! Which member of a JSON text a line and column lie in.

/// The JSON pointer of the value at (or just before) an offset into a JSON text, for a message
/// about a value that has the wrong shape. Empty at the top.
///
/// It reads only up to the offset and does not check what it reads.
pub(crate) fn pointer_at(json: &[u8], offset: usize) -> String {
    let mut walk = Walk { levels: Vec::new() };
    let mut rest = json.get(..offset).unwrap_or(json);
    while let Some((&byte, after)) = rest.split_first() {
        rest = if byte == b'"' {
            walk.string(after)
        } else {
            walk.byte(byte);
            after
        };
    }
    walk.pointer()
}

/// The offset of a line and column as `serde_json` counts them: lines from 1, columns in bytes.
pub(crate) fn offset_of(json: &[u8], line: usize, column: usize) -> usize {
    let before: usize = json
        .split_inclusive(|byte| *byte == b'\n')
        .take(line.saturating_sub(1))
        .map(<[u8]>::len)
        .sum();
    before.saturating_add(column)
}

/// The arrays and objects around the place reached.
struct Walk<'a> {
    levels: Vec<Level<'a>>,
}

/// One array or object, and the place in it.
enum Level<'a> {
    /// The index of the element; none before the first.
    Array(Option<usize>),
    /// The name of the member; none between members.
    Object {
        name: Option<&'a [u8]>,
        in_value: bool,
    },
}

impl<'a> Walk<'a> {
    /// Passes a string whose opening quote was just read; it may be a member's name.
    fn string(&mut self, text: &'a [u8]) -> &'a [u8] {
        self.enter();
        let mut escaped = false;
        let end = text.iter().position(|byte| {
            let ends = *byte == b'"' && !escaped;
            escaped = *byte == b'\\' && !escaped;
            ends
        });
        let parts = end.and_then(|end| Some((text.get(..end)?, text.get(end + 1..)?)));
        let Some((content, rest)) = parts else {
            return &[];
        };
        if let Some(Level::Object {
            name,
            in_value: false,
        }) = self.levels.last_mut()
        {
            *name = Some(content);
        }
        rest
    }

    /// Passes a byte outside a string.
    fn byte(&mut self, byte: u8) {
        if byte.is_ascii_whitespace() {
            return;
        }
        if byte == b'}' || byte == b']' {
            self.levels.pop();
            return;
        }
        self.enter();
        match (byte, self.levels.last_mut()) {
            (b'{', _) => self.levels.push(Level::Object {
                name: None,
                in_value: false,
            }),
            (b'[', _) => self.levels.push(Level::Array(None)),
            (b':', Some(Level::Object { in_value, .. })) => *in_value = true,
            (b',', Some(Level::Object { name, in_value })) => {
                *name = None;
                *in_value = false;
            }
            (b',', Some(Level::Array(Some(index)))) => *index += 1,
            _ => {}
        }
    }

    /// Notes that an array has a first element.
    fn enter(&mut self) {
        if let Some(Level::Array(index @ None)) = self.levels.last_mut() {
            *index = Some(0);
        }
    }

    /// Where the walk is.
    fn pointer(&self) -> String {
        let mut pointer = String::new();
        for level in &self.levels {
            match level {
                Level::Array(Some(index)) => {
                    pointer.push('/');
                    pointer.push_str(&index.to_string());
                }
                Level::Object {
                    name: Some(name),
                    in_value: true,
                } => {
                    pointer.push('/');
                    let name = String::from_utf8_lossy(name);
                    pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
                }
                Level::Array(None) | Level::Object { .. } => {}
            }
        }
        pointer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "only read to see reading fail")]
    struct Outer {
        id: String,
        #[serde(default)]
        items: Vec<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "only read to see reading fail")]
    struct Inner {
        #[serde(rename = "a/b~c")]
        name: String,
        tags: Vec<u8>,
    }

    /// Where reading the text fails.
    fn failure(json: &str) -> String {
        let error = serde_json::from_str::<Outer>(json).unwrap_err();
        pointer_at(
            json.as_bytes(),
            offset_of(json.as_bytes(), error.line(), error.column()),
        )
    }

    #[test]
    fn the_pointer_names_the_value_that_is_wrong() {
        assert_eq!(failure(r#"{"items":[]}"#), "");
        assert_eq!(failure(r#"{"id":1}"#), "/id");
        assert_eq!(failure(r#"{"id":null, "items": []}"#), "/id");
        assert_eq!(failure(r#"{"id":"x", "items": 7}"#), "/items");
        assert_eq!(failure(r#"{"id":["x"]}"#), "/id");
        assert_eq!(failure(r#"{"id":{"x":1}}"#), "/id");
        assert_eq!(
            failure(r#"{"id":"x","items":[{"a/b~c":"\"]{","tags":[]},{}]}"#),
            "/items/1"
        );
        assert_eq!(
            failure(r#"{"id":"x","items":[{"a/b~c":7}]}"#),
            "/items/0/a~1b~0c"
        );
        let lines = "{\n \"id\": \"x\",\n \"items\": [\n  {\"tags\": [1, 2,\n true]}]}";
        assert_eq!(failure(lines), "/items/0/tags/2");
    }

    proptest! {
        #[test]
        fn any_bytes_and_offsets_are_fine(json: Vec<u8>, offset: usize, line: u16, column: u16) {
            pointer_at(&json, offset);
            offset_of(&json, line.into(), column.into());
        }
    }
}
