//! TLS as it is asked for on the command line: whom to trust, and who this is.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use qftp::client::{Tls, TlsConfigError};

use crate::headings::TLS;
use crate::problem::Problem;
use crate::target::Target;

/// The options of TLS.
#[derive(Args)]
pub(crate) struct Trust {
    /// Certificate of the authority that issued the server's, in PEM; it goes into the module's flash
    #[arg(long, global = true, value_name = "FILE", help_heading = TLS)]
    ca: Option<PathBuf>,
    /// Certificate to show to a server that asks for one, in PEM; it goes there too
    #[arg(long, global = true, value_name = "FILE", help_heading = TLS)]
    cert: Option<PathBuf>,
    /// Key of that certificate, in PEM and not encrypted; it goes there too
    #[arg(long, global = true, value_name = "FILE", help_heading = TLS)]
    key: Option<PathBuf>,
    /// Do not verify the server's certificate: anybody on the way can read and change everything
    #[arg(long, global = true, help_heading = TLS)]
    insecure: bool,
    /// Accept certificates whatever their dates say, for a module whose clock is not set
    #[arg(long, global = true, help_heading = TLS)]
    ignore_dates: bool,
}

impl Trust {
    /// What a login is to be secured by; `None` for a URL in clear.
    pub(crate) fn tls(&self, target: &Target) -> Result<Option<Tls>, Problem> {
        let Some(mode) = target.tls else {
            return self.refuse(target).map(|()| None);
        };
        let tls = Tls {
            verify: !self.insecure,
            check_dates: !self.ignore_dates,
            ca: self.ca.as_deref().map(read).transpose()?,
            certificate: self.cert.as_deref().map(read).transpose()?,
            key: self.key.as_deref().map(read).transpose()?,
            ..Tls::new(mode)
        };
        tls.check().map_err(|misuse| self.explain(misuse))?;
        Ok(Some(tls))
    }

    /// The files of the certificate and of its key, as a server takes them.
    #[cfg(feature = "serve")]
    pub(crate) fn own(&self) -> Result<Option<(&Path, &Path)>, Problem> {
        match (&self.cert, &self.key) {
            (None, None) => Ok(None),
            (Some(cert), Some(key)) => Ok(Some((cert, key))),
            (Some(_), None) => Err(self.explain(TlsConfigError::NoKey)),
            (None, Some(_)) => Err(self.explain(TlsConfigError::NoCertificate)),
        }
    }

    /// Options of TLS without TLS are a mistake that sends the password in clear.
    fn refuse(&self, target: &Target) -> Result<(), Problem> {
        let given = [
            (self.ca.is_some(), "--ca"),
            (self.cert.is_some(), "--cert"),
            (self.key.is_some(), "--key"),
            (self.insecure, "--insecure"),
            (self.ignore_dates, "--ignore-dates"),
        ];
        let Some((_, option)) = given.into_iter().find(|(given, _)| *given) else {
            return Ok(());
        };
        let message = format!("{option} is given, and {target} is without TLS");
        Err(Problem::usage(message).hint("ftpes:// is explicit TLS, ftps:// implicit TLS"))
    }

    fn explain(&self, misuse: TlsConfigError) -> Problem {
        let file = match misuse {
            TlsConfigError::Pem { what: "CA", .. } => &self.ca,
            TlsConfigError::Pem { what: "key", .. } => &self.key,
            TlsConfigError::Pem { .. } => &self.cert,
            TlsConfigError::NoAuthority => {
                let problem = Problem::usage(
                    "no CA is given to verify the server by, and a module has none of its own",
                );
                return problem.hint(
                    "give the certificate of the authority that issued the server's: --ca FILE",
                );
            }
            TlsConfigError::NoKey => return Problem::usage("--cert is given without --key"),
            TlsConfigError::NoCertificate => {
                return Problem::usage("--key is given without --cert");
            }
            TlsConfigError::UnusedAuthority => {
                return Problem::usage("--ca and --insecure exclude each other");
            }
            TlsConfigError::UncheckedServer => {
                let problem = Problem::usage("--cert and --insecure exclude each other");
                return problem
                    .hint("modules show a certificate only to a server that they verify");
            }
            _ => &None,
        };
        let problem = Problem::usage(misuse.to_string());
        match file {
            Some(path) => problem.about(path.display()),
            None => problem,
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Problem> {
    fs::read(path).map_err(|error| Problem::read(path, &error))
}
