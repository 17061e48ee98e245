//! The download buffer of FTPGET and FTPRECV (003 §1.2.18, §1.2.19).
//!
//! The file comes into a buffer of 512000 bytes. When that is full the data connection is closed; when it is half empty
//! another one goes on from there. A buffer that the host has not read for two minutes is dropped, and the session with
//! it.

use alloc::collections::VecDeque;
use alloc::format;
use alloc::vec::Vec;
use core::time::Duration;

use super::state::{Fetch, FetchStage};
use super::transfer;
use crate::dialect::{Command, Value};
use crate::ftp::{FailureKind, FtpFailure, FtpOperation, FtpOutcome, FtpValue};
use crate::module::context::ModuleContext;
use crate::module::event::ModuleEvent;
use crate::module::ftp::job::JobStage;
use crate::module::ftp::service::{FtpReport, FtpService};
use crate::module::response::{CommandResponse, integer};
use crate::module::timers::Timer;

/// Size of the buffer in bytes (003 §1.2.19).
const BUFFER: usize = 512_000;
/// Longest time that the buffer waits to be read.
const UNREAD_TIMEOUT: Duration = Duration::from_secs(120);

/// Tells whether the module is in download mode: the file has not come whole.
pub(super) fn is_fetching(ftp: &FtpService) -> bool {
    let fetch = ftp.fibocom.fetch.as_ref();
    fetch.is_some_and(|fetch| fetch.stage != FetchStage::Complete)
}

/// Tells whether payload may come into the buffer.
pub(super) fn takes_data(ftp: &FtpService) -> bool {
    let fetch = ftp.fibocom.fetch.as_ref();
    fetch.is_some_and(|fetch| fetch.stage == FetchStage::Coming)
}

/// Tells whether an operation of the download is under way.
fn is_under_way(ftp: &FtpService) -> bool {
    let fetch = ftp.fibocom.fetch.as_ref();
    let stage = fetch.map(|fetch| &fetch.stage);
    matches!(stage, Some(FetchStage::Coming | FetchStage::Measuring(_)))
}

/// Returns how many bytes can be read.
pub(super) fn buffered(ftp: &FtpService) -> usize {
    let fetch = ftp.fibocom.fetch.as_ref();
    fetch.map_or(0, |fetch| fetch.buffer.len())
}

