//! TLS between module and server, as a login asks for it, and its checks before a byte is sent.
//!
//! The module does the handshake and verifies the server. It has no certificate authorities of its own: the login gives
//! it, in PEM, those that it shall trust.

pub(super) mod advice;

use alloc::vec::Vec;

use memchr::memmem;
use zeroize::Zeroize as _;

use super::warning::Warning;

/// The moment of the handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "TLS begins with the connection or after a command"
)]
pub enum TlsMode {
    /// As soon as the control connection is open; servers listen for it on port 990.
    Implicit,
    /// After `AUTH TLS` on a plain control connection, before the account is sent (RFC 4217).
    Explicit,
}

impl TlsMode {
    /// Returns the server's default port: 990, or 21.
    pub fn default_port(self) -> u16 {
        match self {
            TlsMode::Implicit => 990,
            TlsMode::Explicit => 21,
        }
    }

    /// Returns its number: `ssltype` of QFTPCFG (002 §2.1), `<sftpmode>` of FTPOPEN (003 §1.2.1).
    pub(super) fn number(self) -> u64 {
        match self {
            TlsMode::Implicit => 1,
            TlsMode::Explicit => 2,
        }
    }

    /// Returns its name for the error of a dialect that lacks it.
    pub(super) fn operation(self) -> &'static str {
        match self {
            TlsMode::Implicit => "implicit TLS",
            TlsMode::Explicit => "explicit TLS",
        }
    }
}

/// The TLS settings of a session. Start from [`Tls::new`].
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tls {
    /// The moment of the handshake.
    pub mode: TlsMode,
    /// `true` if the module verifies the server's certificate by `ca`. Otherwise a machine between them can read and
    /// change everything; such a login raises a [`Warning`].
    pub verify: bool,
    /// `true` if it checks the dates of certificates. A module whose clock is not set finds none valid: set it by
    /// `AT+CCLK`. `nl668` always checks them.
    pub check_dates: bool,
    /// The certificate of the authority that issued the server's, in PEM; more than one may stand one behind the other.
    /// Needed while `verify` is true.
    pub ca: Option<Vec<u8>>,
    /// The client certificate, in PEM, for a server that asks for one.
    pub certificate: Option<Vec<u8>>,
    /// The key of `certificate`, in PEM and not encrypted. No log, trace or error shows it.
    pub key: Option<Vec<u8>>,
    /// The module's SSL context, 0 to 5, whose settings the login overwrites; each has files of its own in the
    /// module's store. Not used by `nl668`.
    pub context: u8,
}

/// Wipes the key.
impl Drop for Tls {
    fn drop(&mut self) {
        self.key.zeroize();
    }
}

impl Tls {
    /// Makes settings that verify the server and dates; set `ca` before use. The SSL context is 5, since the examples of
    /// the manuals use the lower ones.
    pub const fn new(mode: TlsMode) -> Self {
        Tls {
            mode,
            verify: true,
            check_dates: true,
            ca: None,
            certificate: None,
            key: None,
            context: 5,
        }
    }

    /// Returns the files that the login gives to the module.
    pub(super) fn files(&self) -> impl Iterator<Item = (CertificateRole, &[u8])> {
        [
            (CertificateRole::Authority, &self.ca),
            (CertificateRole::Client, &self.certificate),
            (CertificateRole::PrivateKey, &self.key),
        ]
        .into_iter()
        .filter_map(|(role, content)| Some((role, content.as_deref()?)))
    }

    /// Returns `seclevel` of QSSLCFG (COMMON 3): 0 checks nothing, 1 the server; 2 shows a certificate too.
    pub(super) fn level(&self) -> u64 {
        match (self.verify, &self.certificate) {
            (false, _) => 0,
            (true, None) => 1,
            (true, Some(_)) => 2,
        }
    }

    /// Checks that the settings agree and that the files are PEM; a login does so too.
    ///
    /// # Errors
    ///
    /// The setting or file that is wrong.
    pub fn check(&self) -> Result<(), TlsConfigError> {
        match (self.verify, &self.ca, &self.certificate, &self.key) {
            (true, None, ..) => return Err(TlsConfigError::NoAuthority),
            (false, Some(_), ..) => return Err(TlsConfigError::UnusedAuthority),
            (_, _, Some(_), None) => return Err(TlsConfigError::NoKey),
            (_, _, None, Some(_)) => return Err(TlsConfigError::NoCertificate),
            (false, _, Some(_), _) => return Err(TlsConfigError::UncheckedServer),
            _ => {}
        }
        self.files().try_for_each(|(role, pem)| {
            role.check(pem).map_err(|fault| TlsConfigError::Pem {
                what: role.name(),
                fault,
            })
        })
    }

