//! The firmware of `examples/firmware`, run by QEMU on the processor of a board: it uploads a log and continues an image,
//! through faults. Its memory stays within the limits that `docs/firmware.md` states.
#![cfg(unix)]

use std::path::Path;
use std::process::{Command, Output};

use qftp::dialect::ec2x::EC2X;
use qftp::emulator::{Emulator, EmulatorOptions};
use qftp_test::servers::{Kind, Server};

const TARGET: &str = "thumbv7em-none-eabihf";

/// Code and constants of the whole library; a firmware links what it calls.
const CODE: u64 = 210_000;
/// Heap of one engine and one transfer; most of it is the send buffer.
const HEAP: u64 = 30_000;
/// Stack of the firmware, the library's among it.
const STACK: u64 = 14_000;

fn output(command: &mut Command) -> Output {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}: run `make setup`"));
    assert!(output.status.success(), "{command:?}: {output:?}");
    output
}

fn text(command: &mut Command) -> String {
    String::from_utf8(output(command).stdout).expect("text")
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Returns true where Rust has its own library for the board.
fn has_std() -> bool {
    let sysroot = text(Command::new("rustc").args(["--print", "sysroot"]));
    Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(TARGET)
        .is_dir()
}

/// Returns the path of the library.
fn library() -> String {
    let script = root().join("scripts/build-library.sh");
    let printed = text(
        Command::new(script)
            .args(["libqftp_core", "staticlib", "--target", TARGET])
            .env("CARGO", env!("CARGO"))
            .env("BINUTILS", "arm-none-eabi-"),
    );
    printed.trim().to_owned()
}

/// The content of both files, as the firmware makes it.
fn content(length: usize) -> Vec<u8> {
    (0..length)
        .map(|at| (at * 7 + at / 251).to_le_bytes()[0])
        .collect()
}

/// Returns the number before these words.
fn number_before(printed: &str, words: &str) -> u64 {
    let (before, _) = printed
        .split_once(words)
        .unwrap_or_else(|| panic!("{printed}"));
    let number = before.rsplit(' ').next().expect("a number");
    number.parse().unwrap_or_else(|_| panic!("{printed}"))
}

#[test]
fn a_firmware_uploads_its_log_and_continues_its_image_through_faults() {
    if !has_std() {
        // `make setup`, before the tests, says so too.
        println!("NOT RUN: Rust has no library for {TARGET}");
        return;
    }
    let library = library();
    let sizes = text(Command::new("arm-none-eabi-size").arg(&library));
    let mut sizes = sizes.lines().nth(1).expect("a row").split_whitespace();
    let mut size = || sizes.next().and_then(|size| size.parse::<u64>().ok());
    let (code, data, zeroed) = (size().unwrap(), size().unwrap(), size().unwrap());
    assert!(code < CODE, "{code} bytes of code");
    assert_eq!((data, zeroed), (0, 0), "static data");

    let folder = tempfile::tempdir().expect("a folder");
    output(
        Command::new("make")
            .arg("--directory")
            .arg(root().join("examples/firmware"))
            .arg(format!("BUILD={}", folder.path().display()))
            .arg(format!("QFTP_CORE={library}")),
    );
    let socket = folder.path().join("module");
    let server = Server::start(Kind::Pyftpdlib);
    let image = content(80_000);
    server.put("firmware.bin", &image);
    let module = Emulator::on_unix(&socket, EmulatorOptions::new(&EC2X)).expect("a module");
    for rule in [
        "drop-data after=30000 on=+QFTPPUT",
        "drop-data after=25000 on=+QFTPGET",
    ] {
        let rule = rule.parse().expect("a rule");
        module.add_fault(rule).expect("a fault of the dialect");
    }
    let account = [
        server.address.ip().to_string(),
        server.address.port().to_string(),
        server.user.into(),
        server.password.into(),
    ];
    let arguments = account.map(|word| format!(",arg={word}")).concat();
    // Its console is the debugger's, which QEMU has on standard error.
    let ended = output(
        Command::new("timeout")
            .args(["120", "qemu-system-arm", "-M", "mps2-an386", "-nographic"])
            .args(["-monitor", "none", "-serial", "chardev:uart", "-chardev"])
            .arg(format!("socket,id=uart,path={}", socket.display()))
            .arg("-semihosting-config")
            .arg(format!("enable=on,target=native,arg=firmware{arguments}"))
            .arg("-kernel")
            .arg(folder.path().join("firmware.elf")),
    );
    let printed = String::from_utf8(ended.stderr).expect("text");
    assert!(
        printed.contains("firmware.log: 50000 bytes from 0 in 2 tries"),
        "{printed}"
    );
    assert!(
        printed.contains("firmware.bin: 50000 bytes from 30000 in 2 tries"),
        "{printed}"
    );
    assert!(printed.contains("image: whole"), "{printed}");
    assert_eq!(server.get("firmware.log"), Some(content(50_000)));
    let heap = number_before(&printed, " bytes of heap at most");
    let stack = number_before(&printed, " bytes of stack");
    assert!(heap < HEAP && stack < STACK, "{printed}");
    println!("{code} bytes of code, {printed}");
}
