//! `qftp serve --tls`, as curl and an emulator see it.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Output};

use openssl::ssl::{SslConnector, SslMethod, SslStream, SslVerifyMode};
use qftp::client::{Client, GetOptions, Login, PutOptions, Tls, TlsMode};
use rustix::process::Signal;
use tempfile::TempDir;

use crate::background::{Background, qftp};

/// What curl ends with: PEER_FAILED_VERIFICATION, LOGIN_DENIED.
const DISTRUST: i32 = 60;
const DENIED: i32 = 67;

const MODES: [&str; 2] = ["explicit", "implicit"];

/// A server with one user.
struct Lab {
    folder: TempDir,
    server: Background,
}

impl Lab {
    fn new(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let dir = text(folder.path());
        let mut command = qftp(&["serve", dir, "--listen", "127.0.0.1:0"]);
        command.args(["--user", "joe"]).args(options);
        let server = Background::start(command.env("QFTP_PASSWORD", "w0rd"));
        Lab { folder, server }
    }

    /// The file that it says clients have to trust.
    fn authority(&self) -> &str {
        let printed = self.server.printed.iter();
        let mut files = printed.filter_map(|line| line.strip_prefix("ca: "));
        files.next().expect("it names the authority")
    }

    /// A transfer with TLS wherever it can be, by this account.
    fn curl(&self, account: &str, name: &str, arguments: &[&str]) -> Output {
        // curl has no name for explicit TLS.
        let url = self.server.ready.replacen("ftpes://joe@", "ftp://", 1);
        let url = url.replacen("ftps://joe@", "ftps://", 1);
        curl(&[arguments, &["--user", account, &format!("{url}{name}")]].concat())
    }

    /// Up and down, trusting this authority.
    fn carry(&self, authority: &str, more: &[&str]) {
        let local = self.folder.path().join("local");
        let content: Vec<u8> = (0..=255).cycle().take(300_000).collect();
        fs::write(&local, &content).expect("a file");
        let trust = [&["--ssl-reqd", "--cacert", authority], more].concat();
        let up = [&trust[..], &["--upload-file", text(&local)]].concat();
        let up = self.curl("joe:w0rd", "there", &up);
        assert!(up.status.success(), "{more:?}: {up:?}");
        assert!(fs::read(self.folder.path().join("there")).expect("a file") == content);
        let down = self.curl("joe:w0rd", "there", &trust);
        assert!(down.stdout == content, "{more:?}: {:?}", down.stderr);
    }
}

