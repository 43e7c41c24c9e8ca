//! The typed model of a spec: everything that the steps after lowering need to know.

mod api;
mod bounds;
mod enums;
mod errors;
mod objects;
mod operations;
mod pagination;
mod unions;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

pub use enums::{variant, words};

use crate::finding::Findings;
use crate::spec::reach::Reach;

/// A spec.
#[derive(Clone, Debug)]
pub struct Model {
    pub api: Api,
    /// In spec order.
    pub operations: Vec<Operation>,
    /// The object components that are generated.
    pub objects: BTreeMap<String, Object>,
    pub enums: Vec<Enum>,
    pub unions: Vec<Union>,
    /// The components that only webhooks carry.
    pub webhooks: BTreeSet<String>,
}

/// What is read before the document is rewritten for the generator.
pub struct Declared {
    api: Api,
    operations: Vec<Operation>,
}

/// Reads the API and its operations, while all responses are still in the document.
pub fn declared(document: &Value) -> Result<Declared, Findings> {
    Ok(Declared {
        api: api::read(document),
        operations: operations::read(document)?,
    })
}

/// Reads the enumerations and unions, while they are still in the document.
pub fn words_and_unions(
    document: &Value,
    reach: &Reach,
) -> Result<(Vec<Enum>, Vec<Union>), Findings> {
    let unions = unions::read(document, reach);
    let enums = enums::read(document, reach);
    match (enums, unions) {
        (Ok(enums), Ok(unions)) => Ok((enums, unions)),
        (enums, unions) => Err(Findings(
            [enums.err(), unions.err()]
                .into_iter()
                .flatten()
                .flat_map(|findings| findings.0)
                .collect(),
        )),
    }
}

impl Declared {
    /// Completes the model with the components of the lowered document.
    pub fn complete(
        self,
        document: &Value,
        reach: &Reach,
        (enums, unions): (Vec<Enum>, Vec<Union>),
    ) -> Model {
        Model {
            api: self.api,
            operations: self.operations,
            objects: objects::read(document, reach),
            enums,
            unions,
            webhooks: reach.webhooks.clone(),
        }
    }
}

impl Model {
    /// The enumeration with this name.
    pub fn enumeration(&self, name: &str) -> Option<&Enum> {
        self.enums.iter().find(|known| known.name == name)
    }

    /// The union with this name.
    pub fn union(&self, name: &str) -> Option<&Union> {
        self.unions.iter().find(|known| known.name == name)
    }

    /// A field of an object.
    pub fn field(&self, object: &str, wire: &str) -> Option<&Field> {
        let object = self.objects.get(object)?;
        object.fields.iter().find(|field| field.wire == wire)
    }

    /// The operations by group, groups in spec order.
    pub fn groups(&self) -> Vec<(&str, Vec<&Operation>)> {
        let mut groups = Vec::<(&str, Vec<&Operation>)>::new();
        for operation in &self.operations {
            match groups.iter_mut().find(|(name, _)| *name == operation.group) {
                Some((_, members)) => members.push(operation),
                None => groups.push((&operation.group, vec![operation])),
            }
        }
        groups
    }
}

/// The whole API.
#[derive(Clone, Debug)]
pub struct Api {
    pub provider: String,
    pub title: String,
    pub description: String,
    pub docs: String,
    pub base_url: String,
    /// The environment variables of the credential and the base URL.
    pub variables: Option<(String, String)>,
    pub auth: Auth,
    pub errors: Errors,
    /// Pairs of a number of requests and a number of seconds.
    pub rate_limits: Vec<(u32, u32)>,
    pub rate_budgets: Vec<Budget>,
    /// The operations that the crate's README shows, each with the optional parameters in its example.
    pub shown: Vec<(String, Vec<String>)>,
}

/// A budget that some operations count towards.
#[derive(Clone, Debug)]
pub struct Budget {
    pub name: String,
    /// Pairs of a number of requests and a number of seconds.
    pub windows: Vec<(u32, u32)>,
    /// The suffix of its headers.
    pub headers: Option<String>,
    /// Whether its requests do not count towards the general rate limit.
    pub separate: bool,
}

