//! Transfers over the line: data mode and what ends it (DIALECTS "Data mode").

use alloc::format;
use alloc::vec::Vec;

use super::job::Continuation;
use super::timeout::abort_operation;
use super::{FtpService, FtpTrouble, JobStage, LineUpload};
use crate::codes;
use crate::dialect::{CommandKind, Dialect, PayloadFraming};
use crate::exchange::LineEvent;
use crate::framing::stuffing;
use crate::module::context::ModuleContext;
use crate::module::event::ModuleEvent;
use crate::module::family;
use crate::module::quirks::Quirk;
use crate::module::response::{CommandError, CommandResponse};
use crate::module::timers::Timer;

impl FtpService {
    /// Enters data mode: the data connection is open.
    pub(in crate::module) fn on_ready(&mut self, cx: &mut ModuleContext) {
        self.restart_packet_timer(cx);
        let Some(job) = &mut self.job else { return };
        let late = job.has_late_result();
        let JobStage::Connecting(upload) = &mut job.stage else {
            return;
        };
        // Its OK is long said: another payload may have taken the line since.
        if !late && !cx.input.is_free() {
            job.verdict = Some(FtpTrouble::Code(codes::BUSY, 0));
            return cx.event(ModuleEvent::Abort);
        }
        job.stage = upload.take().map_or(JobStage::Down, JobStage::Up);
        job.record(LineEvent::Connect);
        if let Some(total) = job.total {
            cx.timers.set(Timer::FtpCommand, cx.now + total);
        }
        if !late {
            cx.keep_distance();
        }
        family::of(cx.dialect.family).announce_payload(self, cx);
    }

    /// Takes payload of a download.
    pub(in crate::module) fn on_data(&mut self, cx: &mut ModuleContext, payload: &[u8]) {
        match &self.job {
            Some(job) if job.stage == JobStage::Down => {
                write_payload(cx, job.kind, payload);
                self.moved += payload.len() as u64;
                self.restart_packet_timer(cx);
                let pause = family::of(cx.dialect.family).data_pause(self, payload.len());
                if let Some(pause) = pause {
                    cx.timers.set(Timer::DataFlow, cx.now + pause);
                }
            }
            _ => family::of(cx.dialect.family).handle_buffered_data(self, cx, payload),
        }
    }

    /// Returns how many bytes of an upload are still to come, if that is known.
    pub(in crate::module) fn room(&self) -> Option<u64> {
        match &self.job.as_ref()?.stage {
            JobStage::Up(upload) => upload
                .length
                .map(|length| length.saturating_sub(self.moved)),
            _ => None,
        }
    }

    /// Takes payload of the host. What it types during a download means nothing.
    pub(in crate::module) fn handle_data(&mut self, cx: &mut ModuleContext, data: Vec<u8>) {
        let stage = self.job.as_ref().map(|job| &job.stage);
        if !matches!(stage, Some(JobStage::Up(_))) {
            return;
        }
        self.moved += data.len() as u64;
        self.restart_packet_timer(cx);
        cx.event(ModuleEvent::Send(data));
        self.end_counted_upload(cx);
    }

    /// Leaves data mode where the count of an upload is reached.
    pub(in crate::module) fn end_counted_upload(&mut self, cx: &mut ModuleContext) {
        if self.room() != Some(0) {
            return;
        }
        let moved = self.moved;
        let Some(job) = &mut self.job else { return };
        let JobStage::Up(upload) = &job.stage else {
            return;
        };
        let gap = upload.continuation(moved);
        let command = job.command();
        let late = job.has_late_result();
        job.record(LineEvent::PayloadEnd);
        if late {
            job.record(LineEvent::Ok);
        }
        job.total = None;
        match gap {
            None => {
                job.stage = JobStage::Reporting;
                cx.event(ModuleEvent::Finish);
            }
            Some(gap) => {
                job.record(LineEvent::Urc);
                job.stage = JobStage::Gap(gap);
                if cx.dialect.reports_each_piece {
                    let report = Ok(format!("{moved}").into_bytes());
                    family::of(cx.dialect.family).report(self, cx, command, report);
                }
            }
        }
        self.restart_timer(cx);
        cx.leave_data_mode(late.then_some(Ok(())));
    }

    /// Completes an upload whose payload ended by itself, at a bare ETX (003 §1.2.15).
    pub(in crate::module) fn end_stuffed_upload(&mut self, cx: &mut ModuleContext) {
        if let Some(job) = &mut self.job {
            job.record(LineEvent::PayloadEnd);
            job.stage = JobStage::Reporting;
            self.restart_timer(cx);
            cx.event(ModuleEvent::Finish);
        }
        cx.leave_data_mode(None);
    }

