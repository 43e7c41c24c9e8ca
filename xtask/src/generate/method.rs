//! Reads one generated method: every statement is one that this step knows, or a finding.

use heck::ToSnakeCase;
use proc_macro2::Ident;
use quote::format_ident;
use syn::punctuated::Punctuated;
use syn::visit_mut::VisitMut;
use syn::{Expr, ExprLit, FnArg, ImplItemFn, Lit, Pat, Stmt, Token, parse_quote};

use super::parts::{Argument, OperationParts, surprise};
use super::types::Type;
use crate::finding::Finding;
use crate::model::{Operation, Place};

/// The name of the method that the generator gives an operation.
pub fn name(operation: &Operation) -> String {
    operation.id.to_snake_case()
}

/// Matches a method with its operation.
pub fn read<'m>(
    method: &ImplItemFn,
    operation: &'m Operation,
) -> Result<OperationParts<'m>, Finding> {
    let wrong = |problem: &str| surprise(format!("{}: {problem}", operation.id));
    let mut method = method.clone();
    WithoutTrailingCommas.visit_impl_item_fn_mut(&mut method);
    let method = &method;
    let mut arguments = arguments(method).ok_or_else(|| wrong("an argument of an unknown type"))?;
    let request = Request::read(method, operation).map_err(|problem| wrong(&problem))?;
    let mut argument = |ident: &Ident, what: &str| {
        let position = arguments
            .iter()
            .position(|argument| argument.ident == *ident);
        position
            .map(|position| arguments.remove(position))
            .ok_or_else(|| {
                wrong(&format!(
                    "{what} is sent from something else than an argument"
                ))
            })
    };
    if request.path.len() != operation.path_parameters.len() {
        return Err(wrong("the URL does not have the parameters of the path"));
    }
    let mut path = Vec::new();
    for (known, ident) in operation.path_parameters.iter().zip(&request.path) {
        path.push((known, argument(ident, &known.name)?));
    }
    let mut sent = request.parameters;
    let mut parameters = Vec::new();
    for known in &operation.parameters {
        let position = sent
            .iter()
            .position(|(place, name, _)| *place == known.place && *name == known.name)
            .ok_or_else(|| wrong(&format!("the parameter {} is never sent", known.name)))?;
        let (_, _, ident) = sent.remove(position);
        let mut argument = argument(&ident, &known.name)?;
        if matches!(argument.ty, Type::Option(_)) == known.required {
            return Err(wrong(&format!(
                "the parameter {} has the wrong presence",
                known.name
            )));
        }
        argument.ty = argument.ty.without_option();
        parameters.push((known, argument));
    }
    if let Some((_, unknown, _)) = sent.first() {
        return Err(wrong(&format!(
            "the parameter {unknown} is sent, but not in the spec"
        )));
    }
    if request.body.is_some() != operation.body.is_some() {
        return Err(wrong("the body is not sent as in the spec"));
    }
    let body = request
        .body
        .as_ref()
        .map(|ident| argument(ident, "the body"))
        .transpose()?;
    if let Some(unused) = arguments.first() {
        return Err(wrong(&format!(
            "the argument {} is never sent",
            unused.ident
        )));
    }
    Ok(OperationParts {
        operation,
        path,
        parameters,
        body: body.map(|body| body.ty),
        value: value(method).ok_or_else(|| wrong("a result of an unknown type"))?,
    })
}

/// Syntax is equal only if its commas are.
struct WithoutTrailingCommas;

impl VisitMut for WithoutTrailingCommas {
    fn visit_expr_call_mut(&mut self, call: &mut syn::ExprCall) {
        call.args.pop_punct();
        syn::visit_mut::visit_expr_call_mut(self, call);
    }

    fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
        call.args.pop_punct();
        syn::visit_mut::visit_expr_method_call_mut(self, call);
    }

    fn visit_expr_struct_mut(&mut self, literal: &mut syn::ExprStruct) {
        literal.fields.pop_punct();
        syn::visit_mut::visit_expr_struct_mut(self, literal);
    }
}

/// How a method builds its request.
#[derive(Default)]
struct Request {
    /// The arguments in the URL.
    path: Vec<Ident>,
    /// Where, as what and from which argument the parameters are sent.
    parameters: Vec<(Place, String, Ident)>,
    body: Option<Ident>,
}

