//! The FTP service of Fibocom modules (003).
//!
//! A URC ends in 1 where the command succeeded and in 0 where not; 2 stands before text or payload. FTPSTOR, FTPRETR
//! and FTPLIST move their payload between a 2 and a 1. FTPPUT goes in counted pieces over one data connection, FTPGET
//! fills a buffer that FTPRECV empties ([`fetch`]).

mod fetch;

use alloc::format;
use alloc::vec::Vec;

use self::fetch::Fetch;
use super::{PORT, Report, Session, Stage, Trouble, integer, plain_operation, text};
use crate::at::Form;
use crate::codes;
use crate::codes::fibocom::{NO_CALL, NOT_OPEN, WRONG_STATE};
use crate::dialect::{Command, CommandKind, ResponseFormat, Value};
use crate::exchange::LineEvent;
use crate::framing::stuffing::{self, Unstuff};
use crate::ftp::{
    Account, FtpDataAddress as DataAddress, FtpOperation as Operation, FtpOutcome as Outcome,
    FtpStore as Store, FtpTransfer as Transfer, FtpValue as Found, LocalPorts, Retrieve,
    RetrieveKind as Wanted,
};
use crate::module::{Mode, Module, Ran, Refusal, Request, bad};

/// What the commands set, and the buffer of FTPGET.
#[derive(Debug, Default)]
pub(super) struct State {
    /// `AT+FTPINFO`
    transcript: bool,
    /// `AT+FTPMODE` 1
    active: bool,
    /// `AT+FTPREST`
    restart: u64,
    fetch: Option<Fetch>,
}

impl Module {
    pub(super) fn fibocom(&mut self, command: &'static Command, form: &Form<'_>) -> Ran {
        if *form == Form::Read {
            return self.fibocom_read(command);
        }
        let Ok(values) = command.values(form) else {
            return bad(command);
        };
        if self.is_fetching()
            && !matches!(
                command.kind,
                CommandKind::FtpReceive | CommandKind::FtpClose
            )
        {
            return Refusal::Plain.into();
        }
        let closed = self.ftp.session == Session::Closed;
        match command.kind {
            CommandKind::FtpTranscript => {
                self.ftp.fibocom.transcript = integer(&values, 0) == Some(1);
                self.request(Request::Transcript(self.ftp.fibocom.transcript));
                Ran::Ok
            }
            CommandKind::FtpMode => {
                self.ftp.fibocom.active = integer(&values, 0) == Some(1);
                Ran::Ok
            }
            CommandKind::FtpRestart => {
                self.ftp.fibocom.restart = integer(&values, 0).unwrap_or(0);
                Ran::Ok
            }
            CommandKind::FtpOpen => self.fibocom_open(command, &values),
            CommandKind::FtpClose => self.fibocom_close(command),
            CommandKind::FtpReceive => self.fibocom_receive(integer(&values, 0).unwrap_or(0)),
            CommandKind::FtpPutPiece => self.fibocom_put_piece(command, &values),
            _ if closed => Refusal::Cme(NOT_OPEN).into(),
            _ if !self.may_begin() => Refusal::Cme(WRONG_STATE).into(),
            CommandKind::FtpPut => self.fibocom_store(command, &values),
            CommandKind::FtpGet => {
                let operation = self.fibocom_retrieve(&values);
                self.begin(command, command.reply, Request::Ftp(operation))
            }
            CommandKind::FtpFetch => self.fibocom_fetch(command, &values),
            CommandKind::FtpList => {
                let operation = self.fibocom_list(text(&values, 0));
                self.begin(command, command.reply, Request::Ftp(operation))
            }
            kind => match fibocom_operation(kind, &values) {
                None => bad(command),
                Some(operation) => {
                    self.begin(command, ResponseFormat::ResultUrc, Request::Ftp(operation))
                }
            },
        }
    }

    fn fibocom_read(&mut self, command: &'static Command) -> Ran {
        let state = &self.ftp.fibocom;
        let value = match command.kind {
            CommandKind::FtpOpen => self.is_open().into(),
            CommandKind::FtpTranscript => state.transcript.into(),
            CommandKind::FtpMode => state.active.into(),
            CommandKind::FtpRestart => state.restart,
            CommandKind::FtpReceive => self.fetched() as u64,
            CommandKind::FtpFetch => return self.fibocom_read_fetch(command),
            _ => return bad(command),
        };
        if self.is_fetching()
            && !matches!(command.kind, CommandKind::FtpReceive | CommandKind::FtpOpen)
        {
            return Refusal::Plain.into();
        }
        self.information(format!("{}: {value}", command.name).as_bytes());
        Ran::Ok
    }

    /// Whether somebody is logged in.
    fn is_open(&self) -> bool {
        let opening = self
            .ftp
            .job
            .as_ref()
            .is_some_and(|job| job.kind == CommandKind::FtpOpen);
        self.ftp.session != Session::Closed && !opening
    }