/// Executes FTPGET; what another one left in the buffer is dropped.
pub(super) fn begin(
    ftp: &mut FtpService,
    cx: &mut ModuleContext,
    command: &'static Command,
    values: &[Value<'_>],
) -> CommandResponse {
    ftp.fibocom.fetch = Some(Fetch {
        command,
        retrieve: transfer::file(ftp, values),
        taken_up_at: 0,
        view: integer(values, 1).unwrap_or(1),
        buffer: VecDeque::new(),
        stage: FetchStage::Coming,
        announced: false,
    });
    cx.timers.stop(Timer::DownloadBuffer);
    go_on(ftp, cx);
    CommandResponse::Ok
}

/// Opens a data connection for as much as the buffer takes.
fn go_on(ftp: &mut FtpService, cx: &mut ModuleContext) {
    let Some(fetch) = &mut ftp.fibocom.fetch else {
        return;
    };
    let room = BUFFER.saturating_sub(fetch.buffer.len());
    fetch.retrieve.limit = Some(room as u64);
    fetch.taken_up_at = fetch.retrieve.offset;
    fetch.stage = FetchStage::Coming;
    let command = fetch.command;
    let operation = FtpOperation::Retrieve(fetch.retrieve.clone());
    ftp.begin_operation(cx, command, operation);
}

/// Takes payload into the buffer.
pub(super) fn handle_data(ftp: &mut FtpService, cx: &mut ModuleContext, payload: &[u8]) {
    let Some(fetch) = &mut ftp.fibocom.fetch else {
        return;
    };
    fetch.buffer.extend(payload);
    fetch.retrieve.offset = fetch.retrieve.offset.saturating_add(payload.len() as u64);
    if cx.timers.get(Timer::DownloadBuffer).is_none() {
        let at = cx.now + UNREAD_TIMEOUT;
        cx.timers.set(Timer::DownloadBuffer, at);
    }
    announce(fetch, cx);
    ftp.restart_packet_timer(cx);
}

/// Queues `+FTPGET: 2`, once.
fn announce(fetch: &mut Fetch, cx: &mut ModuleContext) {
    if !core::mem::replace(&mut fetch.announced, true) {
        cx.urc(format!("{}: 2", fetch.command.name).into_bytes());
    }
}

/// Takes the end of an operation of the download. Returns it, or `None` where the server is asked for the size.
///
/// A file whose last byte filled the buffer is taken up at its end. Servers may refuse that, since the offset must be
/// less than the length (003 §1.2.17). All has come where the file has so many bytes.
pub(super) fn follow(
    ftp: &mut FtpService,
    cx: &mut ModuleContext,
    result: Result<FtpOutcome, FtpFailure>,
) -> Option<Result<FtpOutcome, FtpFailure>> {
    let Some(fetch) = &mut ftp.fibocom.fetch else {
        return Some(result);
    };
    let offset = fetch.retrieve.offset;
    let brought_nothing = fetch.announced && offset == fetch.taken_up_at;
    match (&fetch.stage, result) {
        (FetchStage::Coming, Err(failure)) if brought_nothing && is_refused(&failure) => {
            fetch.stage = FetchStage::Measuring(failure);
            let size = FtpOperation::Size(fetch.retrieve.path.clone());
            cx.event(ModuleEvent::Ftp(size));
            ftp.restart_timer(cx);
            None
        }
        (FetchStage::Measuring(refused), Ok(outcome)) => {
            let is_whole = outcome.value == FtpValue::Size(offset);
            let refused = refused.clone();
            Some(if is_whole {
                let value = FtpValue::Bytes(0);
                Ok(FtpOutcome { value, ..outcome })
            } else {
                Err(refused)
            })
        }
        (_, result) => Some(result),
    }
}

/// Tells whether the server refused to take the file up, by its reply to REST or to RETR.
fn is_refused(failure: &FtpFailure) -> bool {
    let by_reply = matches!(failure.kind, FailureKind::Refused | FailureKind::Position);
    by_reply && failure.reply != Some(421)
}

/// Takes note that a data connection ended. A full buffer waits to be read; otherwise the file is complete.
pub(super) fn on_ended(ftp: &mut FtpService, cx: &mut ModuleContext, report: &FtpReport) {
    let moved = ftp.moved;
    let Some(fetch) = &mut ftp.fibocom.fetch else {
        return;
    };
    let name = fetch.command.name;
    if report.is_err() {
        fetch.stage = FetchStage::Complete;
        return cx.urc(format!("{name}: 0").into_bytes());
    }
    if fetch.retrieve.limit.is_some_and(|limit| moved >= limit) {
        fetch.stage = FetchStage::Full;
        return;
    }
    fetch.stage = FetchStage::Complete;
    announce(fetch, cx);
    cx.urc(format!("{name}: 1").into_bytes());
}

/// Executes `AT+FTPRECV=<n>`: `+FTPRECV: <m>`, m bytes, `OK`.
pub(super) fn receive(
    ftp: &mut FtpService,
    cx: &mut ModuleContext,
    length: u64,
) -> CommandResponse {
    let mut piece = Vec::new();
    let mut has_room = false;
    if let Some(fetch) = &mut ftp.fibocom.fetch {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let count = length.min(fetch.buffer.len());
        piece.extend(fetch.buffer.drain(..count));
        let unread = !fetch.buffer.is_empty();
        let deadline = unread.then(|| cx.now + UNREAD_TIMEOUT);
        cx.timers.put(Timer::DownloadBuffer, deadline);
        has_room = fetch.stage == FetchStage::Full && fetch.buffer.len() <= BUFFER / 2;
    }
    cx.information(format!("+FTPRECV: {}", piece.len()).as_bytes());
    cx.output.payload(&piece);
    if has_room {
        go_on(ftp, cx);
    }
    CommandResponse::Ok
}

/// Executes `AT+FTPGET?`: name, view mode, whether all has come; nothing where the buffer is empty.
pub(super) fn read(
    ftp: &FtpService,
    cx: &mut ModuleContext,
    command: &'static Command,
) -> CommandResponse {
    if let Some(fetch) = &ftp.fibocom.fetch
        && !fetch.buffer.is_empty()
    {
        let eof = u8::from(fetch.stage == FetchStage::Complete);
        let mut line = [command.name.as_bytes(), b":\"", &fetch.retrieve.path, b"\""].concat();
        line.extend_from_slice(format!(",{},{eof}", fetch.view).as_bytes());
        cx.information(&line);
    }
    CommandResponse::Ok
}

/// Ends download mode and drops the buffer. Returns whether a data connection is still to be closed.
pub(super) fn end(ftp: &mut FtpService, cx: &mut ModuleContext) -> bool {
    let under_way = is_under_way(ftp);
    ftp.fibocom.fetch = None;
    cx.timers.stop(Timer::DownloadBuffer);
    match &mut ftp.job {
        Some(job) if under_way => {
            job.stage = JobStage::Silent;
            cx.event(ModuleEvent::Abort);
            true
        }
        _ => false,
    }
}

/// Drops the buffer: the session is gone.
pub(super) fn lose(ftp: &mut FtpService, cx: &mut ModuleContext) {
    cx.timers.stop(Timer::DownloadBuffer);
    if let Some(fetch) = ftp.fibocom.fetch.take()
        && fetch.stage != FetchStage::Complete
    {
        cx.urc(format!("{}: 0", fetch.command.name).into_bytes());
    }
}

/// Drops the buffer and the session: the host has not read the buffer in time.
pub(super) fn on_timeout(ftp: &mut FtpService, cx: &mut ModuleContext) {
    if is_under_way(ftp)
        && let Some(job) = &mut ftp.job
    {
        job.stage = JobStage::Silent;
    }
    ftp.drop_session(cx);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::CommandKind;
    use crate::dialect::nl668::NL668;
    use crate::module::quirks::Quirks;

    fn fetching() -> (FtpService, ModuleContext) {
        let mut cx = ModuleContext::new(&NL668, Quirks::MANUAL);
        let mut ftp = FtpService::new(&NL668);
        let command = NL668.command(CommandKind::FtpFetch).expect("FTPGET");
        begin(&mut ftp, &mut cx, command, &[Value::Text(b"a")]);
        (ftp, cx)
    }

    #[test]
    fn what_is_read_leaves_the_buffer_and_its_time_starts_anew() {
        let (mut ftp, mut cx) = fetching();
        handle_data(&mut ftp, &mut cx, b"abcd");
        assert_eq!(cx.timers.get(Timer::DownloadBuffer), Some(UNREAD_TIMEOUT));
        cx.now = Duration::from_secs(5);
        receive(&mut ftp, &mut cx, 3);
        assert!(cx.output.bytes().ends_with(b"+FTPRECV: 3\r\nabc"));
        let at = cx.timers.get(Timer::DownloadBuffer);
        assert_eq!(at, Some(cx.now + UNREAD_TIMEOUT));
        receive(&mut ftp, &mut cx, 3);
        assert_eq!(cx.timers.get(Timer::DownloadBuffer), None);
        assert_eq!(buffered(&ftp), 0);
    }

    #[test]
    fn a_buffer_that_is_not_read_goes_with_its_session() {
        let (mut ftp, mut cx) = fetching();
        handle_data(&mut ftp, &mut cx, b"abcd");
        on_timeout(&mut ftp, &mut cx);
        assert_eq!(buffered(&ftp), 0);
        assert_eq!(cx.events.pop_back(), Some(ModuleEvent::DropSession));
        cx.write_urcs();
        assert!(
            cx.output
                .bytes()
                .ends_with(b"+FTPGET: 2\r\n\r\n+FTPGET: 0\r\n")
        );
    }

    #[test]
    fn ftpclose_003_1_2_18_ends_the_question_for_the_size() {
        let (mut ftp, mut cx) = fetching();
        handle_data(&mut ftp, &mut cx, b"abcd");
        go_on(&mut ftp, &mut cx);
        let refused = FtpFailure {
            kind: FailureKind::Position,
            reply: Some(554),
            text: Vec::new(),
        };
        assert_eq!(follow(&mut ftp, &mut cx, Err(refused)), None);
        let size = ModuleEvent::Ftp(FtpOperation::Size(b"a".to_vec()));
        assert_eq!(cx.events.pop_back(), Some(size));
        assert!(is_fetching(&ftp) && !takes_data(&ftp));
        assert!(end(&mut ftp, &mut cx));
        assert_eq!(cx.events.pop_back(), Some(ModuleEvent::Abort));
    }
}
