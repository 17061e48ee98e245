//! The FTP service of Quectel's LTE modules (000, 002, 004).
//!
//! DIALECTS "The order of things", 002 §2. A command is checked, answered `OK` and carried out; its URC follows. Until
//! the URC has been said another FTP command gets 603.

use alloc::format;
use alloc::vec::Vec;
use core::time::Duration;

use super::{Report, Session, Trouble, account, integer, is_transfer, plain_operation, text};
use crate::at::Form;
use crate::codes;
use crate::dialect::{Command, CommandKind, ResponseFormat, SettingKind, Value};
use crate::ftp::{
    FtpDataAddress as DataAddress, FtpOperation as Operation, FtpStore as Store,
    FtpTransfer as Transfer, Retrieve, RetrieveKind as Wanted, Security,
};
use crate::module::store::LocalName;
use crate::module::{Module, Quirk, Ran, Refusal, Request, bad};

impl Module {
    pub(super) fn lte(&mut self, command: &'static Command, form: &Form<'_>) -> Ran {
        let Ok(values) = command.values(form) else {
            return bad(command);
        };
        if self.ftp.barred
            && self.ftp.session != Session::Closed
            && command.kind != CommandKind::FtpClose
        {
            return Refusal::Cme(codes::BUSY).into();
        }
        match command.kind {
            CommandKind::FtpLength => {
                let moved = self.ftp.moved;
                self.lte_tell(command, &format!("{moved}"))
            }
            CommandKind::FtpState => {
                let state = self.lte_state();
                self.lte_tell(command, &format!("{state}"))
            }
            CommandKind::FtpOpen => self.lte_open(command, &values),
            CommandKind::FtpClose => match self.close(command) {
                None => Refusal::Cme(codes::BUSY).into(),
                Some(ran) => ran,
            },
            kind if is_transfer(kind)
                && self.ftp.secure
                && !self.lte_transfer().passive
                && self.may_begin() =>
            {
                self.refuse_active(command)
            }
            CommandKind::FtpPut => self.lte_put(command, &values),
            _ if !self.may_begin() => Refusal::Cme(codes::BUSY).into(),
            CommandKind::FtpGet => self.lte_get(command, &values),
            CommandKind::FtpList | CommandKind::FtpNameList | CommandKind::FtpMachineList => {
                self.lte_list(command, &values)
            }
            _ => match plain_operation(command.kind, &values) {
                None => bad(command),
                Some(operation) => {
                    self.begin(command, ResponseFormat::ResultUrc, Request::Ftp(operation))
                }
            },
        }
    }

