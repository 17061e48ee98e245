//! ProFTPD, with a user of its own file.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use super::{Files, Setup, Site, Tls, USER, Version, accounts};

pub(crate) fn command(site: &Site<'_>) -> io::Result<Command> {
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
        .setup
        .announced
        .map_or(String::new(), |at| format!("MasqueradeAddress {at}"));
    let mut configuration = format!(
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
LogFormat command \"%r\"
ExtendedLog {commands} ALL command
PassivePorts {low} {high}
{announced}
",
        modules = super::cache()
            .join("servers/proftpd/usr/lib/proftpd")
            .display(),
        at = site.setup.at,
        port = site.ports.control(),
        ipv6 = if site.setup.at.is_ipv6() { "on" } else { "off" },
        commands = accounts::file(site.folder).display(),
        low = site.ports.passive().start(),
        high = site.ports.passive().end(),
    );
    if let Some(files) = site.files {
        configuration.push_str(&with_tls(site.setup, files));
    }
    let file = site.folder.join("proftpd.conf");
    fs::write(&file, configuration)?;
    let mut command = super::brought("servers/proftpd/usr/sbin/proftpd")?;
    command.arg("-n").arg("-c").arg(file);
    Ok(command)
}

fn with_tls(setup: &Setup, files: &Files) -> String {
    let protocol = match setup.version {
        Version::Default => "TLSv1.2 TLSv1.3",
        Version::V1_0 => "TLSv1",
        Version::V1_2 => "TLSv1.2",
        Version::V1_3 => "TLSv1.3",
    };
    let mut text = format!(
        "LoadModule mod_tls.c
TLSEngine on
TLSProtocol {protocol}
TLSRSACertificateFile {certificate}
TLSRSACertificateKeyFile {key}
TLSCACertificateFile {authority}
TLSRequired on
TLSVerifyClient {ask}
",
        certificate = files.server.display(),
        key = files.server_key.display(),
        authority = files.authority.display(),
        ask = if setup.client_certificates {
            "on"
        } else {
            "off"
        },
    );
    if setup.tls == Tls::Implicit {
        text.push_str("TLSOptions UseImplicitSSL\n");
    }
    if !setup.session_reuse {
        text.push_str("TLSOptions NoSessionReuseRequired\n");
    }
    if setup.version == Version::V1_0 {
        text.push_str("TLSCipherSuite DEFAULT@SECLEVEL=0\n");
    }
    text
}

/// Writes a file that others cannot read: ProFTPD refuses any other list of users.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    fs::write(path, text)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
}
