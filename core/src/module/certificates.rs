//! TLS files and settings of Fibocom modules: `AT+GTSSLFILE`, `AT+GTSSLVER`, `AT+GTSSLMODE` (COMMON 8.2).
//!
//! A file is typed in behind a prompt: `>` asks for exactly as many bytes as were stated, whatever they are; `OK`
//! follows them. Nothing is kept over a restart.

use alloc::format;
use alloc::vec::Vec;
use core::time::Duration;

use super::context::ModuleContext;
use super::data_mode::LineMode;
use super::response::{CommandError, CommandResponse, integer, text};
use super::timers::Timer;
use crate::at::Form;
use crate::dialect::{Command, CommandKind};

/// Names of the files.
const NAMES: [&str; 3] = ["TRUSTFILE", "CAFILE", "KEYFILE"];
/// Longest wait for the bytes.
const INPUT_TIMEOUT: Duration = Duration::from_secs(90);

/// Says what one of the files is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CertificateFile {
    /// The authority that must have signed the server's certificate.
    Authority,
    /// The module's own certificate.
    Certificate,
    /// The key of the module's own certificate.
    PrivateKey,
}

/// Holds the files, the one being typed in, and the settings beside them.
#[derive(Debug, Default)]
pub(super) struct Certificates {
    files: [Vec<u8>; NAMES.len()],
    incoming: Option<IncomingFile>,
    /// The value of `AT+GTSSLVER`.
    pub(super) version: u64,
    /// The value of `AT+GTSSLMODE`.
    pub(super) mode: u64,
}

/// Holds the part of a file that has been typed in.
#[derive(Debug)]
struct IncomingFile {
    index: usize,
    length: usize,
    content: Vec<u8>,
}

impl Certificates {
    pub(super) fn execute(
        &mut self,
        cx: &mut ModuleContext,
        command: &'static Command,
        form: &Form<'_>,
    ) -> CommandResponse {
        match command.kind {
            CommandKind::SslVersion => set_or_read(&mut self.version, cx, command, form),
            CommandKind::SslMode => set_or_read(&mut self.mode, cx, command, form),
            _ => self.execute_file(cx, command, form),
        }
    }

    /// Executes `AT+GTSSLFILE`; the read form counts the files to trust.
    fn execute_file(
        &mut self,
        cx: &mut ModuleContext,
        command: &'static Command,
        form: &Form<'_>,
    ) -> CommandResponse {
        let Form::Write(tokens) = form else {
            let count = u8::from(!self.file(CertificateFile::Authority).is_empty());
            cx.information(format!("{}: {},{count}", command.name, NAMES[0]).as_bytes());
            return CommandResponse::Ok;
        };
        let Ok(values) = command.accept(tokens) else {
            return CommandResponse::bad_parameter(command);
        };
        let name = text(&values, 0);
        let index = NAMES.iter().position(|known| known.as_bytes() == name);
        let length = integer(&values, 1).and_then(|length| usize::try_from(length).ok());
        let (Some(index), Some(length)) = (index, length) else {
            return CommandResponse::bad_parameter(command);
        };
        self.incoming = Some(IncomingFile {
            index,
            length,
            content: Vec::new(),
        });
        cx.timers.set(Timer::Certificate, cx.now + INPUT_TIMEOUT);
        cx.output.raw(b"\r\n>");
        cx.enter_mode(LineMode::Raw);
        CommandResponse::DataMode
    }

    /// Tells whether the line carries a file.
    pub(super) fn is_active(&self) -> bool {
        self.incoming.is_some()
    }

    /// Returns how many bytes of the file are still to come.
    pub(super) fn room(&self) -> Option<u64> {
        let incoming = self.incoming.as_ref()?;
        Some((incoming.length - incoming.content.len()) as u64)
    }

    /// Returns one of the files; empty where it is missing.
    pub(super) fn file(&self, file: CertificateFile) -> &[u8] {
        &self.files[file as usize]
    }

    /// Takes bytes of the file, never more than are to come.
    pub(super) fn handle_data(&mut self, cx: &mut ModuleContext, bytes: &[u8]) {
        let Some(incoming) = &mut self.incoming else {
            return;
        };
        incoming.content.extend_from_slice(bytes);
        if incoming.content.len() < incoming.length {
            return;
        }
        if let Some(incoming) = self.incoming.take() {
            self.files[incoming.index] = incoming.content;
        }
        cx.timers.stop(Timer::Certificate);
        cx.leave_data_mode(Some(Ok(())));
    }

    /// Gives up a file: the host hung up or fell silent. The file before it stays.
    pub(super) fn abort(&mut self, cx: &mut ModuleContext) {
        if self.incoming.take().is_some() {
            cx.timers.stop(Timer::Certificate);
            cx.leave_data_mode(Some(Err(CommandError::Plain)));
        }
    }

    pub(super) fn on_timeout(&mut self, cx: &mut ModuleContext, timer: Timer) {
        if timer == Timer::Certificate {
            self.abort(cx);
        }
    }
}

/// Executes a command that sets one number or reads it back.
fn set_or_read(
    number: &mut u64,
    cx: &mut ModuleContext,
    command: &'static Command,
    form: &Form<'_>,
) -> CommandResponse {
    let Form::Write(tokens) = form else {
        cx.information(format!("{}: {number}", command.name).as_bytes());
        return CommandResponse::Ok;
    };
    let Ok(values) = command.accept(tokens) else {
        return CommandResponse::bad_parameter(command);
    };
    *number = integer(&values, 0).unwrap_or(0);
    CommandResponse::Ok
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::at::Token;
    use crate::dialect::nl668::NL668;
    use crate::module::quirks::Quirks;

    fn prompt(certificates: &mut Certificates, cx: &mut ModuleContext) {
        let command = NL668.command(CommandKind::SslFile).expect("GTSSLFILE");
        let form = Form::Write(alloc::vec![Token::Quoted(b"TRUSTFILE"), Token::Bare(b"4")]);
        let response = certificates.execute(cx, command, &form);
        assert_eq!(response, CommandResponse::DataMode);
    }

    #[test]
    fn a_file_takes_exactly_the_bytes_that_were_stated() {
        let mut cx = ModuleContext::new(&NL668, Quirks::MANUAL);
        let mut certificates = Certificates::default();
        prompt(&mut certificates, &mut cx);
        certificates.handle_data(&mut cx, b"abc");
        assert_eq!(certificates.room(), Some(1));
        assert!(certificates.file(CertificateFile::Authority).is_empty());
        certificates.handle_data(&mut cx, b"d");
        assert_eq!(certificates.file(CertificateFile::Authority), b"abcd");
        assert!(cx.input.is_free() && cx.output.bytes().ends_with(b">\r\nOK\r\n"));
        assert_eq!(cx.timers.next_timeout(), None);
    }

    #[test]
    fn a_silent_host_gets_an_error_and_the_file_before_stays() {
        let mut cx = ModuleContext::new(&NL668, Quirks::MANUAL);
        let mut certificates = Certificates::default();
        prompt(&mut certificates, &mut cx);
        certificates.handle_data(&mut cx, b"data");
        prompt(&mut certificates, &mut cx);
        assert_eq!(cx.timers.next_timeout(), Some(INPUT_TIMEOUT));
        certificates.on_timeout(&mut cx, Timer::Certificate);
        assert!(cx.output.bytes().ends_with(b"ERROR\r\n") && !certificates.is_active());
        assert_eq!(certificates.file(CertificateFile::Authority), b"data");
    }
}
