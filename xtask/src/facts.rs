//! Facts extracted from a spec that the generator cannot represent.

use std::collections::BTreeMap;

/// Everything the steps after lowering need.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub api: ApiFacts,
    pub operations: Vec<OperationFacts>,
    pub enums: Vec<EnumFacts>,
    pub unions: Vec<UnionFacts>,
    /// The fields of every object component, in spec order.
    pub objects: BTreeMap<String, ObjectFacts>,
}

/// Facts about the whole API.
#[derive(Clone, Debug, Default)]
pub struct ApiFacts {
    pub provider: String,
    pub title: String,
    pub description: String,
    pub docs: String,
    pub base_url: String,
    pub auth: AuthFacts,
    pub errors: ErrorFacts,
    /// Pairs of a number of requests and a number of seconds.
    pub rate_limits: Vec<(u32, u32)>,
    pub rate_budgets: Vec<BudgetFacts>,
}

/// A budget that some operations count towards.
#[derive(Clone, Debug)]
pub struct BudgetFacts {
    pub name: String,
    /// Pairs of a number of requests and a number of seconds.
    pub windows: Vec<(u32, u32)>,
    /// The suffix of its headers.
    pub headers: Option<String>,
    /// Whether its requests do not count towards the general rate limit.
    pub separate: bool,
}

/// How requests carry the credential.
#[derive(Clone, Debug, Default)]
pub enum AuthFacts {
    #[default]
    Bearer,
    Header(String),
}

/// Where error bodies carry their data, as JSON pointers tried in order.
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
    /// An example body with details, and the index of its code.
    pub example: Option<(usize, serde_json::Value)>,
}

impl ErrorFacts {
    /// Whether any code has details.
    pub fn has_details(&self) -> bool {
        self.codes.iter().any(|code| code.details.is_some())
    }
}

/// One of the vendor's error codes.
#[derive(Clone, Debug)]
pub struct CodeFacts {
    pub code: String,
    pub status: u16,
    /// `never`, `no`, `yes` or `same-key`.
    pub retry: String,
    /// The component of its details.
    pub details: Option<String>,
}

/// One operation.
#[derive(Clone, Debug)]
pub struct OperationFacts {
    /// The Rust name, also used in errors: `update_thread`.
    pub id: String,
    pub vendor_id: Option<String>,
    /// Upper case.
    pub method: String,
    pub path: String,
    /// The server, if it is not the API's.
    pub server: Option<String>,
    pub path_params: Vec<PathParamFacts>,
    /// Query and header parameters in spec order.
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
    /// The budget that its requests count towards.
    pub rate_budget: Option<String>,
    pub bounds: Vec<BoundFacts>,
}

/// A path parameter.
#[derive(Clone, Debug)]
pub struct PathParamFacts {
    pub name: String,
    pub description: String,
    /// Static segments that other paths have in the parameter's place.
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

/// A documented error response.
#[derive(Clone, Debug)]
pub struct ErrorAnswerFacts {
    pub status: u16,
    pub codes: Vec<String>,
    pub description: String,
}

/// Whether an operation is idempotent.
#[derive(Clone, Debug)]
pub enum IdempotencyFacts {
    Harmless,
    NotHarmless,
    /// Idempotent if this header carries a key.
    WithKey(String),
}

/// A limit on a value in a request.
#[derive(Clone, Debug)]
pub struct BoundFacts {
    /// `Path`, `Query`, `Header` or `Body`.
    pub place: &'static str,
    pub at: String,
    /// The name of the rule and its limit.
    pub rule: (&'static str, Limit),
}

/// The value of a limit.
#[derive(Clone, Debug)]
pub enum Limit {
    Count(u32),
    Number(f64),
    Pattern(String),
}

/// How a list is paginated.
#[derive(Clone, Debug)]
pub struct PaginationFacts {
    pub style: PagingStyle,
    /// JSON pointer to the items.
    pub items: String,
    /// The component of the response.
    pub page: String,
    /// The Rust type of an item, as seen from a sibling of `types`.
    pub item: String,
    /// The vendor does not mark the last page: the list ends at an empty page or a repeated cursor.
    pub open_ended: bool,
}

/// How to request the next page.
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

/// An enumeration.
#[derive(Clone, Debug)]
pub struct EnumFacts {
    pub name: String,
    pub description: String,
    /// The values on the wire and their descriptions.
    pub values: Vec<(String, String)>,
    pub open: bool,
}

/// A union.
#[derive(Clone, Debug)]
pub struct UnionFacts {
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

/// A variant with its tags.
#[derive(Clone, Debug)]
pub struct TaggedVariant {
    pub component: String,
    pub tags: Vec<String>,
}

/// A variant with its JSON type.
#[derive(Clone, Debug)]
pub struct JsonVariant {
    pub name: &'static str,
    pub json_type: String,
    pub rust_type: String,
    pub description: &'static str,
}

/// An object component.
#[derive(Clone, Debug, Default)]
pub struct ObjectFacts {
    pub fields: Vec<FieldFacts>,
    /// Whether a request body can contain it.
    pub sent: bool,
    /// Whether it has undocumented fields that must be preserved.
    pub open: bool,
}

/// A field of an object component.
#[derive(Clone, Debug)]
pub struct FieldFacts {
    pub wire: String,
    /// The component it contains, if any.
    pub component: Option<String>,
    pub docs: String,
    pub presence: Presence,
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
