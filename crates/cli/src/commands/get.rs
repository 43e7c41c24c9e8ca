//! `threadline get`

use crate::args::{CallArgs, GetArgs, ThreadName};
use crate::connection::Connection;
use crate::failure::Failure;
use crate::output::Output;

/// Prints a thread.
pub(crate) async fn run(args: &GetArgs, call: &CallArgs, output: Output) -> Result<(), Failure> {
    let thread = ThreadName::parse(&args.thread, "get_thread")?;
    let connection = Connection::open(&thread.provider, &args.call.or(call)).await?;
    let result = connection.provider.get_thread(&thread.id).await;
    connection.print_result(result, output)
}