/// How requests carry the credential.
#[derive(Clone, Debug)]
pub enum Auth {
    Bearer,
    Header(String),
}

/// Where error bodies carry their data, as JSON pointers tried in order.
#[derive(Clone, Debug, Default)]
pub struct Errors {
    pub code: Vec<String>,
    pub message: Vec<String>,
    pub fields: Vec<String>,
    pub details: Vec<String>,
    pub request_id: Vec<String>,
    pub retry_after_seconds: Vec<String>,
    pub reset_at: Vec<String>,
    /// The component that lists the codes.
    pub code_schema: Option<String>,
    pub codes: Vec<Code>,
    /// An example of details, and the index of their code.
    pub example: Option<(usize, Value)>,
}

impl Errors {
    /// Whether any code has details.
    pub fn has_details(&self) -> bool {
        self.codes.iter().any(|code| code.details.is_some())
    }
}

/// One of the vendor's error codes.
#[derive(Clone, Debug)]
pub struct Code {
    pub code: String,
    pub status: u16,
    pub retry: CodeRetry,
    /// The component of its details.
    pub details: Option<String>,
}

/// Whether an error code is worth retrying.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeRetry {
    Never,
    No,
    Yes,
    SameKey,
}

/// One operation.
#[derive(Clone, Debug)]
pub struct Operation {
    /// `threads.update`.
    pub id: String,
    /// `threads`.
    pub group: String,
    /// `update`.
    pub name: String,
    /// Upper case.
    pub method: String,
    pub path: String,
    /// The server, if it is not the API's.
    pub server: Option<String>,
    /// In the order of the path.
    pub path_parameters: Vec<PathParameter>,
    /// Query and header parameters in spec order.
    pub parameters: Vec<Parameter>,
    pub body: Option<Body>,
    pub summary: String,
    pub description: String,
    pub note: Option<String>,
    pub docs: String,
    pub deprecated: bool,
    pub success: Vec<SuccessAnswer>,
    pub errors: Vec<ErrorAnswer>,
    pub idempotency: Idempotency,
    pub envelope: Option<String>,
    pub pagination: Option<Pagination>,
    /// The budget that its requests count towards.
    pub rate_budget: Option<String>,
    pub bounds: Vec<Bound>,
}

impl Operation {
    /// Whether a parameter is the idempotency key.
    pub fn is_key(&self, parameter: &Parameter) -> bool {
        matches!(&self.idempotency, Idempotency::WithKey(key)
            if parameter.place == Place::Header && key.eq_ignore_ascii_case(&parameter.name))
    }
}

/// A path parameter.
#[derive(Clone, Debug)]
pub struct PathParameter {
    pub name: String,
    pub description: String,
    /// Static segments that other paths have in the parameter's place.
    pub reserved: Vec<String>,
}

/// A query or header parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: String,
    pub place: Place,
    pub description: String,
    pub required: bool,
    pub default: Option<Value>,
    pub example: Option<Value>,
}

/// A request body.
#[derive(Clone, Debug)]
pub struct Body {
    /// The first example.
    pub example: Option<Value>,
}

/// A documented success response.
#[derive(Clone, Debug)]
pub struct SuccessAnswer {
    pub status: u16,
    pub description: String,
}

/// A documented error response.
#[derive(Clone, Debug)]
pub struct ErrorAnswer {
    pub status: u16,
    pub codes: Vec<String>,
    pub description: String,
}

/// Whether an operation is idempotent.
#[derive(Clone, Debug)]
pub enum Idempotency {
    Harmless,
    NotHarmless,
    /// Idempotent if this header carries a key.
    WithKey(String),
}

/// A limit on a value in a request.
#[derive(Clone, Debug)]
pub struct Bound {
    pub place: Place,
    /// The parameter's name; for a body, the JSON pointer.
    pub at: String,
    pub rule: Rule,
}

/// The part of a request that contains a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Path,
    Query,
    Header,
    Body,
}

/// A constraint on a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    MinLength(u32),
    MaxLength(u32),
    MinItems(u32),
    MaxItems(u32),
    Minimum(f64),
    Maximum(f64),
    Pattern(String),
}

