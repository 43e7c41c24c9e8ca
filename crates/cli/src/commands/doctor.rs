//! `threadline doctor`

use std::env;
use std::time::{Duration, Instant, SystemTime};

use clap::Args;
use clap_complete::ArgValueCompleter;
use serde::Serialize;
use threadline::{PageRequest, ProviderKind, ThreadProvider as _};

use crate::args::CallArgs;
use crate::commands::api;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::Printer;
use crate::output::table::{self, List};
use crate::watch::Watch;
use crate::{complete, target};

pub(crate) const ABOUT: &str = "\
Check credentials, connections, the clock and rate limits.

Makes one call that reads, to each provider whose credential is set, and says what to do about what \
is wrong.";

pub(crate) const HELP: &str = "\
Examples:
  threadline doctor
  threadline doctor inboxapp
  threadline --profile support doctor --output json
  threadline doctor --sandbox";

/// How far the clocks may be apart.
const SKEW: Duration = Duration::from_secs(60);

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// The provider; all whose credential is set if there is none
    #[arg(value_name = "PROVIDER", add = ArgValueCompleter::new(complete::providers))]
    provider: Option<String>,

    #[command(flatten)]
    pub(crate) call: CallArgs,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Ok,
    Warning,
    Failed,
}

/// A check and its outcome.
#[derive(Debug, Serialize)]
struct Check {
    provider: ProviderKind,
    #[serde(rename = "check")]
    name: &'static str,
    result: Outcome,
    detail: String,
    /// What to do.
    advice: Option<String>,
}

/// The checks of one provider.
#[derive(Debug)]
struct Report {
    provider: ProviderKind,
    checks: Vec<Check>,
    /// The exit code of the first failure.
    exit_code: u8,
}

/// Checks providers.
pub(crate) async fn run(args: &DoctorArgs, mut context: Context) -> Result<(), Failure> {
    context.printer.check_no_members("doctor")?;
    let mut reports = Vec::new();
    for kind in providers(args, &context)? {
        reports.push(examine(kind, &mut context).await?);
    }
    print(&reports, &context.printer)?;
    let failures = |report: &Report| {
        let failed = |check: &&Check| check.result == Outcome::Failed;
        report.checks.iter().filter(failed).count()
    };
    let failed: usize = reports.iter().map(failures).sum();
    match reports
        .iter()
        .map(|report| report.exit_code)
        .find(|code| *code != 0)
    {
        None => Ok(()),
        Some(exit_code) => {
            let s = if failed == 1 { "" } else { "s" };
            Err(Failure::unhealthy(
                format!("{failed} check{s} failed"),
                exit_code,
            ))
        }
    }
}