impl Request {
    fn read(method: &ImplItemFn, operation: &Operation) -> Result<Self, String> {
        let mut request = Self::default();
        let id = name(operation);
        let ignored: [Stmt; 6] = [
            parse_quote!(let info = OperationInfo { operation_id: #id };),
            parse_quote!(self.pre(&mut request, &info).await?;),
            parse_quote!(let result = self.exec(request, &info).await;),
            parse_quote!(self.post(&result, &info).await?;),
            parse_quote!(let response = result?;),
            // Not a header of the vendor's.
            parse_quote!(header_map.append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version())
            );),
        ];
        for statement in &method.block.stmts {
            if ignored.contains(statement) {
                continue;
            }
            match statement {
                Stmt::Local(local) => {
                    let name = match &local.pat {
                        Pat::Ident(name) => name.ident.to_string(),
                        _ => return Err("a local without a name".to_owned()),
                    };
                    let value = local.init.as_ref().map(|init| &*init.expr);
                    match (name.as_str(), value) {
                        ("url", Some(value)) => request.path = path(value, operation)?,
                        ("header_map", Some(_)) => {}
                        ("request", Some(value)) => request.chain(value, operation)?,
                        (other, _) => return Err(format!("a local `{other}`")),
                    }
                }
                // The transport decodes the response.
                Stmt::Expr(Expr::Match(_), None) => {}
                other => {
                    let (name, ident) =
                        header(other).ok_or("a statement that is none of the known ones")?;
                    request.parameters.push((Place::Header, name, ident));
                }
            }
        }
        Ok(request)
    }

    /// Reads `self.client.get(url)….build()?` from its end.
    fn chain(&mut self, built: &Expr, operation: &Operation) -> Result<(), String> {
        let Expr::Try(attempt) = built else {
            return Err("a request that is not built in one chain".to_owned());
        };
        let accept: [Expr; 2] = [
            parse_quote!(::reqwest::header::ACCEPT),
            parse_quote!(::reqwest::header::HeaderValue::from_static(
                "application/json"
            )),
        ];
        let mut at = &*attempt.expr;
        loop {
            let Expr::MethodCall(call) = at else {
                return Err("a request that does not start at the client".to_owned());
            };
            let arguments = call.args.iter().collect::<Vec<_>>();
            match (call.method.to_string().as_str(), arguments.as_slice()) {
                ("build", []) => {}
                ("headers", [map]) if is(map, "header_map") => {}
                // The transport sets it for all operations.
                ("header", [name, value]) if accept == [(*name).clone(), (*value).clone()] => {}
                ("query", [value]) => {
                    let (name, ident) = query(value).ok_or("a query of an unknown form")?;
                    self.parameters.push((Place::Query, name, ident));
                }
                ("json", [Expr::Reference(body)]) => self.body = ident(&body.expr),
                (method, [url])
                    if is(url, "url") && method.eq_ignore_ascii_case(&operation.method) =>
                {
                    return (*call.receiver == parse_quote!(self.client))
                        .then_some(())
                        .ok_or_else(|| "a request of something else than the client".to_owned());
                }
                (other, _) => return Err(format!("an unknown step `{other}` of the request")),
            }
            at = &call.receiver;
        }
    }
}

fn ident(expr: &Expr) -> Option<Ident> {
    match expr {
        Expr::Path(path) => path.path.get_ident().cloned(),
        _ => None,
    }
}

fn is(expr: &Expr, name: &str) -> bool {
    ident(expr).is_some_and(|ident| ident == name)
}

fn literal(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}

/// The arguments in `format!("{}/threads/{}", self.baseurl, encode_path(&thread_id.to_string()))`.
fn path(built: &Expr, operation: &Operation) -> Result<Vec<Ident>, String> {
    let Expr::Macro(format) = built else {
        return Err("a URL that is not formatted".to_owned());
    };
    let arguments = format
        .mac
        .parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated)
        .map_err(|error| error.to_string())?;
    let mut arguments = arguments.iter();
    let template = arguments.next().and_then(literal).unwrap_or_default();
    let segments = operation.path.split('/').map(|segment| {
        if segment.starts_with('{') {
            "{}"
        } else {
            segment
        }
    });
    if template != format!("{{}}{}", segments.collect::<Vec<_>>().join("/")) {
        return Err(format!(
            "the URL {template} for the path {}",
            operation.path
        ));
    }
    if arguments.next() != Some(&parse_quote!(self.baseurl)) {
        return Err("a URL that does not start at the base URL".to_owned());
    }
    let encoded = arguments.map(|argument| {
        let Expr::Call(call) = argument else {
            return None;
        };
        let Some(Expr::Reference(reference)) = call.args.first() else {
            return None;
        };
        let Expr::MethodCall(to_string) = &*reference.expr else {
            return None;
        };
        ident(&to_string.receiver)
    });
    encoded
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| "a path parameter that is not encoded".to_owned())
}

