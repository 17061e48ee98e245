//! Generates an authority and a certificate: a client that trusts the file of the authority trusts the server.
//!
//! Keys are RSA, since many modules share no other cipher with rustls. Certificates are valid from 2000 to
//! 2049: a module's clock may never have been set, and with 2050 a certificate's dates change their form.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use openssl::rsa::Rsa;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256,
};

/// File name of the authority's certificate.
const CERTIFICATE: &str = "ca.pem";
/// File name of its key, readable by the owner only.
const KEY: &str = "ca.key";
/// The common names of the certificates.
const AUTHORITY: &str = "qftp serve authority";
const SERVER: &str = "qftp serve";
const BITS: u32 = 2048;

/// A certificate with its key, both PEM.
pub(crate) struct Pair {
    pub(crate) certificate: Vec<u8>,
    pub(crate) key: Vec<u8>,
}

/// Signs certificates.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    file: PathBuf,
}

impl Authority {
    /// Loads the authority of this folder, or generates one.
    pub(crate) fn load_or_generate(dir: &Path) -> io::Result<Self> {
        let (file, key_file) = (dir.join(CERTIFICATE), dir.join(KEY));
        let params = authority();
        let key = match read_private(&key_file) {
            Ok(pem) => key_pair(&pem).map_err(|error| about(&key_file, &error))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let pem = make_key()?;
                let key = key_pair(&pem)?;
                write_private(&key_file, &pem)?;
                // A certificate of an older key, if any, is useless now.
                let certificate = params.self_signed(&key).map_err(io::Error::other)?;
                fs::write(&file, certificate.pem())?;
                key
            }
            Err(error) => return Err(about(&key_file, &error)),
        };
        fs::metadata(&file).map_err(|error| about(&file, &error))?;
        Ok(Authority {
            issuer: Issuer::new(params, key),
            file,
        })
    }

    /// Returns the file of its certificate, which a client has to trust.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// Issues a certificate for a server with these names and addresses.
    pub(crate) fn issue(&self, names: &[String]) -> io::Result<Pair> {
        let mut params = CertificateParams::new(names).map_err(io::Error::other)?;
        begin(&mut params, SERVER);
        params.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::KeyEncipherment,
        ];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let pem = make_key()?;
        let certificate = params
            .signed_by(&key_pair(&pem)?, &self.issuer)
            .map_err(io::Error::other)?;
        Ok(Pair {
            certificate: certificate.pem().into_bytes(),
            key: pem.into_bytes(),
        })
    }
}

/// Returns the parameters of the authority. They never change, so that a kept file stays valid.
fn authority() -> CertificateParams {
    let mut params = CertificateParams::default();
    begin(&mut params, AUTHORITY);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn begin(params: &mut CertificateParams, name: &str) {
    params.not_before = rcgen::date_time_ymd(2000, 1, 1);
    params.not_after = rcgen::date_time_ymd(2049, 12, 31);
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
}

fn make_key() -> io::Result<String> {
    let key = Rsa::generate(BITS).and_then(openssl::pkey::PKey::from_rsa)?;
    String::from_utf8(key.private_key_to_pem_pkcs8()?).map_err(io::Error::other)
}

fn key_pair(pem: &str) -> io::Result<KeyPair> {
    KeyPair::from_pkcs8_pem_and_sign_algo(pem, &PKCS_RSA_SHA256).map_err(io::Error::other)
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

/// Reads a file that only its owner may read, and takes it from others where they may.
fn read_private(path: &Path) -> io::Result<String> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
            fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
        }
    }
    fs::read_to_string(path)
}

fn about(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn no_other_user_may_read_the_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let key = folder.path().join(KEY);
        let mode = || fs::metadata(&key).expect("a key").permissions().mode() & 0o777;
        Authority::load_or_generate(folder.path()).expect("an authority");
        assert_eq!(mode(), 0o600);
        fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("set");
        Authority::load_or_generate(folder.path()).expect("an authority");
        assert_eq!(mode(), 0o600, "it is taken from others");
    }
}