fn curl(arguments: &[&str]) -> Output {
    Command::new("curl")
        .args(["--silent", "--show-error", "--disable", "--max-time", "60"])
        .args(arguments)
        .output()
        .expect("curl runs; scripts/test-setup.sh brings it")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

#[test]
fn files_go_up_and_come_down_in_both_modes_and_versions() {
    for mode in MODES {
        let lab = Lab::new(&["--tls", mode]);
        let scheme = if mode == "explicit" { "ftpes" } else { "ftps" };
        assert!(
            lab.server
                .ready
                .starts_with(&format!("{scheme}://joe@127.0.0.1:"))
        );
        for version in [
            ["--tlsv1.2", "--tls-max", "1.2"],
            ["--tlsv1.3", "--tls-max", "1.3"],
        ] {
            for _ in 0..5 {
                lab.carry(lab.authority(), &version);
            }
        }
    }
}

#[test]
fn data_connections_take_up_the_session_of_tls_1_2() {
    for mode in MODES {
        let lab = Lab::new(&["--tls", mode]);
        let listed = lab.curl(
            "joe:w0rd",
            "",
            &[
                "--ssl-reqd",
                "--cacert",
                lab.authority(),
                "--tls-max",
                "1.2",
                "--verbose",
            ],
        );
        let printed = String::from_utf8_lossy(&listed.stderr);
        assert!(
            printed.contains("SSL re-using session ID"),
            "{mode}: {printed}"
        );
        assert!(listed.status.success(), "{mode}: {printed}");
    }
}

#[test]
fn who_does_not_trust_the_authority_sends_no_account_and_a_wrong_account_is_refused() {
    for mode in MODES {
        let lab = Lab::new(&["--tls", mode]);
        let distrusted = lab.curl("joe:w0rd", "", &["--ssl-reqd"]);
        assert_eq!(distrusted.status.code(), Some(DISTRUST), "{distrusted:?}");
        let trust = ["--ssl-reqd", "--cacert", lab.authority()];
        let refused = lab.curl("joe:wrong", "", &trust);
        assert_eq!(refused.status.code(), Some(DENIED), "{refused:?}");
    }
}

#[test]
fn no_account_is_taken_in_the_clear() {
    let lab = Lab::new(&["--tls"]);
    let refused = lab.curl("joe:w0rd", "", &[]);
    assert_eq!(refused.status.code(), Some(DENIED), "{refused:?}");
    let printed = String::from_utf8_lossy(&refused.stderr);
    assert!(printed.contains("Access denied: 534"), "{printed}");
}

#[test]
fn the_authority_goes_with_the_server_or_stays_in_a_folder() {
    let lab = Lab::new(&["--tls"]);
    let authority = lab.authority().to_owned();
    assert!(Path::new(&authority).exists());
    let (status, _) = lab.server.end(Signal::TERM);
    assert!(status.success());
    assert!(!Path::new(&authority).exists());

    let kept = tempfile::tempdir().expect("a folder");
    let dir = kept.path().join("made");
    let first = Lab::new(&["--tls", "explicit", "--tls-dir", text(&dir)]);
    let authority = dir.join("ca.pem");
    assert_eq!(first.authority(), text(&authority));
    let before = fs::read(&authority).expect("a file");
    drop(first);
    let second = Lab::new(&["--tls", "implicit", "--tls-dir", text(&dir)]);
    assert_eq!(fs::read(&authority).expect("a file"), before);
    second.carry(text(&authority), &[]);
}

#[test]
fn a_certificate_has_the_names_that_are_given() {
    let lab = Lab::new(&[
        "--tls",
        "--tls-name",
        "lab.example",
        "--tls-name",
        "192.0.2.7",
    ]);
    let port = lab.server.ready.rsplit(':').next().expect("a port");
    let port = port.trim_end_matches('/');
    for (name, trusted) in [
        ("lab.example", true),
        ("localhost", true),
        ("other.example", false),
    ] {
        let there = format!("{name}:{port}:127.0.0.1");
        let url = format!("ftp://{name}:{port}/");
        let trust = [
            "--ssl-reqd",
            "--cacert",
            lab.authority(),
            "--resolve",
            &there,
        ];
        let output = curl(&[&trust[..], &["--user", "joe:w0rd", &url]].concat());
        assert_eq!(output.status.success(), trusted, "{name}: {output:?}");
    }
}

#[test]
fn a_certificate_of_ones_own_is_taken() {
    // One that the program makes serves as well as any other.
    let made = tempfile::tempdir().expect("a folder");
    let dir = text(made.path());
    drop(Lab::new(&["--tls", "explicit", "--tls-dir", dir]));
    let (certificate, key) = (made.path().join("ca.pem"), made.path().join("ca.key"));
    let lab = Lab::new(&[
        "--tls",
        "explicit",
        "--cert",
        text(&certificate),
        "--key",
        text(&key),
    ]);
    assert_eq!(lab.server.printed, [""; 0]);
    let output = lab.curl("joe:w0rd", "", &["--ssl-reqd", "--insecure"]);
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn what_cannot_be_served_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = text(folder.path());
    let file = folder.path().join("file");
    fs::write(&file, "no PEM").expect("a file");
    let file = text(&file);
    let missing = folder.path().join("missing");
    let missing = text(&missing);
    let own = ["--cert", file, "--key", file];
    let taken = tempfile::NamedTempFile::new().expect("a file");
    let taken = text(taken.path());
    let cases: [(&[&str], &[&str], i32, &str); 11] = [
        (
            &["--tls", "half"],
            &[],
            2,
            "possible values: explicit, implicit",
        ),
        (&["--tls-dir", dir], &[], 2, "--tls"),
        (&["--tls", "--tls-dir", taken], &[], 23, taken),
        (
            &["--tls", "--tls-dir", dir],
            &[],
            2,
            "within the served folder",
        ),
        (
            &["--tls", "--tls-name", "a b"],
            &[],
            2,
            "a b is not a host name",
        ),
        (&["--tls", "--cert", file], &[], 2, "without --key"),
        (&["--tls", "--key", file], &[], 2, "without --cert"),
        (&["--tls", "--cert", missing], &["--key", file], 26, missing),
        (&["--tls"], &own, 2, "both are PEM"),
        (&["--tls", "--tls-dir", dir], &own, 2, "--tls-dir"),
        (&[], &own, 2, "without --tls"),
    ];
    for (options, more, code, words) in cases {
        let mut command = qftp(&["serve", dir, "--listen", "127.0.0.1:0"]);
        let output = command
            .args(options)
            .args(more)
            .output()
            .expect("qftp runs");
        let told = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!(output.status.code(), Some(code), "{options:?}: {told}");
        assert!(told.contains(words), "{options:?}: {told}");
        assert!(output.stdout.is_empty());
    }
}

/// `ec2x` speaks TLS 1.3 with it; `nl668` TLS 1.2, which the host sets there.
#[test]
fn a_module_carries_many_files_in_one_session() {
    for (dialect, mode, files) in [
        ("ec2x", TlsMode::Explicit, 50),
        ("ec2x", TlsMode::Implicit, 50),
        ("nl668", TlsMode::Implicit, 3),
    ] {
        let name = match mode {
            TlsMode::Explicit => "explicit",
            TlsMode::Implicit => "implicit",
        };
        let lab = Lab::new(&["--tls", name]);
        let (_, address) = lab.server.ready.split_once('@').expect("a user");
        let port = address.trim_end_matches('/').rsplit(':').next();
        let mut client = Client::open(&format!("emulator://{dialect}")).expect("a module");
        let mut tls = Tls::new(mode);
        tls.ca = Some(fs::read(lab.authority()).expect("a file"));
        let mut login = Login::new("127.0.0.1", "joe", "w0rd").over(tls);
        login.port = port.and_then(|port| port.parse().ok()).expect("a port");
        client.login(&login).expect("logged in");
        for number in 0..files {
            let content: Vec<u8> = vec![number; usize::from(number) * 4_000];
            let name = format!("{number}");
            let put = client.put(&mut &content[..], None, name.as_bytes(), PutOptions::new());
            put.unwrap_or_else(|error| panic!("{dialect} {mode:?} {name}: {error}"));
            let there = fs::read(lab.folder.path().join(&name)).expect("a file");
            assert!(there == content, "{dialect} {mode:?} {name}");
            let mut back = Vec::new();
            let got = client.get(name.as_bytes(), &mut back, GetOptions::new());
            got.unwrap_or_else(|error| panic!("{dialect} {mode:?} {name}: {error}"));
            assert!(back == content, "{dialect} {mode:?} {name}");
        }
        client.logout().expect("closed");
    }
}

/// A client's control connection: a command, and the reply to it.
struct Control(BufReader<SslStream<TcpStream>>);

impl Control {
    fn begin(address: &str) -> Self {
        let stream = TcpStream::connect(address).expect("it listens");
        let mut connector = SslConnector::builder(SslMethod::tls()).expect("OpenSSL");
        connector.set_verify(SslVerifyMode::NONE);
        let secure = connector.build().connect("localhost", stream);
        let mut control = Control(BufReader::new(secure.expect("a handshake")));
        control.reply();
        control
    }

    fn say(&mut self, command: &str) -> String {
        let line = format!("{command}\r\n");
        let stream = self.0.get_mut();
        stream.write_all(line.as_bytes()).expect("sent");
        self.reply()
    }

    fn reply(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).expect("a reply");
        line
    }
}