    /// Returns the warnings that the user should see.
    pub(super) fn warnings(&self) -> impl Iterator<Item = Warning> {
        let unverified = (!self.verify).then_some(Warning::NotVerified);
        let dates = (self.verify && !self.check_dates).then_some(Warning::DatesNotChecked);
        unverified.into_iter().chain(dates)
    }
}

/// Shows sizes alone: a key is a secret.
impl core::fmt::Debug for Tls {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "Tls({:?}, verify: {}, check_dates: {}",
            self.mode, self.verify, self.check_dates
        )?;
        for (role, content) in self.files() {
            write!(f, ", {}: {} bytes", role.name(), content.len())?;
        }
        f.write_str(")")
    }
}

/// TLS settings that contradict each other, or a wrong file. Nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TlsConfigError {
    /// Verification without anything to verify by.
    #[error(
        "the server's certificate is to be verified and no CA is given; a module has none of its own: give the \
         certificate of the authority that issued the server's, in PEM, or switch verification off"
    )]
    NoAuthority,
    /// Something to verify by without verification.
    #[error("a CA is given and verification is switched off: leave one of them out")]
    UnusedAuthority,
    /// A certificate without its key.
    #[error("a client certificate is given without its key")]
    NoKey,
    /// A key without its certificate.
    #[error("a key is given without its client certificate")]
    NoCertificate,
    /// A client certificate for a server that is not verified.
    #[error(
        "a client certificate is given and verification is switched off: modules show one only to a server that they \
         verify"
    )]
    UncheckedServer,
    /// Active mode.
    #[error("TLS needs passive mode")]
    Active,
    /// A file that is no PEM, or the wrong one.
    #[error("the {what} {fault}")]
    Pem {
        /// `CA`, `client certificate` or `key`.
        what: &'static str,
        /// The fault in the file.
        fault: PemError,
    },
}

/// A fault in the file of a certificate or key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PemError {
    /// Nothing in it.
    #[error("is empty")]
    Empty,
    /// The binary form.
    #[error(
        "is in DER, modules take PEM: convert it by `openssl x509 -inform der` or `openssl pkey -inform der`"
    )]
    Der,
    /// Neither form.
    #[error("is no PEM: no line says -----BEGIN CERTIFICATE----- or -----BEGIN PRIVATE KEY-----")]
    NotPem,
    /// PEM of something else.
    #[error("holds something else: -----BEGIN {0} is missing")]
    Other(&'static str),
    /// Begun and not ended.
    #[error("has no -----END line: it was cut short")]
    Cut,
    /// A secret in a file that is none.
    #[error("holds a private key, which does not belong there")]
    PrivateKey,
    /// A key that asks for a password.
    #[error(
        "is encrypted, and a module cannot ask for its password: decrypt it by `openssl pkey -in key.pem`"
    )]
    Encrypted,
}

/// The purpose of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CertificateRole {
    Authority,
    Client,
    PrivateKey,
}

const BEGIN: &[u8] = b"-----BEGIN ";
const PRIVATE_KEY: &[u8] = b"PRIVATE KEY-----";

