//! Pure-FTPd, with a user of its own data base.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::Command;

use super::accounts::AuthLog;
use super::{Files, Site, USER, setup};

pub(crate) fn command(site: &Site<'_>) -> io::Result<Command> {
    let (uid, gid) = (site.account.uid, site.account.gid);
    let users = site.folder.join("pureftpd.passwd");
    // `pure-pw useradd` would take a hash that costs seconds at each login. "/./" is where the user is locked in.
    let user = format!(
        "{USER}:{hash}:{uid}:{gid}::{root}/./::::::::::::\n",
        hash = site.account.password_hash,
        root = site.root.display(),
    );
    fs::write(&users, user)?;
    let data_base = site.folder.join("puredb");
    let status = super::brought("servers/pureftpd/usr/bin/pure-pw")?
        .arg("mkdb")
        .arg(&data_base)
        .arg("-f")
        .arg(&users)
        .status()?;
    if !status.success() {
        return Err(io::Error::other(format!("pure-pw: {status}")));
    }
    let mut command = super::brought("servers/pureftpd/usr/sbin/pure-ftpd")?;
    let (at, passive) = (site.setup.at, site.ports.passive());
    command
        .arg(if at.is_ipv6() { "-6" } else { "-4" })
        .args(["-S", &format!("{at},{}", site.ports.control())])
        .args(["-p", &format!("{}:{}", passive.start(), passive.end())])
        .args([
            "-l",
            &format!("extauth:{}", AuthLog::path(site.folder).display()),
        ])
        .args(["-l", &format!("puredb:{}", data_base.display())])
        .arg("-g")
        .arg(site.folder.join("pureftpd.pid"))
        // No anonymous users, no names looked up, any user number, no log to the system.
        .args(["-E", "-H", "-u", "1", "-f", "none"]);
    match site.files {
        None => command.args(["-Y", "0"]),
        // Both connections must be secure.
        Some(files) => command.args(["-Y", "3", "-2"]).arg(both(site, files)?),
    };
    setup::limit_version(&mut command, site)?;
    if let Some(at) = site.setup.announced {
        command.args(["-P", &at.to_string()]);
    }
    Ok(command)
}

/// Joins key and certificate in one file, as the server requires.
fn both(site: &Site<'_>, files: &Files) -> io::Result<PathBuf> {
    let both = site.folder.join("both.pem");
    let mut content = fs::read(&files.server_key)?;
    content.extend(fs::read(&files.server)?);
    fs::write(&both, content)?;
    Ok(both)
}
