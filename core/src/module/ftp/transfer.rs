//! Transfers with the line as their place: data mode, its ends, and the time-outs (DIALECTS "Data mode").

use super::job::{Continuation, Stage, Upload};
use super::{Report, Session, Trouble, is_transfer};
use crate::codes;
use crate::dialect::{CommandKind, Family};
use crate::exchange::LineEvent;
use crate::ftp::FtpOperation as Operation;
use crate::module::{Mode, Module, Quirk, Ran, Refusal, Request};

use alloc::format;
use alloc::vec::Vec;
use core::time::Duration;

/// How long the `OK` of a download that `+++` ended waits for the server to come in step.
const ABORT_PATIENCE: Duration = Duration::from_secs(3);

impl Module {
    /// The data connection is open.
    pub(in crate::module) fn data_ready(&mut self) {
        self.touch();
        let Some(job) = &mut self.ftp.job else { return };
        let late = job.has_late_result();
        let Stage::Connecting(upload) = &mut job.stage else {
            return;
        };
        // Its OK is long said: another payload may have taken the line since.
        if !late && (self.execution.is_some() || !matches!(self.mode, Mode::Command)) {
            job.verdict = Some(Trouble::Code(codes::BUSY, 0));
            return self.request(Request::Abort);
        }
        job.stage = upload.take().map_or(Stage::Down, Stage::Up);
        job.say(LineEvent::Connect);
        if let Some(total) = job.total {
            job.deadline = Some(self.now + total);
        }
        self.announce_payload();
        if !self.line.dtr && self.line.dtr_action == 2 {
            self.ftp_hung_up();
        }
        self.end_of_count();
        self.resume_input();
    }

    /// Payload for the host.
    pub(in crate::module) fn data_came(&mut self, bytes: &[u8]) {
        if self.ftp.is_downloading() {
            self.ftp.moved += bytes.len() as u64;
            match self.dialect.family {
                Family::Fibocom => self.fibocom_payload(bytes),
                Family::Lte | Family::Gsm => self.out.extend_from_slice(bytes),
            }
            self.touch();
        } else if self.dialect.family == Family::Fibocom {
            self.fibocom_fetched(bytes);
        }
    }

    /// `CONNECT` or what stands for it, and data mode. Half a command line that it cut short is nobody's.
    pub(super) fn announce_payload(&mut self) {
        self.typed.clear();
        if self.dialect.family == Family::Fibocom {
            self.fibocom_announce();
        } else {
            self.connect(None);
            self.enter_data_mode();
        }
    }

    /// How many bytes of an upload are still to come, if that is known.
    pub(in crate::module) fn upload_room(&self) -> Option<u64> {
        match &self.ftp.job.as_ref()?.stage {
            Stage::Up(upload) => upload
                .length
                .map(|length| length.saturating_sub(self.ftp.moved)),
            _ => None,
        }
    }

    /// Payload of the host; what it types during a download means nothing.
    pub(in crate::module) fn ftp_data(&mut self, data: Vec<u8>) {
        if !matches!(
            self.ftp.job.as_ref().map(|job| &job.stage),
            Some(Stage::Up(_))
        ) {
            return;
        }
        self.ftp.moved += data.len() as u64;
        self.touch();
        self.request(Request::Send(data));
        self.end_of_count();
    }

    /// The time for the next packet starts anew.
    pub(super) fn touch(&mut self) {
        let deadline = self.now + self.response_timeout();
        if let Some(job) = &mut self.ftp.job
            && job.total.is_none()
        {
            job.deadline = job.deadline.map(|_| deadline);
        }
    }