impl CertificateRole {
    /// Returns its name for errors.
    pub(super) fn name(self) -> &'static str {
        match self {
            CertificateRole::Authority => "CA",
            CertificateRole::Client => "client certificate",
            CertificateRole::PrivateKey => "key",
        }
    }

    fn check(self, pem: &[u8]) -> Result<(), PemError> {
        let has = |what: &[u8]| memmem::find(pem, what).is_some();
        if pem.is_empty() {
            return Err(PemError::Empty);
        }
        if !has(BEGIN) {
            // A sequence of ASN.1 with a length of two bytes.
            let der = pem.starts_with(b"\x30\x82");
            return Err(if der { PemError::Der } else { PemError::NotPem });
        }
        let missing = match self {
            CertificateRole::PrivateKey if has(b"ENCRYPTED") => return Err(PemError::Encrypted),
            CertificateRole::PrivateKey if has(PRIVATE_KEY) => None,
            CertificateRole::PrivateKey => Some("PRIVATE KEY-----"),
            _ if has(PRIVATE_KEY) => return Err(PemError::PrivateKey),
            _ if has(b"-----BEGIN CERTIFICATE-----") => None,
            _ => Some("CERTIFICATE-----"),
        };
        match missing {
            Some(what) => Err(PemError::Other(what)),
            None if has(b"-----END ") => Ok(()),
            None => Err(PemError::Cut),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::ToString;

    const CA: &[u8] = b"-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";
    const KEY: &[u8] = b"-----BEGIN PRIVATE KEY-----\nSECRET==\n-----END PRIVATE KEY-----\n";

    fn tls(verify: bool, files: [Option<&[u8]>; 3]) -> Tls {
        let [ca, certificate, key] = files.map(|file| file.map(<[u8]>::to_vec));
        Tls {
            verify,
            ca,
            certificate,
            key,
            ..Tls::new(TlsMode::Explicit)
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        use TlsConfigError::{NoAuthority, NoCertificate, NoKey, UncheckedServer, UnusedAuthority};
        let cases = [
            (true, [None, None, None], Err(NoAuthority)),
            (true, [None, Some(CA), Some(KEY)], Err(NoAuthority)),
            (true, [Some(CA), None, None], Ok(())),
            (true, [Some(CA), Some(CA), None], Err(NoKey)),
            (true, [Some(CA), None, Some(KEY)], Err(NoCertificate)),
            (true, [Some(CA), Some(CA), Some(KEY)], Ok(())),
            (false, [None, None, None], Ok(())),
            (false, [Some(CA), None, None], Err(UnusedAuthority)),
            (false, [None, Some(CA), Some(KEY)], Err(UncheckedServer)),
        ];
        for (verify, files, expected) in cases {
            assert_eq!(
                tls(verify, files).check(),
                expected,
                "{verify} {:?}",
                tls(verify, files)
            );
        }
    }

    #[test]
    fn files_that_are_no_pem_or_the_wrong_one_are_told() {
        let both = [CA, KEY].concat();
        let cases: &[(CertificateRole, &[u8], Result<(), PemError>)] = &[
            (CertificateRole::Authority, CA, Ok(())),
            (CertificateRole::Authority, b"", Err(PemError::Empty)),
            (CertificateRole::Authority, b"\x30\x82\x01\x02", Err(PemError::Der)),
            (CertificateRole::Authority, b"ca.pem", Err(PemError::NotPem)),
            (CertificateRole::Authority, &CA[..CA.len() - 26], Err(PemError::Cut)),
            (CertificateRole::Authority, KEY, Err(PemError::PrivateKey)),
            (CertificateRole::Client, &both, Err(PemError::PrivateKey)),
            (
                CertificateRole::Client,
                b"-----BEGIN X509 CRL-----\n-----END X509 CRL-----",
                Err(PemError::Other("CERTIFICATE-----")),
            ),
            (CertificateRole::PrivateKey, KEY, Ok(())),
            (CertificateRole::PrivateKey, CA, Err(PemError::Other("PRIVATE KEY-----"))),
            (
                CertificateRole::PrivateKey,
                b"-----BEGIN EC PRIVATE KEY-----\nAA\n-----END EC PRIVATE KEY-----",
                Ok(()),
            ),
            (
                CertificateRole::PrivateKey,
                b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA\n-----END ENCRYPTED PRIVATE KEY-----",
                Err(PemError::Encrypted),
            ),
            (
                CertificateRole::PrivateKey,
                b"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n-----END RSA PRIVATE KEY-----",
                Err(PemError::Encrypted),
            ),
        ];
        for (role, pem, expected) in cases {
            assert_eq!(
                role.check(pem),
                *expected,
                "{role:?} {}",
                pem.escape_ascii()
            );
        }
    }

    #[test]
    fn neither_its_text_nor_an_error_shows_the_key() {
        let tls = tls(true, [Some(CA), Some(CA), Some(KEY)]);
        let text = format!("{tls:?}");
        assert!(
            text.contains("key: 63 bytes") && !text.contains("SECRET"),
            "{text}"
        );
        let mut broken = tls;
        broken.key = Some(b"SECRET".to_vec());
        let error = broken.check().expect_err("no PEM").to_string();
        assert!(!error.contains("SECRET"), "{error}");
    }

    #[test]
    fn doing_without_security_is_a_warning() {
        let warnings = |verify, check_dates| {
            let mut tls = tls(verify, [None, None, None]);
            tls.check_dates = check_dates;
            tls.warnings().collect::<Vec<_>>()
        };
        assert_eq!(warnings(true, true), []);
        assert_eq!(warnings(true, false), [Warning::DatesNotChecked]);
        assert_eq!(warnings(false, false), [Warning::NotVerified]);
    }
}
