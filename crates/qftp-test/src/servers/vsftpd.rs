//! vsftpd: the strictest of them. It logs in users of the system, by the PAM service that the setup script makes.

use std::fs;
use std::io;
use std::process::Command;

use super::{Files, Setup, Site, Tls, Version, accounts, setup};

pub(crate) fn command(site: &Site<'_>) -> io::Result<Command> {
    let empty = site.folder.join("empty");
    fs::create_dir(&empty)?;
    let at = site.setup.at;
    let listen = if at.is_ipv6() {
        format!("listen=NO\nlisten_ipv6=YES\nlisten_address6={at}")
    } else {
        format!("listen=YES\nlisten_address={at}")
    };
    let announced = site
        .setup
        .announced
        .map_or(String::new(), |at| format!("pasv_address={at}"));
    let mut configuration = format!(
        "{listen}
listen_port={port}
background=NO
anonymous_enable=NO
local_enable=YES
local_root={root}
local_umask=022
write_enable=YES
chroot_local_user=YES
allow_writeable_chroot=YES
secure_chroot_dir={empty}
pam_service_name=qftptest
ascii_upload_enable=YES
ascii_download_enable=YES
delay_failed_login=0
delay_successful_login=0
xferlog_enable=YES
xferlog_std_format=NO
log_ftp_protocol=YES
vsftpd_log_file={commands}
pasv_min_port={low}
pasv_max_port={high}
{announced}
",
        port = site.ports.control(),
        root = site.root.display(),
        empty = empty.display(),
        commands = accounts::file(site.folder).display(),
        low = site.ports.passive().start(),
        high = site.ports.passive().end(),
    );
    if let Some(files) = site.files {
        configuration.push_str(&with_tls(site.setup, files));
    }
    let file = site.folder.join("vsftpd.conf");
    fs::write(&file, configuration)?;
    let mut command = super::brought("servers/vsftpd/usr/sbin/vsftpd")?;
    command.arg(file);
    setup::limit_version(&mut command, site)?;
    Ok(command)
}

fn with_tls(setup: &Setup, files: &Files) -> String {
    let yes = |is: bool| if is { "YES" } else { "NO" };
    let mut text = format!(
        "ssl_enable=YES
rsa_cert_file={certificate}
rsa_private_key_file={key}
implicit_ssl={implicit}
require_ssl_reuse={reuse}
require_cert={ask}
validate_cert={ask}
ca_certs_file={authority}
",
        certificate = files.server.display(),
        key = files.server_key.display(),
        implicit = yes(setup.tls == Tls::Implicit),
        reuse = yes(setup.session_reuse),
        ask = yes(setup.client_certificates),
        authority = files.authority.display(),
    );
    if setup.version == Version::V1_0 {
        text.push_str("ssl_tlsv1=YES\nssl_ciphers=DEFAULT@SECLEVEL=0\n");
    }
    text
}
