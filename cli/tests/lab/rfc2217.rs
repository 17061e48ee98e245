//! Ports on another machine: `rfc2217://` to ser2net, to pyserial's server and to an emulator, and `spy://`.

use std::fs;
use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::background::{Background, qftp};
use qftp_test::servers::{Kind, Server};

/// Long enough for a machine under load.
const START: Duration = Duration::from_secs(20);

/// A server of a line, killed at the end.
struct LineServer(Child);

impl Drop for LineServer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Returns a port that was free a moment ago.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

fn wait_for(port: u16) {
    let start = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(start.elapsed() < START, "no server on {port}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn python(program: &str) -> Command {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.cache/venv/bin/python");
    let mut command = Command::new(python);
    command.args(["-I", "-c", program]);
    command
}

fn run(arguments: &[&str]) -> Output {
    qftp(arguments).output().expect("qftp runs")
}

/// Moves every byte value through a port, both ways, many of them IAC.
fn moves_every_byte(url: &str, server: &Server) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("all");
    let mut content: Vec<u8> = (0..=255).cycle().take(20_000).collect();
    content.extend([0xff; 600]);
    content.extend(b"\xff\xf0\xff\xfa\x2c\r\n\r\0\x11\x13");
    fs::write(&file, &content).expect("written");
    let (address, user, word) = (server.address, server.user, server.password);
    let remote = format!("ftp://{user}:{word}@{address}/all");
    let put = run(&["-p", url, "put", file.to_str().expect("UTF-8"), &remote]);
    assert!(
        put.status.success(),
        "{}",
        String::from_utf8_lossy(&put.stderr)
    );
    assert!(
        server.get("all").as_deref() == Some(&content[..]),
        "it went up"
    );
    let back = run(&["-p", url, "cat", &remote]);
    assert!(
        back.status.success(),
        "{}",
        String::from_utf8_lossy(&back.stderr)
    );
    assert!(back.stdout == content, "it came back");
}

#[test]
fn an_emulator_is_served_with_every_byte_and_dtr() {
    let module = Background::start(&mut qftp(&["emulate", "--rfc2217", "127.0.0.1:0"]));
    let url = format!("{}?strict=1&baud=921600&dtr=1", module.ready);
    assert!(url.starts_with("rfc2217://127.0.0.1:"), "{url}");
    let server = Server::start(Kind::Pyftpdlib);
    moves_every_byte(&url, &server);
    // DTR ends data mode: the cases of a manual about it come as printed.
    let check = [
        "check",
        "-p",
        &url,
        "--listen",
        "127.0.0.1:0",
        "ec2x/1.4/dtr-put",
        "--json",
    ];
    let checked = run(&check);
    assert!(
        checked.status.success(),
        "{}",
        String::from_utf8_lossy(&checked.stdout)
    );

    let mut typed = python(
        "import serial, sys\n\
         with serial.serial_for_url(sys.argv[1], baudrate=115200, timeout=10) as line:\n\
         \x20   line.write(b'ATE0\\r')\n\
         \x20   assert line.read_until(b'OK\\r\\n').endswith(b'OK\\r\\n')\n\
         \x20   line.dtr = False\n\
         \x20   line.dtr = True\n\
         \x20   line.write(b'AT+CGMM\\r')\n\
         \x20   print(line.read_until(b'OK\\r\\n'))\n",
    );
    let typed = typed.arg(&module.ready).output().expect("Python runs");
    let said = String::from_utf8_lossy(&typed.stdout).into_owned();
    assert!(
        said.contains("EC25"),
        "{said}{}",
        String::from_utf8_lossy(&typed.stderr)
    );
}

#[test]
fn ser2net_carries_every_byte_of_a_module_on_a_terminal() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("ec25");
    let link = link.to_str().expect("UTF-8");
    let _module = Background::start(&mut qftp(&["emulate", "--pty", link]));
    let port = free_port();
    let config = folder.path().join("ser2net.yaml");
    let text = format!(
        "connection: &con\n  accepter: telnet(rfc2217),tcp,127.0.0.1,{port}\n  connector: serialdev,{link},115200n81,local\n  options:\n    kickolduser: true\n"
    );
    fs::write(&config, text).expect("written");
    let server = Command::new("ser2net")
        .env("PATH", "/usr/sbin:/sbin:/usr/bin:/bin")
        .args(["-d", "-u", "-c"])
        .arg(&config)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let _server = LineServer(server.expect("ser2net: run `make setup`, which brings it"));
    wait_for(port);
    let files = Server::start(Kind::Pyftpdlib);
    moves_every_byte(&format!("rfc2217://127.0.0.1:{port}"), &files);
}

#[test]
fn pyserials_server_carries_every_byte() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("ec25");
    let link = link.to_str().expect("UTF-8");
    let _module = Background::start(&mut qftp(&["emulate", "--pty", link]));
    let port = free_port();
    let server = python(include_str!("rfc2217_server.py"))
        .args([link, &port.to_string()])
        .spawn();
    let _server = LineServer(server.expect("Python runs"));
    wait_for(port);
    let files = Server::start(Kind::Pyftpdlib);
    moves_every_byte(&format!("rfc2217://127.0.0.1:{port}"), &files);
}

#[test]
fn a_server_that_is_none_of_rfc_2217_is_told_apart() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = std::thread::spawn(move || {
        let (mut line, _) = listener.accept().expect("a host");
        line.write_all(&[255, 254, 44]).expect("written"); // DONT COM-PORT
        std::thread::sleep(Duration::from_millis(1500));
    });
    let refused = run(&["-p", &format!("rfc2217://{address}"), "probe"]);
    let told = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success());
    assert!(told.contains("does not know RFC 2217; socket://"), "{told}");
    server.join().expect("it ends");
}

#[test]
fn a_spy_writes_down_what_passes() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("log.txt");
    let url = format!(
        "spy://emulator://ec25?file={}&quirks=quoted-pwd",
        log.display()
    );
    let probe = run(&["-p", &url, "probe"]);
    assert!(
        probe.status.success(),
        "{}",
        String::from_utf8_lossy(&probe.stderr)
    );
    let text = fs::read_to_string(&log).expect("a log");
    assert!(
        text.contains(" > ATI\\r\n") && text.contains(" < \\r\\nQuectel"),
        "{text}"
    );
    let twice = run(&["-p", "spy://spy://emulator://ec25", "probe"]);
    assert!(String::from_utf8_lossy(&twice.stderr).contains("one spy:// is enough"));
}

#[test]
fn a_device_is_found_by_its_description() {
    let missing = run(&["-p", "hwgrep://no-such-device", "probe"]);
    let told = String::from_utf8_lossy(&missing.stderr);
    assert!(
        told.contains("no serial port has this in its description"),
        "{told}"
    );
}
