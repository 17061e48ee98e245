//! The end of an FTP command: what is still to be said of it depends on how far its answer has got.

use super::job::ReportedCommand;
use super::transfer::write_payload_end;
use super::{FtpJob, FtpReport, FtpService, FtpTrouble, JobStage, SessionState};
use crate::codes;
use crate::exchange::LineEvent;
use crate::ftp::FtpOperation;
use crate::module::context::ModuleContext;
use crate::module::event::ModuleEvent;
use crate::module::family;
use crate::module::quirks::Quirk;
use crate::module::response::CommandError;
use crate::module::timers::Timer;

impl FtpService {
    /// Ends the command under way with what is still to be said of it.
    pub(super) fn end_job(&mut self, cx: &mut ModuleContext, report: FtpReport) {
        let Some(mut job) = self.job.take() else {
            return;
        };
        cx.timers.stop(Timer::FtpCommand);
        cx.timers.stop(Timer::DataFlow);
        let report = job.verdict.map_or(report, Err);
        let (kind, next) = (job.kind, job.next.take());
        if is_data_connection(&report) {
            self.barred = cx.quirks.has(Quirk::BusyUntilClose);
        }
        match core::mem::replace(&mut job.stage, JobStage::Silent) {
            JobStage::Silent | JobStage::Broken(..) => {}
            JobStage::Aborting => {
                job.record(LineEvent::Ok);
                cx.input.finish(Ok(()));
            }
            JobStage::Connecting(_) if job.has_late_result() => {
                self.end_unconnected(cx, &mut job, report);
            }
            JobStage::Connecting(_) | JobStage::Reporting | JobStage::Suspended => {
                job.record(LineEvent::Urc);
                self.report(cx, &job, report);
            }
            JobStage::Up(_) => self.end_payload(cx, &mut job, report),
            JobStage::Down => {
                write_payload_end(cx, kind);
                self.end_payload(cx, &mut job, report);
            }
            JobStage::Gap(gap) => {
                if let Err(trouble) = report {
                    job.stage = JobStage::Broken(gap, trouble);
                    self.job = Some(job);
                }
            }
        }
        if let Some(next) = next {
            self.begin_close(cx, *next);
        }
        family::of(cx.dialect.family).command_ended(self, kind);
    }

    /// Ends a transfer whose `CONNECT` is still due: the URC says why (DIALECTS, "The order of things").
    fn end_unconnected(&mut self, cx: &mut ModuleContext, job: &mut FtpJob, report: FtpReport) {
        if cx.quirks.has(Quirk::CmeForConnect) && is_data_connection(&report) {
            job.record(LineEvent::FinalError);
            let error = CommandError::Cme(codes::DATA_CONNECTION);
            return cx.input.finish(Err(error));
        }
        self.end_without_payload(cx, job, report);
    }

    /// Says result code and report of a transfer that has moved no payload, in the order of the dialect.
    pub(super) fn end_without_payload(
        &mut self,
        cx: &mut ModuleContext,
        job: &mut FtpJob,
        report: FtpReport,
    ) {
        let order = if cx.dialect.failure_before_result {
            [LineEvent::Urc, LineEvent::Ok]
        } else {
            [LineEvent::Ok, LineEvent::Urc]
        };
        for line_event in order {
            job.record(line_event);
        }
        self.report_without_payload(cx, job.command(), report);
        cx.input.finish(Ok(()));
    }

    /// Reports a transfer that has moved no payload; its `OK` is still to come.
    pub(super) fn report_without_payload(
        &mut self,
        cx: &mut ModuleContext,
        command: ReportedCommand,
        report: FtpReport,
    ) {
        family::of(cx.dialect.family).report(self, cx, command, report);
        if cx.dialect.failure_before_result {
            cx.write_all_urcs();
        }
    }

    /// Ends a transfer in data mode; its report comes before all other URCs.
    fn end_payload(&mut self, cx: &mut ModuleContext, job: &mut FtpJob, report: FtpReport) {
        let late = job.has_late_result();
        if late {
            job.record(LineEvent::Ok);
        }
        job.record(LineEvent::Urc);
        cx.leave_data_mode(late.then_some(Ok(())));
        let waiting = cx.output.urcs().len();
        self.report(cx, job, report);
        cx.output.urcs().send_first(waiting);
    }

    /// Begins the close that waited for a transfer. Where the session ended with it, nothing is left to do.
    fn begin_close(&mut self, cx: &mut ModuleContext, mut job: FtpJob) {
        if self.session == SessionState::Closed {
            job.record(LineEvent::Urc);
            return self.report(cx, &job, Ok(b"0".to_vec()));
        }
        self.job = Some(job);
        self.restart_timer(cx);
        cx.event(ModuleEvent::Ftp(FtpOperation::Quit));
    }
}

fn is_data_connection(report: &FtpReport) -> bool {
    matches!(report, Err(FtpTrouble::Code(codes::DATA_CONNECTION, _)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::ec2x::EC2X;
    use crate::ftp::{FailureKind, FtpValue};
    use crate::module::family::fixture::FtpFixture;
    use crate::module::response::CommandResponse;

    #[test]
    fn the_report_of_a_download_comes_before_urcs_that_waited() {
        let mut fixture = FtpFixture::open(&EC2X);
        let response = fixture.execute("+QFTPGET=\"a\",\"COM:\"");
        assert_eq!(response, CommandResponse::Pending);
        fixture.ftp.on_ready(&mut fixture.cx);
        fixture.ftp.on_data(&mut fixture.cx, b"abc");
        fixture.cx.urc(b"+OTHER".to_vec());
        fixture.done(FtpValue::Bytes(3));
        let printed = "\r\nCONNECT\r\nabc\r\nOK\r\n\r\n+QFTPGET: 0,3\r\n\r\n+OTHER\r\n";
        assert_eq!(fixture.output(), printed);
    }

    #[test]
    fn without_a_data_connection_the_report_follows_ok() {
        let mut fixture = FtpFixture::open(&EC2X);
        let response = fixture.execute("+QFTPGET=\"a\",\"COM:\"");
        assert_eq!(response, CommandResponse::Pending);
        fixture.fail(FailureKind::DataConnect, None);
        assert_eq!(fixture.cx.input.take_finished(), Some(Ok(())));
        assert_eq!(fixture.output(), "\r\n+QFTPGET: 615,0\r\n");
    }

    #[test]
    fn a_quirk_bars_the_session_after_a_data_connection_failed() {
        let mut fixture = FtpFixture::open(&EC2X);
        fixture.cx.quirks = fixture.cx.quirks.with(Quirk::BusyUntilClose);
        fixture.execute("+QFTPGET=\"a\",\"COM:\"");
        fixture.fail(FailureKind::DataConnect, None);
        let busy = CommandError::Cme(codes::BUSY).into();
        assert_eq!(fixture.execute("+QFTPPWD"), busy);
        fixture.succeed("+QFTPCLOSE");
    }
}
