//! TLS of Quectel's LTE modules: `ssltype`, and `AT+QSSLCFG` of the context that `sslctxid` names (COMMON 3).

use alloc::format;
use alloc::string::{String, ToString as _};
use core::time::Duration;

use crate::dialect::{SettingKind, Volume};
use crate::ftp::Security;
use crate::module::context::ModuleContext;
use crate::module::event::ModuleEvent;
use crate::module::settings::{FtpSettings, SettingValues};
use crate::module::store::LocalName;
use crate::module::tls::{ClientIdentity, Pem, Secure, TlsVersion};

/// Versions of `sslversion`.
const VERSIONS: [TlsVersion; 5] = [
    TlsVersion::Ssl3,
    TlsVersion::Tls1,
    TlsVersion::Tls1_1,
    TlsVersion::Tls1_2,
    TlsVersion::Any,
];
/// `ciphersuite` that stands for all.
const ALL_CIPHERS: u64 = 0xFFFF;
/// The manuals' last word on active mode (000 §1.2, 002 §2.1, 004 §1.1).
pub(super) const NO_ACTIVE_MODE: &str = "FTPS does not support active mode";

/// Chooses the protection of the next session and requests TLS where it is set; returns why it cannot be had.
pub(super) fn choose(settings: &FtpSettings, cx: &mut ModuleContext) -> Result<Security, String> {
    let security = match settings.ftp.integer(SettingKind::SslType, 0) {
        0 => return Ok(Security::Plain),
        1 => Security::Implicit,
        _ => Security::Explicit,
    };
    if settings.ftp.integer(SettingKind::TransferMode, 0) == 0 {
        return Err(NO_ACTIVE_MODE.to_string());
    }
    let secure = Secure {
        time: Some(cx.clock.time(cx.now)),
        ..secure(settings, cx.stores())?
    };
    cx.event(ModuleEvent::Secure(secure));
    Ok(security)
}

fn secure(settings: &FtpSettings, stores: &[Volume]) -> Result<Secure, String> {
    let context = settings.ftp.integer(SettingKind::SslContext, 0);
    let context = usize::try_from(context)
        .ok()
        .and_then(|context| settings.ssl.get(context))
        .ok_or("there is no such SSL context")?;
    let file = |kind, name| named_file(context, stores, kind, name);
    let level = context.integer(SettingKind::SecurityLevel, 0);
    let identity = || -> Result<_, String> {
        Ok(ClientIdentity {
            certificate: file(SettingKind::ClientCertificate, "clientcert")?,
            key: file(SettingKind::ClientKey, "clientkey")?,
        })
    };
    let authority = || file(SettingKind::CaCertificate, "cacert");
    Ok(Secure {
        version: TlsVersion::from_number(VERSIONS, context.integer(SettingKind::SslVersion, 0)),
        cipher: match context.integer(SettingKind::CipherSuite, 0) {
            ALL_CIPHERS => None,
            number => u16::try_from(number).ok(),
        },
        authority: (level >= 1).then(authority).transpose()?,
        identity: (level >= 2).then(identity).transpose()?,
        server_name: context.integer(SettingKind::ServerName, 0) == 1,
        ignore_time: context.integer(SettingKind::IgnoreLocalTime, 0) == 1,
        time: None,
        timeout: Duration::from_secs(context.integer(SettingKind::NegotiateTime, 0)),
    })
}

/// Returns the file that a setting names.
fn named_file(
    context: &SettingValues,
    stores: &[Volume],
    kind: SettingKind,
    name: &str,
) -> Result<Pem, String> {
    let text = context.text(kind, 0);
    if text.is_empty() {
        return Err(format!("{name} is not set"));
    }
    LocalName::parse(text, stores)
        .map(Pem::File)
        .map_err(|_| format!("{name}: {} is not the name of a file", text.escape_ascii()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::ec2x::EC2X;
    use crate::module::family::fixture::FtpFixture;

    #[test]
    fn tls_needs_passive_mode_and_the_files_that_its_level_asks_for() {
        let mut fixture = FtpFixture::closed(&EC2X);
        fixture.succeed("+QFTPCFG=\"ssltype\",1");
        fixture.succeed("+QFTPCFG=\"transmode\",0");
        let refused = choose(&fixture.ftp.settings, &mut fixture.cx);
        assert_eq!(refused, Err(NO_ACTIVE_MODE.to_string()));
        fixture.succeed("+QFTPCFG=\"transmode\",1");
        fixture.succeed("+QSSLCFG=\"seclevel\",1,1");
        fixture.succeed("+QFTPCFG=\"sslctxid\",1");
        let refused = choose(&fixture.ftp.settings, &mut fixture.cx);
        assert_eq!(refused, Err("cacert is not set".to_string()));
        fixture.succeed("+QSSLCFG=\"cacert\",1,\"UFS:ca.pem\"");
        let chosen = choose(&fixture.ftp.settings, &mut fixture.cx);
        assert_eq!(chosen, Ok(Security::Implicit));
        let event = fixture.cx.events.pop_back();
        assert!(matches!(
            event,
            Some(ModuleEvent::Secure(Secure {
                authority: Some(_),
                ..
            }))
        ));
    }
}