    /// 002 §2.2. Without an active context nothing is sent (`605`).
    fn lte_open(&mut self, command: &'static Command, values: &[Value<'_>]) -> Ran {
        if !self.may_open() {
            return Refusal::Cme(codes::BUSY).into();
        }
        let context = self.settings.integer(SettingKind::ContextId, 0);
        if !self.network.is_active(context) {
            return self.fail_at_once(command, codes::NETWORK);
        }
        let security = match self.lte_security() {
            Ok(security) => security,
            Err(why) => return self.refuse_tls(command, why),
        };
        let mut account = account(
            text(values, 0),
            integer(values, 1),
            self.settings.text(SettingKind::Account, 0),
            self.settings.text(SettingKind::Account, 1),
        );
        account.security = security;
        self.ftp.secure = security != Security::Plain;
        self.ftp.session = Session::Over(context);
        self.ftp.barred = false;
        let request = Request::Ftp(Operation::Open(account));
        self.begin(command, ResponseFormat::ResultUrc, request)
    }

    /// The data connection of a transfer is to be made like this.
    fn lte_transfer(&self) -> Transfer {
        let after = Duration::from_secs(self.settings.integer(SettingKind::DataAddress, 1));
        Transfer {
            ascii: self.settings.integer(SettingKind::FileType, 0) == 1,
            passive: self.settings.integer(SettingKind::TransferMode, 0) == 1,
            data_address: match self.settings.integer(SettingKind::DataAddress, 0) {
                1 => DataAddress::ControlPeer,
                2 => DataAddress::ControlPeerThenServer { after },
                _ => DataAddress::Server,
            },
        }
    }

    /// 002 §2.5.
    fn lte_put(&mut self, command: &'static Command, values: &[Value<'_>]) -> Ran {
        let path = text(values, 0);
        let offset = integer(values, 2).unwrap_or(0);
        let shape = command.shape(values);
        if shape != ResponseFormat::ResultUrc
            && let Some(ran) = self.continue_upload(
                path,
                offset,
                integer(values, 3),
                integer(values, 4) == Some(0),
            )
        {
            return ran;
        }
        if !self.may_begin() {
            return Refusal::Cme(codes::BUSY).into();
        }
        let store = Store {
            path: path.to_vec(),
            offset,
            transfer: self.lte_transfer(),
        };
        let operation = Operation::Store(store);
        if shape == ResponseFormat::ResultUrc {
            return self.lte_pipe(command, text(values, 1), &operation, offset);
        }
        let ran = self.begin(command, shape, Request::Ftp(operation));
        if let Some(job) = &mut self.ftp.job {
            job.upload(
                path,
                offset,
                integer(values, 3),
                integer(values, 4) == Some(0),
            );
        }
        ran
    }

    /// 002 §2.6.
    fn lte_get(&mut self, command: &'static Command, values: &[Value<'_>]) -> Ran {
        let offset = integer(values, 2).unwrap_or(0);
        let retrieve = Retrieve {
            what: Wanted::File,
            path: text(values, 0).to_vec(),
            offset,
            limit: integer(values, 3),
            transfer: self.lte_transfer(),
        };
        self.lte_retrieve(command, values, retrieve)
    }

    /// 002 §2.11 to §2.13. `.` is where the session is; not every server has an entry of that name.
    fn lte_list(&mut self, command: &'static Command, values: &[Value<'_>]) -> Ran {
        let retrieve = Retrieve {
            what: match command.kind {
                CommandKind::FtpNameList => Wanted::Nlst,
                CommandKind::FtpMachineList => Wanted::Mlsd,
                _ => Wanted::List,
            },
            path: match text(values, 0) {
                b"." => Vec::new(),
                path => path.to_vec(),
            },
            offset: 0,
            limit: None,
            transfer: self.lte_transfer(),
        };
        self.lte_retrieve(command, values, retrieve)
    }

    fn lte_retrieve(
        &mut self,
        command: &'static Command,
        values: &[Value<'_>],
        retrieve: Retrieve,
    ) -> Ran {
        let offset = retrieve.offset;
        let operation = Operation::Retrieve(retrieve);
        match command.shape(values) {
            ResponseFormat::ResultUrc => {
                self.lte_pipe(command, text(values, 1), &operation, offset)
            }
            shape => self.begin(command, shape, Request::Ftp(operation)),
        }
    }

    /// A transfer between the server and a file of the module's own. A place that is not there is 613 (seen). A download
    /// from a position on goes on in a file that has what stands before it, and makes a new one where there is none.
    fn lte_pipe(
        &mut self,
        command: &'static Command,
        local: &[u8],
        operation: &Operation,
        from: u64,
    ) -> Ran {
        let Ok(local) = LocalName::parse(local, self.dialect.stores) else {
            return self.fail_at_once(command, codes::LOCAL_FILE);
        };
        let request = |from| Request::Pipe {
            operation: operation.clone(),
            local: local.clone(),
            from,
            length: None,
        };
        let ran = self.begin(command, ResponseFormat::ResultUrc, request(from));
        if let Some(job) = &mut self.ftp.job
            && job.kind == CommandKind::FtpGet
            && from > 0
        {
            job.otherwise = Some(request(0));
        }
        ran
    }

    /// What the module knows by itself. OK comes first, whatever the examples print (000 §3.5, 002 §3.6).
    fn lte_tell(&mut self, command: &'static Command, text: &str) -> Ran {
        let line = format!("{}: 0,{text}", command.name).into_bytes();
        if self.quirks.has(Quirk::UrcBeforeOk) {
            self.information(&line);
        } else {
            self.urc(line);
        }
        Ran::Ok
    }

    /// `<name>: 0,<text>` or `<name>: <err>,<protocol_error>`
    pub(super) fn lte_report(&mut self, name: &str, report: Report) {
        let mut line = format!("{name}: ").into_bytes();
        let (code, text) = match report {
            Ok(text) => (0, text),
            Err(Trouble::Code(code, reply)) => (code, format!("{reply}").into_bytes()),
            Err(Trouble::Context) => (codes::CONTROL_CLOSED, b"0".to_vec()),
        };
        let words = self.line.errors == 2 && self.quirks.has(Quirk::WordsInUrc);
        if let Some(known) = codes::lookup(code).filter(|_| words) {
            line.extend_from_slice(known.meaning.as_bytes());
        } else {
            line.extend_from_slice(format!("{code},").as_bytes());
            line.extend_from_slice(&text);
        }
        self.urc(line);
    }

    /// `<ftpstat>` of `AT+QFTPSTAT` (002 §2.17).
    fn lte_state(&self) -> u8 {
        match (self.ftp.session, self.ftp.job.as_ref().map(|job| job.kind)) {
            (_, Some(CommandKind::FtpOpen)) => 0,
            (Session::Over(_), Some(kind)) if is_transfer(kind) => 2,
            (Session::Over(_), Some(CommandKind::FtpClose)) => 3,
            (Session::Over(_), _) => 1,
            (Session::Closed, _) => 4,
        }
    }
}
