//! pyftpdlib, a server that is a Python library.

use std::io;
use std::process::Command;

use super::{PASSWORD, Site, Tls, USER, Version, accounts};

pub(crate) fn command(site: &Site<'_>) -> io::Result<Command> {
    let mut command = super::brought("venv/bin/python")?;
    let announced = site.setup.announced;
    let passive = site.ports.passive();
    command
        .args(["-I", "-c", include_str!("pyftpdlib.py")])
        .args([site.setup.at.to_string(), site.ports.control().to_string()])
        .args([passive.start().to_string(), passive.end().to_string()])
        .args([USER, PASSWORD])
        .arg(site.root)
        .arg(announced.map_or(String::new(), |at| at.to_string()))
        .arg(accounts::file(site.folder));
    if let Some(files) = site.files {
        command
            .arg(match site.setup.tls {
                Tls::Implicit => "Implicit",
                Tls::Plain | Tls::Explicit => "Explicit",
            })
            .arg(match site.setup.version {
                Version::Default => "0",
                Version::V1_0 => "TLS1_VERSION",
                Version::V1_2 => "TLS1_2_VERSION",
                Version::V1_3 => "TLS1_3_VERSION",
            })
            .args([&files.server, &files.server_key]);
        if site.setup.client_certificates {
            command.arg(&files.authority);
        }
    }
    Ok(command)
}
