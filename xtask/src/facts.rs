//! What the passes take out of a spec because the generator could not carry it.

use std::collections::BTreeMap;

/// Everything the steps after lowering need to know.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub api: ApiFacts,
    pub operations: Vec<OperationFacts>,
    pub enums: Vec<EnumFacts>,
    pub unions: Vec<UnionFacts>,
    /// The fields of every object component, in the order of the spec.
    pub objects: BTreeMap<String, ObjectFacts>,
}

/// What holds for the whole API.
#[derive(Clone, Debug, Default)]
pub struct ApiFacts {
    pub provider: String,
    pub title: String,
    pub description: String,
    pub docs: String,
    pub base_url: String,
    pub auth: AuthFacts,
    pub errors: ErrorFacts,
    /// How many requests in how many seconds.
    pub rate_limits: Vec<(u32, u32)>,
    pub rate_budgets: Vec<BudgetFacts>,
}

/// A budget that the requests of some operations count in besides.
#[derive(Clone, Debug)]
pub struct BudgetFacts {
    pub name: String,
    /// How many requests in how many seconds.
    pub windows: Vec<(u32, u32)>,
    /// What the names of its headers end in.
    pub headers: Option<String>,
}

/// How the credential is sent.
#[derive(Clone, Debug, Default)]
pub enum AuthFacts {
    #[default]
    Bearer,
    Header(String),
}

/// Where an error body carries what, as JSON pointers tried in order.
#[derive(Clone, Debug, Default)]
pub struct ErrorFacts {
    pub code: Vec<String>,
    pub message: Vec<String>,
    pub request_id: Vec<String>,
    pub retry_after_seconds: Vec<String>,
    pub reset_at: Vec<String>,
    pub details: Vec<String>,
    /// The component that lists the codes.
    pub code_schema: Option<String>,
    pub codes: Vec<CodeFacts>,
    /// A body with details, and the position of its code.
    pub example: Option<(usize, serde_json::Value)>,
}

impl ErrorFacts {
    /// Whether any code comes with more.
    pub fn has_details(&self) -> bool {
        self.codes.iter().any(|code| code.details.is_some())
    }
}

/// One error code of the vendor.
#[derive(Clone, Debug)]
pub struct CodeFacts {
    pub code: String,
    pub status: u16,
    /// `never`, `no`, `yes` or `same-key`.
    pub retry: String,
    /// The component of what comes with it.
    pub details: Option<String>,
}

/// One operation.
#[derive(Clone, Debug)]
pub struct OperationFacts {
    /// The Rust name, which is also the name in errors: `update_thread`.
    pub id: String,
    pub vendor_id: Option<String>,
    /// Upper case.
    pub method: String,
    pub path: String,
    /// The server it is on, where that is not the API's.
    pub server: Option<String>,
    pub path_params: Vec<PathParamFacts>,
    /// Query and header parameters in the order of the spec.
    pub params: Vec<ParamFacts>,
    pub summary: String,
    pub description: String,
    pub note: Option<String>,
    pub docs: String,
    pub deprecated: bool,
    pub success: Vec<u16>,
    pub errors: Vec<ErrorAnswerFacts>,
    pub idempotency: IdempotencyFacts,
    pub envelope: Option<String>,
    pub pagination: Option<PaginationFacts>,
    /// The budget that its requests count in besides.
    pub rate_budget: Option<String>,
    pub bounds: Vec<BoundFacts>,
}

/// A path parameter.
#[derive(Clone, Debug)]
pub struct PathParamFacts {
    pub name: String,
    pub description: String,
    /// Static segments that stand where the parameter stands.
    pub reserved: Vec<String>,
}

/// A query or header parameter.
#[derive(Clone, Debug)]
pub struct ParamFacts {
    pub name: String,
    pub description: String,
    pub required: bool,
    pub header: bool,
}

/// A documented error answer.
#[derive(Clone, Debug)]
pub struct ErrorAnswerFacts {
    pub status: u16,
    pub codes: Vec<String>,
    pub description: String,
}

/// Whether repeating a request is harmless.
#[derive(Clone, Debug)]
pub enum IdempotencyFacts {
    Harmless,
    NotHarmless,
    /// Harmless when this header carries a key.
    WithKey(String),
}

/// A limit on a value of a request.
#[derive(Clone, Debug)]
pub struct BoundFacts {
    /// `Path`, `Query`, `Header` or `Body`.
    pub place: &'static str,
    pub at: String,
    /// The rule's name and its limit.
    pub rule: (&'static str, Limit),
}

/// The limit of a bound.
#[derive(Clone, Debug)]
pub enum Limit {
    Count(u32),
    Number(f64),
    Pattern(String),
}

/// How a list is read page by page.
#[derive(Clone, Debug)]
pub struct PaginationFacts {
    pub style: PagingStyle,
    /// JSON pointer to the items.
    pub items: String,
    /// The component of the answer.
    pub page: String,
    /// The Rust type of an item, as seen from a module beside `types`.
    pub item: String,
    /// The vendor gives no sign of the last page: an empty one, or the same cursor, is the end.
    pub open_ended: bool,
}

/// How the next page is asked for.
#[derive(Clone, Debug)]
pub enum PagingStyle {
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

/// A set of words.
#[derive(Clone, Debug)]
pub struct EnumFacts {
    pub name: String,
    pub description: String,
    /// The word on the wire and what it means.
    pub values: Vec<(String, String)>,
    pub open: bool,
}

/// A value of several shapes.
#[derive(Clone, Debug)]
pub struct UnionFacts {
    pub name: String,
    pub description: String,
    pub kind: UnionKind,
}

/// How the shapes are told apart.
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

/// A shape named by a tag.
#[derive(Clone, Debug)]
pub struct TaggedVariant {
    pub component: String,
    pub tags: Vec<String>,
}

/// A shape told by its JSON type.
#[derive(Clone, Debug)]
pub struct JsonVariant {
    pub name: &'static str,
    pub rust_type: String,
    pub description: &'static str,
}

/// An object component.
#[derive(Clone, Debug, Default)]
pub struct ObjectFacts {
    pub fields: Vec<FieldFacts>,
    /// Whether a request body can carry it.
    pub sent: bool,
    /// Whether it has members beside its fields that must not be lost.
    pub open: bool,
}

/// A field of an object component.
#[derive(Clone, Debug)]
pub struct FieldFacts {
    pub wire: String,
    /// The component it holds, where it is one.
    pub component: Option<String>,
    pub docs: String,
    pub presence: Presence,
}

/// What may stand for a field on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Always a value.
    Required,
    /// A value or `null`; a missing one reads as `null`.
    Nullable,
    /// A value or nothing.
    Optional,
    /// A value, `null` or nothing, and the three mean different things.
    Patch,
}
