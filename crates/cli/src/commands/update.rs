//! `threadline update`

use threadline::{Error, ThreadUpdate};

use crate::args::{CallArgs, UpdateArgs};
use crate::connection::Connection;
use crate::failure::Failure;
use crate::output::Output;
use crate::target::Target;
use crate::{args, assignee};

/// Changes a thread and shows it as it is then.
pub(crate) async fn run(args: &UpdateArgs, call: &CallArgs, output: Output) -> Result<(), Failure> {
    let target = Target::parse(&args.thread, "update_thread")?;
    let update = update(args, target.provider)?;
    let connection = Connection::open(target.provider, &args.call.or(call)).await?;
    let result = connection.inbox.update_thread(&target.id, &update).await;
    connection.show(result, output)
}

/// The changes that the options name.
fn update(args: &UpdateArgs, provider: &'static str) -> Result<ThreadUpdate, Error> {
    let args::StatusArgs {
        close,
        reopen,
        status,
    } = &args.status;
    let args::AssigneeArgs { assign, unassign } = &args.assignee;
    let mut update = ThreadUpdate::new();
    if *close {
        update = update.close();
    }
    if *reopen {
        update = update.reopen();
    }
    if let Some(word) = status {
        update = update.status(word.as_str());
    }
    if let Some(text) = assign {
        update = update.assign(assignee::parse(provider, text)?);
    }
    if *unassign {
        update = update.unassign();
    }
    if update.is_empty() {
        let message = "nothing to update: give --close, --reopen or --status, \
                       and --assign or --unassign, at least one of them";
        return Err(Error::invalid_request(provider, "update_thread", message));
    }
    Ok(update)
}