/// The name and the argument of `&progenitor_client::QueryParam::new("name", &argument)`.
fn query(value: &Expr) -> Option<(String, Ident)> {
    let Expr::Reference(reference) = value else {
        return None;
    };
    let Expr::Call(call) = &*reference.expr else {
        return None;
    };
    let mut arguments = call.args.iter();
    let name = literal(arguments.next()?)?;
    let Expr::Reference(value) = arguments.next()? else {
        return None;
    };
    (*call.func == parse_quote!(progenitor_client::QueryParam::new))
        .then(|| Some((name, ident(&value.expr)?)))?
}

/// The name and the argument of a header, whether it is optional or required.
fn header(statement: &Stmt) -> Option<(String, Ident)> {
    let (append, bound) = match statement {
        Stmt::Expr(Expr::If(condition), _) => {
            let Expr::Let(binding) = &*condition.cond else {
                return None;
            };
            if condition.else_branch.is_some() || *binding.pat != parse_pattern() {
                return None;
            }
            let [Stmt::Expr(append, _)] = condition.then_branch.stmts.as_slice() else {
                return None;
            };
            (append, Some(ident(&binding.expr)?))
        }
        Stmt::Expr(append, _) => (append, None),
        _ => return None,
    };
    let Expr::MethodCall(call) = append else {
        return None;
    };
    let mut arguments = call.args.iter();
    let name = literal(arguments.next()?)?;
    // `value.to_string().try_into()?`
    let Expr::Try(attempt) = arguments.next()? else {
        return None;
    };
    let Expr::MethodCall(convert) = &*attempt.expr else {
        return None;
    };
    let Expr::MethodCall(to_string) = &*convert.receiver else {
        return None;
    };
    let value = ident(&to_string.receiver)?;
    let is_append = is(&call.receiver, "header_map") && call.method == "append";
    let ident = match bound {
        Some(bound) if value == "value" => bound,
        Some(_) => return None,
        None => value,
    };
    is_append.then_some((name, ident))
}

fn parse_pattern() -> Pat {
    let value = format_ident!("value");
    Pat::TupleStruct(syn::PatTupleStruct {
        attrs: Vec::new(),
        qself: None,
        path: parse_quote!(Some),
        paren_token: syn::token::Paren::default(),
        elems: std::iter::once::<Pat>(Pat::Ident(syn::PatIdent {
            attrs: Vec::new(),
            by_ref: None,
            mutability: None,
            ident: value,
            subpat: None,
        }))
        .collect(),
    })
}

fn arguments(method: &ImplItemFn) -> Option<Vec<Argument>> {
    let mut found = Vec::new();
    for argument in &method.sig.inputs {
        let FnArg::Typed(argument) = argument else {
            continue;
        };
        let Pat::Ident(name) = &*argument.pat else {
            return None;
        };
        let ty = Type::read(&argument.ty)?;
        found.push(Argument {
            ident: name.ident.clone(),
            ty,
        });
    }
    Some(found)
}

/// The `T` of `Result<ResponseValue<T>, …>`.
fn value(method: &ImplItemFn) -> Option<Type> {
    let syn::ReturnType::Type(_, result) = &method.sig.output else {
        return None;
    };
    Type::read(inside(inside(result, "Result")?, "ResponseValue")?)
}

/// The first type argument of a path with this name.
fn inside<'a>(ty: &'a syn::Type, name: &str) -> Option<&'a syn::Type> {
    let syn::Type::Path(path) = ty else {
        return None;
    };
    let last = path
        .path
        .segments
        .last()
        .filter(|last| last.ident == name)?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        syn::GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}
