//! What a number of calls costs this process.

use std::alloc::System;
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use stats_alloc::{Region, StatsAlloc};

use crate::contenders::{Contender, Failure};

/// The cost of a number of calls.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// How many calls there were.
    pub calls: u32,
    /// By the clock on the wall.
    pub wall: Duration,
    /// Of the processor, in this process; the server is another one.
    pub cpu: Duration,
    /// How often memory was allocated.
    pub allocations: usize,
    /// How many bytes were allocated, all in all.
    pub allocated: usize,
    /// How many more bytes are in use afterwards.
    pub kept: isize,
}

/// Makes calls with so many in flight and says what they cost.
///
/// # Errors
///
/// The first failed call.
pub async fn measure(
    contender: &dyn Contender,
    calls: u32,
    in_flight: usize,
    allocator: &'static StatsAlloc<System>,
) -> Result<Cost, Failure> {
    let region = Region::new(allocator);
    let (wall, cpu) = (Instant::now(), ProcessTime::now());
    stream::iter(0..calls)
        .map(|_| contender.update())
        .buffer_unordered(in_flight)
        .try_for_each(|archived| async move {
            if archived {
                Ok(())
            } else {
                Err("the thread came back open".into())
            }
        })
        .await?;
    let (wall, cpu) = (wall.elapsed(), cpu.elapsed());
    let change = region.change();
    Ok(Cost {
        calls,
        wall,
        cpu,
        allocations: change.allocations,
        allocated: change.bytes_allocated,
        kept: isize::try_from(change.bytes_allocated).unwrap_or(isize::MAX)
            - isize::try_from(change.bytes_deallocated).unwrap_or(isize::MAX),
    })
}

/// The most memory this process has had, in kilobytes, where the system tells.
pub fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}
