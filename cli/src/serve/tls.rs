//! TLS of `qftp serve`: its options, and the configuration for control and data connections.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};
#[cfg(unix)]
use qftp::internal::emulator::TemporaryFolder;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::certificate::{Authority, Pair};
use crate::exit::Exit;
use crate::problem::Problem;

/// Says when TLS starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// After AUTH TLS, on a connection that starts in the clear
    Explicit,
    /// With the first byte of the connection
    Implicit,
}

impl Mode {
    /// Returns the scheme of the server's URL.
    pub(crate) fn scheme(self) -> &'static str {
        match self {
            Mode::Explicit => "ftpes",
            Mode::Implicit => "ftps",
        }
    }
}

/// Holds the options of TLS of `qftp serve`.
#[derive(Args)]
pub(crate) struct ServeTls {
    /// Require TLS: explicit (AUTH TLS) or implicit (from the first byte)
    #[arg(long, value_name = "MODE", num_args = 0..=1, default_missing_value = "explicit")]
    tls: Option<Mode>,
    /// Folder that keeps the authority for the next run; a temporary folder by default
    #[arg(long, value_name = "DIR", requires = "tls")]
    tls_dir: Option<PathBuf>,
    /// Another name or address of this server for the certificate
    #[arg(long, value_name = "NAME", requires = "tls")]
    tls_name: Vec<String>,
}

/// The TLS of a server.
#[derive(Clone, Debug)]
pub(crate) struct Tls {
    pub(crate) mode: Mode,
    pub(super) config: Arc<ServerConfig>,
}

/// The TLS of a server, and the file of the authority if it was generated.
pub(crate) struct Made {
    pub(crate) tls: Tls,
    authority: Option<PathBuf>,
    /// Deleted at the end.
    _folder: Option<TemporaryFolder>,
}

impl Made {
    /// Returns the file of the authority.
    pub(crate) fn authority(&self) -> Option<&Path> {
        self.authority.as_deref()
    }
}

/// Makes the TLS of the options. `own` is a certificate and its key, `served` the folder that clients can read.
pub(super) fn make(
    wanted: &ServeTls,
    own: Option<(&Path, &Path)>,
    listen: SocketAddr,
    served: &Path,
) -> Result<Option<Made>, Problem> {
    match (wanted.tls, own) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(Problem::usage("--cert is given without --tls")),
        (Some(mode), None) => {
            let dir = wanted.tls_dir.as_deref();
            if dir.is_some_and(|dir| is_within(dir, served)) {
                let message = "--tls-dir holds a key and must not be within the served folder";
                return Err(Problem::usage(message));
            }
            make_certificate(mode, listen.ip(), dir, &wanted.tls_name).map(Some)
        }
        (Some(_), Some(_)) if wanted.tls_dir.is_some() || !wanted.tls_name.is_empty() => {
            let message =
                "--tls-dir and --tls-name are for a generated certificate, not for --cert";
            Err(Problem::usage(message))
        }
        (Some(mode), Some(files)) => Ok(Some(Made {
            tls: Tls {
                mode,
                config: configuration_of(files)?,
            },
            authority: None,
            _folder: None,
        })),
    }
}

/// Returns the configuration for a certificate of the user.
fn configuration_of((cert, key): (&Path, &Path)) -> Result<Arc<ServerConfig>, Problem> {
    let read = |path: &Path| std::fs::read(path).map_err(|error| Problem::read(path, &error));
    let pair = Pair {
        certificate: read(cert)?,
        key: read(key)?,
    };
    configuration(&pair).map_err(|error| {
        let files = format!("{} with {}", cert.display(), key.display());
        Problem::usage(format!("{files}: {error}")).hint("both are PEM, the key not encrypted")
    })
}

/// Generates a certificate for a server that listens on this address.
pub(crate) fn make_certificate(
    mode: Mode,
    listen: IpAddr,
    dir: Option<&Path>,
    names: &[String],
) -> Result<Made, Problem> {
    if let Some(name) = names.iter().find(|name| !is_name(name)) {
        return Err(Problem::usage(format!(
            "{name} is not a host name or an address"
        )));
    }
    let failed = |error: io::Error| {
        let place = dir.map_or(String::new(), |dir| format!("{}: ", dir.display()));
        Problem::new(
            Exit::LocalWrite,
            format!("{place}cannot generate a certificate: {error}"),
        )
    };
    let (folder, place) = if let Some(dir) = dir {
        std::fs::create_dir_all(dir).map_err(failed)?;
        (None, dir.to_owned())
    } else {
        let folder = make_folder();
        let folder = folder.map_err(failed)?;
        let path = folder.path().to_owned();
        (Some(folder), path)
    };
    let authority = Authority::load_or_generate(&place).map_err(failed)?;
    let pair = authority.issue(&known_as(listen, names)).map_err(failed)?;
    let config = configuration(&pair).map_err(failed)?;
    Ok(Made {
        tls: Tls { mode, config },
        authority: Some(authority.file().to_owned()),
        _folder: folder,
    })
}

/// A folder that is removed when it is dropped.
#[cfg(not(unix))]
type TemporaryFolder = tempfile::TempDir;

/// Makes the folder of a certificate that nothing keeps; after a kill the next server removes it.
#[cfg(unix)]
fn make_folder() -> io::Result<TemporaryFolder> {
    TemporaryFolder::new("serve")
}

/// Makes the folder of a certificate that nothing keeps.
#[cfg(not(unix))]
fn make_folder() -> io::Result<TemporaryFolder> {
    tempfile::Builder::new().prefix("qftp-serve-").tempdir()
}

/// Returns true if a folder, existing or not, is the other one or in it.
fn is_within(dir: &Path, other: &Path) -> bool {
    let whole = |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path));
    matches!((whole(dir), whole(other)), (Ok(dir), Ok(other)) if dir.starts_with(&other))
}

/// Returns true if it can be a host name or an address.
fn is_name(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.*:".contains(&byte);
    !name.is_empty() && name.bytes().all(is_part)
}

/// Returns the names and addresses of a server.
fn known_as(listen: IpAddr, more: &[String]) -> Vec<String> {
    let mut names: Vec<String> = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).into();
    if listen.is_unspecified() {
        names.extend(outward(listen).map(|address| address.to_string()));
    } else {
        names.push(listen.to_string());
    }
    names.extend_from_slice(more);
    names.sort_unstable();
    names.dedup();
    names
}

/// Returns the outward address of this machine. Sends nothing: the far addresses are reserved for documentation.
fn outward(any: IpAddr) -> Option<IpAddr> {
    let far = if any.is_ipv4() {
        "192.0.2.1"
    } else {
        "2001:db8::1"
    };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect((far, 9)).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

/// Returns a configuration for TLS 1.2 and 1.3. Only 1.2 resumes sessions: in 1.3 the tickets follow the handshake. A
/// client that sends a file and closes without reading them, as curl does, resets the connection and loses the end of
/// its file.
fn configuration(pair: &Pair) -> io::Result<Arc<ServerConfig>> {
    let chain = CertificateDer::pem_slice_iter(&pair.certificate)
        .collect::<Result<Vec<_>, _>>()
        .map_err(io::Error::other)?;
    let key = PrivateKeyDer::from_pem_slice(&pair.key).map_err(io::Error::other)?;
    let provider = Arc::new(ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(io::Error::other)?;
    config.send_tls13_tickets = 0;
    config.ticketer = ring::Ticketer::new().map_err(io::Error::other)?;
    Ok(Arc::new(config))
}
