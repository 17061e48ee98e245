//! TLS between module and server, as its user asks for it, and what of that can be told wrong before a byte is sent.
//!
//! The module does the handshake and the checks. It brings no certificate authorities: what it shall trust is given
//! in PEM, and goes to the module with the login.

use alloc::vec::Vec;

use memchr::memmem;

/// When the handshake is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TlsMode {
    /// As soon as the control connection is open; servers listen for it on port 990.
    Implicit,
    /// After `AUTH TLS` on a plain control connection, before the account is sent (RFC 4217).
    Explicit,
}

impl TlsMode {
    /// The server's port where none is named: 990, or 21.
    pub fn default_port(self) -> u16 {
        match self {
            TlsMode::Implicit => 990,
            TlsMode::Explicit => 21,
        }
    }

    /// The operation that a dialect may lack.
    pub(super) fn operation(self) -> &'static str {
        match self {
            TlsMode::Implicit => "implicit TLS",
            TlsMode::Explicit => "explicit TLS",
        }
    }
}

/// How a session is secured. Start from [`Tls::new`].
#[derive(Clone, PartialEq, Eq)]
pub struct Tls {
    /// When the handshake is done.
    pub mode: TlsMode,
    /// Whether the module checks the server's certificate against `ca`. Without, anybody on the way can read and
    /// change everything; a login that does without is told as a [`Warning`].
    pub verify: bool,
    /// Whether it checks the dates of certificates. A module whose clock is not set finds none valid: set it by
    /// `AT+CCLK`. `nl668` always checks them.
    pub check_dates: bool,
    /// Whom to trust: the certificate of the authority that issued the server's, in PEM; more than one may stand one
    /// behind the other. Needed while `verify` is true, which modules have nothing of their own for.
    pub ca: Option<Vec<u8>>,
    /// The certificate that the server is shown when it asks for one, in PEM.
    pub certificate: Option<Vec<u8>>,
    /// The key of `certificate`, in PEM and not encrypted. No log, trace or error shows it.
    pub key: Option<Vec<u8>>,
    /// The module's SSL context, 0 to 5, whose settings the login overwrites; each has files of its own in the
    /// module's store. Not used by `nl668`.
    pub context: u8,
}

impl Tls {
    /// Verified, dates too, by a `ca` that is still to be given; SSL context 5, since the examples of the manuals use
    /// the lower ones.
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

    /// What goes to the module.
    pub(super) fn files(&self) -> impl Iterator<Item = (Role, &[u8])> {
        [
            (Role::Authority, &self.ca),
            (Role::Certificate, &self.certificate),
            (Role::SettingKind, &self.key),
        ]
        .into_iter()
        .filter_map(|(role, content)| Some((role, content.as_deref()?)))
    }

    /// `seclevel` of QSSLCFG (COMMON 3): 0 checks nothing, 1 the server; 2 shows a certificate too.
    pub(super) fn level(&self) -> u64 {
        match (self.verify, &self.certificate) {
            (false, _) => 0,
            (true, None) => 1,
            (true, Some(_)) => 2,
        }
    }

    /// Refuses what makes no sense, whatever the dialect; a login does so too.
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

    /// What its user should know.
    pub(super) fn warnings(&self) -> impl Iterator<Item = Warning> {
        let unverified = (!self.verify).then_some(Warning::NotVerified);
        let dates = (self.verify && !self.check_dates).then_some(Warning::DatesNotChecked);
        unverified.into_iter().chain(dates)
    }
}

/// Sizes alone: a key is a secret.
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

/// Security that a login does without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Warning {
    /// [`Tls::verify`] is false.
    #[error(
        "the server's certificate is not verified: anybody on the way can read and change everything"
    )]
    NotVerified,
    /// [`Tls::check_dates`] is false.
    #[error("the dates of certificates are not checked: those that have expired are accepted too")]
    DatesNotChecked,
}

/// TLS that cannot be meant. Nothing was sent.
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
    /// A client certificate for a server that may be anybody.
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
        /// What is wrong with it.
        fault: PemError,
    },
}

/// What is wrong with a certificate or key.
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
    SettingKind,
    /// A key that asks for a password.
    #[error(
        "is encrypted, and a module cannot ask for its password: decrypt it by `openssl pkey -in key.pem`"
    )]
    Encrypted,
}

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Authority,
    Certificate,
    SettingKind,
}

const BEGIN: &[u8] = b"-----BEGIN ";
const PRIVATE_KEY: &[u8] = b"PRIVATE KEY-----";

impl Role {
    /// For errors.
    pub(super) fn name(self) -> &'static str {
        match self {
            Role::Authority => "CA",
            Role::Certificate => "client certificate",
            Role::SettingKind => "key",
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
            Role::SettingKind if has(b"ENCRYPTED") => return Err(PemError::Encrypted),
            Role::SettingKind if has(PRIVATE_KEY) => None,
            Role::SettingKind => Some("PRIVATE KEY-----"),
            _ if has(PRIVATE_KEY) => return Err(PemError::SettingKind),
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
        let cases: &[(Role, &[u8], Result<(), PemError>)] = &[
            (Role::Authority, CA, Ok(())),
            (Role::Authority, b"", Err(PemError::Empty)),
            (Role::Authority, b"\x30\x82\x01\x02", Err(PemError::Der)),
            (Role::Authority, b"ca.pem", Err(PemError::NotPem)),
            (Role::Authority, &CA[..CA.len() - 26], Err(PemError::Cut)),
            (Role::Authority, KEY, Err(PemError::SettingKind)),
            (Role::Certificate, &both, Err(PemError::SettingKind)),
            (
                Role::Certificate,
                b"-----BEGIN X509 CRL-----\n-----END X509 CRL-----",
                Err(PemError::Other("CERTIFICATE-----")),
            ),
            (Role::SettingKind, KEY, Ok(())),
            (Role::SettingKind, CA, Err(PemError::Other("PRIVATE KEY-----"))),
            (
                Role::SettingKind,
                b"-----BEGIN EC PRIVATE KEY-----\nAA\n-----END EC PRIVATE KEY-----",
                Ok(()),
            ),
            (
                Role::SettingKind,
                b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA\n-----END ENCRYPTED PRIVATE KEY-----",
                Err(PemError::Encrypted),
            ),
            (
                Role::SettingKind,
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
        let broken = Tls {
            key: Some(b"SECRET".to_vec()),
            ..tls
        };
        let error = broken.check().expect_err("no PEM").to_string();
        assert!(!error.contains("SECRET"), "{error}");
    }

    #[test]
    fn doing_without_security_is_a_warning() {
        let warnings = |verify, check_dates| {
            let tls = Tls {
                check_dates,
                ..tls(verify, [None, None, None])
            };
            tls.warnings().collect::<Vec<_>>()
        };
        assert_eq!(warnings(true, true), []);
        assert_eq!(warnings(true, false), [Warning::DatesNotChecked]);
        assert_eq!(warnings(false, false), [Warning::NotVerified]);
    }
}
