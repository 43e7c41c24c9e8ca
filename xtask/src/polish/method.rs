//! One client method: keeps the generator's request construction and sends it through the transport.

use heck::ToPascalCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::punctuated::Punctuated;
use syn::visit_mut::VisitMut;
use syn::{Expr, FnArg, Ident, ImplItemFn, Pat, Stmt, Token, Type};

use super::names::{ShortNames, inside};
use super::params::{Param, Params, owned};
use super::{defect, doc_lines, docs, driver, operations, pages};
use crate::facts::{Facts, IdempotencyFacts, OperationFacts, ParamFacts};
use crate::finding::Findings;

/// A method and its related items.
pub struct Polished {
    pub tokens: TokenStream,
    /// Its optional parameters.
    pub params: Option<Params>,
    /// How tests call it by name.
    pub arm: TokenStream,
}

/// Rewrites a method; its optional parameters are returned as a struct.
pub fn polish(
    method: &ImplItemFn,
    facts: &OperationFacts,
    all: &Facts,
) -> Result<Polished, Findings> {
    let parts = Parts::take(method, facts)?;
    let (optional, required): (Vec<_>, Vec<_>) = parts
        .arguments
        .iter()
        .partition(|argument| argument.param.is_some_and(|param| !param.required));
    let params = (!optional.is_empty()).then(|| Params {
        name: format_ident!("{}Params", facts.id.to_pascal_case()),
        operation: facts.id.clone(),
        fields: optional
            .iter()
            .filter_map(|argument| argument.field(facts))
            .collect(),
    });
    let tokens = write(&method.sig.ident, facts, &parts, &required, params.as_ref());
    let pages = match (&facts.pagination, &params) {
        (Some(paging), Some(params)) => {
            let required = required
                .iter()
                .map(|argument| (argument.ident.clone(), argument.ty.clone()))
                .collect::<Vec<_>>();
            pages::write(facts, paging, &required, &params.name, all)?
        }
        _ => TokenStream::new(),
    };
    let arm = driver::arm(facts, &required, params.as_ref());
    Ok(Polished {
        tokens: quote!(#tokens #pages),
        params,
        arm,
    })
}

/// The text of a method.
fn write(
    name: &Ident,
    facts: &OperationFacts,
    parts: &Parts<'_>,
    required: &[&Argument<'_>],
    params: Option<&Params>,
) -> TokenStream {
    let params_argument = params.map(|params| {
        let name = &params.name;
        quote!(params: &types::#name)
    });
    let unpack = params.map(|params| {
        let (name, idents) = (&params.name, params.fields.iter().map(|field| &field.ident));
        quote!(let types::#name { #(#idents),* } = params;)
    });
    let arguments = required
        .iter()
        .map(|argument| {
            let (ident, ty) = (&argument.ident, &argument.ty);
            quote!(#ident: #ty)
        })
        .chain(params_argument);
    let docs = doc_lines(&docs::of(facts));
    let deprecated = facts
        .deprecated
        .then(|| quote!(#[doc = ""] #[doc = " **Deprecated by the vendor.**"]));
    let Parts {
        request,
        headers,
        value,
        empty,
        ..
    } = parts;
    let call = if *empty {
        quote!(call_without_value)
    } else {
        quote!(call)
    };
    quote! {
        #docs
        #deprecated
        pub async fn #name(&self, #(#arguments),*) -> Result<Response<#value>, Error> {
            #unpack
            let request = #request #headers;
            self.transport.#call(request, &self.options).await
        }
    }
}

/// An argument of the method; `param` is the name it is sent as, unless it is a body or in the path.
pub struct Argument<'a> {
    pub ident: Ident,
    pub ty: Type,
    pub param: Option<&'a ParamFacts>,
}

impl Argument<'_> {
    fn field(&self, operation: &OperationFacts) -> Option<Param> {
        self.param.map(|param| Param {
            ident: self.ident.clone(),
            wire: param.name.clone(),
            ty: owned(&self.ty),
            docs: param.description.clone(),
            is_key: is_key(operation, &param.name),
        })
    }
}

/// Whether a header carries the idempotency key of an operation.
fn is_key(operation: &OperationFacts, header: &str) -> bool {
    matches!(&operation.idempotency, IdempotencyFacts::WithKey(key) if key.eq_ignore_ascii_case(header))
}

/// The parts kept of a generated method.
struct Parts<'a> {
    arguments: Vec<Argument<'a>>,
    request: Expr,
    headers: TokenStream,
    value: Type,
    empty: bool,
}

impl<'a> Parts<'a> {
    fn take(method: &ImplItemFn, facts: &'a OperationFacts) -> Result<Self, Findings> {
        let mut method = method.clone();
        ShortNames.visit_impl_item_fn_mut(&mut method);
        let statement = |name: &str| {
            method
                .block
                .stmts
                .iter()
                .find_map(|statement| local(statement, name))
                .ok_or_else(|| defect(&format!("{} without `let {name}`", facts.id)))
        };
        let begun = begun(statement("url")?, facts, &arguments(&method)?)?;
        let request = chain(statement("request")?, begun)
            .ok_or_else(|| defect("a request that is not built in one chain"))?;
        let mut names = QueryNames::default();
        names.visit_expr_mut(&mut request.clone());
        let header_names = method
            .block
            .stmts
            .iter()
            .filter_map(header)
            .collect::<Vec<_>>();
        let sent_as = |ident: &Ident| {
            let found = names
                .0
                .iter()
                .chain(&header_names)
                .find(|(_, found)| found == ident);
            found.and_then(|(wire, _)| facts.params.iter().find(|param| param.name == *wire))
        };
        let arguments = arguments(&method)?
            .into_iter()
            .map(|(ident, ty)| Argument {
                param: sent_as(&ident),
                ty,
                ident,
            })
            .collect();
        let headers = header_names.iter().map(|(wire, ident)| {
            if is_key(facts, wire) {
                quote!(.idempotency_key(#ident.clone()))
            } else {
                quote!(.header(#wire, #ident.as_ref()))
            }
        });
        let headers = quote!(#(#headers)*);
        let value = value(&method).ok_or_else(|| defect("a method without result type"))?;
        let empty = matches!(&value, Type::Tuple(tuple) if tuple.elems.is_empty());
        Ok(Self {
            arguments,
            request,
            headers,
            value,
            empty,
        })
    }
}

fn local<'s>(statement: &'s Stmt, name: &str) -> Option<&'s Expr> {
    let Stmt::Local(local) = statement else {
        return None;
    };
    let Pat::Ident(pattern) = &local.pat else {
        return None;
    };
    (pattern.ident == name).then(|| local.init.as_ref().map(|init| &*init.expr))?
}

/// The start of the request: the transport validates and encodes all ids.
fn begun(
    built: &Expr,
    facts: &OperationFacts,
    arguments_of: &[(Ident, Type)],
) -> Result<Expr, Findings> {
    let Expr::Macro(format) = built else {
        return Err(defect("a url that is not formatted"));
    };
    let arguments = format
        .mac
        .parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated)
        .map_err(|error| defect(&error.to_string()))?;
    let mut arguments = arguments.into_iter();
    let (Some(_template), Some(_base)) = (arguments.next(), arguments.next()) else {
        return Err(defect("a url without template or base"));
    };
    let constant = operations::constant(facts);
    let mut values = Vec::new();
    for argument in arguments {
        let ident =
            encoded(&argument).ok_or_else(|| defect("a path parameter that is not encoded"))?;
        let text = arguments_of
            .iter()
            .any(|(argument, ty)| *argument == ident && is_str(ty));
        values.push(if text {
            quote!(#ident)
        } else {
            quote!(&#ident.to_string())
        });
    }
    if values.len() != facts.path_params.len() {
        return Err(defect("a url that lacks a path parameter"));
    }
    Ok(syn::parse_quote!(self.transport.request(&operations::#constant, &[#(#values),*])))
}

fn is_str(ty: &Type) -> bool {
    matches!(ty, Type::Reference(reference) if matches!(&*reference.elem, Type::Path(path) if path.path.is_ident("str")))
}

/// The argument in `encode_path(&argument.to_string())`.
fn encoded(call: &Expr) -> Option<Ident> {
    let Expr::Call(call) = call else { return None };
    let Expr::Reference(reference) = call.args.first()? else {
        return None;
    };
    let Expr::MethodCall(to_string) = &*reference.expr else {
        return None;
    };
    let Expr::Path(argument) = &*to_string.receiver else {
        return None;
    };
    argument.path.get_ident().cloned()
}

/// Moves the builder chain to a transport request, without its header map and `build()?`.
fn chain(built: &Expr, begun: Expr) -> Option<Expr> {
    let Expr::Try(attempt) = built else {
        return None;
    };
    let Expr::MethodCall(finish) = &*attempt.expr else {
        return None;
    };
    let Expr::MethodCall(headers) = &*finish.receiver else {
        return None;
    };
    if finish.method != "build" || headers.method != "headers" {
        return None;
    }
    let mut request = (*headers.receiver).clone();
    WithoutAccept.visit_expr_mut(&mut request);
    let mut start = Begin(Some(begun));
    start.visit_expr_mut(&mut request);
    start.0.is_none().then_some(request)
}

/// Replaces the HTTP client's request, `self.client.get(url)`, with the transport's.
struct Begin(Option<Expr>);

impl VisitMut for Begin {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Expr::MethodCall(call) = expr
            && let Expr::Field(field) = &*call.receiver
            && quote!(#field).to_string() == "self . client"
            && let Some(begun) = self.0.take()
        {
            *expr = begun;
            return;
        }
        syn::visit_mut::visit_expr_mut(self, expr);
    }
}

/// Drops the `accept` header: the transport sets it, even if an operation has no result and the generator would omit
/// it.
struct WithoutAccept;

impl VisitMut for WithoutAccept {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Expr::MethodCall(call) = expr
            && call.method == "header"
            && call
                .args
                .first()
                .is_some_and(|name| quote!(#name).to_string().ends_with("ACCEPT"))
        {
            *expr = (*call.receiver).clone();
        }
        syn::visit_mut::visit_expr_mut(self, expr);
    }
}

/// The name and the argument of a header that is sent if set.
fn header(statement: &Stmt) -> Option<(String, Ident)> {
    let Stmt::Expr(Expr::If(condition), _) = statement else {
        return None;
    };
    let Expr::Let(binding) = &*condition.cond else {
        return None;
    };
    let Expr::Path(argument) = &*binding.expr else {
        return None;
    };
    let Stmt::Expr(Expr::MethodCall(append), _) = condition.then_branch.stmts.first()? else {
        return None;
    };
    let Expr::Lit(syn::ExprLit {
        lit: syn::Lit::Str(name),
        ..
    }) = append.args.first()?
    else {
        return None;
    };
    Some((name.value(), argument.path.get_ident()?.clone()))
}

/// Which argument is sent as which query parameter.
#[derive(Default)]
struct QueryNames(Vec<(String, Ident)>);

impl VisitMut for QueryNames {
    fn visit_expr_call_mut(&mut self, call: &mut syn::ExprCall) {
        let mut arguments = call.args.iter();
        if let (
            Some(Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(name),
                ..
            })),
            Some(Expr::Reference(value)),
        ) = (arguments.next(), arguments.next())
            && let Expr::Path(argument) = &*value.expr
            && let Some(ident) = argument.path.get_ident()
        {
            self.0.push((name.value(), ident.clone()));
        }
        syn::visit_mut::visit_expr_call_mut(self, call);
    }
}

fn arguments(method: &ImplItemFn) -> Result<Vec<(Ident, Type)>, Findings> {
    let mut found = Vec::new();
    for argument in &method.sig.inputs {
        let FnArg::Typed(argument) = argument else {
            continue;
        };
        let Pat::Ident(name) = &*argument.pat else {
            return Err(defect("an argument without a name"));
        };
        let mut ty = (*argument.ty).clone();
        DropLifetimes.visit_type_mut(&mut ty);
        found.push((name.ident.clone(), ty));
    }
    Ok(found)
}

struct DropLifetimes;

impl VisitMut for DropLifetimes {
    fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
        reference.lifetime = None;
        syn::visit_mut::visit_type_reference_mut(self, reference);
    }
}

/// The `T` of `Result<ResponseValue<T>, …>`.
fn value(method: &ImplItemFn) -> Option<Type> {
    let syn::ReturnType::Type(_, result) = &method.sig.output else {
        return None;
    };
    inside(inside(result, "Result")?, "ResponseValue").cloned()
}