    /// Returns the gap that the upload under way is in, between two pieces.
    pub(in crate::module) fn gap(&self) -> Option<&Continuation> {
        match &self.job.as_ref()?.stage {
            JobStage::Gap(gap) | JobStage::Broken(gap, _) => Some(gap),
            _ => None,
        }
    }

    /// Goes on with an upload whose data connection is still open; `None` where there is no such upload.
    pub(in crate::module) fn continue_upload(
        &mut self,
        cx: &mut ModuleContext,
        upload: &LineUpload,
    ) -> Option<CommandResponse> {
        let job = self.job.as_mut()?;
        match &job.stage {
            JobStage::Gap(gap) if upload.continues(gap) => {}
            JobStage::Broken(gap, trouble) if upload.continues(gap) => {
                let (command, trouble) = (job.command(), *trouble);
                self.job = None;
                self.report_without_payload(cx, command, Err(trouble));
                return Some(CommandResponse::Ok);
            }
            _ => return None,
        }
        job.stage = JobStage::Up(upload.clone());
        job.reconnect();
        self.restart_timer(cx);
        self.moved = 0;
        family::of(cx.dialect.family).announce_payload(self, cx);
        self.end_counted_upload(cx);
        Some(CommandResponse::DataMode)
    }

    /// Ends what only waits for the host, a gap or a suspended download, and what only waits for a server that is silent.
    /// Returns whether there was such a thing.
    pub(super) fn end_waiting_transfer(&mut self, cx: &mut ModuleContext) -> bool {
        let Some(job) = &mut self.job else {
            return false;
        };
        let hurries = job.next.is_none();
        let verdict = match job.stage {
            JobStage::Gap(_) => {
                job.stage = JobStage::Silent;
                cx.event(ModuleEvent::Finish);
                self.restart_timer(cx);
                return true;
            }
            JobStage::Silent if hurries => return true,
            JobStage::Suspended => FtpTrouble::Code(codes::ABORTED, 0),
            // A host whose own time is up wants to be rid of the session.
            JobStage::Reporting | JobStage::Connecting(_) if hurries && job.timed_out => {
                FtpTrouble::Code(codes::TIMEOUT, 0)
            }
            _ => return false,
        };
        job.stage = JobStage::Silent;
        job.record(LineEvent::Urc);
        let (command, is_aborted) = (job.command(), job.timed_out);
        family::of(cx.dialect.family).report(self, cx, command, Err(verdict));
        if !is_aborted {
            abort_operation(cx);
        }
        true
    }

    /// Handles `+++`, or DTR with `AT&D1`: an upload ends, a download waits for `ATO`.
    pub(in crate::module) fn escape(&mut self, cx: &mut ModuleContext) {
        let Some(job) = &mut self.job else { return };
        match job.stage {
            JobStage::Up(_) => {
                job.stage = JobStage::Reporting;
                job.total = None;
                job.record(LineEvent::Ok);
                self.restart_timer(cx);
                cx.event(ModuleEvent::Finish);
            }
            JobStage::Down if cx.quirks.has(Quirk::EscapeAborts) => {
                job.stage = JobStage::Aborting;
                abort_operation(cx);
                cx.leave_data_mode(None);
                return cx.input.hold();
            }
            JobStage::Down => {
                job.stage = JobStage::Suspended;
                job.record(LineEvent::Ok);
                cx.timers.stop(Timer::FtpCommand);
            }
            _ => return,
        }
        cx.leave_data_mode(Some(Ok(())));
    }

    /// Handles DTR with `AT&D2`: the transfer ends.
    pub(in crate::module) fn hang_up(&mut self, cx: &mut ModuleContext) {
        let Some(job) = &mut self.job else { return };
        if matches!(job.stage, JobStage::Up(_) | JobStage::Down) {
            job.record(LineEvent::FinalError);
            job.stage = JobStage::Silent;
            abort_operation(cx);
            cx.leave_data_mode(Some(Err(CommandError::NoCarrier)));
        }
    }

    /// Executes `ATO`: goes on with a download that `+++` interrupted.
    pub(in crate::module) fn resume(&mut self, cx: &mut ModuleContext) -> CommandResponse {
        match &mut self.job {
            Some(job) if job.stage == JobStage::Suspended => {
                job.reconnect();
                job.stage = JobStage::Down;
            }
            _ => return CommandError::NoCarrier.into(),
        }
        self.restart_timer(cx);
        cx.connect(None);
        CommandResponse::DataMode
    }
}