/// The providers to check.
fn providers(args: &DoctorArgs, context: &Context) -> Result<Vec<ProviderKind>, Failure> {
    if args.provider.is_some() || context.profile.is_some() {
        let name = args.provider.as_deref();
        return Ok(vec![target::provider_or_profile(
            name,
            context.profile.as_ref(),
        )?]);
    }
    let is_set = |kind: &ProviderKind| {
        let variable = kind.credential_variable();
        variable.is_some_and(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
    };
    let all = ProviderKind::ALL;
    let set: Vec<_> = all.into_iter().filter(is_set).collect();
    if set.is_empty() || context.call.sandbox {
        Ok(ProviderKind::ALL.to_vec())
    } else {
        Ok(set)
    }
}

async fn examine(kind: ProviderKind, context: &mut Context) -> Result<Report, Failure> {
    let mut report = Report {
        provider: kind.clone(),
        checks: Vec::new(),
        exit_code: 0,
    };
    let inbox = match context.connect(&kind).await {
        Ok(inbox) => inbox,
        Err(failure) => {
            report.fail("settings", &failure);
            return Ok(report);
        }
    };
    let server = api::transport(inbox).map_or_else(String::new, |it| it.base_url().to_owned());
    report.add("settings", Outcome::Ok, server, None);
    let watch = context.reading();
    let inbox = context.watched(&kind, &watch)?;
    let started = Instant::now();
    let page = PageRequest::new().size(1);
    let reading = inbox.list_assignees(&page);
    let outcome = watch.run(&mut context.interrupt, reading).await;
    match outcome {
        Ok(_) => {
            let detail = format!("answered in {:.1?}", started.elapsed());
            report.add("call", Outcome::Ok, detail, None);
        }
        Err(failure) => report.fail("call", &failure),
    }
    report.check_clock(&watch, SystemTime::now());
    report.check_rate_limit(&watch);
    if let Some(sunset) = context.provider(&kind)?.sunset() {
        report.add(
            "sunset",
            Outcome::Warning,
            table::sunset_text(&kind, &sunset),
            None,
        );
    } else if kind == ProviderKind::InboxappV1 {
        let detail = "the vendor is reported to switch this API off on 3 December 2026; its server \
                      has not said so";
        let advice = "use inboxapp, with the same token".to_owned();
        report.add("sunset", Outcome::Warning, detail.to_owned(), Some(advice));
    }
    Ok(report)
}

impl Report {
    fn add(&mut self, name: &'static str, result: Outcome, detail: String, advice: Option<String>) {
        self.checks.push(Check {
            provider: self.provider.clone(),
            name,
            result,
            detail,
            advice,
        });
    }

    fn fail(&mut self, check: &'static str, failure: &Failure) {
        if self.exit_code == 0 {
            self.exit_code = failure.exit_code();
        }
        let detail = failure.text();
        let advice = advice(failure).map(str::to_owned);
        self.add(check, Outcome::Failed, detail, advice);
    }

    /// Compares the clocks: a wrong one makes dates of rate limits and of `Retry-After` wrong.
    fn check_clock(&mut self, watch: &Watch, now: SystemTime) {
        let date = watch.date();
        let Some(server) = date.and_then(|date| httpdate::parse_http_date(&date).ok()) else {
            return;
        };
        let skew = now
            .duration_since(server)
            .unwrap_or_else(|error| error.duration());
        if skew <= SKEW {
            self.add(
                "clock",
                Outcome::Ok,
                "agrees with the server's".to_owned(),
                None,
            );
        } else {
            let detail = format!("{} s apart from the server's", skew.as_secs());
            let advice = "set this machine's clock".to_owned();
            self.add("clock", Outcome::Warning, detail, Some(advice));
        }
    }

    fn check_rate_limit(&mut self, watch: &Watch) {
        let Some(limit) = watch.rate_limit() else {
            return;
        };
        let Some(remaining) = limit.remaining() else {
            return;
        };
        let of = limit
            .limit()
            .map(|limit| format!(" of {limit}"))
            .unwrap_or_default();
        let reset = limit.reset_after(SystemTime::now());
        let reset = reset.map(|reset| format!(", reset in {} s", reset.as_secs()));
        let detail = format!("{remaining}{of} requests left{}", reset.unwrap_or_default());
        let is_low = limit.limit().is_some_and(|limit| remaining < limit / 10);
        let (result, advice) = if is_low {
            let advice = "others use the same credential: wait, or send less".to_owned();
            (Outcome::Warning, Some(advice))
        } else {
            (Outcome::Ok, None)
        };
        self.add("rate limit", result, detail, advice);
    }
}

fn print(reports: &[Report], printer: &Printer) -> Result<(), Failure> {
    let mut list = List::new(&["PROVIDER", "CHECK", "RESULT", "DETAIL", "ADVICE"]).wrapped();
    for check in reports.iter().flat_map(|report| &report.checks) {
        if printer.is_json() {
            printer.json(check)?;
            continue;
        }
        let result = match check.result {
            Outcome::Ok => "ok",
            Outcome::Warning => "warning",
            Outcome::Failed => "failed",
        };
        list.add(&[
            check.provider.as_str(),
            check.name,
            result,
            &check.detail,
            check.advice.as_deref().unwrap_or_default(),
        ]);
    }
    if !printer.is_json() {
        printer.result(&list.end())?;
    }
    Ok(())
}

/// What to do about a failed check.
fn advice(failure: &Failure) -> Option<&'static str> {
    match failure.exit_code() {
        3 => Some("set a credential that the vendor accepts: in the variable, or in a profile"),
        4 | 5 => Some("the vendor refuses this call: check what the credential may do"),
        6 => Some("wait: the credential is used too often"),
        7 => Some("check the network, a proxy, and the base URL"),
        2 => Some("correct the setting"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_exit_code_of_a_call_has_advice() {
        for code in 2..=7 {
            let failure = Failure::unhealthy("x", code);
            assert!(advice(&failure).is_some(), "{code}");
        }
    }
}