    /// 003 §1.2.1.
    fn fibocom_open(&mut self, command: &'static Command, values: &[Value<'_>]) -> Ran {
        if !self.may_open() {
            return Refusal::Cme(WRONG_STATE).into();
        }
        if !self.call_is_up() {
            return Refusal::Cme(NO_CALL).into();
        }
        let security = match self.fibocom_security(integer(values, 7) == Some(1)) {
            Ok(security) => security,
            Err(why) => return self.refuse_tls(command, why),
        };
        let port = |index| {
            integer(values, index)
                .and_then(|port| u16::try_from(port).ok())
                .filter(|port| *port > 0)
        };
        let account = text(values, 3);
        let account = Account {
            host: text(values, 0).to_vec(),
            port: port(5).unwrap_or(PORT),
            user: text(values, 1).to_vec(),
            password: text(values, 2).to_vec(),
            account: (!account.is_empty()).then(|| account.to_vec()),
            local_ports: LocalPorts {
                control: port(4).unwrap_or(0),
                data: port(6).unwrap_or(0),
            },
            security,
        };
        self.ftp.fibocom.fetch = None;
        self.ftp.session = Session::Over(1);
        self.begin(
            command,
            ResponseFormat::ResultUrc,
            Request::Ftp(Operation::Open(account)),
        )
    }

    /// 003 §1.2.2: not while a transfer or a command is under way. It ends the download mode of FTPGET, and what the
    /// buffer holds is gone.
    fn fibocom_close(&mut self, command: &'static Command) -> Ran {
        if self.ftp.session == Session::Closed {
            return Refusal::Cme(NOT_OPEN).into();
        }
        if self.end_fetch() {
            return self.close_after(command);
        }
        match self.close(command) {
            Some(ran) => ran,
            None => Refusal::Cme(WRONG_STATE).into(),
        }
    }

    fn fibocom_transfer(&self, file_type: Option<u64>) -> Transfer {
        Transfer {
            ascii: file_type == Some(0),
            passive: !self.ftp.fibocom.active,
            data_address: DataAddress::Server,
        }
    }

    /// Where in the server's file a transfer starts: the offset of the command counts more than that of FTPREST
    /// (003 §1.2.15, §1.2.16, §1.2.18).
    fn fibocom_offset(&self, values: &[Value<'_>]) -> u64 {
        integer(values, 2).unwrap_or(self.ftp.fibocom.restart)
    }

    /// 003 §1.2.15.
    fn fibocom_store(&mut self, command: &'static Command, values: &[Value<'_>]) -> Ran {
        let path = text(values, 0);
        let offset = self.fibocom_offset(values);
        let operation = Operation::Store(Store {
            path: path.to_vec(),
            offset,
            transfer: self.fibocom_transfer(integer(values, 1)),
        });
        let ran = self.begin(command, command.reply, Request::Ftp(operation));
        if let Some(job) = &mut self.ftp.job {
            job.upload(path, offset, None, false);
        }
        ran
    }

    /// 003 §1.2.16, §1.2.18.
    fn fibocom_retrieve(&self, values: &[Value<'_>]) -> Operation {
        Operation::Retrieve(Retrieve {
            what: Wanted::File,
            path: text(values, 0).to_vec(),
            offset: self.fibocom_offset(values),
            limit: None,
            transfer: self.fibocom_transfer(integer(values, 1)),
        })
    }

    fn fibocom_list(&self, path: &[u8]) -> Operation {
        Operation::Retrieve(Retrieve {
            what: Wanted::List,
            path: path.to_vec(),
            offset: 0,
            limit: None,
            transfer: self.fibocom_transfer(Some(0)),
        })
    }

    /// 003 §1.2.20: `+FTPPUT: 2,<length>`, so many bytes, `OK`; the last piece also gets `+FTPPUT: 1`. The data
    /// connection stays open between the pieces.
    fn fibocom_put_piece(&mut self, command: &'static Command, values: &[Value<'_>]) -> Ran {
        let path = text(values, 0);
        let length = integer(values, 1);
        let more = integer(values, 2) == Some(0);
        if let Some(job) = &self.ftp.job
            && let Stage::Gap(gap) | Stage::Broken(gap, _) = &job.stage
            && let Some(ran) = self.continue_upload(path, gap.offset, length, more)
        {
            return ran;
        }
        if self.ftp.session == Session::Closed {
            return Refusal::Cme(NOT_OPEN).into();
        }
        if !self.may_begin() {
            return Refusal::Cme(WRONG_STATE).into();
        }
        let operation = Operation::Store(Store {
            path: path.to_vec(),
            offset: 0,
            transfer: self.fibocom_transfer(integer(values, 3)),
        });
        let ran = self.begin(command, command.reply, Request::Ftp(operation));
        if let Some(job) = &mut self.ftp.job {
            job.upload(path, 0, length, more);
        }
        ran
    }

    /// `+FTPSTOR: 2`, and the line carries payload.
    pub(super) fn fibocom_announce(&mut self) {
        let Some(job) = &self.ftp.job else { return };
        let (name, kind) = (job.name, job.kind);
        self.mode = match (&job.stage, kind) {
            (Stage::Up(_), CommandKind::FtpPut) => Mode::Stuffed(Unstuff::default()),
            (Stage::Up(_), _) => Mode::Raw,
            _ => Mode::Deaf,
        };
        let length = match &job.stage {
            Stage::Up(upload) => upload.length,
            _ => None,
        };
        let line = match length {
            Some(length) => format!("{name}: 2,{length}"),
            None => format!("{name}: 2"),
        };
        self.execution = None;
        self.information(line.as_bytes());
    }

    /// A bare ETX came: the payload of FTPSTOR is complete.
    pub(in crate::module) fn end_of_stuffed(&mut self) {
        let deadline = self.now + self.response_timeout();
        if let Some(job) = &mut self.ftp.job {
            job.say(LineEvent::PayloadEnd);
            job.stage = Stage::Reporting;
            job.deadline = Some(deadline);
            self.request(Request::Finish);
        }
        self.leave_data_mode(None);
    }

    /// Payload for the host: of FTPRETR stuffed, of FTPLIST as it is.
    pub(super) fn fibocom_payload(&mut self, bytes: &[u8]) {
        match self.ftp.job.as_ref().map(|job| job.kind) {
            Some(CommandKind::FtpGet) => stuffing::stuff(bytes, &mut self.out),
            _ => self.out.extend_from_slice(bytes),
        }
    }

    /// The end of a payload for the host.
    pub(super) fn fibocom_end(&mut self, kind: CommandKind) {
        if kind == CommandKind::FtpGet {
            self.out.push(stuffing::ETX);
        }
    }

    /// `<name>: 1` or `<name>: 0`; a text stands in a URC with 2 before that (003 §3.4).
    pub(super) fn fibocom_report(&mut self, name: &str, report: Report) {
        let result = match report {
            Ok(text) => {
                if !text.is_empty() {
                    self.urc([name.as_bytes(), b": 2,", &text].concat());
                }
                1
            }
            Err(_) => 0,
        };
        self.urc(format!("{name}: {result}").into_bytes());
    }

    /// The text of a URC: where the session is, in quotes; what the server says of itself.
    pub(super) fn fibocom_found(kind: CommandKind, outcome: Outcome) -> Vec<u8> {
        match (kind, outcome.value) {
            (CommandKind::FtpWorkingDir, Found::Path(path)) => {
                [b"\"", path.as_slice(), b"\""].concat()
            }
            (CommandKind::FtpServerStatus | CommandKind::FtpSystem, _) => {
                without_lone_cr(&outcome.text)
            }
            _ => Vec::new(),
        }
    }

    /// DTR fell: that ends the session (003 §1.2.2).
    pub(in crate::module) fn fibocom_dtr_fell(&mut self) {
        if self.ftp.session == Session::Closed {
            return;
        }
        self.drop_session();
        if let Some(job) = &mut self.ftp.job {
            job.verdict = Some(Trouble::Code(codes::CONTROL_CLOSED, 0));
        }
    }

    /// What holds for one transfer.
    pub(super) fn fibocom_forget_restart(&mut self) {
        self.ftp.fibocom.restart = 0;
    }

    /// A line of the control connection (003 §1.2.3).
    pub(in crate::module) fn transcript_line(&mut self, text: &[u8]) {
        if self.ftp.fibocom.transcript {
            self.urc([b"+FTPINFO:", without_lone_cr(text).as_slice()].concat());
        }
    }
}

/// What a server says, without a CR that ends no line there but would end one here: it becomes a blank.
fn without_lone_cr(text: &[u8]) -> Vec<u8> {
    let next = text.iter().skip(1).chain(core::iter::once(&0));
    let pairs = text.iter().zip(next);
    let is_lone = |byte, next| byte == b'\r' && next != b'\n';
    pairs
        .map(|(byte, next)| if is_lone(*byte, *next) { b' ' } else { *byte })
        .collect()
}

/// The commands that this family alone has.
fn fibocom_operation(kind: CommandKind, values: &[Value<'_>]) -> Option<Operation> {
    let path = || text(values, 0).to_vec();
    match kind {
        CommandKind::FtpParentDir => Some(Operation::CdUp),
        CommandKind::FtpServerStatus => Some(Operation::Status((!values.is_empty()).then(path))),
        CommandKind::FtpSystem => Some(Operation::System),
        CommandKind::FtpNoop => Some(Operation::Noop),
        kind => plain_operation(kind, values),
    }
}