/// Writes payload of a download to the line, as the dialect frames it.
fn write_payload(cx: &mut ModuleContext, kind: CommandKind, payload: &[u8]) {
    if is_stuffed(cx.dialect, kind) {
        cx.output
            .encoded_payload(|buffer| stuffing::stuff(payload, buffer));
    } else {
        cx.output.payload(payload);
    }
}

/// Writes the bare ETX that ends a stuffed payload (003 §1.2.16).
pub(super) fn write_payload_end(cx: &mut ModuleContext, kind: CommandKind) {
    if is_stuffed(cx.dialect, kind) {
        cx.output.payload(&[stuffing::ETX]);
    }
}

/// Tells whether the payload of a download is stuffed; that of a listing never is.
fn is_stuffed(dialect: &Dialect, kind: CommandKind) -> bool {
    kind == CommandKind::FtpGet && dialect.payload_framing == PayloadFraming::Stuffed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::ec2x::EC2X;
    use crate::ftp::{FailureKind, FtpOperation};
    use crate::module::family::fixture::FtpFixture;

    fn start(text: &str) -> FtpFixture {
        let mut fixture = FtpFixture::open(&EC2X);
        assert_eq!(fixture.execute(text), CommandResponse::Pending);
        fixture.ftp.on_ready(&mut fixture.cx);
        assert_eq!(fixture.output(), "\r\nCONNECT\r\n");
        fixture
    }

    #[test]
    fn a_counted_upload_ends_at_its_count() {
        let mut fixture = start("+QFTPPUT=\"a\",\"COM:\",0,3,1");
        fixture.ftp.handle_data(&mut fixture.cx, b"ab".to_vec());
        assert_eq!(fixture.ftp.room(), Some(1));
        fixture.ftp.handle_data(&mut fixture.cx, b"c".to_vec());
        assert_eq!(fixture.cx.events.pop_back(), Some(ModuleEvent::Finish));
        assert_eq!(fixture.output(), "\r\nOK\r\n");
    }

    #[test]
    fn the_next_piece_must_go_on_where_the_last_one_ended() {
        let mut fixture = start("+QFTPPUT=\"a\",\"COM:\",0,3,0");
        fixture.ftp.handle_data(&mut fixture.cx, b"abc".to_vec());
        assert_eq!(fixture.output(), "\r\nOK\r\n\r\n+QFTPPUT: 0,3\r\n");
        assert_eq!(fixture.ftp.gap().map(|gap| gap.offset), Some(3));
        let busy = CommandError::Cme(codes::BUSY).into();
        assert_eq!(fixture.execute("+QFTPPUT=\"a\",\"COM:\",2,3,0"), busy);
        let next = fixture.execute("+QFTPPUT=\"a\",\"COM:\",3,3,1");
        assert_eq!(next, CommandResponse::DataMode);
    }

    #[test]
    fn a_piece_after_a_broken_gap_gets_the_report() {
        let mut fixture = start("+QFTPPUT=\"a\",\"COM:\",0,3,0");
        fixture.ftp.handle_data(&mut fixture.cx, b"abc".to_vec());
        fixture.output();
        fixture.fail(FailureKind::DataClosed, None);
        assert_eq!(fixture.output(), "");
        fixture.succeed("+QFTPPUT=\"a\",\"COM:\",3,3,1");
        assert!(fixture.output().starts_with("\r\n+QFTPPUT: 6"));
    }

    #[test]
    fn an_interrupted_download_waits_for_ato_and_a_close_ends_it() {
        let mut fixture = start("+QFTPGET=\"a\",\"COM:\"");
        fixture.ftp.on_data(&mut fixture.cx, b"x");
        fixture.ftp.escape(&mut fixture.cx);
        assert_eq!(fixture.cx.timers.next_timeout(), None);
        let resumed = fixture.ftp.resume(&mut fixture.cx);
        assert_eq!(resumed, CommandResponse::DataMode);
        fixture.ftp.escape(&mut fixture.cx);
        fixture.succeed("+QFTPCLOSE");
        fixture.fail(FailureKind::Cancelled, None);
        let quit = ModuleEvent::Ftp(FtpOperation::Quit);
        assert_eq!(fixture.cx.events.pop_back(), Some(quit));
    }

    #[test]
    fn a_host_that_hangs_up_gets_no_carrier() {
        let mut fixture = start("+QFTPGET=\"a\",\"COM:\"");
        fixture.ftp.hang_up(&mut fixture.cx);
        assert_eq!(fixture.output(), "\r\nNO CARRIER\r\n");
        assert_eq!(fixture.cx.events.pop_back(), Some(ModuleEvent::Abort));
    }
}
