//! The settings behind `AT+QFTPCFG` and `AT+QSSLCFG`.

use alloc::string::String;
use alloc::vec::Vec;

use super::Command;
use super::initial::Initial;
use super::param::{Param, ParamError, Value, emit, test_line};
use crate::at::{Emit, parse_integer};
use crate::wiped::WipedBytes;

/// One setting of `AT+QFTPCFG` or `AT+QSSLCFG`.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Setting {
    /// The setting's kind.
    pub kind: SettingKind,
    /// As typed in quotes.
    pub name: &'static str,
    /// Its values.
    pub params: &'static [Param],
    /// The values at the start.
    pub initial: &'static [Initial],
    /// The values behind the first are shown only while the first is this one (002 §2.1 `data_address`).
    pub detail_when: Option<u64>,
}

/// The purpose of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)] // each is the setting of its table entry
#[non_exhaustive]
pub enum SettingKind {
    Account,
    FileType,
    TransferMode,
    ResumePoint,
    Place,
    ConfigType6,
    ContextId,
    ResponseTimeout,
    SslType,
    SslContext,
    DataAddress,
    RestEnable,
    CacheSize,
    SslVersion,
    CipherSuite,
    CaCertificate,
    ClientCertificate,
    ClientKey,
    SecurityLevel,
    IgnoreLocalTime,
    NegotiateTime,
    ServerName,
}

/// Says which end opens the data connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "RFC 959 has these two")]
pub enum TransferMode {
    /// The server connects to the module.
    Active,
    /// The module connects to the server.
    Passive,
}

impl Setting {
    /// Makes a setting that always shows all its values.
    pub const fn new(
        kind: SettingKind,
        name: &'static str,
        params: &'static [Param],
        initial: &'static [Initial],
    ) -> Self {
        Setting {
            kind,
            name,
            params,
            initial,
            detail_when: None,
        }
    }

    /// Returns the line of a test form, `+QFTPCFG: "filetype",(0,1)`.
    pub(crate) fn test_line(&self, command: &str) -> String {
        test_line(command, self.name, self.params)
    }

    /// Tells if the setting's first value may be this one.
    pub(crate) fn takes(&self, value: Value<'_>) -> bool {
        let first = self.params.first();
        first.is_some_and(|param| param.check(value).is_ok())
    }

    /// Writes `AT<command>="<name>",<values>`, CR included, after checking every value. For a setting of an SSL
    /// context give its number as `context`.
    ///
    /// # Errors
    ///
    /// Returns [`ParamError`] for the first value that the setting does not take, and for a value too many.
    pub fn emit(
        &self,
        command: &Command,
        context: Option<u64>,
        values: &[Value<'_>],
    ) -> Result<Vec<u8>, ParamError> {
        self.emit_in(WipedBytes::default(), command, context, values)
            .map(WipedBytes::into_vec)
    }

    /// Writes it in the room of an earlier line, which is empty.
    pub(crate) fn emit_in(
        &self,
        room: WipedBytes,
        command: &Command,
        context: Option<u64>,
        values: &[Value<'_>],
    ) -> Result<WipedBytes, ParamError> {
        let line = Emit::in_room(room, command.name);
        // The settings of `gsm` have numbers.
        let line = match parse_integer(self.name.as_bytes()) {
            Some(number) => line.integer(number),
            None => {
                line.string(self.name.as_bytes())
                    .map_err(|reason| ParamError::UnencodableByte {
                        name: "name",
                        reason,
                    })?
            }
        };
        let line = match context {
            Some(context) => line.integer(context),
            None => line,
        };
        emit(line, self.params, values)
    }
}
