//! The FTP service of Quectel's GSM modules (001).
//!
//! A command whose format is right is answered `OK`; whatever comes of it, refusals among them, is told by its URC
//! (001 §2.2). Settings and the local place outlive a session, the resuming point lasts for one transfer.

use alloc::format;
use alloc::vec::Vec;
use core::time::Duration;

use super::{
    Report, Session, Stage, Trouble, account, integer, is_transfer, plain_operation, text,
};
use crate::at::{Form, Token};
use crate::codes;
use crate::dialect::{self, Command, CommandKind, ResponseFormat, Setting, SettingKind, Value};
use crate::ftp::{
    FtpDataAddress as DataAddress, FtpOperation as Operation, FtpStore as Store,
    FtpTransfer as Transfer, Retrieve, RetrieveKind as Wanted,
};
use crate::module::settings::Stored;
use crate::module::store::{LocalName, Storage};
use crate::module::{Module, Quirk, Ran, Refusal, Request, bad};

/// `<time>` of QFTPPUT (001 §2.2.3).
const INPUT_TIME: u64 = 900;
/// What is set aside in memory for a file to get (001 §2.2.8).
const MEMORY: u64 = 102_400;

/// What the commands set beside `AT+QFTPCFG`.
#[derive(Debug, Default)]
pub(super) struct State {
    user: Vec<u8>,
    password: Vec<u8>,
    /// Of the last `AT+QFTPOPEN`.
    host: Vec<u8>,
    port: u16,
    path: Vec<u8>,
    /// Where a QFTPPATH under way goes.
    heading: Vec<u8>,
    /// Whether there has been a session: `CLOSED`, not `IDLE`.
    used: bool,
}

impl State {
    /// The directory was changed.
    pub(super) fn arrive(&mut self) {
        self.path = core::mem::take(&mut self.heading);
    }
}

/// Where the payload of a transfer is (`AT+QFTPCFG=4`).
enum Place {
    Line,
    File(LocalName),
}

impl Module {
    pub(super) fn gsm(&mut self, command: &'static Command, form: &Form<'_>) -> Ran {
        if command.kind == CommandKind::FtpConfigure {
            return self.gsm_configure(command, form);
        }
        if *form == Form::Read {
            return self.gsm_read(command);
        }
        let Ok(values) = command.values(form) else {
            return bad(command);
        };
        match command.kind {
            CommandKind::FtpLength => {
                let line = format!("{}: {}", command.name, self.ftp.moved);
                self.information(line.as_bytes());
                Ran::Ok
            }
            CommandKind::FtpState => {
                let blank = if self.quirks.has(Quirk::StatWithoutSpace) {
                    ""
                } else {
                    " "
                };
                let line = format!("{}:{blank}{}", command.name, self.gsm_state());
                self.information(line.as_bytes());
                Ran::Ok
            }
            CommandKind::FtpUser | CommandKind::FtpPassword => self.gsm_account(command, &values),
            CommandKind::FtpOpen => self.gsm_open(command, &values),
            CommandKind::FtpClose => match self.close(command) {
                Some(ran) => ran,
                None => self.gsm_refuse(command),
            },
            _ if !self.may_begin() => self.gsm_refuse(command),
            CommandKind::FtpChangeDir => self.gsm_change_dir(command, text(&values, 0)),
            CommandKind::FtpPut => self.gsm_put(command, &values),
            CommandKind::FtpGet => self.gsm_get(command, &values),
            kind => match plain_operation(kind, &values) {
                None => bad(command),
                Some(operation) => {
                    self.begin(command, ResponseFormat::ResultUrc, Request::Ftp(operation))
                }
            },
        }
    }

    /// -3 while another command is under way, -1 without a session (seen, COMMON 5).
    fn gsm_refuse(&mut self, command: &'static Command) -> Ran {
        let busy = self.ftp.job.is_some();
        self.fail_at_once(command, if busy { codes::BUSY } else { codes::UNKNOWN })
    }

    fn gsm_read(&mut self, command: &'static Command) -> Ran {
        let state = &self.ftp.gsm;
        let quoted = |colon: &str, value: &[u8]| {
            [
                command.name.as_bytes(),
                colon.as_bytes(),
                b"\"",
                value,
                b"\"",
            ]
            .concat()
        };
        match command.kind {
            CommandKind::FtpOpen => {
                let mut line = quoted(": ", &state.host);
                line.extend_from_slice(format!(",{}", state.port).as_bytes());
                self.information(&line);
            }
            // The manual prints the password.
            CommandKind::FtpUser => self.information(&quoted(":", &state.user)),
            CommandKind::FtpPassword => self.information(&quoted(":", &state.password)),
            // OK comes first (001 §2.2.5).
            CommandKind::FtpChangeDir => self.urc(quoted(":", &state.path)),
            _ => return bad(command),
        }
        Ran::Ok
    }

