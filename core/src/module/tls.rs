//! TLS as the module asks its driver for it.
//!
//! `AT+QSSLCFG` of Quectel (COMMON 3), `AT+GTSSLVER`, `AT+GTSSLMODE` and `AT+GTSSLFILE` of Fibocom (COMMON 8.2) become a
//! [`Secure`], which the driver gets before a session is opened.

use alloc::vec::Vec;
use core::time::Duration;

use super::store::LocalName;

/// Describes how TLS is to be spoken. `P` is the form of certificates and keys: a [`Pem`] as the module asks, bytes
/// once the driver has read it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Secure<P = Pem> {
    /// Versions that may be spoken.
    pub version: TlsVersion,
    /// The only cipher suite, by its number at IANA; `None` is all.
    pub cipher: Option<u16>,
    /// Authority that must have signed the server's certificate, which must also be for the server's name or address.
    /// `None`: any certificate is taken.
    pub authority: Option<P>,
    /// Certificate that the module shows the server.
    pub identity: Option<ClientIdentity<P>>,
    /// Sends the server the name that it was called by.
    pub server_name: bool,
    /// Accepts certificates before and after their time.
    pub ignore_time: bool,
    /// The module's clock, since 1970 in UTC, at which a certificate must be valid; `None` is the driver's own.
    pub time: Option<Duration>,
    /// Longest time of the handshake of a connection.
    pub timeout: Duration,
}

/// Holds a certificate of the module's own.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a certificate comes with its key alone"
)]
pub struct ClientIdentity<P> {
    /// The certificate, followed by those it depends on.
    pub certificate: P,
    /// The private key of the certificate.
    pub key: P,
}

/// Holds a certificate or key in PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a certificate is named or given")]
pub enum Pem {
    /// A file of the module's store.
    File(LocalName),
    /// The text itself.
    Bytes(Vec<u8>),
}

/// Lists versions of TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsVersion {
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

impl TlsVersion {
    /// Returns the version of a number; one that is not in the list is any version.
    pub(super) fn from_number(known: [TlsVersion; 5], number: u64) -> Self {
        let index = usize::try_from(number).unwrap_or(usize::MAX);
        known.get(index).copied().unwrap_or(TlsVersion::Any)
    }
}

impl<P> Secure<P> {
    /// Makes a description that takes any certificate within its time, with any cipher suite, and shows none.
    pub const fn new(version: TlsVersion, timeout: Duration) -> Self {
        Secure {
            version,
            cipher: None,
            authority: None,
            identity: None,
            server_name: false,
            ignore_time: false,
            time: None,
            timeout,
        }
    }

    /// Turns each certificate and key into something else.
    ///
    /// # Errors
    ///
    /// Returns the first error of `read`.
    pub fn try_map<Q, E>(self, mut read: impl FnMut(P) -> Result<Q, E>) -> Result<Secure<Q>, E> {
        let identity = match self.identity {
            None => None,
            Some(ClientIdentity { certificate, key }) => Some(ClientIdentity {
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
            time: self.time,
            timeout: self.timeout,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_pem_that_cannot_be_read_ends_it() {
        let pem = |text: &[u8]| Pem::Bytes(text.to_vec());
        let secure = Secure {
            version: TlsVersion::Any,
            cipher: None,
            authority: Some(pem(b"authority")),
            identity: Some(ClientIdentity {
                certificate: pem(b"certificate"),
                key: pem(b"key"),
            }),
            server_name: false,
            ignore_time: false,
            time: None,
            timeout: Duration::ZERO,
        };
        let all = secure.clone().try_map(Ok::<_, Pem>);
        assert_eq!(all, Ok(secure.clone()));
        let failed = secure.try_map(|pem| {
            if pem == Pem::Bytes(b"key".to_vec()) {
                Err(pem)
            } else {
                Ok(pem)
            }
        });
        assert_eq!(failed, Err(pem(b"key")));
    }
}
