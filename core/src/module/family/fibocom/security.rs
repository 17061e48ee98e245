//! TLS of Fibocom modules: AT+GTSSLVER, AT+GTSSLMODE and AT+GTSSLFILE choose it, AT+GTSSLERR tells why it failed
//! (COMMON 8.2).

use alloc::format;
use core::time::Duration;

use crate::at::Form;
use crate::dialect::Command;
use crate::ftp::FailureKind;
use crate::module::certificates::{CertificateFile, Certificates};
use crate::module::context::ModuleContext;
use crate::module::event::ModuleEvent;
use crate::module::ftp::service::FtpService;
use crate::module::response::CommandResponse;
use crate::module::tls::{ClientIdentity, Pem, Secure, TlsVersion};

/// Versions of `AT+GTSSLVER`. Only that 4 is TLS 1.2 and 0 the default is known; the rest follows from it.
const VERSIONS: [TlsVersion; 5] = [
    TlsVersion::Any,
    TlsVersion::Ssl3,
    TlsVersion::Tls1,
    TlsVersion::Tls1_1,
    TlsVersion::Tls1_2,
];
/// Time for a handshake, for which there is no setting: the default of the other modules.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(300);

/// Requests TLS for the next session; returns why it cannot be had.
pub(super) fn request(
    certificates: &Certificates,
    cx: &mut ModuleContext,
) -> Result<(), &'static str> {
    let secure = Secure {
        time: Some(cx.clock.time(cx.now)),
        ..secure(certificates)?
    };
    cx.event(ModuleEvent::Secure(secure));
    Ok(())
}

fn secure(certificates: &Certificates) -> Result<Secure, &'static str> {
    let file = |file| {
        let content = certificates.file(file);
        (!content.is_empty()).then(|| Pem::Bytes(content.to_vec()))
    };
    let authority = match (certificates.mode, file(CertificateFile::Authority)) {
        (0, _) => None,
        (_, None) => return Err("TRUSTFILE is not there"),
        (_, authority) => authority,
    };
    Ok(Secure {
        version: TlsVersion::from_number(VERSIONS, certificates.version),
        cipher: None,
        authority,
        identity: file(CertificateFile::Certificate)
            .zip(file(CertificateFile::PrivateKey))
            .map(|(certificate, key)| ClientIdentity { certificate, key }),
        server_name: false,
        ignore_time: false,
        time: None,
        timeout: HANDSHAKE_TIMEOUT,
    })
}

/// Executes `AT+GTSSLERR?`: why the last login with TLS failed, 0 where it did not.
pub(super) fn execute_error(
    ftp: &FtpService,
    cx: &mut ModuleContext,
    command: &'static Command,
    form: &Form<'_>,
) -> CommandResponse {
    if *form != Form::Read {
        return CommandResponse::bad_parameter(command);
    }
    let number = match ftp.tls_failure {
        None => 0,
        Some(FailureKind::Certificate) => -11,
        Some(FailureKind::TlsSetup) => -12,
        Some(_) => -7,
    };
    cx.information(format!("{}: {number}", command.name).as_bytes());
    CommandResponse::Ok
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::nl668::NL668;
    use crate::module::family::fixture::FtpFixture;

    #[test]
    fn a_mode_that_checks_the_server_needs_an_authority() {
        let mut fixture = FtpFixture::closed(&NL668);
        fixture.certificates.version = 4;
        assert_eq!(request(&fixture.certificates, &mut fixture.cx), Ok(()));
        let event = fixture.cx.events.pop_back();
        let Some(ModuleEvent::Secure(secure)) = event else {
            panic!("{event:?}");
        };
        assert_eq!(secure.version, TlsVersion::Tls1_2);
        assert_eq!((secure.authority, secure.identity), (None, None));
        fixture.certificates.mode = 1;
        let refused = request(&fixture.certificates, &mut fixture.cx);
        assert_eq!(refused, Err("TRUSTFILE is not there"));
    }
}
