//! vsftpd: the strictest of them. It logs in users of the system, by the PAM service that the setup script makes.

use std::fs;
use std::io;
use std::process::Command;

use super::Site;

pub(super) fn command(site: &Site<'_>) -> io::Result<Command> {
    let empty = site.folder.join("empty");
    fs::create_dir(&empty)?;
    let listen = if site.at.is_ipv6() {
        format!("listen=NO\nlisten_ipv6=YES\nlisten_address6={}", site.at)
    } else {
        format!("listen=YES\nlisten_address={}", site.at)
    };
    let announced = site
        .announced
        .map_or(String::new(), |at| format!("pasv_address={at}"));
    let configuration = format!(
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
pasv_min_port={low}
pasv_max_port={high}
{announced}
",
        port = site.ports.control(),
        root = site.root.display(),
        empty = empty.display(),
        low = site.ports.passive().start(),
        high = site.ports.passive().end(),
    );
    let file = site.folder.join("vsftpd.conf");
    fs::write(&file, configuration)?;
    let mut command = super::brought("servers/vsftpd/usr/sbin/vsftpd")?;
    command.arg(file);
    Ok(command)
}
