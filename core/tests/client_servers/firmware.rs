//! The example of a firmware's own loop around `Host` and `Transfer`, on modules that fail in the middle.

use std::time::Duration;

use qftp::dialect::{self, CommandKind, Dialect};
use qftp::emulator::{Emulator, EmulatorOptions};
use qftp::host::Login;
use qftp::transfer::{RetryPolicy, Verified};
use qftp_test::servers::{Kind, Server};

use crate::retries::noise;

#[path = "../../examples/firmware_transfer.rs"]
#[allow(dead_code, reason = "its main function opens a port by URL")]
mod firmware_transfer;

use firmware_transfer::{Firmware, PortBoard};

const LARGE: usize = 200_000;

/// Has the module lose a data connection, and restart in the next try.
fn cut_and_restart(module: &Emulator, command: &str) {
    for rule in [
        format!("drop-data after=60000 on={command}"),
        format!("reboot after=30000 on={command} nth=2"),
    ] {
        let rule = rule.parse().expect("a rule");
        module.add_fault(rule).expect("a fault of the dialect");
    }
}

fn survives(dialect: &'static Dialect) {
    let server = Server::start(Kind::Pyftpdlib);
    let millisecond = Duration::from_millis(1);
    let options = EmulatorOptions::new(dialect);
    let (module, line) = Emulator::in_process(options).expect("a module");
    let host = server.address.ip().to_string();
    let mut login = Login::new(host, server.user, server.password);
    login.port = server.address.port();
    let mut firmware = Firmware::start(PortBoard::new(line), login).expect("a login");
    firmware.retry = RetryPolicy::STANDARD.with_waits(millisecond * 100, millisecond * 1000);
    let name = dialect.name;

    let log = noise(LARGE);
    cut_and_restart(&module, "+QFTPPUT");
    let report = firmware.upload(b"log", &log).expect("it goes up");
    assert_eq!(server.get("log"), Some(log), "{name}");
    assert_eq!(report.verified, Verified::Size, "{name}");
    assert!(report.attempts >= 3, "{name}: {report:?}");
    module.clear_faults().expect("it runs");

    let content = noise(LARGE);
    server.put("image", &content);
    let mut image = content[..10_000].to_vec();
    cut_and_restart(&module, "+QFTPGET");
    let report = firmware.download(b"image", &mut image).expect("it comes");
    assert!(image == content, "{name}: {} bytes", image.len());
    assert!(report.attempts >= 3, "{name}: {report:?}");
    assert_eq!(report.offset, 10_000, "{name}");
}

#[test]
fn a_firmware_survives_what_interrupts_its_transfers() {
    // It asks for sizes by the command alone, and composes none of a listing.
    let asks = |dialect: &&Dialect| dialect.command(CommandKind::FtpSize).is_some();
    let dialects: Vec<_> = dialect::ALL.iter().copied().filter(asks).collect();
    assert_eq!(dialects.len(), 4);
    std::thread::scope(|scope| {
        for dialect in dialects {
            scope.spawn(|| survives(dialect));
        }
    });
}
