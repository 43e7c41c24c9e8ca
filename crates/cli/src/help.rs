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
  RUST_LOG                 log filter, such as threadline=debug; logs go to standard error
  An empty base URL is an error. With --sandbox, only RUST_LOG is read."
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
  1  any other error"
    };
}

pub(crate) const ABOUT: &str = "\
Close, reopen, assign and unassign conversation threads on ContactShip and Inboxapp.

A thread is named PROVIDER:ID. The providers are contactship, inboxapp (API v2) and inboxapp-v1 \
(API v1, which is said to stop on 3 December 2026). Results go to standard output; errors, \
warnings and notes go to standard error.";

pub(crate) const SHORT: &str = "\
Without an account: threadline demo
Examples, environment variables and exit codes: threadline --help";

pub(crate) const ROOT: &str = concat!(
    "\
Examples:
  threadline demo
  threadline get contactship:thr-1
  threadline update inboxapp:w5hs7kz546ds --close --unassign
  threadline update contactship:thr-1 --assign agent:agent-7 --dry-run
  threadline --output json get inboxapp:w5hs7kz546ds
  threadline emulator

",
    environment!(),
    "\n\n",
    exit_codes!(),
);

pub(crate) const UPDATE_ABOUT: &str = "\
Close, reopen, assign or unassign a thread.

At least one change is needed. All changes are sent in one request. The updated thread is printed.";

pub(crate) const UPDATE: &str = concat!(
    "\
Examples:
  threadline update contactship:thr-1 --close
  threadline update contactship:thr-1 --status pending --assign agent:agent-7
  threadline update inboxapp:w5hs7kz546ds --reopen --assign user:h7hbetn74ohz
  threadline update inboxapp-v1:w5hs7kz546ds --close --unassign --output json
  threadline update contactship:thr-1 --close --dry-run
  threadline update --sandbox contactship:thr-b2c3d4e5-f6a7-8901-bcde-f12345678901 --close

",
    environment!(),
    "\n\n",
    exit_codes!(),
);

pub(crate) const GET: &str = concat!(
    "\
Examples:
  threadline get contactship:thr-1
  threadline get inboxapp:w5hs7kz546ds --output json
  threadline get --sandbox contactship:thr-b2c3d4e5-f6a7-8901-bcde-f12345678901

",
    environment!(),
    "\n\n",
    exit_codes!(),
);

pub(crate) const DEMO_ABOUT: &str = "\
Show the request and the result of each kind of update, without an account.

Closes, reopens, assigns and unassigns one thread on each of the three APIs of an emulator started \
for this command. Each step shows the request line, the request body, and the resulting thread. \
Nothing is sent to another machine.";

pub(crate) const DEMO: &str = "\
Examples:
  threadline demo
  threadline demo --output json";

pub(crate) const EMULATOR_ABOUT: &str = "\
Emulate both vendors' APIs on this machine until Ctrl-C.

ContactShip, Inboxapp v1 and Inboxapp v2 are each served on their own port, with example threads. \
Prints the URLs, the credential, and the lines to paste into another shell so that threadline calls \
the emulator there.";

pub(crate) const EMULATOR: &str = "\
Examples:
  threadline emulator
  threadline emulator --port-contactship 8081 --port-inboxapp-v1 8082 --port-inboxapp 8083
  threadline emulator --output json";

pub(crate) const COMPLETIONS: &str = "\
Examples:
  threadline completions bash > ~/.local/share/bash-completion/completions/threadline
  threadline completions zsh > ~/.zfunc/_threadline
  threadline completions fish > ~/.config/fish/completions/threadline.fish";
