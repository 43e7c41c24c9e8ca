//! `threadline api`

mod document;
mod fields;
mod pages;

use std::ffi::OsString;
use std::fs;
use std::io::{self, Read as _};

use clap::builder::EnumValueParser;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches as _, ValueHint};
use clap_complete::ArgValueCompleter;
use serde::Serialize;
use serde_json::value::RawValue;
use threadline::transport::{Api, Operation, Request, Transport};
use threadline::{
    CallOptions, IdempotencyKey, ProviderKind, ThreadProvider, ThreadProviderExt as _,
};

use self::document::Document;
use self::fields::{Field, Place};
use crate::args::{CallArgs, Cli};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::table::List;
use crate::output::{Output, Printer};
use crate::watch::Watch;
use crate::{complete, target, usage};

pub(crate) const ABOUT: &str = "\
Call any operation of a vendor's API.

Parameters and fields of the body are options; the help of an operation lists them. The response is \
printed as the vendor sent it. Retries, rate limits and --dry-run work as in every other command.";

pub(crate) const HELP: &str = "\
Examples:
  threadline api --list
  threadline api inboxapp threads.list --help
  threadline api inboxapp threads.list --folder all --limit 50
  threadline api inboxapp threads.list --paginate
  threadline api contactship threads.get --thread-id thr-b2c3d4e5-f6a7-8901-bcde-f12345678901
  threadline api inboxapp threads.update --thread-id t-1 --null assigneeId --dry-run
  threadline api inboxapp messages.send --body @message.json --dry-run";

/// Options of every operation.
const BODY: &str = "body";
const NULL: &str = "null";
const PAGINATE: &str = "paginate";
const OWN: [&str; 3] = [BODY, NULL, PAGINATE];

#[derive(Debug, Args)]
pub(crate) struct ApiArgs {
    /// List the operations
    #[arg(long)]
    list: bool,

    /// The provider: contactship, inboxapp (API v2) or inboxapp-v1
    #[arg(value_name = "PROVIDER", add = ArgValueCompleter::new(complete::providers))]
    provider: Option<String>,

    /// The operation, and its options; all operations are listed without one
    #[arg(
        value_name = "OPERATION",
        trailing_var_arg = true,
        allow_hyphen_values = true,
        add = ArgValueCompleter::new(complete::operations)
    )]
    operation: Vec<String>,
}

impl ApiArgs {
    /// Whether an option after the operation selects JSON output.
    pub(crate) fn asks_for_json(&self) -> bool {
        usage::asks_for_json(self.operation.iter().map(OsString::from))
    }
}

/// An operation, in the list of all.
#[derive(Debug, Serialize)]
struct OperationOutput<'a> {
    provider: &'a ProviderKind,
    operation: &'a str,
    method: &'a str,
    path: &'a str,
    summary: &'a str,
    docs: &'a str,
}

/// The operations of a provider.
pub(crate) fn api_of(kind: &ProviderKind) -> Option<&'static Api> {
    match kind {
        ProviderKind::ContactShip => Some(&threadline_contactship::operations::API),
        ProviderKind::InboxappV1 => Some(&threadline_inboxapp_v1::operations::API),
        ProviderKind::InboxappV2 => Some(&threadline_inboxapp_v2::operations::API),
        _ => None,
    }
}

/// The OpenAPI document of a provider.
fn document_of(kind: &ProviderKind) -> &'static str {
    match kind {
        ProviderKind::ContactShip => threadline_contactship::OPENAPI,
        ProviderKind::InboxappV1 => threadline_inboxapp_v1::OPENAPI,
        ProviderKind::InboxappV2 => threadline_inboxapp_v2::OPENAPI,
        _ => "{}",
    }
}

/// The transport of a provider.
pub(crate) fn transport(provider: &dyn ThreadProvider) -> Option<&Transport> {
    let contactship = provider.as_native::<threadline_contactship::Client>();
    let inboxapp_v1 = provider.as_native::<threadline_inboxapp_v1::Client>();
    let inboxapp_v2 = provider.as_native::<threadline_inboxapp_v2::Client>();
    contactship
        .map(threadline_contactship::Client::transport)
        .or(inboxapp_v1.map(threadline_inboxapp_v1::Client::transport))
        .or(inboxapp_v2.map(threadline_inboxapp_v2::Client::transport))
}

