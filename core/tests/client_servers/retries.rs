//! Transfers that a fault interrupts: the client brings the session back and goes on from the last confirmed byte. What
//! arrives is whole, in every dialect, whatever the fault.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use qftp::ErrorKind;
use qftp::client::{
    Client, ClientOptions, GetOptions, Login, PartMode, PutMode, PutOptions, RetryPolicy,
};
use qftp::dialect::{self, CommandKind, Dialect};
use qftp::emulator::{Emulator, EmulatorOptions, Fault};
use qftp_test::servers::{Kind, Server};

/// Large enough for two pieces and a half.
const LARGE: usize = 700_000;
/// The byte behind which the fault comes.
const PLACE: u64 = 400_000;
/// The faults that end a transfer and pass.
const FAULTS: [Fault; 4] = [
    Fault::Reboot,
    Fault::PdpDeactivate,
    Fault::DropControl,
    Fault::DropData,
];

/// Returns content in which no two places look alike, and no line is a command.
pub(crate) fn noise(count: usize) -> Vec<u8> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut byte = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        0x80 | state.to_le_bytes()[3]
    };
    (0..count).map(|_| byte()).collect()
}

struct Bench {
    emulator: Emulator,
    client: Client,
    server: Server,
}

fn bench(dialect: &'static Dialect, retries: u32) -> Bench {
    let server = Server::start(Kind::Pyftpdlib);
    let options = EmulatorOptions::new(dialect);
    let (emulator, line) = Emulator::in_process(options).expect("a module");
    let millisecond = Duration::from_millis(1);
    let policy = RetryPolicy::STANDARD
        .with_retries(retries)
        .with_waits(millisecond * 10, millisecond * 100);
    let options = ClientOptions::new().retry(policy);
    let mut client = options.with_port(line).expect("a client");
    client.login(&login(&server)).expect("a login");
    Bench {
        emulator,
        client,
        server,
    }
}

fn login(server: &Server) -> Login {
    let host = server.address.ip().to_string();
    let mut login = Login::new(host, server.user, server.password);
    login.port = server.address.port();
    login
}

/// Tests all dialects side by side: most of the time is silence on the line.
fn in_every_dialect(test: impl Fn(&'static Dialect) + Sync) {
    thread::scope(|scope| {
        for dialect in dialect::ALL {
            scope.spawn(|| test(dialect));
        }
    });
}

/// Injects the fault once, when so many bytes have moved.
fn once(emulator: &Emulator, fault: Fault) -> impl FnMut(u64, Option<u64>) + '_ {
    let mut injected = false;
    move |done, _| {
        if done >= PLACE && !injected {
            injected = true;
            emulator.inject(fault).expect("injected");
        }
    }
}

#[test]
fn an_upload_that_a_fault_interrupts_is_whole() {
    let content = noise(LARGE);
    in_every_dialect(|dialect| {
        for fault in FAULTS {
            let mut bench = bench(dialect, 3);
            let mut progress = once(&bench.emulator, fault);
            let options = PutOptions::new().progress(&mut progress);
            let size = Some(content.len() as u64);
            let moved = bench
                .client
                .put(&mut &content[..], size, b"up.bin", options);
            let moved = moved.unwrap_or_else(|error| panic!("{} {fault:?}: {error}", dialect.name));
            assert!(moved.attempts > 1, "{} {fault:?}", dialect.name);
            let there = bench.server.get("up.bin").expect("it is there");
            assert!(there == content, "{} {fault:?}", dialect.name);
        }
    });
}

#[test]
fn a_download_that_a_fault_interrupts_is_whole() {
    let content = noise(LARGE);
    let folder = tempfile::tempdir().expect("a folder");
    in_every_dialect(|dialect| {
        for fault in FAULTS {
            let mut bench = bench(dialect, 3);
            bench.server.put("down.bin", &content);
            let target = folder.path().join(dialect.name);
            let mut progress = once(&bench.emulator, fault);
            let options = GetOptions::new().progress(&mut progress);
            let moved = bench.client.get_file(b"down.bin", &target, options);
            let moved = moved.unwrap_or_else(|error| panic!("{} {fault:?}: {error}", dialect.name));
            assert!(moved.attempts > 1, "{} {fault:?}", dialect.name);
            let here = fs::read(&target).expect("it is here");
            assert!(here == content, "{} {fault:?}", dialect.name);
        }
    });
    let left = fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(left, dialect::ALL.len(), "no part is left");
}