    /// 001 §2.2.6, §2.2.7: only while no service is open.
    fn gsm_account(&mut self, command: &'static Command, values: &[Value<'_>]) -> Ran {
        if !self.may_open() {
            return Refusal::Plain.into();
        }
        let value = text(values, 0).to_vec();
        match command.kind {
            CommandKind::FtpUser => self.ftp.gsm.user = value,
            _ => self.ftp.gsm.password = value,
        }
        Ran::Ok
    }

    /// 001 §2.2.8: with a value it sets, without it tells.
    fn gsm_configure(&mut self, command: &'static Command, form: &Form<'_>) -> Ran {
        let Form::Write(tokens) = form else {
            return bad(command);
        };
        let (kind, value) = match tokens.split_first() {
            Some((kind, value)) => (*kind, value),
            None => (Token::Omitted, &[][..]),
        };
        let named = |setting: &&Setting| {
            kind.integer().is_some() && setting.name.as_bytes() == kind.bytes()
        };
        let Some(setting) = self.dialect.settings.iter().find(named) else {
            let known = kind.integer() == Some(6) && self.quirks.has(Quirk::ConfigType6);
            return match value {
                [value] if known && value.integer().is_some() => {
                    self.gsm_report(command.name, Ok(b"0".to_vec()));
                    Ran::Ok
                }
                _ => bad(command),
            };
        };
        if value.iter().all(|value| *value == Token::Omitted) && value.len() <= 1 {
            let told = match self.settings.first(setting.kind) {
                Some(Stored::Text(text)) => [b"\"", text.as_slice(), b"\""].concat(),
                Some(Stored::Integer(number)) => format!("{number}").into_bytes(),
                None => Vec::new(),
            };
            self.gsm_report(command.name, Ok(told));
            return Ran::Ok;
        }
        let Ok(values) = dialect::accept(setting.params, value) else {
            return bad(command);
        };
        if setting.kind == SettingKind::Place && self.gsm_place(text(&values, 0), b"x").is_none() {
            return self.fail_at_once(command, codes::PARAMETER);
        }
        self.settings.set(setting.kind, &values);
        self.gsm_report(command.name, Ok(b"0".to_vec()));
        Ran::Ok
    }

    /// The context is brought up by itself (001 §4.1).
    fn gsm_open(&mut self, command: &'static Command, values: &[Value<'_>]) -> Ran {
        if !self.may_open() {
            return self.fail_at_once(command, codes::BUSY);
        }
        let state = &mut self.ftp.gsm;
        let (host, port) = (text(values, 0), integer(values, 1));
        let account = account(host, port, &state.user, &state.password);
        (state.host, state.port) = (account.host.clone(), account.port);
        state.path.clear();
        state.used = true;
        let Some(context) = self.network.bring_up() else {
            return self.fail_at_once(command, codes::NETWORK);
        };
        self.ftp.session = Session::Over(context);
        self.begin(
            command,
            ResponseFormat::ResultUrc,
            Request::Ftp(Operation::Open(account)),
        )
    }

    /// 001 §2.2.5. An empty path is where the session began; FTP has no word for it, so that it is `/` once the
    /// directory has been changed.
    fn gsm_change_dir(&mut self, command: &'static Command, path: &[u8]) -> Ran {
        let changed = !self.ftp.gsm.path.is_empty();
        self.ftp.gsm.heading = path.to_vec();
        let to = match path {
            b"" if !changed => {
                self.gsm_report(command.name, Ok(b"0".to_vec()));
                return Ran::Ok;
            }
            b"" => b"/",
            path => path,
        };
        let operation = Operation::Cwd(to.to_vec());
        self.begin(command, ResponseFormat::ResultUrc, Request::Ftp(operation))
    }

    fn gsm_transfer(&self) -> Transfer {
        Transfer {
            ascii: self.settings.integer(SettingKind::FileType, 0) == 1,
            passive: self.settings.integer(SettingKind::TransferMode, 0) == 1,
            data_address: DataAddress::Server,
        }
    }

    /// 001 §2.2.3, §4.2: over the line exactly so many bytes, or what came in `<time>`; of a file so many bytes from
    /// the resuming point, or with 0 all of them.
    fn gsm_put(&mut self, command: &'static Command, values: &[Value<'_>]) -> Ran {
        let path = text(values, 0);
        let size = integer(values, 1).unwrap_or(0);
        let time = integer(values, 2).unwrap_or(INPUT_TIME);
        let offset = self.settings.integer(SettingKind::ResumePoint, 0);
        let operation = Operation::Store(Store {
            path: path.to_vec(),
            offset,
            transfer: self.gsm_transfer(),
        });
        match self.gsm_chosen_place(path) {
            None => self.fail_at_once(command, codes::LOCAL_OPEN),
            Some(Place::File(local)) => {
                let request = Request::Pipe {
                    operation,
                    local,
                    from: offset,
                    length: (size > 0).then_some(size),
                };
                self.begin(command, ResponseFormat::ResultUrc, request)
            }
            Some(Place::Line) => {
                let ran = self.begin(command, command.reply, Request::Ftp(operation));
                if let Some(job) = &mut self.ftp.job {
                    job.upload(path, offset, Some(size), false);
                    job.total = Some(Duration::from_secs(time));
                }
                ran
            }
        }
    }

    /// 001 §2.2.4, §4.3.
    fn gsm_get(&mut self, command: &'static Command, values: &[Value<'_>]) -> Ran {
        let path = text(values, 0);
        let offset = self.settings.integer(SettingKind::ResumePoint, 0);
        let operation = Operation::Retrieve(Retrieve {
            what: Wanted::File,
            path: path.to_vec(),
            offset,
            limit: None,
            transfer: self.gsm_transfer(),
        });
        match self.gsm_chosen_place(path) {
            None => self.fail_at_once(command, codes::LOCAL_FILE),
            Some(Place::File(local)) => {
                let memory = local.storage == Storage::Ram;
                let request = Request::Pipe {
                    operation,
                    local,
                    from: offset,
                    length: memory.then(|| MEMORY.saturating_sub(offset)),
                };
                self.begin(command, ResponseFormat::ResultUrc, request)
            }
            Some(Place::Line) => self.begin(command, command.reply, Request::Ftp(operation)),
        }
    }

    fn gsm_chosen_place(&self, path: &[u8]) -> Option<Place> {
        self.gsm_place(self.settings.text(SettingKind::Place, 0), path)
    }

    /// `/UFS/` means the file of the server's name, its directories left away; `/UFS/name` that one.
    fn gsm_place(&self, place: &[u8], path: &[u8]) -> Option<Place> {
        let (store, name) = place.strip_prefix(b"/").and_then(|place| {
            let end = place.iter().position(|byte| *byte == b'/')?;
            Some((&place[..end], &place[end + 1..]))
        })?;
        if store == b"COM" {
            return name.is_empty().then_some(Place::Line);
        }
        let named = |storage: &&Storage| storage.name().as_bytes() == store;
        let storage = *self.dialect.stores.iter().find(named)?;
        let name = match name {
            b"" => path.rsplit(|byte| *byte == b'/').next().unwrap_or(path),
            name => name,
        };
        let local = LocalName {
            storage,
            name: name.to_vec(),
        };
        local.check().ok().map(|()| Place::File(local))
    }

    pub(super) fn gsm_forget_resume_point(&mut self) {
        self.settings
            .set(SettingKind::ResumePoint, &[Value::Integer(0)]);
    }

    /// `+QFTPxxx:<text>` or `+QFTPxxx:<err>`
    pub(super) fn gsm_report(&mut self, name: &str, report: Report) {
        let spaced =
            matches!(name, "+QFTPPATH" | "+QFTPCLOSE") && self.quirks.has(Quirk::SpaceAfterColon);
        let mut line = format!("{name}:{}", if spaced { " " } else { "" }).into_bytes();
        match report {
            Ok(text) => line.extend_from_slice(&text),
            Err(trouble) => line.extend_from_slice(format!("{}", number(trouble)).as_bytes()),
        }
        self.urc(line);
    }

    /// With no command under way (001 §3).
    pub(super) fn gsm_error(&mut self, trouble: Trouble) {
        self.urc(format!("+QFTPERROR:{}", number(trouble)).into_bytes());
    }

    /// `<state>` of `AT+QFTPSTAT` (001 §2.2.9).
    fn gsm_state(&self) -> &'static str {
        let job = self.ftp.job.as_ref();
        let moving = |stage: &Stage| !matches!(stage, Stage::Connecting(_) | Stage::Silent);
        match (self.ftp.session, job.map(|job| (job.kind, &job.stage))) {
            (_, Some((CommandKind::FtpOpen, _))) => "OPENING",
            (_, Some((CommandKind::FtpClose, _))) => "CLOSING",
            (Session::Over(_), Some((kind, stage))) if is_transfer(kind) && moving(stage) => {
                "TRANSFER"
            }
            (Session::Over(_), Some(_)) => "WORKING",
            (Session::Over(_), None) => "OPENED",
            (Session::Closed, _) if self.ftp.gsm.used => "CLOSED",
            (Session::Closed, _) => "IDLE",
        }
    }
}

fn number(trouble: Trouble) -> i32 {
    match trouble {
        Trouble::Context => codes::GSM_CONTEXT,
        Trouble::Code(code, reply) => codes::for_gsm(code, reply),
    }
}
