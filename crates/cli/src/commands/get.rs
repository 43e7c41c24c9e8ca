//! `threadline get`

use crate::args::{CallArgs, GetArgs};
use crate::connection::Connection;
use crate::failure::Failure;
use crate::output::Output;
use crate::target::Target;

/// Shows a thread.
pub(crate) async fn run(args: &GetArgs, call: &CallArgs, output: Output) -> Result<(), Failure> {
    let target = Target::parse(&args.thread, "get_thread")?;
    let connection = Connection::open(target.provider, &args.call.or(call)).await?;
    let result = connection.inbox.get_thread(&target.id).await;
    connection.show(result, output)
}