    /// Leaves data mode where the count of an upload is reached.
    fn end_of_count(&mut self) {
        if self.upload_room() != Some(0) {
            return;
        }
        let moved = self.ftp.moved;
        let deadline = self.now + self.response_timeout();
        let Some(job) = &mut self.ftp.job else { return };
        let Stage::Up(upload) = &job.stage else {
            return;
        };
        let gap = upload.more.then(|| upload.after(moved));
        let name = job.name;
        let result = job.has_late_result();
        job.say(LineEvent::PayloadEnd);
        if result {
            job.say(LineEvent::Ok);
        }
        job.total = None;
        job.deadline = Some(deadline);
        match gap {
            None => {
                job.stage = Stage::Reporting;
                self.request(Request::Finish);
            }
            Some(gap) => {
                job.say(LineEvent::Urc);
                job.stage = Stage::Gap(gap);
                // Fibocom tells of the last piece alone (003 §3.6).
                if self.dialect.family != Family::Fibocom {
                    self.report(name, Ok(format!("{moved}").into_bytes()));
                }
            }
        }
        self.leave_data_mode(result.then_some(Ok(())));
    }

    /// Back to command mode, with a result code where one is due.
    pub(super) fn leave_data_mode(&mut self, result: Option<Result<(), Refusal>>) {
        self.mode = Mode::Command;
        if let Some(result) = result {
            self.result(result);
        }
    }

    /// The next piece of an upload whose data connection is still open; `None` where there is no such upload.
    pub(super) fn continue_upload(
        &mut self,
        path: &[u8],
        offset: u64,
        length: Option<u64>,
        more: bool,
    ) -> Option<Ran> {
        let deadline = self.now + self.response_timeout();
        let job = self.ftp.job.as_mut()?;
        match &job.stage {
            Stage::Gap(gap) if gap.path == path && gap.offset == offset => {}
            Stage::Broken(gap, failure) if gap.path == path && gap.offset == offset => {
                let (name, failure) = (job.name, *failure);
                self.ftp.job = None;
                self.report(name, Err(failure));
                return Some(Ran::Ok);
            }
            _ => return None,
        }
        job.upload(path, offset, length, more);
        job.deadline = Some(deadline);
        if let Stage::Connecting(Some(upload)) = &job.stage {
            job.stage = Stage::Up(upload.clone());
        }
        job.reconnect();
        self.ftp.moved = 0;
        self.announce_payload();
        self.end_of_count();
        Some(Ran::Data)
    }

    /// Ends what only waits for the host: a gap, a suspended download. Returns whether there was such a thing.
    pub(super) fn end_waiting_transfer(&mut self) -> bool {
        let deadline = self.now + self.response_timeout();
        let Some(job) = &mut self.ftp.job else {
            return false;
        };
        let name = job.name;
        match job.stage {
            Stage::Gap(_) => self.request(Request::Finish),
            Stage::Suspended => {
                job.say(LineEvent::Urc);
                self.report(name, Err(Trouble::Code(codes::ABORTED, 0)));
                self.request(Request::Abort);
            }
            // Its URC is said, and whoever heard a time-out wants to be rid of the session. Not so 003 §1.2.2.
            Stage::Silent if job.next.is_none() && self.dialect.family != Family::Fibocom => {}
            _ => return false,
        }
        if let Some(job) = &mut self.ftp.job {
            job.stage = Stage::Silent;
            job.deadline = Some(deadline);
        }
        true
    }

    /// `+++`, or DTR with `AT&D1`: an upload ends, a download waits for `ATO`.
    pub(in crate::module) fn ftp_escaped(&mut self) {
        let deadline = self.now + self.response_timeout();
        let Some(job) = &mut self.ftp.job else { return };
        match job.stage {
            Stage::Up(_) => {
                job.stage = Stage::Reporting;
                job.total = None;
                job.deadline = Some(deadline);
                self.requests.push_back(Request::Finish);
            }
            Stage::Down if self.quirks.has(Quirk::EscapeAborts) => {
                job.stage = Stage::Aborting;
                job.deadline = Some(self.now + ABORT_PATIENCE);
                self.request(Request::Abort);
                self.leave_data_mode(None);
                self.hold_line();
                return;
            }
            Stage::Down => {
                job.stage = Stage::Suspended;
                job.deadline = None;
            }
            _ => return,
        }
        job.say(LineEvent::Ok);
        self.leave_data_mode(Some(Ok(())));
    }

