//! The commands of a login that set up TLS, ahead of those that name the account.
//!
//! LTE (000, 002 and 004 §2.1; COMMON 1 and 3): an SSL context is told the names of files in flash. Each context has
//! files of its own, `qftp5ca.pem`, `qftp5crt.pem` and `qftp5key.pem` of context 5, so that logins to two servers by two
//! contexts leave each other's alone. A file that is there already with the same size is read back and compared: its
//! 16-bit checksum would prove nothing. It is written anew only where it differs.
//!
//! Fibocom (COMMON 8.2): files are typed in behind a prompt, and kept until the module restarts. It does not tell
//! what it has, so they are given with every login.

use alloc::format;
use alloc::vec::Vec;
use core::net::IpAddr;

use super::login::LoginStep;
use super::login_steps::Outline;
use super::operation::{self, REPORT, unsupported};
use super::response;
use super::step::{Content, PayloadSpec, SHORT, Step};
use super::tls::{Role, Tls, TlsConfigError, TlsMode};
use super::{HostError, Login, Operation};
use crate::dialect::{CommandKind, Dialect, Family, SettingKind, Value};

/// `sslversion` of QSSLCFG: all that the module speaks (COMMON 3).
const ALL_VERSIONS: u64 = 4;
/// `ciphersuite` of QSSLCFG: all (COMMON 3).
const ALL_CIPHERS: u64 = 0xFFFF;
/// GTSSLVER: TLS 1.2 (COMMON 8.2).
const TLS_1_2: u64 = 4;

/// Refuses what the dialect cannot do, then what cannot be meant.
pub(super) fn check(dialect: &'static Dialect, login: &Login) -> Result<(), HostError> {
    let Some(tls) = &login.tls else {
        return Ok(());
    };
    if !can(dialect, tls.mode) {
        return Err(unsupported(dialect, tls.mode.operation()));
    }
    tls.check()?;
    let lte = dialect.family == Family::Lte;
    if lte && !login.passive {
        return Err(TlsConfigError::Active.into()); // COMMON 4
    }
    if !lte && !tls.check_dates {
        return Err(unsupported(dialect, "TLS without a check of dates"));
    }
    Ok(())
}

/// Whether the dialect's tables have a way to ask for it.
fn can(dialect: &Dialect, mode: TlsMode) -> bool {
    match dialect.family {
        Family::Lte => {
            let setting = dialect.setting(SettingKind::SslType);
            setting.is_some_and(|setting| setting.takes(Value::Integer(ssl_type(mode))))
        }
        Family::Gsm => false,
        // `<sftpmode>` of FTPOPEN is a switch (003 §1.2.1).
        Family::Fibocom => {
            mode == TlsMode::Implicit && dialect.command(CommandKind::SslMode).is_some()
        }
    }
}

/// `ssltype` of QFTPCFG (002 §2.1).
pub(super) fn ssl_type(mode: TlsMode) -> u64 {
    match mode {
        TlsMode::Implicit => 1,
        TlsMode::Explicit => 2,
    }
}

/// The files and the SSL context, LTE.
pub(super) fn lte(outline: &mut Outline, login: &Login, tls: &Tls) -> Result<(), HostError> {
    for (role, content) in tls.files() {
        file(outline, tls.context, role, content)?;
    }
    let address =
        core::str::from_utf8(&login.host).is_ok_and(|host| host.parse::<IpAddr>().is_ok());
    let settings = [
        (SettingKind::SslVersion, ALL_VERSIONS),
        (SettingKind::CipherSuite, ALL_CIPHERS),
        (SettingKind::SecurityLevel, tls.level()),
        (SettingKind::IgnoreLocalTime, u64::from(!tls.check_dates)),
        // A name, not an address (RFC 6066 §3).
        (SettingKind::ServerName, u64::from(!address)),
    ];
    for (key, value) in settings {
        outline.ssl_setting(tls.context, key, Value::Integer(value))?;
    }
    for (role, _) in tls.files() {
        let name = stored_name(tls.context, role);
        let key = match role {
            Role::Authority => SettingKind::CaCertificate,
            Role::Certificate => SettingKind::ClientCertificate,
            Role::SettingKind => SettingKind::ClientKey,
        };
        outline.ssl_setting(tls.context, key, Value::Text(name.as_bytes()))?;
    }
    Ok(())
}

/// A file of a context: asked for, read back and compared, written where it differs.
fn file(outline: &mut Outline, context: u8, role: Role, pem: &[u8]) -> Result<(), HostError> {
    let name = stored_name(context, role);
    let named = name.as_bytes();
    let length = pem.len() as u64;
    let dialect = outline.dialect();
    let step = |operation| operation::sequence(dialect, operation).map(|one| one.main);
    outline.push(
        LoginStep::FileSize(role),
        step(Operation::StoreList(named))?,
    );
    let read = Step {
        kept: true,
        // Read only where the sizes are equal.
        carried: PayloadSpec::Down(Some(length)),
        ..step(Operation::StoreDownload(named))?
    };
    outline.push(LoginStep::FileRead(role), read);
    outline.push(
        LoginStep::FileDelete(role),
        step(Operation::StoreDelete(named))?,
    );
    let upload = Operation::StoreUpload {
        name: named,
        length,
    };
    let write = Step {
        content: Content(pem.to_vec()),
        ..step(upload)?
    };
    outline.push(LoginStep::FileWrite(role), write);
    Ok(())
}

/// Where a file stands in the module's flash; eight letters and three, as is advised (COMMON 1.2).
fn stored_name(context: u8, role: Role) -> alloc::string::String {
    let role = match role {
        Role::Authority => "ca",
        Role::Certificate => "crt",
        Role::SettingKind => "key",
    };
    format!("qftp{context}{role}.pem")
}

/// The files, the version and the check, Fibocom.
pub(super) fn fibocom(outline: &mut Outline, tls: &Tls) -> Result<(), HostError> {
    for (role, content) in tls.files() {
        let name: &[u8] = match role {
            Role::Authority => b"TRUSTFILE",
            Role::Certificate => b"CAFILE",
            Role::SettingKind => b"KEYFILE",
        };
        let length = content.len() as u64;
        let values = [Value::Text(name), Value::Integer(length)];
        let step = Step {
            carried: PayloadSpec::Up(length),
            content: Content(content.to_vec()),
            ..outline.step(CommandKind::SslFile, &values, REPORT)?
        };
        outline.push(LoginStep::Setting, step);
    }
    let settings = [
        (CommandKind::SslVersion, TLS_1_2),
        (CommandKind::SslMode, u64::from(tls.verify)),
    ];
    for (kind, value) in settings {
        outline.command(LoginStep::Setting, kind, &[Value::Integer(value)], SHORT)?;
    }
    Ok(())
}

/// What is in the store under a file's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing.
    Nothing,
    /// A file of the same size.
    SameSize,
    /// Another file, or something that the module could not tell.
    Other,
}

/// Reads the answer to QFLST for one name. Quirks answers the name of a missing file by an error or by nothing, and
/// prints a name with or without its prefix (COMMON 1.5); one line is enough to know that it is there.
pub(super) fn found(lines: &[Vec<u8>], length: usize) -> Found {
    let Some(line) = lines.first() else {
        return Found::Nothing;
    };
    let size = response::size_of_stored(line);
    match size {
        Some(size) if size == length as u64 => Found::SameSize,
        _ => Found::Other,
    }
}
