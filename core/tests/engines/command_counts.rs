//! The number of command lines that the client types, in each dialect: to the first byte of a file, and for one more file.
//! The tables hold the numbers; a line more fails.

use qftp::client::{Client, ClientOptions, GetOptions, Login, PutOptions};
use qftp::dialect::{self, CommandKind, Dialect};
use qftp::host::{Tls, TlsMode};
use qftp::module::{Module, Quirk, Quirks};
use qftp::transfer::Verified;

use crate::module_port::ModulePort;

const CA: &[u8] = b"-----BEGIN CERTIFICATE-----\nQ0E=\n-----END CERTIFICATE-----\n";

fn module_with_quirks(dialect: &'static Dialect, quirks: Quirks) -> ModulePort {
    ModulePort::new(Module::new(dialect).with_quirks(quirks))
}

fn login(mode: Option<TlsMode>) -> Login {
    let login = Login::new("ftp.example.com", "test", "secret");
    let Some(mode) = mode else {
        return login;
    };
    let mut tls = Tls::new(mode);
    tls.ca = Some(CA.to_vec());
    login.over(tls)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Transfer {
    Put,
    Get,
}

fn transfer(client: &mut Client, transfer: Transfer) {
    let content = [5; 1000];
    match transfer {
        Transfer::Put => {
            let put = client.put(&mut &content[..], Some(1000), b"/new", PutOptions::new());
            assert_eq!(put.expect("sent").bytes, 1000);
        }
        Transfer::Get => {
            let mut taken = Vec::new();
            let got = client.get(b"/old", &mut taken, GetOptions::new());
            assert_eq!(got.expect("fetched").bytes, 1000);
        }
    }
}

/// Returns the lines up to the one that moves the file, of a client on a module that an earlier one has set up alike.
fn lines_to_first_byte(module: &ModulePort, mode: Option<TlsMode>, what: Transfer) -> Vec<String> {
    let mut earlier = module.client();
    earlier.login(&login(mode)).expect("a login");
    earlier.logout().expect("a logout");
    drop(earlier);
    module.typed();
    let mut client = module.client();
    client.login(&login(mode)).expect("a login");
    transfer(&mut client, what);
    let kind = match what {
        Transfer::Put => CommandKind::FtpPut,
        Transfer::Get => CommandKind::FtpGet,
    };
    let command = client.dialect().command(kind).expect("a command");
    let begin = format!("AT{}=", command.name);
    let mut lines = module.typed();
    let moves = lines.iter().position(|line| line.starts_with(&begin));
    lines.truncate(moves.expect("the line that moves it") + 1);
    lines
}

/// The lines of a put and of a get.
type Counts = [usize; 2];

/// The mode of TLS that a dialect has, and the lines over it.
type Secure = Option<(TlsMode, Counts)>;

/// The lines to the first byte, plain and over TLS.
const TO_FIRST_BYTE: &[(&str, Counts, Secure)] = &[
    ("ec20", [7, 8], Some((TlsMode::Implicit, [9, 10]))),
    ("ec2x", [7, 8], Some((TlsMode::Explicit, [9, 10]))),
    ("bg96", [7, 8], Some((TlsMode::Explicit, [9, 10]))),
    ("gsm", [7, 8], None),
    ("nl668", [7, 8], Some((TlsMode::Implicit, [9, 10]))),
];

#[test]
fn the_lines_to_the_first_byte_are_as_few_as_the_table_says() {
    assert_eq!(TO_FIRST_BYTE.len(), dialect::ALL.len());
    for (name, plain, secure) in TO_FIRST_BYTE {
        let dialect = dialect::by_name(name).expect("a dialect");
        let secure = secure.map(|(mode, counts)| (Some(mode), counts));
        for (mode, counts) in [(None, *plain)].into_iter().chain(secure) {
            for (what, count) in [Transfer::Put, Transfer::Get].into_iter().zip(counts) {
                let module = module_with_quirks(dialect, Quirks::MANUAL);
                let lines = lines_to_first_byte(&module, mode, what);
                assert_eq!(lines.len(), count, "{name} {mode:?} {what:?}: {lines:#?}");
            }
        }
    }
}

/// One more file in a session: put, get. In `gsm` the place of the end that is read back is a command of its own, which
/// a file of at most 1 KB does not need.
const FURTHER: Counts = [2, 2];

#[test]
fn one_more_file_takes_two_commands() {
    for dialect in dialect::ALL {
        let module = module_with_quirks(dialect, Quirks::MANUAL);
        let mut client = module.client();
        client.login(&login(None)).expect("a login");
        for (what, count) in [Transfer::Put, Transfer::Get].into_iter().zip(FURTHER) {
            transfer(&mut client, what);
            module.typed();
            transfer(&mut client, what);
            let lines = module.typed();
            assert_eq!(lines.len(), count, "{} {what:?}: {lines:#?}", dialect.name);
        }
    }
}

/// One more file where the user trusts the module's count: put, get. Modules of `gsm` count both, but a download whose
/// length is not known before wants a question behind it (001 §4.3.1); those of `nl668` count neither.
const FURTHER_BY_COUNT: &[(&str, Counts)] = &[
    ("ec20", [1, 1]),
    ("ec2x", [1, 1]),
    ("bg96", [1, 1]),
    ("gsm", [1, 2]),
    ("nl668", [2, 2]),
];

#[test]
fn one_more_file_takes_one_command_where_the_count_is_trusted() {
    assert_eq!(FURTHER_BY_COUNT.len(), dialect::ALL.len());
    for (name, counts) in FURTHER_BY_COUNT {
        let dialect = dialect::by_name(name).expect("a dialect");
        let module = module_with_quirks(dialect, Quirks::MANUAL);
        let mut client = module.client_with(ClientOptions::new().trust_count(true));
        client.login(&login(None)).expect("a login");
        for (what, count) in [Transfer::Put, Transfer::Get].into_iter().zip(*counts) {
            transfer(&mut client, what);
            module.typed();
            transfer(&mut client, what);
            let lines = module.typed();
            assert_eq!(lines.len(), count, "{name} {what:?}: {lines:#?}");
        }
    }
}

/// What was not counted, or is to be read back, is proved as ever.
#[test]
fn a_trusted_count_replaces_no_proof_that_is_asked_for() {
    let dialect = dialect::by_name("ec2x").expect("a dialect");
    let module = module_with_quirks(dialect, Quirks::MANUAL);
    let mut client = module.client_with(ClientOptions::new().trust_count(true));
    client.login(&login(None)).expect("a login");
    let content = [5; 1000];
    let put = client.put(&mut &content[..], Some(1000), b"/new", PutOptions::new());
    assert_eq!(put.expect("sent").verified, Verified::Nothing);
    let options = PutOptions::new().verify(true);
    let put = client.put(&mut &content[..], Some(1000), b"/new", options);
    assert_eq!(put.expect("sent").verified, Verified::Content);
    let mut taken = Vec::new();
    let got = client.get(b"/new", &mut taken, GetOptions::new());
    assert_eq!(got.expect("fetched").verified, Verified::Nothing);
    let got = client.get(b"/new", &mut taken, GetOptions::new().verify(true));
    assert_eq!(got.expect("fetched").verified, Verified::Content);
    assert!(taken.len() == 2000 && taken.iter().all(|byte| *byte == 5));
}

/// A server that lists nothing for the path of a file is asked for the directory, and from the second file on at once.
#[test]
fn a_server_that_lists_directories_alone_is_asked_in_vain_once() {
    let dialect = dialect::by_name("nl668").expect("a dialect");
    let module = module_with_quirks(dialect, Quirks::MANUAL);
    module.harness().server.lists_files = false;
    let mut client = module.client();
    for _ in 0..2 {
        client.login(&login(None)).expect("a login");
        for expected in [3, 2, 2] {
            module.typed();
            transfer(&mut client, Transfer::Get);
            let lines = module.typed();
            assert_eq!(lines.len(), expected, "{lines:#?}");
        }
    }
    let missing = client.size(b"/none").expect_err("no such file");
    assert!(missing.to_string().contains("/none"), "{missing}");
}

/// The longest line of several commands stays within the limit of its dialect.
#[test]
fn no_line_is_longer_than_the_dialect_takes() {
    for dialect in dialect::ALL {
        let module = module_with_quirks(dialect, Quirks::MANUAL);
        let mut long = login(None);
        long.user = vec![b'u'; 30];
        long.password = vec![b'p'; 30];
        let mut client = module.client();
        let _ = client.login(&long);
        for line in module.typed() {
            let length = line
                .replace("\\\"", "\"")
                .replace("***", &"p".repeat(32))
                .len()
                + 1;
            let several = line.contains(";+");
            assert!(
                !several || length <= dialect.longest_line,
                "{}: {line}",
                dialect.name
            );
        }
    }
}

/// Firmware that takes one command a line is asked so, and once: a second login sends no such line.
#[test]
fn firmware_that_takes_no_several_commands_gets_them_one_by_one() {
    for dialect in dialect::ALL {
        let module = module_with_quirks(dialect, Quirks::MANUAL.with(Quirk::SingleCommands));
        let mut client = module.client();
        client.login(&login(None)).expect("a login");
        transfer(&mut client, Transfer::Put);
        let joined = |lines: &[String]| lines.iter().filter(|line| line.contains(";+")).count();
        assert_eq!(joined(&module.typed()), 1, "{}", dialect.name);
        client.login(&login(None)).expect("a login");
        transfer(&mut client, Transfer::Get);
        assert_eq!(joined(&module.typed()), 0, "{}", dialect.name);
    }
}
