//! ProFTPD, with a user of its own file.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use super::{Site, USER};

pub(super) fn command(site: &Site<'_>) -> io::Result<Command> {
    let (uid, gid) = (site.account.uid, site.account.gid);
    let (folder, root) = (site.folder.display(), site.root.display());
    let hash = &site.account.password_hash;
    let users = site.folder.join("passwd");
    write_private(
        &users,
        &format!("{USER}:{hash}:{uid}:{gid}::{root}:/bin/sh\n"),
    )?;
    let groups = site.folder.join("group");
    write_private(&groups, &format!("{USER}:x:{gid}:\n"))?;
    let announced = site
        .announced
        .map_or(String::new(), |at| format!("MasqueradeAddress {at}"));
    let configuration = format!(
        "ModulePath {modules}
ServerName test
ServerType standalone
DefaultAddress {at}
SocketBindTight on
Port {port}
UseIPv6 {ipv6}
User nobody
Group nogroup
AuthPAM off
AuthOrder mod_auth_file.c
AuthUserFile {folder}/passwd
AuthGroupFile {folder}/group
RequireValidShell off
UseReverseDNS off
PidFile {folder}/proftpd.pid
ScoreboardFile {folder}/proftpd.score
DelayEngine off
WtmpLog off
TransferLog NONE
SystemLog {folder}/log
DefaultRoot ~
AllowOverwrite on
AllowStoreRestart on
AllowRetrieveRestart on
PassivePorts {low} {high}
{announced}
",
        modules = super::cache()
            .join("servers/proftpd/usr/lib/proftpd")
            .display(),
        at = site.at,
        port = site.ports.control(),
        ipv6 = if site.at.is_ipv6() { "on" } else { "off" },
        low = site.ports.passive().start(),
        high = site.ports.passive().end(),
    );
    let file = site.folder.join("proftpd.conf");
    fs::write(&file, configuration)?;
    let mut command = super::brought("servers/proftpd/usr/sbin/proftpd")?;
    command.arg("-n").arg("-c").arg(file);
    Ok(command)
}

/// It takes no list of users that others can read.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    fs::write(path, text)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
}
