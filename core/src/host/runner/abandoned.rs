//! The exchange of an operation that ended before its command did.
//!
//! An aborted operation is over at once. Its exchange stays, *abandoned*: no plan waits for it, but what still comes of
//! it is read as its table says and passed over, payload too. The operation that is started next takes over from there:
//!
//! - It waits for an abandoned command that may still enter data mode, since what is typed meanwhile would be taken for
//!   payload; and, for a moment, for one whose answer may come any time.
//! - It ends payload that `+++` ends, with its silence on either side (002 §1.4). Fibocom has no such thing: its uploads
//!   are ended by ETX, its downloads are read to their end (003 §1.2.15, §1.2.16).
//! - Then it resyncs the line: `plan/resync.rs`.

use core::time::Duration;

use super::command_run::CommandRun;
use crate::dialect::{Direction, ResponseFormat};
use crate::exchange::ExchangeState;

/// The wait for the end of an abandoned command that keeps the module from nothing.
const GRACE: Duration = Duration::from_secs(2);

/// Returns `true` if the module may still take what is typed for payload: bytes of an upload were lost, perhaps.
pub(crate) fn may_take_payload(run: &CommandRun) -> bool {
    run.is_escapable()
        && run.exchange.direction() == Some(Direction::Up)
        && run.exchange.state() == ExchangeState::Result
}

/// Returns the time until which a plan waits for the end of an abandoned exchange; `None` where `+++` ends its payload.
pub(crate) fn wait_until(run: &CommandRun, now: Duration) -> Option<Duration> {
    let connects = run.exchange.direction().is_some();
    let delayed = matches!(run.step.format, ResponseFormat::ResultPayloadUrc(_));
    Some(match run.exchange.state() {
        ExchangeState::Payload if run.is_escapable() => return None,
        ExchangeState::Payload => run.deadline.max(now + GRACE),
        ExchangeState::Commanded if connects => run.deadline,
        ExchangeState::Report if delayed => run.deadline,
        ExchangeState::Commanded
        | ExchangeState::Report
        | ExchangeState::Result
        | ExchangeState::LateResult
        | ExchangeState::Done => run.deadline.min(now + GRACE),
    })
}
