//! The longer texts of `--help`.

macro_rules! environment {
    () => {
        "\
Environment:
  CONTACTSHIP_API_KEY      credential of contactship
  INBOX_API_TOKEN          credential of inboxapp and inboxapp-v1
  CONTACTSHIP_BASE_URL     base URL of contactship [default: https://api.contactship.ai]
  INBOX_API_BASE_URL       base URL of inboxapp    [default: https://inboxapp.com/api/v2]
  INBOX_API_V1_BASE_URL    base URL of inboxapp-v1 [default: https://inboxapp.com/api/v1]
  THREADLINE_PROFILE       profile of the configuration file, instead of --profile
  THREADLINE_CONFIG        the configuration file; see threadline config --help
  RUST_LOG                 log filter, such as threadline=debug; logs go to standard error
  NO_COLOR                 no colours
  An empty base URL is an error. With --sandbox, no credential and no base URL is read."
    };
}

macro_rules! exit_codes {
    () => {
        "\
Exit codes:
  0  success
  2  usage: unknown option, nothing to update, bad id, unsupported by the provider, bad setting
  3  authentication: no credential, invalid credential, or missing permission
  4  not found
  5  rejected by the vendor
  6  rate limited
  7  server unavailable, unreachable or timed out
  8  some of several threads failed
  130  interrupted
  1  any other error"
    };
}

pub(crate) const ABOUT: &str = "\
Work through conversation threads on ContactShip and Inboxapp: find, read, answer, assign, close.

A thread is named PROVIDER:ID. The providers are contactship, inboxapp (API v2) and inboxapp-v1 \
(API v1, which is reported to stop on 3 December 2026). Results go to standard output; errors, \
warnings and notes go to standard error.";

pub(crate) const SHORT: &str = "\
Without an account: threadline demo
Examples, environment variables and exit codes: threadline --help";

pub(crate) const ROOT: &str = concat!(
    "\
Examples:
  threadline demo
  threadline list inboxapp --status open --unassigned
  threadline messages inboxapp:xno8e38g3vtwvxrf8gvzko0f
  threadline send inboxapp:xno8e38g3vtwvxrf8gvzko0f \"Thank you, Ana will answer you today.\"
  threadline assign inboxapp:xno8e38g3vtwvxrf8gvzko0f --to orders@team.example
  threadline list inboxapp --folder requests --limit 100 | threadline close -
  threadline update contactship:thr-b2c3d4e5-f6a7-8901-bcde-f12345678901 --close --dry-run
  threadline --output json show inboxapp:xno8e38g3vtwvxrf8gvzko0f

",
    environment!(),
    "\n\n",
    exit_codes!(),
);

pub(crate) const PROVIDERS: &str = "\
Examples:
  threadline providers
  threadline providers --output json";

pub(crate) const DEMO_ABOUT: &str = "\
Work through an inbox on an emulator, without an account.

On each of the three APIs of an emulator started for this command: finds a thread, reads it, \
answers, assigns and closes it. Each step shows the requests and the result. Nothing is sent to \
another machine.";

pub(crate) const DEMO: &str = "\
Examples:
  threadline demo
  threadline demo --output json";
