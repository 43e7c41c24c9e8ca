//! Measures the cost of calls to this process.

use std::alloc::System;
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use stats_alloc::{Region, StatsAlloc};

use crate::contenders::{Contender, Failure};

/// The cost of a number of calls.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// The number of calls.
    pub calls: u32,
    /// Wall-clock time.
    pub wall: Duration,
    /// CPU time of this process; the server runs in another.
    pub cpu: Duration,
    /// The number of allocations.
    pub allocations: usize,
    /// The bytes allocated in total.
    pub allocated: usize,
    /// The growth of memory in use during the calls, in bytes.
    pub kept: isize,
}

/// Makes `calls` calls, at most `in_flight` at a time, and returns their cost.
///
/// # Errors
///
/// Returns the first error of a call.
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

/// The peak memory of this process in kB, on systems that report it.
pub fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}
