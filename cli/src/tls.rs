//! The options of TLS: the certificates, and the checks.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use qftp::client::{Tls, TlsConfigError};

use crate::headings::TLS;
use crate::problem::Problem;
use crate::target::Target;

/// Holds the options of TLS.
#[derive(Args)]
pub(crate) struct Trust {
    /// PEM file: certificate of the authority that issued the server's; written into the module's flash
    #[arg(long, value_name = "FILE", help_heading = TLS)]
    ca: Option<PathBuf>,
    /// PEM file: certificate for a server that asks for one; written there too
    #[arg(long, value_name = "FILE", help_heading = TLS)]
    cert: Option<PathBuf>,
    /// PEM file: key of that certificate, not encrypted; written there too
    #[arg(long, value_name = "FILE", help_heading = TLS)]
    key: Option<PathBuf>,
    /// Do not verify the server's certificate: attackers on the network can read and change everything
    #[arg(long, help_heading = TLS)]
    insecure: bool,
    /// Ignore the dates of certificates, for a module whose clock is not set
    #[arg(long, help_heading = TLS)]
    ignore_dates: bool,
}

impl Trust {
    /// Returns the TLS settings of a login; `None` for an `ftp://` URL.
    pub(crate) fn tls(&self, target: &Target) -> Result<Option<Tls>, Problem> {
        let Some(mode) = target.tls else {
            return self.refuse(target).map(|()| None);
        };
        let mut tls = Tls::new(mode);
        tls.verify = !self.insecure;
        tls.check_dates = !self.ignore_dates;
        tls.ca = self.ca.as_deref().map(read).transpose()?;
        tls.certificate = self.cert.as_deref().map(read).transpose()?;
        tls.key = self.key.as_deref().map(read).transpose()?;
        tls.check().map_err(|error| self.explain(error))?;
        Ok(Some(tls))
    }

    /// Returns the files of the certificate and of its key, for a server.
    #[cfg(feature = "serve")]
    pub(crate) fn own(&self) -> Result<Option<(&Path, &Path)>, Problem> {
        match (&self.cert, &self.key) {
            (None, None) => Ok(None),
            (Some(cert), Some(key)) => Ok(Some((cert, key))),
            (Some(_), None) => Err(self.explain(TlsConfigError::NoKey)),
            (None, Some(_)) => Err(self.explain(TlsConfigError::NoCertificate)),
        }
    }

    /// Refuses options of TLS for a URL without TLS: the password would go in clear.
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
        let message = format!("{option} is given, but {target} has no TLS");
        Err(Problem::usage(message).hint("ftpes:// is explicit TLS, ftps:// implicit TLS"))
    }

    fn explain(&self, error: TlsConfigError) -> Problem {
        let file = match error {
            TlsConfigError::Pem { what: "CA", .. } => &self.ca,
            TlsConfigError::Pem { what: "key", .. } => &self.key,
            TlsConfigError::Pem { .. } => &self.cert,
            TlsConfigError::NoAuthority => {
                let problem = Problem::usage(
                    "a CA is missing: the module cannot verify the server without it",
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
        let problem = Problem::usage(error.to_string());
        match file {
            Some(path) => problem.about(path.display()),
            None => problem,
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Problem> {
    fs::read(path).map_err(|error| Problem::read(path, &error))
}
