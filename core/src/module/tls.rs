//! TLS as the module's commands set it, and what it tells of a failure.
//!
//! `AT+QSSLCFG` of the context that `sslctxid` names (COMMON 3), `AT+GTSSLVER`, `AT+GTSSLMODE` and `AT+GTSSLFILE` of
//! Fibocom (COMMON 8.2) become a [`Secure`], which the driver gets before a session is opened. Why TLS failed is told
//! by `AT+QIGETERROR`, where sockets report 566 whatever the cause, and as a number by `AT+GTSSLERR?`.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::time::Duration;

use super::certificates::{AUTHORITY, CERTIFICATE, PRIVATE_KEY};
use super::settings::Settings;
use super::store::LocalName;
use super::{Module, Ran, Request, bad};
use crate::at::Form;
use crate::codes;
use crate::dialect::{Command, SettingKind};
use crate::ftp::{FailureKind, FtpFailure as Failure, Security};

/// How TLS is to be spoken. `P` is where certificates and keys are: a [`Pem`] as the module asks, bytes once the driver
/// has read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secure<P = Pem> {
    /// Which versions.
    pub version: Version,
    /// The only cipher suite, by its number at IANA; `None` is all.
    pub cipher: Option<u16>,
    /// Who must have signed the server's certificate, which must be for the server's name or address, too. `None`: any
    /// certificate is taken.
    pub authority: Option<P>,
    /// What the module shows the server of itself.
    pub identity: Option<Identity<P>>,
    /// The server is told which name it was called by.
    pub server_name: bool,
    /// Certificates are good before and after their time.
    pub ignore_time: bool,
    /// How long the handshake of a connection may take.
    pub patience: Duration,
}

/// A certificate of the module's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity<P> {
    /// With those it depends on behind it.
    pub certificate: P,
    /// Its private key.
    pub key: P,
}

/// A certificate or key in PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pem {
    /// In the module's store.
    File(LocalName),
    /// These bytes.
    Bytes(Vec<u8>),
}

/// Versions of TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// SSL 3.0 and nothing else.
    Ssl3,
    /// TLS 1.0 and nothing else.
    Tls1,
    /// TLS 1.1 and nothing else.
    Tls1_1,
    /// TLS 1.2 and nothing else.
    Tls1_2,
    /// TLS 1.0 and all after it.
    Any,
}

impl<P> Secure<P> {
    /// With each certificate and key turned into something else; the first that fails ends it.
    pub fn try_map<Q, E>(self, mut read: impl FnMut(P) -> Result<Q, E>) -> Result<Secure<Q>, E> {
        let identity = match self.identity {
            None => None,
            Some(Identity { certificate, key }) => Some(Identity {
                certificate: read(certificate)?,
                key: read(key)?,
            }),
        };
        Ok(Secure {
            version: self.version,
            cipher: self.cipher,
            authority: self.authority.map(&mut read).transpose()?,
            identity,
            server_name: self.server_name,
            ignore_time: self.ignore_time,
            patience: self.patience,
        })
    }
}

/// `sslversion` (COMMON 3).
const LTE_VERSIONS: [Version; 5] = [
    Version::Ssl3,
    Version::Tls1,
    Version::Tls1_1,
    Version::Tls1_2,
    Version::Any,
];
/// `AT+GTSSLVER`: only that 4 is TLS 1.2 and 0 the default is known (COMMON 8.2); the rest follows from it.
const FIBOCOM_VERSIONS: [Version; 5] = [
    Version::Any,
    Version::Ssl3,
    Version::Tls1,
    Version::Tls1_1,
    Version::Tls1_2,
];
/// `ciphersuite` of all.
const ALL_CIPHERS: u64 = 0xFFFF;
/// What Fibocom's handshake may take, for which it has no setting: that of the others by default.
const PATIENCE: Duration = Duration::from_secs(300);
/// `AT+QIGETERROR` of all that goes wrong in TLS (COMMON 3).
const SOCKET_ERROR: u16 = 566;
/// The manuals' last word on active mode (000 §1.2, 002 §2.1, 004 §1.1).
const NO_ACTIVE_MODE: &str = "FTPS does not support active mode";

impl Module {
    /// By `ssltype`; with TLS, how it is to be spoken has been requested. `Err`: it cannot be.
    pub(super) fn lte_security(&mut self) -> Result<Security, String> {
        let security = match self.settings.integer(SettingKind::SslType, 0) {
            0 => return Ok(Security::Plain),
            1 => Security::Implicit,
            _ => Security::Explicit,
        };
        if self.settings.integer(SettingKind::TransferMode, 0) == 0 {
            return Err(NO_ACTIVE_MODE.to_string());
        }
        let secure = self.lte_secure()?;
        self.request(Request::Secure(secure));
        Ok(security)
    }