/// How a list is paginated.
#[derive(Clone, Debug)]
pub struct Pagination {
    pub style: PageStyle,
    /// JSON pointer to the items.
    pub items: String,
    /// The component of the response.
    pub page: String,
    /// The vendor does not mark the last page: the list ends at an empty page or a repeated cursor.
    pub open_ended: bool,
}

/// How to request the next page.
#[derive(Clone, Debug)]
pub enum PageStyle {
    Cursor {
        limit: Option<String>,
        next: Vec<(String, String)>,
    },
    Offset {
        limit: String,
        offset: String,
        page_size: Option<u32>,
        total: Vec<String>,
    },
    Sequence {
        limit: Option<String>,
        next: Vec<(String, String)>,
        more: String,
    },
}

impl PageStyle {
    /// The parameter for the page size.
    pub fn limit(&self) -> Option<&str> {
        match self {
            Self::Cursor { limit, .. } | Self::Sequence { limit, .. } => limit.as_deref(),
            Self::Offset { limit, .. } => Some(limit),
        }
    }
}

/// An enumeration.
#[derive(Clone, Debug)]
pub struct Enum {
    pub name: String,
    pub description: String,
    pub values: Vec<EnumValue>,
    pub openness: Openness,
}

/// A value of an enumeration.
#[derive(Clone, Debug)]
pub struct EnumValue {
    /// The value on the wire.
    pub word: String,
    /// The name of its variant.
    pub variant: String,
    pub description: String,
}

/// Which values an enumeration accepts besides the documented ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Openness {
    /// None: only requests carry it.
    Closed,
    /// Any in a response, none from text in a request, where a typo should not compile.
    Received,
    /// Any: the vendor says that there are more.
    Open,
}

/// A union.
#[derive(Clone, Debug)]
pub struct Union {
    pub name: String,
    pub description: String,
    pub kind: UnionKind,
}

/// How the variants are distinguished.
#[derive(Clone, Debug)]
pub enum UnionKind {
    /// By the value of one property.
    Tagged {
        property: String,
        variants: Vec<TaggedVariant>,
    },
    /// By their JSON type.
    ByJsonType { variants: Vec<JsonVariant> },
}

/// A variant with its tags; named after its component, so that a further tag changes no name.
#[derive(Clone, Debug)]
pub struct TaggedVariant {
    pub component: String,
    pub tags: Vec<String>,
}

/// A variant with its JSON type.
#[derive(Clone, Debug)]
pub struct JsonVariant {
    pub name: &'static str,
    /// The JSON type, as OpenAPI names it.
    pub json_type: &'static str,
    pub shape: Shape,
    pub description: &'static str,
}

/// The type of a union's variant, which the generator does not see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    Text,
    Integer,
    Number,
    Flag,
    List(Box<Shape>),
    /// An object without documented members.
    Object,
    Component(String),
    Any,
}

impl Shape {
    /// Whether it is JSON of any kind.
    pub fn is_json(&self) -> bool {
        match self {
            Self::List(inner) => inner.is_json(),
            Self::Object | Self::Any => true,
            _ => false,
        }
    }
}

/// An object component.
#[derive(Clone, Debug)]
pub struct Object {
    pub description: String,
    /// In spec order.
    pub fields: Vec<Field>,
    /// Whether a request body can contain it.
    pub sent: bool,
    /// Whether it has undocumented fields that must be preserved.
    pub open: bool,
}

/// A field of an object component.
#[derive(Clone, Debug)]
pub struct Field {
    pub wire: String,
    /// The component it contains, if any.
    pub component: Option<String>,
    pub description: String,
    pub deprecated: bool,
    pub presence: Presence,
    /// The limits on the value that a request carries.
    pub bounds: Vec<Rule>,
    /// Whether it is stored on the heap although it does not recurse.
    pub boxed: bool,
}

/// The states a field can have on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Always a value.
    Required,
    /// A value or `null`; an absent one is read as `null`.
    Nullable,
    /// A value or absent.
    Optional,
    /// A value, `null` or absent, all with different meanings.
    Patch,
}
