//! An FTP service with the parts that it needs and nothing else, for tests.

use alloc::string::String;
use alloc::vec::Vec;

use crate::at::{self, AtCommand};
use crate::dialect::Dialect;
use crate::ftp::{FailureKind, FtpFailure, FtpOutcome, FtpValue};
use crate::module::certificates::Certificates;
use crate::module::context::ModuleContext;
use crate::module::ftp::service::{FtpService, SessionState};
use crate::module::network::Network;
use crate::module::quirks::Quirks;
use crate::module::response::CommandResponse;

/// Holds an FTP service and its surroundings.
pub(in crate::module) struct FtpFixture {
    pub(in crate::module) ftp: FtpService,
    pub(in crate::module) cx: ModuleContext,
    pub(in crate::module) network: Network,
    pub(in crate::module) certificates: Certificates,
}

impl FtpFixture {
    /// Returns a service without a session; its context is up.
    pub(in crate::module) fn closed(dialect: &'static Dialect) -> Self {
        let mut network = Network::default();
        network.context(1).expect("context 1").active = true;
        FtpFixture {
            ftp: FtpService::new(dialect),
            cx: ModuleContext::new(dialect, Quirks::MANUAL),
            network,
            certificates: Certificates::default(),
        }
    }

    /// Returns a service with a session.
    pub(in crate::module) fn open(dialect: &'static Dialect) -> Self {
        let mut fixture = Self::closed(dialect);
        fixture.ftp.session = SessionState::Over(1);
        fixture
    }

    /// Executes a command, as typed behind `AT`.
    pub(in crate::module) fn execute(&mut self, text: &str) -> CommandResponse {
        let line = [b"AT", text.as_bytes()].concat();
        let (commands, read) = at::parse_line(&line);
        assert_eq!(read, Ok(()), "{text}");
        let [AtCommand::Extended { name, form }] = commands.as_slice() else {
            panic!("{text}: {commands:?}");
        };
        let command = self.cx.dialect.command_named(name).expect(text);
        let certificates = &self.certificates;
        self.ftp
            .execute(&mut self.cx, &mut self.network, certificates, command, form)
    }

    /// Executes a command that answers `OK`.
    pub(in crate::module) fn succeed(&mut self, text: &str) {
        assert_eq!(self.execute(text), CommandResponse::Ok, "{text}");
    }

    /// Ends the operation well.
    pub(in crate::module) fn done(&mut self, value: FtpValue) {
        let outcome = FtpOutcome {
            code: 200,
            text: Vec::new(),
            value,
        };
        self.ftp.on_done(&mut self.cx, Ok(outcome));
    }

    /// Ends the operation with a failure.
    pub(in crate::module) fn fail(&mut self, kind: FailureKind, reply: Option<u16>) {
        let failure = FtpFailure {
            kind,
            reply,
            text: Vec::new(),
        };
        self.ftp.on_done(&mut self.cx, Err(failure));
    }

    /// Returns what the line got since the last call.
    pub(in crate::module) fn output(&mut self) -> String {
        self.cx.write_urcs();
        let bytes = self.cx.output.bytes().to_vec();
        self.cx.output.transmitted(bytes.len());
        String::from_utf8(bytes).expect("ASCII")
    }
}
