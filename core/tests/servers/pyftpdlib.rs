//! pyftpdlib, a server that is a Python library.

use std::io;
use std::process::Command;

use super::{PASSWORD, Site, USER};

pub(super) fn command(site: &Site<'_>) -> io::Result<Command> {
    let mut command = super::brought("venv/bin/python")?;
    let passive = site.ports.passive();
    command
        .args(["-I", "-c", include_str!("pyftpdlib.py")])
        .args([site.at.to_string(), site.ports.control().to_string()])
        .args([passive.start().to_string(), passive.end().to_string()])
        .args([USER, PASSWORD])
        .arg(site.root)
        .arg(site.announced.map_or(String::new(), |at| at.to_string()));
    Ok(command)
}