#[test]
fn a_data_connection_without_tls_leaves_other_sessions_alone_and_prints_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a"), "content").expect("a file");
    let errors = folder.path().join("errors");
    let mut command = qftp(&["serve", text(folder.path()), "--listen", "127.0.0.1:0"]);
    command.args(["--user", "joe", "--tls", "implicit"]);
    command.env("QFTP_PASSWORD", "w0rd");
    let server = Background::start(command.stderr(File::create(&errors).expect("a file")));
    let address = server.ready.rsplit('@').next().expect("an address");
    let address = address.trim_end_matches('/');

    let mut control = Control::begin(address);
    for command in ["USER joe", "PASS w0rd", "PBSZ 0", "PROT P"] {
        let reply = control.say(command);
        assert!(reply.starts_with(['2', '3']), "{command}: {reply}");
    }
    let passive = control.say("EPSV");
    let port = passive.split('|').nth(3).expect("a port");
    let mut data = TcpStream::connect(format!("127.0.0.1:{port}")).expect("it listens");
    data.write_all(b"no TLS at all\r\n").expect("sent");
    assert!(control.say("RETR a").starts_with("150"));
    // The server hangs up, and with it goes what was sent.
    let _ = std::io::copy(&mut data, &mut std::io::sink());

    let mut other = Control::begin(address);
    assert!(other.say("USER joe").starts_with("331"));
    drop((control, other));
    assert!(server.end(Signal::TERM).0.success());
    assert_eq!(fs::read_to_string(&errors).expect("a file"), "");
}
