//! Time-outs of an FTP command: `rsptimeout` until its URC; of a transfer on the line until `CONNECT`, then between two
//! packets (002 §2.1).

use super::{FtpJob, FtpService, FtpTrouble, JobStage, SessionState};
use crate::codes;
use crate::exchange::LineEvent;
use crate::module::context::ModuleContext;
use crate::module::event::ModuleEvent;
use crate::module::timers::Timer;

impl FtpService {
    pub(in crate::module) fn on_timeout(&mut self, cx: &mut ModuleContext, timer: Timer) {
        match timer {
            Timer::FtpCommand => self.on_command_timeout(cx),
            Timer::DownloadBuffer => cx.family.on_buffer_timeout(self, cx),
            Timer::Escape | Timer::FileUpload | Timer::Certificate => {}
        }
    }

    fn on_command_timeout(&mut self, cx: &mut ModuleContext) {
        let Some(job) = &mut self.job else { return };
        match job.stage {
            // A host that is slow to read is not a network that is slow to send.
            JobStage::Down if !cx.output.bytes().is_empty() => {}
            JobStage::Up(_) => end_silent_upload(job, cx),
            JobStage::Gap(_) => {
                job.stage = JobStage::Silent;
                cx.event(ModuleEvent::Finish);
            }
            JobStage::Aborting => {
                job.record(LineEvent::Ok);
                job.stage = JobStage::Silent;
                cx.input.finish(Ok(()));
            }
            // The operation does not end: only a new session can help.
            JobStage::Silent => {
                self.session = SessionState::Closed;
                return cx.event(ModuleEvent::DropSession);
            }
            JobStage::Reporting
            | JobStage::Connecting(_)
            | JobStage::Down
            | JobStage::Suspended
            | JobStage::Broken(..) => self.fail_command(cx),
        }
        self.restart_timer(cx);
    }

    /// Reports that the time is up, and aborts the operation.
    fn fail_command(&mut self, cx: &mut ModuleContext) {
        let Some(job) = &mut self.job else { return };
        let command = job.command();
        let late = job.has_late_result();
        let stage = core::mem::replace(&mut job.stage, JobStage::Silent);
        let is_down = stage == JobStage::Down;
        let is_connecting = matches!(stage, JobStage::Connecting(_));
        let reports = !matches!(stage, JobStage::Broken(..));
        if late && (is_connecting || is_down) {
            job.record(LineEvent::Ok);
        }
        if reports {
            job.record(LineEvent::Urc);
        }
        cx.event(ModuleEvent::Abort);
        if is_down {
            cx.family.write_payload_end(command.kind, &mut cx.output);
            cx.leave_data_mode(late.then_some(Ok(())));
        }
        if reports {
            let timeout = Err(FtpTrouble::Code(codes::TIMEOUT, 0));
            cx.family.report(self, cx, command, timeout);
        }
        if late && is_connecting {
            cx.input.finish(Ok(()));
        }
    }
}

/// Completes an upload whose host has fallen silent: the file keeps what came (FIELD 2.2). The URC reports a time-out,
/// except where all the payload had a time of its own (001 §2.2.3).
fn end_silent_upload(job: &mut FtpJob, cx: &mut ModuleContext) {
    let late = job.has_late_result();
    job.record(if late {
        LineEvent::Ok
    } else {
        LineEvent::PayloadEnd
    });
    if job.total.take().is_none() {
        job.verdict = Some(FtpTrouble::Code(codes::TIMEOUT, 0));
    }
    job.stage = JobStage::Reporting;
    cx.event(ModuleEvent::Finish);
    cx.leave_data_mode(late.then_some(Ok(())));
}
