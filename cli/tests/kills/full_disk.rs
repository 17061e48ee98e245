//! A full disk, at each of the three places: the server, the target of a download, the store of the module.

use std::fs;
use std::path::Path;
use std::thread;

use qftp::client::Client;
use qftp::dialect::ec2x::EC2X;
use qftp::dialect::{self, CommandKind};
use qftp_test::servers::Kind;
use qftp_test::small_disk::SmallDisk;

use crate::lab::{LENGTH, Lab, Line, Way, noise, rotation, run};
use crate::outcome::Outcome;

/// The room of a disk that is soon full.
const ROOM: u64 = 100_000;

#[test]
fn a_server_without_space_is_told_and_nothing_is_claimed() {
    for (row, (dialect, _, line)) in rotation().enumerate() {
        let kind = Kind::ALL[row % Kind::ALL.len()];
        let lab = Lab::new(dialect, kind, line, &[]);
        let context = format!("{} on {kind:?}", dialect.name);
        let disk = SmallDisk::mount(&lab.there(""), ROOM);
        let data = noise(LENGTH);
        lab.lay_out(Way::Put, "a.bin", &data);
        let options = ["--retry", "1", "--retry-wait", "0", "--max-time", "20"];
        let outcome = run(&mut lab.transfer(Way::Put, "a.bin", &options));
        assert!(!outcome.is_success(), "{context}");
        outcome.expect_true(&lab.end(Way::Put, "a.bin"), &data, &context);
        // There is room again.
        fs::remove_file(lab.there("a.bin")).expect("a part of it");
        lab.expect_next(&context);
        drop(disk);
    }
}

#[test]
fn a_target_without_space_is_told_and_nothing_is_left() {
    thread::scope(|scope| {
        for (dialect, kind, line) in rotation() {
            scope.spawn(move || {
                let lab = Lab::new(dialect, kind, line, &[]);
                let context = format!("{} on {kind:?}", dialect.name);
                let disk = SmallDisk::mount(&lab.path("here"), ROOM);
                let data = noise(LENGTH);
                lab.lay_out(Way::Get, "a.bin", &data);
                let outcome = run(&mut lab.transfer(Way::Get, "a.bin", &[]));
                assert_eq!(outcome.code, Some(23), "{context}: {}", outcome.stderr);
                assert!(
                    outcome.stderr.contains("No space left"),
                    "{}",
                    outcome.stderr
                );
                assert!(!lab.here("a.bin").exists(), "{context}");
                remove_all(&lab.path("here"));
                lab.expect_next(&context);
                drop(disk);
            });
        }
    });
}

/// Files that wait to be synced with others, when the next one finds no room.
#[test]
fn a_disk_that_is_full_between_small_files_keeps_the_whole_ones() {
    let lab = Lab::new(&EC2X, Kind::Vsftpd, Line::Pty, &[]);
    let disk = SmallDisk::mount(&lab.path("here"), ROOM);
    fs::create_dir(lab.there("d")).expect("a folder");
    let data = noise(20_000);
    for name in ["a", "b", "c", "d", "e", "f", "g"] {
        fs::write(lab.there("d").join(name), &data).expect("written");
    }
    let mut get = lab.qftp(&["get", "-r", &lab.url("d")]);
    let output = get.current_dir(lab.path("here")).output();
    let output = output.expect("the program");
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let outcome = Outcome::from(output);
    assert_eq!(outcome.code, Some(23), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("No space left"),
        "{}",
        outcome.stderr
    );
    let names = fs::read_dir(lab.here("d")).expect("a folder").flatten();
    let (parts, whole): (Vec<_>, Vec<_>) =
        names.partition(|entry| entry.file_name().as_encoded_bytes().starts_with(b"."));
    assert!(parts.len() <= 1 && whole.len() > 2, "{parts:?} {whole:?}");
    for file in &whole {
        assert!(fs::read(file.path()).expect("there") == data, "{file:?}");
    }
    // Each file has one line, and those that are told as done are those that are there.
    let done = stdout.matches(r#""outcome":"done""#).count();
    assert_eq!(done, whole.len(), "{stdout}");
    drop(disk);
}

#[test]
fn a_device_that_is_full_is_told() {
    for (dialect, kind, line) in rotation() {
        let lab = Lab::new(dialect, kind, line, &[]);
        lab.lay_out(Way::Get, "a.bin", &noise(LENGTH));
        let outcome = run(&mut lab.qftp(&["get", &lab.url("a.bin"), "/dev/full"]));
        assert_eq!(
            outcome.code,
            Some(23),
            "{}: {}",
            dialect.name,
            outcome.stderr
        );
        assert!(
            outcome.stderr.contains("No space left"),
            "{}",
            outcome.stderr
        );
        lab.expect_next(dialect.name);
    }
}

fn remove_all(folder: &Path) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        fs::remove_file(entry.path()).expect("removed");
    }
}

/// Uploads into the module's store, which must fail, and asks for something else.
fn fill_store(lab: &Lab, context: &str) {
    let mut client = Client::open(&lab.module().ready).expect(context);
    let data = noise(LENGTH);
    let uploaded = client
        .store()
        .upload(&mut &data[..], data.len() as u64, b"UFS:a.bin");
    let error = uploaded.expect_err(context);
    assert!(
        error.bytes_confirmed().is_none_or(|bytes| bytes == 0),
        "{context}: {error:?}"
    );
    assert!(!error.describe().is_empty());
    client.command(b"AT+CSQ").expect(context);
    // A part of it may be there, and takes the room.
    let _ = client.store().remove(b"UFS:a.bin");
    let small = b"0123456789";
    client
        .store()
        .upload(&mut &small[..], 10, b"UFS:b.bin")
        .expect(context);
    drop(client);
    lab.expect_next(context);
}

#[test]
fn a_module_without_space_is_told() {
    for dialect in dialect::ALL
        .iter()
        .filter(|dialect| dialect.command(CommandKind::FileUpload).is_some())
    {
        let rule = "store-full bytes=1000 on=+QFUPL";
        let lab = Lab::new(dialect, Kind::Vsftpd, Line::Pty, &["--fault", rule]);
        fill_store(&lab, &format!("{}, by a rule", dialect.name));
        let folder = tempfile::tempdir().expect("a folder");
        let disk = SmallDisk::mount(folder.path(), ROOM);
        let ufs = folder.path().to_str().expect("UTF-8");
        let lab = Lab::new(dialect, Kind::Vsftpd, Line::Tcp, &["--ufs", ufs]);
        fill_store(&lab, &format!("{}, by a disk", dialect.name));
        drop((lab, disk));
    }
}