    fn lte_secure(&self) -> Result<Secure, String> {
        let context = self.settings.integer(SettingKind::SslContext, 0);
        let context = usize::try_from(context)
            .ok()
            .and_then(|context| self.ssl.get(context))
            .ok_or("there is no such SSL context")?;
        let level = context.integer(SettingKind::SecurityLevel, 0);
        let identity = || -> Result<_, String> {
            Ok(Identity {
                certificate: self.named(context, SettingKind::ClientCertificate, "clientcert")?,
                key: self.named(context, SettingKind::ClientKey, "clientkey")?,
            })
        };
        let authority = || self.named(context, SettingKind::CaCertificate, "cacert");
        Ok(Secure {
            version: version(LTE_VERSIONS, context.integer(SettingKind::SslVersion, 0)),
            cipher: match context.integer(SettingKind::CipherSuite, 0) {
                ALL_CIPHERS => None,
                number => u16::try_from(number).ok(),
            },
            authority: (level >= 1).then(authority).transpose()?,
            identity: (level >= 2).then(identity).transpose()?,
            server_name: context.integer(SettingKind::ServerName, 0) == 1,
            ignore_time: context.integer(SettingKind::IgnoreLocalTime, 0) == 1,
            patience: Duration::from_secs(context.integer(SettingKind::NegotiateTime, 0)),
        })
    }

    /// The file that a setting names.
    fn named(&self, context: &Settings, key: SettingKind, name: &str) -> Result<Pem, String> {
        let text = context.text(key, 0);
        if text.is_empty() {
            return Err(format!("{name} is not set"));
        }
        LocalName::parse(text, self.dialect.stores)
            .map(Pem::File)
            .map_err(|_| format!("{name}: {} is not the name of a file", text.escape_ascii()))
    }

    /// By the last parameter of `AT+FTPOPEN`; with TLS, how it is to be spoken has been requested.
    pub(super) fn fibocom_security(&mut self, wanted: bool) -> Result<Security, String> {
        if !wanted {
            return Ok(Security::Plain);
        }
        let secure = self.fibocom_secure()?;
        self.request(Request::Secure(secure));
        Ok(Security::Implicit)
    }

    fn fibocom_secure(&self) -> Result<Secure, String> {
        let (number, mode) = self.general_state.tls();
        let file = |index: usize| {
            let content = self.certificates.file(index);
            (!content.is_empty()).then(|| Pem::Bytes(content.to_vec()))
        };
        let authority = match (mode, file(AUTHORITY)) {
            (0, _) => None,
            (_, None) => return Err("TRUSTFILE is not there".to_string()),
            (_, authority) => authority,
        };
        Ok(Secure {
            version: version(FIBOCOM_VERSIONS, number),
            cipher: None,
            authority,
            identity: file(CERTIFICATE)
                .zip(file(PRIVATE_KEY))
                .map(|(certificate, key)| Identity { certificate, key }),
            server_name: false,
            ignore_time: false,
            patience: PATIENCE,
        })
    }

    /// A transfer that the session's TLS has no way to make.
    pub(super) fn refuse_active(&mut self, command: &'static Command) -> Ran {
        self.refuse_tls(command, NO_ACTIVE_MODE.to_string())
    }

    /// Ends a command at once, without a word to the server: TLS cannot do that.
    pub(super) fn refuse_tls(&mut self, command: &'static Command, why: String) -> Ran {
        self.network.fail(SOCKET_ERROR, why);
        self.ftp.tls_failure = Some(FailureKind::TlsSetup);
        self.fail_at_once(command, codes::TLS)
    }

    /// Remembers why TLS failed, if it did.
    pub(super) fn note_tls(&mut self, failure: &Failure) {
        if matches!(
            failure.kind,
            FailureKind::Tls | FailureKind::Certificate | FailureKind::TlsSetup
        ) {
            let why = match failure.text.as_slice() {
                b"" => failure.kind.to_string(),
                text => text.escape_ascii().to_string(),
            };
            self.network.fail(SOCKET_ERROR, why);
            self.ftp.tls_failure = Some(failure.kind);
        }
    }

    /// `AT+GTSSLERR?`: why the last login with TLS failed, 0 where it did not.
    pub(super) fn tls_error(&mut self, command: &'static Command, form: &Form<'_>) -> Ran {
        if *form != Form::Read {
            return bad(command);
        }
        let number = match self.ftp.tls_failure {
            None => 0,
            Some(FailureKind::Certificate) => -11,
            Some(FailureKind::TlsSetup) => -12,
            Some(_) => -7,
        };
        self.information(format!("{}: {number}", command.name).as_bytes());
        Ran::Ok
    }
}

fn version(known: [Version; 5], number: u64) -> Version {
    let index = usize::try_from(number).unwrap_or(usize::MAX);
    known.get(index).copied().unwrap_or(Version::Any)
}