/// Calls an operation, or lists all of them.
pub(crate) async fn run(args: &ApiArgs, cli: &Cli, printer: &Printer) -> Result<(), Failure> {
    printer.check_no_members("api")?;
    let kind = args.provider.as_deref().map(target::provider).transpose()?;
    let (Some(kind), [id, options @ ..], false) = (&kind, &args.operation[..], args.list) else {
        return list(kind.as_ref(), printer);
    };
    let operation = find(kind, id)?;
    let fields = Document::parse(document_of(kind))?.fields(operation)?;
    let name = format!("threadline api {kind} {id}");
    let command = command(&name, operation, &fields);
    let words = std::iter::once(&name).chain(options);
    let matches = command
        .try_get_matches_from(words)
        .map_err(Failure::command_line)?;
    let call = CallArgs::from_arg_matches(&matches).map_err(Failure::command_line)?;
    let verbose = cli.verbose || matches.get_flag("verbose");
    let profile = matches
        .get_one::<String>("profile")
        .or(cli.profile.as_ref());
    let mut context = Context::open(printer, profile, call.or(&cli.call), verbose)?;
    target::provider_or_profile(Some(kind.as_str()), context.profile.as_ref())?;
    let arguments = fields::read(&fields, &matches)?;
    let body = body(&matches)?;
    context.connect(kind).await?;
    let call = Call {
        operation,
        arguments,
        body,
    };
    let paginates = matches.try_get_one::<bool>(PAGINATE).ok().flatten();
    let outcome = if paginates == Some(&true) {
        pages::print(call, kind, &mut context).await
    } else {
        call.print(kind, &mut context).await
    };
    context.warn_of_sunset();
    outcome.or_else(|failure| context.end(kind, failure))
}

fn list(kind: Option<&ProviderKind>, printer: &Printer) -> Result<(), Failure> {
    let mut rows = List::new(&["PROVIDER", "OPERATION", "REQUEST", "SUMMARY"]);
    for provider in &ProviderKind::ALL {
        let Some(api) = api_of(provider).filter(|_| kind.is_none_or(|kind| kind == provider))
        else {
            continue;
        };
        for operation in api.operations {
            if printer.is_json() {
                printer.json(&OperationOutput {
                    provider,
                    operation: operation.id,
                    method: operation.method,
                    path: operation.path,
                    summary: operation.summary,
                    docs: operation.docs,
                })?;
                continue;
            }
            let request = format!("{} {}", operation.method, operation.path);
            rows.add(&[provider.as_str(), operation.id, &request, operation.summary]);
        }
    }
    if !rows.is_empty() || !printer.is_json() {
        printer.result(&rows.end())?;
    }
    Ok(())
}

/// The operation with this id.
fn find(kind: &ProviderKind, id: &str) -> Result<&'static Operation, Failure> {
    let api = api_of(kind);
    api.and_then(|api| api.operation(id)).ok_or_else(|| {
        let operations = api.map(|api| api.operations).unwrap_or_default();
        let group = id.split_once('.').map_or(id, |(group, _)| group);
        let is_near = |other: &&str| {
            let of_group = other
                .split_once('.')
                .is_some_and(|(other, _)| other == group);
            of_group || strsim::jaro_winkler(other, id) > 0.9
        };
        let near = operations
            .iter()
            .map(|operation| operation.id)
            .filter(is_near);
        let near: Vec<_> = near.collect();
        let near = if near.is_empty() {
            String::new()
        } else {
            format!("; there are {}", near.join(", "))
        };
        Failure::usage(format!(
            "{kind} has no operation {id:?}{near}: see threadline api {kind} --list"
        ))
    })
}

/// The command line of an operation.
fn command(name: &str, operation: &'static Operation, fields: &[Field]) -> Command {
    let mut command = Command::new(name.to_owned())
        .bin_name(name.to_owned())
        .about(operation.summary)
        .after_help(format!(
            "{} {}\n{}",
            operation.method, operation.path, operation.docs
        ))
        .max_term_width(100);
    for field in fields {
        command = command.arg(field.argument());
    }
    let of_body: Vec<_> = fields
        .iter()
        .filter(|field| field.place == Place::Body)
        .map(|field| field.option.clone())
        .collect();
    if fields.iter().any(|field| field.place == Place::Body) {
        command = command
            .arg(
                Arg::new(BODY)
                    .long(BODY)
                    .value_name("JSON")
                    .help(
                        "The whole body as JSON; - reads it from standard input, @FILE from a file",
                    )
                    .value_hint(ValueHint::Other)
                    .conflicts_with_all(of_body),
            )
            .arg(
                Arg::new(NULL)
                    .long(NULL)
                    .value_name("FIELD")
                    .help("Send null for this field of the body; may be repeated")
                    .value_hint(ValueHint::Other)
                    .action(ArgAction::Append)
                    .conflicts_with(BODY),
            );
    }
    if operation.pagination.is_some() {
        command = command.arg(
            Arg::new(PAGINATE)
                .long(PAGINATE)
                .help("Fetch all pages, and print each item as a line")
                .action(ArgAction::SetTrue),
        );
    }
    let shared = Command::new("shared")
        .arg(
            // Read before the command line of the operation is known.
            Arg::new("output")
                .short('o')
                .long("output")
                .value_name("FORMAT")
                .help("The format of errors")
                .value_parser(EnumValueParser::<Output>::new()),
        )
        .arg(
            Arg::new("verbose")
                .short('v')
                .long("verbose")
                .help("Show each request and the status of its response on standard error")
                .action(ArgAction::SetTrue),
        )
        .arg(
            Arg::new("profile")
                .long("profile")
                .value_name("NAME")
                .help("Take the credential and the base URL from this profile")
                .value_hint(ValueHint::Other),
        );
    let shared = CallArgs::augment_args(shared);
    command.args(shared.get_arguments().cloned())
}

