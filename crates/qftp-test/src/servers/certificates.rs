//! The certificates of the tests: an authority, servers with all that can be wrong with them, clients.
//!
//! Made once in a test program, with RSA keys: vsftpd speaks nothing else by its defaults, nor do the older modules.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use openssl::asn1::Asn1Time;
use openssl::bn::{BigNum, MsbOption};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::x509::extension::{BasicConstraints, ExtendedKeyUsage, SubjectAlternativeName};
use openssl::x509::{X509, X509Builder, X509Name};

const BITS: u32 = 2048;
/// In seconds; a certificate is good from a day ago.
const DAY: i64 = 86_400;

/// Names the good and bad certificates of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certificate {
    /// For 127.0.0.1, ::1 and localhost.
    Good,
    /// Since an hour.
    Expired,
    /// For another month.
    NotYetValid,
    /// For another.example alone.
    WrongName,
    /// For the good names, of an untrusted authority.
    UnknownAuthority,
}

impl Certificate {
    /// Those that a client has to refuse.
    pub const BAD: [Certificate; 4] = [
        Certificate::Expired,
        Certificate::NotYetValid,
        Certificate::WrongName,
        Certificate::UnknownAuthority,
    ];
}

/// A certificate and its key, both PEM.
#[derive(Clone)]
pub struct Pair {
    /// Holds the certificate.
    pub certificate: Vec<u8>,
    /// Holds the private key.
    pub key: Vec<u8>,
}

/// All of them.
pub struct Certificates {
    /// The authority's own, PEM: what a client trusts, and a server that asks for certificates.
    pub authority: Vec<u8>,
    /// Of a client that such a server lets in.
    pub client: Pair,
    /// The certificate of a client that it refuses: of an untrusted authority.
    pub foreign_client: Pair,
    servers: [(Certificate, Pair); 5],
}

/// Returns the certificates, the same ones each time.
pub fn certificates() -> &'static Certificates {
    static MADE: OnceLock<Certificates> = OnceLock::new();
    MADE.get_or_init(|| Certificates::make().expect("OpenSSL makes certificates"))
}

impl Certificates {
    /// Returns a server's certificate.
    pub fn server(&self, wanted: Certificate) -> &Pair {
        let pair = self.servers.iter().find(|(kind, _)| *kind == wanted);
        &pair.expect("there is one of each").1
    }

    fn make() -> Result<Self, ErrorStack> {
        let trusted = Authority::make("qftp test authority")?;
        let unknown = Authority::make("qftp unknown authority")?;
        let (server, client) = (make_key()?, make_key()?);
        let here: &[&str] = &["127.0.0.1", "::1", "localhost"];
        let now = (-DAY, 3650 * DAY);
        let of = |kind, by: &Authority, names, valid| {
            Ok::<_, ErrorStack>((kind, by.issue("server", &server, names, valid)?))
        };
        Ok(Certificates {
            authority: trusted.certificate.to_pem()?,
            client: trusted.issue("client", &client, &[], now)?,
            foreign_client: unknown.issue("client", &client, &[], now)?,
            servers: [
                of(Certificate::Good, &trusted, here, now)?,
                of(Certificate::Expired, &trusted, here, (-30 * DAY, -3600))?,
                of(
                    Certificate::NotYetValid,
                    &trusted,
                    here,
                    (30 * DAY, 60 * DAY),
                )?,
                of(Certificate::WrongName, &trusted, &["another.example"], now)?,
                of(Certificate::UnknownAuthority, &unknown, here, now)?,
            ],
        })
    }
}

struct Authority {
    certificate: X509,
    key: PKey<Private>,
}

impl Authority {
    fn make(name: &str) -> Result<Self, ErrorStack> {
        let key = make_key()?;
        let mut builder = begin(name, &key, (-60 * DAY, 3650 * DAY))?;
        let own_name = named(name)?;
        builder.set_issuer_name(&own_name)?;
        builder.append_extension(BasicConstraints::new().critical().ca().build()?)?;
        builder.sign(&key, MessageDigest::sha256())?;
        Ok(Authority {
            certificate: builder.build(),
            key,
        })
    }

    /// Issues a certificate for a key; one without names is a client's.
    fn issue(
        &self,
        subject: &str,
        key: &PKey<Private>,
        names: &[&str],
        valid: (i64, i64),
    ) -> Result<Pair, ErrorStack> {
        let mut builder = begin(subject, key, valid)?;
        builder.set_issuer_name(self.certificate.subject_name())?;
        let mut usage = ExtendedKeyUsage::new();
        if names.is_empty() {
            usage.client_auth();
        } else {
            usage.server_auth();
            let mut alternatives = SubjectAlternativeName::new();
            for name in names {
                match name.parse::<std::net::IpAddr>() {
                    Ok(_) => alternatives.ip(name),
                    Err(_) => alternatives.dns(name),
                };
            }
            let context = builder.x509v3_context(Some(&self.certificate), None);
            let alternatives = alternatives.build(&context)?;
            builder.append_extension(alternatives)?;
        }
        builder.append_extension(usage.build()?)?;
        builder.sign(&self.key, MessageDigest::sha256())?;
        Ok(Pair {
            certificate: builder.build().to_pem()?,
            key: key.private_key_to_pem_pkcs8()?,
        })
    }
}

fn make_key() -> Result<PKey<Private>, ErrorStack> {
    PKey::from_rsa(Rsa::generate(BITS)?)
}

fn named(name: &str) -> Result<X509Name, ErrorStack> {
    let mut builder = X509Name::builder()?;
    builder.append_entry_by_text("CN", name)?;
    Ok(builder.build())
}

/// Begins a certificate: version 3, a number, a subject, a key; valid between two moments, in seconds from now.
fn begin(
    subject: &str,
    key: &PKey<Private>,
    (from, until): (i64, i64),
) -> Result<X509Builder, ErrorStack> {
    let mut builder = X509::builder()?;
    builder.set_version(2)?;
    let mut number = BigNum::new()?;
    number.rand(64, MsbOption::ONE, false)?;
    let number = number.to_asn1_integer()?;
    builder.set_serial_number(&number)?;
    let subject = named(subject)?;
    builder.set_subject_name(&subject)?;
    builder.set_pubkey(key)?;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = now.map_or(0, |since| since.as_secs().cast_signed());
    let (from, until) = (
        Asn1Time::from_unix(now + from)?,
        Asn1Time::from_unix(now + until)?,
    );
    builder.set_not_before(&from)?;
    builder.set_not_after(&until)?;
    Ok(builder)
}

/// The files of a server, and of who comes to it.
#[derive(Clone, Debug)]
pub struct Files {
    /// Names the certificate of the authority.
    pub authority: PathBuf,
    pub(crate) server: PathBuf,
    pub(crate) server_key: PathBuf,
    /// Names the certificate of a client.
    pub client: PathBuf,
    /// Names the private key of a client.
    pub client_key: PathBuf,
}

impl Files {
    /// Writes them.
    pub(crate) fn write(folder: &Path, server: Certificate) -> io::Result<Self> {
        let all = certificates();
        let server = all.server(server);
        let write = |name: &str, content: &[u8]| {
            let file = folder.join(name);
            fs::write(&file, content)?;
            fs::set_permissions(&file, fs::Permissions::from_mode(0o600))?;
            Ok::<_, io::Error>(file)
        };
        Ok(Files {
            authority: write("ca.pem", &all.authority)?,
            server: write("server.pem", &server.certificate)?,
            server_key: write("server.key", &server.key)?,
            client: write("client.pem", &all.client.certificate)?,
            client_key: write("client.key", &all.client.key)?,
        })
    }
}