    /// DTR with `AT&D2`: the transfer ends.
    pub(in crate::module) fn ftp_hung_up(&mut self) {
        let again = Some(self.now + self.response_timeout());
        let Some(job) = &mut self.ftp.job else { return };
        if matches!(job.stage, Stage::Up(_) | Stage::Down) {
            job.say(LineEvent::FinalError);
            job.stage = Stage::Silent;
            job.deadline = again;
            self.request(Request::Abort);
            self.leave_data_mode(Some(Err(Refusal::NoCarrier)));
        }
    }

    /// `ATO`
    pub(in crate::module) fn resume_data(&mut self) -> Ran {
        let deadline = self.now + self.response_timeout();
        match &mut self.ftp.job {
            Some(job) if job.stage == Stage::Suspended => {
                job.reconnect();
                job.stage = Stage::Down;
                job.deadline = Some(deadline);
            }
            _ => return Refusal::NoCarrier.into(),
        }
        self.connect(None);
        self.enter_data_mode();
        Ran::Data
    }

    /// The operation under way is over: says what is still to be said of it.
    pub(super) fn end_job(&mut self, report: Report) {
        let Some(mut job) = self.ftp.job.take() else {
            return;
        };
        let report = job.verdict.map_or(report, Err);
        let (name, job_verb) = (job.name, job.kind);
        let next = job.next.take();
        if matches!(report, Err(Trouble::Code(codes::DATA_CONNECTION, _))) {
            self.ftp.barred = self.quirks.has(Quirk::BusyUntilClose);
        }
        match core::mem::replace(&mut job.stage, Stage::Silent) {
            Stage::Silent | Stage::Broken(..) => {}
            Stage::Aborting => {
                job.say(LineEvent::Ok);
                self.finish_command(Ok(()));
            }
            Stage::Reporting if job_verb == CommandKind::FtpFetch => {
                self.fetch_ended(&report, self.ftp.moved);
            }
            Stage::Connecting(_)
                if job.has_late_result()
                    && self.quirks.has(Quirk::CmeForConnect)
                    && matches!(report, Err(Trouble::Code(codes::DATA_CONNECTION, _))) =>
            {
                job.say(LineEvent::FinalError);
                self.finish_command(Err(Refusal::Cme(codes::DATA_CONNECTION)));
            }
            // No CONNECT: the URC says why (DIALECTS, "The order of things").
            Stage::Connecting(_) if job.has_late_result() => {
                job.say(LineEvent::Ok);
                job.say(LineEvent::Urc);
                self.report(name, report);
                self.finish_command(Ok(()));
            }
            Stage::Connecting(_) | Stage::Reporting | Stage::Suspended => {
                job.say(LineEvent::Urc);
                self.report(name, report);
            }
            stage @ (Stage::Up(_) | Stage::Down) => {
                let result = job.has_late_result();
                if result {
                    job.say(LineEvent::Ok);
                }
                job.say(LineEvent::Urc);
                if stage == Stage::Down {
                    self.end_of_download(job.kind);
                }
                self.leave_data_mode(result.then_some(Ok(())));
                self.report(name, report);
                self.say_last_urc_first();
            }
            Stage::Gap(gap) => {
                if let Err(failure) = report {
                    job.stage = Stage::Broken(gap, failure);
                    job.deadline = None;
                    self.ftp.job = Some(job);
                }
            }
        }
        if let Some(next) = next {
            self.begin_close(*next);
        }
        self.after_job(job_verb);
    }

    /// What marks the end of a payload that states no length.
    fn end_of_download(&mut self, kind: CommandKind) {
        if self.dialect.family == Family::Fibocom {
            self.fibocom_end(kind);
        }
    }