/// The body that is given whole.
fn body(matches: &ArgMatches) -> Result<Option<Box<RawValue>>, Failure> {
    let given = matches.try_get_one::<String>(BODY).ok().flatten();
    let Some(given) = given else { return Ok(None) };
    let unreadable =
        |error: io::Error| Failure::usage(format!("--body {given}: cannot be read: {error}"));
    let (origin, text) = match given.strip_prefix('@') {
        _ if given == "-" => {
            let mut text = String::new();
            io::stdin().read_to_string(&mut text).map_err(unreadable)?;
            ("on standard input", text)
        }
        Some(path) => ("in the file", fs::read_to_string(path).map_err(unreadable)?),
        None => ("of --body", given.clone()),
    };
    let body = serde_json::from_str(text.trim())
        .map_err(|error| Failure::usage(format!("the body {origin} is not JSON: {error}")))?;
    Ok(Some(body))
}

/// A call to make.
#[derive(Debug)]
struct Call {
    operation: &'static Operation,
    arguments: fields::Arguments,
    body: Option<Box<RawValue>>,
}

/// An answer.
struct Answer {
    /// The body as it came.
    body: String,
    /// The result in it, without an envelope.
    result: Option<Box<RawValue>>,
}

impl Call {
    /// The request, with query parameters that replace those of the same name.
    fn request(
        &self,
        transport: &Transport,
        replaced: &[(String, String)],
    ) -> Result<Request, Failure> {
        let values = &self.arguments;
        let path: Vec<_> = values.path.iter().map(String::as_str).collect();
        let is_kept = |name: &str| replaced.iter().all(|(other, _)| other != name);
        let query: Vec<_> = values
            .query
            .iter()
            .filter(|(name, _)| is_kept(name))
            .chain(replaced)
            .collect();
        let mut request = transport.request(self.operation, &path);
        if !query.is_empty() {
            request = request.query(&query);
        }
        if let Some(key) = &values.idempotency_key {
            request = request.idempotency_key(IdempotencyKey::new(key)?);
        }
        if let Some(body) = &self.body {
            request = request.json(body);
        } else if values.has_body {
            request = request.json(&values.body);
        }
        Ok(request)
    }

    /// Makes the call.
    async fn make(
        &self,
        replaced: &[(String, String)],
        kind: &ProviderKind,
        watch: &Watch,
        context: &mut Context,
    ) -> Result<Answer, Failure> {
        let inbox = context.watched(kind, watch)?;
        let Some(transport) = transport(&*inbox) else {
            return Err(Failure::usage(format!("{kind} has no operations")));
        };
        let mut options = CallOptions::new();
        for (name, value) in &self.arguments.headers {
            options = options.header(name, value)?;
        }
        let options = context.options().merge(&watch.options()).merge(&options);
        let request = self.request(transport, replaced)?;
        let calling = async {
            if self.arguments.has_result {
                let answer = transport.call::<Box<RawValue>>(request, &options).await?;
                return Ok(Answer {
                    body: String::from_utf8_lossy(answer.body()).into_owned(),
                    result: Some(answer.into_inner()),
                });
            }
            let answer = transport.call_without_value(request, &options).await?;
            Ok(Answer {
                body: String::from_utf8_lossy(answer.body()).into_owned(),
                result: None,
            })
        };
        watch.run(&mut context.interrupt, calling).await
    }

    async fn print(&self, kind: &ProviderKind, context: &mut Context) -> Result<(), Failure> {
        let watch = self.watch(context);
        let answer = self.make(&[], kind, &watch, context).await?;
        if !answer.body.is_empty() {
            context.printer.vendor_json(&answer.body)?;
        }
        Ok(())
    }

    fn watch(&self, context: &Context) -> Watch {
        if self.operation.method == "GET" {
            context.reading()
        } else {
            context.changing()
        }
    }
}
