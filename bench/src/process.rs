//! Times of processes and threads.

use rustix::time::{ClockId, clock_gettime};

fn clock(id: ClockId) -> f64 {
    let time = clock_gettime(id);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// Returns the processor seconds of this thread.
pub fn thread_seconds() -> f64 {
    clock(ClockId::ThreadCPUTime)
}

/// Returns the processor seconds of this process, all threads.
pub fn process_seconds() -> f64 {
    clock(ClockId::ProcessCPUTime)
}