    /// Settings that last for one transfer.
    fn after_job(&mut self, kind: CommandKind) {
        match (self.dialect.family, kind) {
            (Family::Gsm, kind) if is_transfer(kind) => self.gsm_forget_resume_point(),
            (
                Family::Fibocom,
                CommandKind::FtpPut | CommandKind::FtpGet | CommandKind::FtpFetch,
            ) => {
                self.fibocom_forget_restart();
            }
            _ => {}
        }
    }

    /// The close that waited for a transfer. Where the session ended with it, nothing is left to do.
    fn begin_close(&mut self, mut job: super::Job) {
        if self.ftp.session == Session::Closed {
            job.say(LineEvent::Urc);
            self.report(job.name, Ok(b"0".to_vec()));
            return;
        }
        job.deadline = Some(self.now + self.response_timeout());
        self.ftp.job = Some(job);
        self.request(Request::Ftp(Operation::Quit));
    }

    /// `rsptimeout`: of a command until its URC, of a transfer on the line until `CONNECT` and then between two
    /// packets (002 §2.1).
    pub(in crate::module) fn ftp_timeout(&mut self) {
        let again = Some(self.now + self.response_timeout());
        let line_is_busy = !self.out.is_empty();
        let now = self.now;
        let Some(job) = &mut self.ftp.job else { return };
        if job.deadline.is_none_or(|deadline| now < deadline) {
            return;
        }
        let name = job.name;
        let timeout = Err(Trouble::Code(codes::TIMEOUT, 0));
        match job.stage {
            // A host that is slow to read is not a network that is slow to send.
            Stage::Down if line_is_busy => {
                job.deadline = again;
                return;
            }
            // Whoever falls silent has sent all there is: the file keeps it (FIELD 2.2). Where all the payload has a
            // time of its own, its end is no error (001 §2.2.3).
            Stage::Up(_) => {
                let result = job.has_late_result();
                if result {
                    job.say(LineEvent::Ok);
                }
                if job.total.take().is_none() {
                    job.verdict = Some(Trouble::Code(codes::TIMEOUT, 0));
                }
                job.stage = Stage::Reporting;
                job.deadline = again;
                if !result {
                    job.say(LineEvent::PayloadEnd);
                }
                self.request(Request::Finish);
                self.leave_data_mode(result.then_some(Ok(())));
                return;
            }
            Stage::Gap(_) => {
                job.stage = Stage::Silent;
                job.deadline = again;
                self.request(Request::Finish);
                return;
            }
            Stage::Aborting => {
                job.say(LineEvent::Ok);
                job.stage = Stage::Silent;
                job.deadline = again;
                self.finish_command(Ok(()));
                return;
            }
            // Nor does it end: only a new session can help.
            Stage::Silent => {
                job.deadline = None;
                self.ftp.session = Session::Closed;
                self.request(Request::HangUp);
                return;
            }
            _ => {}
        }
        job.deadline = again;
        let kind = job.kind;
        let late = job.has_late_result();
        let stage = core::mem::replace(&mut job.stage, Stage::Silent);
        let said = !matches!(stage, Stage::Silent | Stage::Broken(..));
        if late && matches!(stage, Stage::Connecting(_) | Stage::Down) {
            job.say(LineEvent::Ok);
        }
        if said {
            job.say(LineEvent::Urc);
        }
        self.request(Request::Abort);
        if stage == Stage::Down {
            self.end_of_download(kind);
            self.leave_data_mode(late.then_some(Ok(())));
        }
        if kind == CommandKind::FtpFetch && said {
            self.fetch_ended(&timeout, 0);
        } else if said {
            self.report(name, timeout);
        }
        if late && matches!(stage, Stage::Connecting(_)) {
            self.finish_command(Ok(()));
        }
    }
}

impl Upload {
    /// What follows this piece.
    fn after(&self, moved: u64) -> Continuation {
        Continuation {
            path: self.path.clone(),
            offset: self.offset.saturating_add(moved),
        }
    }
}