#[test]
fn without_retries_the_error_tells_what_is_confirmed_and_a_second_call_goes_on() {
    let content = noise(LARGE);
    let folder = tempfile::tempdir().expect("a folder");
    in_every_dialect(|dialect| {
        let mut bench = bench(dialect, 0);
        let source = folder.path().join(dialect.name);
        fs::write(&source, &content).expect("written");
        let mut progress = once(&bench.emulator, Fault::DropData);
        let options = PutOptions::new().progress(&mut progress);
        let put = bench.client.put_file(&source, b"up.bin", options);
        let error = put.expect_err("a fault");
        let confirmed = error.bytes_confirmed().unwrap_or(0);
        let there = bench.server.get("up.bin").unwrap_or_default();
        let confirmed = usize::try_from(confirmed).expect("in memory");
        assert!(
            there.get(..confirmed) == content.get(..confirmed),
            "{}",
            dialect.name
        );
        let options = PutOptions::new().mode(PutMode::Continue);
        let moved = bench.client.put_file(&source, b"up.bin", options);
        let moved = moved.unwrap_or_else(|error| panic!("{}: {error}", dialect.name));
        assert_eq!(moved.attempts, 1);
        assert!(
            bench.server.get("up.bin").as_deref() == Some(&content[..]),
            "{}",
            dialect.name
        );
    });
}

#[test]
fn a_get_that_was_interrupted_is_continued_and_not_begun_again() {
    let content = noise(LARGE);
    let folder = tempfile::tempdir().expect("a folder");
    in_every_dialect(|dialect| {
        let mut bench = bench(dialect, 0);
        bench.server.put("down.bin", &content);
        let target = folder.path().join(dialect.name);
        let mut progress = once(&bench.emulator, Fault::DropData);
        let options = GetOptions::new()
            .part(PartMode::Continue)
            .progress(&mut progress);
        let got = bench.client.get_file(b"down.bin", &target, options);
        got.expect_err("a fault");
        assert!(
            !target.exists() && has_part(folder.path(), dialect.name),
            "{}",
            dialect.name
        );
        let options = GetOptions::new().part(PartMode::Continue);
        let moved = bench.client.get_file(b"down.bin", &target, options);
        let moved = moved.unwrap_or_else(|error| panic!("{}: {error}", dialect.name));
        assert!(moved.bytes < LARGE as u64, "{}: {moved:?}", dialect.name);
        assert!(
            fs::read(&target).expect("it is here") == content,
            "{}",
            dialect.name
        );
        assert!(!has_part(folder.path(), dialect.name));
    });
}

fn has_part(folder: &Path, name: &str) -> bool {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names = entries.map(|entry| entry.expect("an entry").file_name());
    names.any(|part| part.to_string_lossy().starts_with(&format!(".{name}.")))
}

#[test]
fn a_server_that_refuses_is_not_asked_again() {
    in_every_dialect(|dialect| {
        let mut bench = bench(dialect, 3);
        let put = bench.client.put(
            &mut &b"x"[..],
            Some(1),
            b"no/such/folder",
            PutOptions::new(),
        );
        let error = put.expect_err("refused");
        if error.kind() != ErrorKind::Unexplained {
            assert_eq!(error.kind(), ErrorKind::FileUnavailable, "{}", dialect.name);
            assert!(!error.to_string().contains("tries"), "{error}");
        }
    });
}

#[test]
fn a_module_that_never_answers_for_a_time_has_the_file_all_the_same() {
    in_every_dialect(|dialect| {
        let Some(command) = dialect.command(CommandKind::FtpModified) else {
            return;
        };
        let mut bench = bench(dialect, 3);
        let rule = format!("lose-urc urc={} count=all", command.name);
        let rule = rule.parse().expect("a rule");
        bench.emulator.add_fault(rule).expect("it has the command");
        let mut login = login(&bench.server);
        login.response_timeout_s = 20;
        bench.client.login(&login).expect("a login");
        let content = noise(LARGE);
        bench.server.put("down.bin", &content);
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("here");
        let options = GetOptions::new().part(PartMode::Continue);
        let moved = bench.client.get_file(b"down.bin", &target, options);
        moved.unwrap_or_else(|error| panic!("{}: {error}", dialect.name));
        let got = fs::read(&target).expect("it is here");
        assert!(got == content, "{}", dialect.name);
    });
}

/// Returns the end of a continued download, over a local file that another version or another file left.
fn continued_over(dialect: &'static Dialect, left: &[u8], remote: &[u8]) -> (u64, Vec<u8>) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut bench = bench(dialect, 0);
    bench.server.put("down.bin", remote);
    let target = folder.path().join("here");
    fs::write(&target, left).expect("written");
    let options = GetOptions::new().part(PartMode::Continue);
    let moved = bench.client.get_file(b"down.bin", &target, options);
    let moved = moved.unwrap_or_else(|error| panic!("{}: {error}", dialect.name));
    (moved.bytes, fs::read(&target).expect("it is here"))
}

#[test]
fn a_get_continues_no_other_version_of_the_file() {
    in_every_dialect(|dialect| {
        let remote = noise(40_000);
        let mut other = remote.clone();
        other[30_000..].fill(b'x');
        let versions = [
            (&remote[..30_000], 10_000),
            // The end differs, and nothing of it is kept.
            (&other[..35_000], 40_000),
            // As long, and another file.
            (&other[..], 40_000),
            (&remote[..], 0),
        ];
        for (left, bytes) in versions {
            let (moved, there) = continued_over(dialect, left, &remote);
            assert!(there == remote, "{}, {} bytes", dialect.name, left.len());
            assert!(moved >= bytes, "{}: {moved} of {bytes}", dialect.name);
        }
    });
}
